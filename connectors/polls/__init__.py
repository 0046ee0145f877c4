"""What operators have is asked in turn: what it holds active, what it asks, and what it knows to be well."""
