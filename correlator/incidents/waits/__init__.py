"""What a suspicion waits for though it is old and sure enough to open."""
