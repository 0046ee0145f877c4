"""What customers write, read by words: complaints classified, answers understood."""
