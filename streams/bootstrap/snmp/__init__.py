"""SNMP for people: users and engines; catalogues of traps."""
