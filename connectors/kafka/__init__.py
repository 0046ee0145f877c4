"""A Kafka cluster as our clients use it: addresses, topics, errors, the one producer."""
