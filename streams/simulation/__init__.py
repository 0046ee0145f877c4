"""Simulated nights: one seed draws a network, faults, what is said of them and mischief; an auditor checks the laws."""
