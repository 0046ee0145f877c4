"""What every MIB imports, so that nobody has to look for its text: names and numbers of the standard modules.

RFC 1155 and 2578 (the tree), 2579 (textual conventions), 1213, 2863, 3418 (what notifications carry), 6933 (entities).
A module whose text is in one of the folders is read from there instead.
"""

from collections.abc import Mapping

Numbers = tuple[int, ...]


def _numbers(dotted: str) -> Numbers:
    return tuple(map(int, dotted.split(".")))


_TREE = {
    "iso": "1",
    "org": "1.3",
    "dod": "1.3.6",
    "internet": "1.3.6.1",
    "directory": "1.3.6.1.1",
    "mgmt": "1.3.6.1.2",
    "mib-2": "1.3.6.1.2.1",
    "transmission": "1.3.6.1.2.1.10",
    "experimental": "1.3.6.1.3",
    "private": "1.3.6.1.4",
    "enterprises": "1.3.6.1.4.1",
    "security": "1.3.6.1.5",
    "snmpV2": "1.3.6.1.6",
    "snmpDomains": "1.3.6.1.6.1",
    "snmpProxys": "1.3.6.1.6.2",
    "snmpModules": "1.3.6.1.6.3",
    "zeroDotZero": "0.0",
}
_IF_ENTRY = "1.3.6.1.2.1.2.2.1"
_IF_X_ENTRY = "1.3.6.1.2.1.31.1.1.1"
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_OBJECTS = {
    "system": "1.3.6.1.2.1.1",
    "sysDescr": "1.3.6.1.2.1.1.1",
    "sysObjectID": "1.3.6.1.2.1.1.2",
    "sysUpTime": "1.3.6.1.2.1.1.3",
    "sysContact": "1.3.6.1.2.1.1.4",
    "sysName": "1.3.6.1.2.1.1.5",
    "sysLocation": "1.3.6.1.2.1.1.6",
    "interfaces": "1.3.6.1.2.1.2",
    "ifEntry": _IF_ENTRY,
    "ifIndex": f"{_IF_ENTRY}.1",
    "ifDescr": f"{_IF_ENTRY}.2",
    "ifType": f"{_IF_ENTRY}.3",
    "ifSpeed": f"{_IF_ENTRY}.5",
    "ifAdminStatus": f"{_IF_ENTRY}.7",
    "ifOperStatus": f"{_IF_ENTRY}.8",
    "ip": "1.3.6.1.2.1.4",
    "snmp": "1.3.6.1.2.1.11",
    "ifName": f"{_IF_X_ENTRY}.1",
    "ifAlias": f"{_IF_X_ENTRY}.18",
    "entPhysicalEntry": _ENTITY,
    "entPhysicalIndex": f"{_ENTITY}.1",
    "entPhysicalDescr": f"{_ENTITY}.2",
    "entPhysicalContainedIn": f"{_ENTITY}.4",
    "entPhysicalClass": f"{_ENTITY}.5",
    "entPhysicalName": f"{_ENTITY}.7",
    "snmpMIB": "1.3.6.1.6.3.1",
    "snmpMIBObjects": "1.3.6.1.6.3.1.1",
    "snmpTrap": "1.3.6.1.6.3.1.1.4",
    "snmpTraps": "1.3.6.1.6.3.1.1.5",
    "snmpTrapOID": "1.3.6.1.6.3.1.1.4.1",
    "snmpTrapEnterprise": "1.3.6.1.6.3.1.1.4.3",
    "snmpTrapAddress": "1.3.6.1.6.3.18.1.3",
}
TREE: Mapping[str, Numbers] = {name: _numbers(dotted) for name, dotted in _TREE.items()}
OBJECTS: Mapping[str, Numbers] = {name: _numbers(dotted) for name, dotted in _OBJECTS.items()}

COLUMNS = frozenset(name for name in OBJECTS if name.startswith(("if", "entPhysical")) and not name.endswith("Entry"))
TEXTS = frozenset(("sysDescr", "sysContact", "sysName", "sysLocation", "ifDescr", "ifName", "ifAlias")) | {
    "entPhysicalDescr",
    "entPhysicalName",
}
_STATUS = {"up": "1", "down": "2", "testing": "3"}
VALUES: Mapping[str, Mapping[str, str]] = {
    "ifAdminStatus": _STATUS,
    "ifOperStatus": _STATUS | {"unknown": "4", "dormant": "5", "notPresent": "6", "lowerLayerDown": "7"},
}

MODULES = frozenset(  # whose text is not needed: what a notification may take of them is above and below
    (
        "RFC1065-SMI",
        "RFC1155-SMI",
        "RFC-1212",
        "RFC1212-MIB",
        "RFC-1215",
        "RFC1213-MIB",
        "SNMPv2-SMI",
        "SNMPv2-TC",
        "SNMPv2-CONF",
        "SNMPv2-MIB",
        "SNMP-FRAMEWORK-MIB",
        "SNMP-COMMUNITY-MIB",
        "IF-MIB",
        "ENTITY-MIB",
        "INET-ADDRESS-MIB",
        "HCNUM-TC",
        "IANAifType-MIB",
    )
)

# Types of those modules: kind of value. What is not here is a number or octets that name nothing.
_TEXT = ("DisplayString", "SnmpAdminString", "OwnerString", "PhysAddress", "MacAddress")
_TIME = ("TimeTicks", "TimeStamp", "TimeInterval", "DateAndTime")
_ADDRESS = ("IpAddress", "NetworkAddress", "InetAddress", "InetAddressIPv4", "InetAddressIPv6")
_OID = ("OBJECT IDENTIFIER", "ObjectIdentifier", "AutonomousType", "RowPointer", "VariablePointer", "InstancePointer")
_NUMBER = (
    *("INTEGER", "Integer32", "Unsigned32", "Gauge", "Gauge32", "UInteger32", "TestAndIncr", "InterfaceIndex"),
    *("InterfaceIndexOrZero", "PhysicalIndex", "PhysicalIndexOrZero", "EntPhysicalIndexOrZero"),
)
KINDS: Mapping[str, str] = (
    dict.fromkeys(_TEXT, "text")
    | dict.fromkeys(_TIME, "time")
    | dict.fromkeys(_ADDRESS, "address")
    | dict.fromkeys(_OID, "oid")
    | dict.fromkeys(_NUMBER, "number")
)
TYPE_VALUES: Mapping[str, Mapping[str, str]] = {"TruthValue": {"true": "1", "false": "2"}}
