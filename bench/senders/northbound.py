"""Alarms as SNMP datagrams: ports speak as their own device does, all else through a manager's northbound traps.

Pollers, fibre monitors, access managers and probes forward what they know under two notifications an alarm type (as
X.733 managers do); `catalogue` is the file that an operator would write for them. Their enterprise number is the one
that RFC 5612 keeps for documentation.
"""

from pathlib import Path
from typing import get_args
from zlib import crc32

from correlator.events import AlarmType
from streams.demo.trapgen import OCTETS, SNMP_TRAP_ADDRESS, Stamp, element, ip_address, link_trap, trap

ENTERPRISE = "1.3.6.1.4.1.32473.9"
NAMED = f"{ENTERPRISE}.1"  # what the alarm is on, as the inventory calls it
MANAGER = "198.51.100.7"  # of RFC 5737: nobody's address
STATES = ("raised", "cleared")
TYPES: tuple[AlarmType, ...] = get_args(AlarmType)
HEAD = f"""mib = "NORTHBOUND-MIB"
source = "the benchmark's managers"

[objects]
named = "{NAMED}"
"""
RULE = """
[[traps]]
name = "{name}"
oids = ["{oid}"]

[[traps.alarms]]
alarm_type = "{alarm_type}"
state = "{state}"
severity = "major"
object = "named"
name = "{{named}}"
text = "told by a manager"
"""

Key = tuple[str, AlarmType]


def catalogue(folder: Path) -> Path:
    """Write the catalogue file into a folder; the folder."""
    rules = [
        RULE.format(
            name=f"{alarm_type.replace('_', '-')}-{state}",
            alarm_type=alarm_type,
            state=state,
            oid=oid_of(alarm_type, state),
        )
        for alarm_type in TYPES
        for state in STATES
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "northbound.toml").write_text(HEAD + "".join(rules))
    return folder


def oid_of(alarm_type: AlarmType, state: str) -> str:
    return f"{ENTERPRISE}.0.{TYPES.index(alarm_type) + 1}.{STATES.index(state) + 1}"


def datagram(key: Key, source: str, state: str, number: int) -> bytes:
    """One alarm as it goes over the wire. `source`: `snmp:` and a device's address where the device itself speaks."""
    (about, alarm_type), stamp = key, Stamp(number, number)
    if source.startswith("snmp:") and alarm_type in ("link_down", "loss_of_signal"):
        port = about.partition("/")[2]
        return link_trap(source.removeprefix("snmp:"), (if_index(port), port), state == "cleared", stamp)
    bindings = [(f"{NAMED}.0", element(OCTETS, about.encode())), (SNMP_TRAP_ADDRESS, ip_address(MANAGER))]
    return trap(oid_of(alarm_type, state), bindings, stamp)


def if_index(port: str) -> int:
    """Any number does, as long as it stays the same (RFC 2863)."""
    return crc32(port.encode()) % 0xFFFF + 1
