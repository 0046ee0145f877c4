"""The dispatcher: sends what the outbox holds."""
