"""Alarms that nothing has explained for long: the NOC is told, and what stands by few words may open."""
