"""When an outage was over."""
