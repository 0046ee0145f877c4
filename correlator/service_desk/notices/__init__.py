"""Messages to customers: decided, held, sent once, and whose receipts were heard."""
