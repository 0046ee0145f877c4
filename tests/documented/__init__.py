"""What the docs list, read from the code."""
