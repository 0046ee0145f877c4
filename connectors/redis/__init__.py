"""What may be lost, in Redis: shared rates and limits, news. Each goes on by itself while Redis is away."""
