"""Running processes and what comes of them, seen from outside."""
