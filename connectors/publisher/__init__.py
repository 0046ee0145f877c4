"""Where other systems are told (port `connectors.cloudevents.Publisher`)."""
