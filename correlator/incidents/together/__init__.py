"""Incidents that belong together: merged, by a person or by the machine, and joined where no row says the way."""
