"""Cases of another make: networks, faults and their telling drawn apart from what decides on them."""
