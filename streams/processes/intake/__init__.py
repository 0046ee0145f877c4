"""The intake: it alone listens in the embedded runtime; what it hears becomes frames of the journal."""
