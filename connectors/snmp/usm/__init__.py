"""SNMP version 3, secured by users (USM, RFC 3414): datagram -> notification, or why not. See decision 0078."""
