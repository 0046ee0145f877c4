"""What the service says of itself: counters, latency by stage, traces."""
