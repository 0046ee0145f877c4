"""SNMP notifications: datagram -> trap -> alarms -> inlet."""
