"""The edge: listens where the network is, and hands on what it hears as it came."""
