"""Ways out: each sends one message to one address, and says what became of it (port `Channel`)."""
