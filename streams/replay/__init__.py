"""`simpul replay`: recorded events in, the contract's files out."""
