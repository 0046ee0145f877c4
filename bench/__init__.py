"""What is measured, and with what: seeded inventories, event mixes and a trap sender. Results lie in RESULTS.md."""
