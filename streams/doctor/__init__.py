"""What `simpul doctor` looks at: each check says what it found, whether that is well, and else what to do."""
