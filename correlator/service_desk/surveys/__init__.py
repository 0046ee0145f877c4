"""The survey of satisfaction, twice a year (SOP 9): its sample, its messages, the answers."""
