"""The journal: all that happened, in frames, each with its offset. In memory, a SQLite file, or a topic of Kafka."""
