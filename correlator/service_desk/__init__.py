"""Tickets, clocks, escalation, notices and RCA/CAPA records, as the SOP asks for them."""
