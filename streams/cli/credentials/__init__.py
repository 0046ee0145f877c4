"""Who may knock: bearer tokens of the HTTP door, users of SNMPv3."""
