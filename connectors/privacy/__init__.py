"""Personal data: sealed under each person's own key, found by keyed hashes, erased by destroying the key."""
