"""What the network is: sites, spans, conduits, devices, links, services, customers; what each failure takes down."""
