"""What receives datagrams and streams from the network, whatever the protocol: socket -> source's reader -> inlet."""
