"""What `dev/services` does: real servers on 127.0.0.1, without containers. The standard library only."""
