"""What a suspicion waits for though it is old and sure enough to open; and what stands by few words for long."""
