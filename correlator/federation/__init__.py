"""What passes between kernels that share the network."""
