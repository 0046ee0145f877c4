"""Incidents that stand side by side: who is down and at risk under each of them."""
