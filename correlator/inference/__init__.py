"""Which faults explain what is told: engines behind one port (`port.Engine`)."""
