"""Which faults explain what is told."""
