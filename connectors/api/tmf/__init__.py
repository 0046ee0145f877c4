"""Tickets and alarms as the TM Forum's Open APIs write them: TMF621 (Trouble Ticket) and TMF642 (Alarm Management), v5.

Other doors to the same things, for systems that speak these: the same roles, limits and audit.
"""
