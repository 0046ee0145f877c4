"""The processes of the service, a folder each, and what they have in common."""
