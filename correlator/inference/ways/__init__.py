"""Who tells may have lost his way there, and nothing is broken."""
