"""The service tried and judged from outside: what is here imports nothing of it."""
