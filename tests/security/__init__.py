"""What a review did to the running service, and what it must answer."""
