"""Zabbix 6.0 and later, by the media type in `deploy/zabbix/`: one event a body, all values as its macros expand.

A problem and its recovery have one trigger and one event ({EVENT.ID} is the problem's in both). An update of a problem
(acknowledged, commented, suppressed) changes nothing, unless it changes the severity.
https://www.zabbix.com/documentation/current/en/manual/appendix/macros/supported_by_location
"""

import msgspec

from connectors.formats.json_rows import Envelope, converted, decoded
from connectors.webhooks.said import TYPES, at, fit, of_type, placed
from correlator.events import Alarm, AlarmType, Severity
from correlator.wire import BadInput

SEVERITIES: tuple[Severity, ...] = (  # {EVENT.NSEVERITY}, in the words of X.733
    "indeterminate",  # not classified
    "indeterminate",  # information
    "warning",
    "minor",  # average
    "major",  # high
    "critical",  # disaster
)
ITEMS: tuple[tuple[str, AlarmType], ...] = (  # how the key of a trigger's first item begins, in Zabbix's own templates
    ("icmpping[", "device_unreachable"),  # not icmppingloss, icmppingsec
    ("zabbix[host,snmp,available]", "device_unreachable"),
    ("net.if.status[", "link_down"),
    ("system.hw.uptime[", "device_restart"),
    ("system.net.uptime[", "device_restart"),
)
PROBLEM, UPDATE = "1", "1"
RESEVERED = "changed severity"  # in {EVENT.UPDATE.ACTION}


class Tag(msgspec.Struct, frozen=True):
    """One of {EVENT.TAGSJSON}."""

    tag: str
    value: str = ""


class Event(msgspec.Struct, frozen=True):
    """What the media type posts. Fields that somebody adds to it are let by."""

    event: str
    value: str  # 1: problem, 0: recovery
    trigger: str
    host: str
    name: str = ""
    severity: str = "0"
    update: str = "0"
    action: str = ""  # what an update did
    visible: str = ""  # the host's visible name
    address: str = ""
    item: str = ""  # key of the trigger's first item
    time: str = ""  # seconds since 1970; of a recovery its own
    tags: list[Tag] = []


def parse(body: bytes, envelope: Envelope) -> list[Alarm | BadInput] | BadInput:
    """One alarm; none, where an update changes nothing."""
    item = decoded(body)
    if isinstance(item, BadInput):
        return item
    event = converted(item, Event)
    if isinstance(event, BadInput):
        return event
    if event.value not in ("0", "1"):
        return BadInput("value", "it is 1 for a problem or 0 for a recovery: {EVENT.VALUE} of a trigger's event")
    if not (event.event.isdecimal() and event.trigger.isdecimal()):
        field = "trigger" if event.event.isdecimal() else "event"
        return BadInput(field, "this is no id: let the action be of triggers, and import the media type anew")
    if event.update == UPDATE and RESEVERED not in event.action:
        return []
    return [_alarm(event, envelope)]


def _alarm(event: Event, envelope: Envelope) -> Alarm:
    tags = {tag.tag: tag.value for tag in event.tags}
    raised = event.value == PROBLEM
    severity = SEVERITIES[int(event.severity)] if event.severity in ("0", "1", "2", "3", "4", "5") else "indeterminate"
    port = tags.get("port") or tags.get("interface", "")
    known = TYPES.get(tags.get("alarm_type", "")) or _by_item(event.item)
    named = tags.get("object", "").strip()
    where = fit(named) if named else placed((event.host, event.visible, event.address), port, envelope)
    return Alarm(
        id=f"zbx-{event.event}-{event.severity}-raised" if raised else f"zbx-{event.event}-cleared",
        time=at(event.time, envelope.received),
        received=envelope.received,
        source=f"zabbix:{envelope.sender}",
        object=where or "zabbix",
        qualifier=fit(tags.get("qualifier") or f"trigger {event.trigger}"),
        alarm_type=known or "other" if named else of_type(known, port),
        severity=severity,
        state="raised" if raised else "cleared",
        text=event.name or None,
    )


def _by_item(key: str) -> AlarmType | None:
    return next((kind for begins, kind in ITEMS if key.startswith(begins) or key == begins.rstrip("[")), None)
