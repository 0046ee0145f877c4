"""LibreNMS, by its API transport and the alert template in `deploy/librenms/`: an alert of one rule on one device.

A rule that looks at ports, sensors or BGP peers has a fault for each, and each is an alarm. States are LibreNMS's own:
0 recovered, 1 alert, 2 acknowledged, 3 worse, 4 better, 5 changed (https://docs.librenms.org/Alerting/Templates/).
"""

from typing import Any

import msgspec

from connectors.formats.json_rows import Envelope, converted, decoded
from connectors.webhooks.said import TYPES, believed, fit, of_type, placed
from correlator.events import Alarm, AlarmType, Severity, Time, microseconds
from correlator.wire import BadInput

SEVERITIES: dict[str, Severity] = {"critical": "critical", "warning": "warning", "ok": "indeterminate"}
RULES: tuple[tuple[str, AlarmType], ...] = (  # how the names of LibreNMS's own rules begin, in small letters
    ("device down!", "device_unreachable"),  # ... Due to no ICMP response.
    ("device down (snmp unreachable)", "device_unreachable"),
    ("devices up/down", "device_unreachable"),
    ("device rebooted", "device_restart"),
    ("port status up/down", "link_down"),
    ("bgp session down", "neighbor_down"),
)
RECOVERED, ACKNOWLEDGED = 0, 2
STATES = range(6)
PORTS = ("ifName", "ifDescr")
PARTS = ("bgpPeerIdentifier", "sensor_id", "service_id", "wireless_sensor_id", "mempool_id", "storage_id")


class Alert(msgspec.Struct, frozen=True):
    """What the template makes. Fields that somebody adds to it are let by."""

    state: int
    rule_id: int
    hostname: str
    uid: int = 0
    name: str = ""  # the rule's
    severity: str = ""
    sysname: str | None = None
    ip: str | None = None
    time: Time | None = None
    title: str | None = None
    alarm_type: str = ""  # for rules of your own
    faults: list[dict[str, Any]] = []
    resolved: list[dict[str, Any]] = []  # of what got better


def parse(body: bytes, envelope: Envelope) -> list[Alarm | BadInput] | BadInput:
    """An alarm for each fault, or one of the device; none for an acknowledgement."""
    item = decoded(body)
    if isinstance(item, BadInput):
        return item
    alert = converted(item, Alert)
    if isinstance(alert, BadInput):
        return alert
    if alert.state not in STATES:
        return BadInput("state", "it is 0 to 5, as $alert->state has it; use the template of deploy/librenms")
    if not alert.hostname.strip():
        return BadInput("hostname", "it is empty; use the template of deploy/librenms")
    if alert.state == ACKNOWLEDGED:
        return []
    if len(alert.faults) + len(alert.resolved) > envelope.most:
        return BadInput("faults", f"more than {envelope.most}; make the rule narrower")
    rows = [_alarm(alert, fault, envelope, cleared=alert.state == RECOVERED) for fault in alert.faults or [{}]]
    rows += [_alarm(alert, fault, envelope, cleared=True) for fault in alert.resolved]
    return list({(row.object, row.qualifier, row.state): row for row in rows}.values())


def _alarm(alert: Alert, fault: dict[str, Any], envelope: Envelope, *, cleared: bool) -> Alarm:
    port = next((str(fault[name]) for name in PORTS if fault.get(name)), "")
    parts = [str(fault[name]) for name in PARTS if fault.get(name)]
    known = TYPES.get(alert.alarm_type) or _by_rule(alert.name)
    where = placed((alert.hostname, alert.sysname or "", alert.ip or ""), port, envelope)
    what = fit(" ".join([f"rule {alert.rule_id}", *parts]))
    time = believed(alert.time, envelope.received)
    state = "cleared" if cleared else "raised"
    return Alarm(
        id=fit(f"lnms-{alert.uid}-{where}-{what}-{microseconds(time)}-{alert.state}-{state}"),
        time=time,
        received=envelope.received,
        source=f"librenms:{envelope.sender}",
        object=where,
        qualifier=what,
        alarm_type=of_type(known, port),
        severity=SEVERITIES.get(alert.severity.lower(), "indeterminate"),
        state=state,  # type: ignore[arg-type]  # one of the two
        text=alert.title or alert.name or None,
    )


def _by_rule(name: str) -> AlarmType | None:
    folded = name.strip().casefold()
    return next((kind for begins, kind in RULES if folded.startswith(begins)), None)
