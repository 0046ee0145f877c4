"""Back-up of a data folder, and its restore (docs/decisions/0083-back-up.md)."""
