"""Many more customers than usual complain about the network, and no incident accounts for it: staff are told."""
