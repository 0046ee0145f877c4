"""Who may do what: tokens, sessions, keys, SNMPv3 users, and the trail of the doors."""
