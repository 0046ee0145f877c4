"""Syslog: datagram or message of a stream -> line -> pattern file of its vendor -> alarms -> inlet."""
