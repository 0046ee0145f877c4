"""Calls for which something else accounts than a fault."""
