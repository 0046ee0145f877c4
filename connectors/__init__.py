"""Everything that touches the outside. A connector imports `connectors.ports` and no other connector."""
