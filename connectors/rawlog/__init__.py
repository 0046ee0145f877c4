"""Raw logs: where an edge's frames are kept until they are parsed."""
