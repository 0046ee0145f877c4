"""The life of an incident: suspected, open, clearing, resolved, closed; merges, impact, people's word on it."""
