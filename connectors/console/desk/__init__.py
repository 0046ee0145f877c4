"""Tickets as pages: what the desk's doors of the API tell and take, for staff with a browser."""
