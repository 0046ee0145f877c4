"""What is commonly done instead, on the same events and the same inventory."""
