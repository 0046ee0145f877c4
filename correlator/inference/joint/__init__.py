"""Several failures that explain together what none does alone; and one that explains what several seem to."""
