"""What happens on a network, and who says what of it: seeded inventories, faults, noise, callers."""
