"""How often the verdict is right, on real graphs with made-up faults; shares no code with the service."""
