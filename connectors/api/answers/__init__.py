"""What customers and those on duty answer: over HTTP by desk, portal and gateway, and by the links in messages."""
