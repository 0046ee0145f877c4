"""What goes out on topics of Kafka beside the journal: effects for other systems, dead letters."""
