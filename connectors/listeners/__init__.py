"""What receives datagrams and streams from the network: one loop, whatever the protocol."""
