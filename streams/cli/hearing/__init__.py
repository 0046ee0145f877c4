"""Commands about what other systems say: who speaks, and what becomes of it."""
