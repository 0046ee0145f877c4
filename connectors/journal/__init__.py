"""The journal: everything that happened, in frames, each with its offset. In memory, or in a SQLite file."""
