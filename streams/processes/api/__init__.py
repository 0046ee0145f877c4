"""The HTTP door and the page of the distributed runtime."""
