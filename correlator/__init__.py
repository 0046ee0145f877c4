"""What the NOC decides: a pure fold of events into state and effects. No I/O, no clock, no randomness."""
