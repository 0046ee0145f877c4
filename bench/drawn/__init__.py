"""Cases drawn by one who had read the file contract and nothing of the service: real graphs, own shapes, own judge."""
