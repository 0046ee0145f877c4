"""The SOP clause by clause, with what proves that the service lives it."""
