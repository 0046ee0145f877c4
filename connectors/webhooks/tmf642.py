"""Alarms as TMF642 (Alarm Management) writes them, from another manager: one alarm, a list, or JSON lines.

v4 and v5 differ in what is taken here by the type of `id` alone. A raise keeps the alarm's id as its event's, so that
`parentAlarm` and `correlatedAlarm` of others find it; what comes later of the same alarm is another event.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, get_args

import msgspec

from connectors.formats.json_rows import Envelope, Item, converted, items, joined, unfit
from connectors.formats.tmf642 import MEANT, plain
from connectors.webhooks.said import OF_A_PORT, believed, fit
from correlator.events import Alarm, AlarmType, Severity, Time
from correlator.wire import BadInput

LONGEST_TEXT: Final = 1000
MOST_NAMED: Final = 50
NAMES: Final = ("id", "source", "object", "qualifier")
STATES: Final[Mapping[str, Literal["raised", "cleared"]]] = {
    "raised": "raised",
    "updated": "raised",
    "cleared": "cleared",
}


class Ref(msgspec.Struct, frozen=True):
    """An entity that is referred to; a v4 sender writes ids of alarms as numbers."""

    id: str | int


class Given(msgspec.Struct, frozen=True, rename="camel"):
    """What is read of an alarm; the rest of the resource is let by."""

    alarmed_object: Ref
    probable_cause: str
    id: str | int | None = None
    external_alarm_id: str | None = None
    state: str = "raised"
    perceived_severity: str | None = None
    specific_problem: str | None = None
    alarm_details: str | None = None
    source_system_id: str | None = None
    alarm_raised_time: Time | None = None
    alarm_changed_time: Time | None = None
    alarm_cleared_time: Time | None = None
    is_root_cause: bool | None = None
    parent_alarm: list[Ref] = []
    correlated_alarm: list[Ref] = []


def parse(body: bytes, envelope: Envelope) -> list[Alarm | BadInput] | BadInput:
    """Each alarm of a body, or why it is none. BadInput: the body has no rows."""
    found = items(body, envelope.most)
    if isinstance(found, BadInput):
        return found
    return [_alarm(item, envelope) for item in found]


def _alarm(item: Item | BadInput, envelope: Envelope) -> Alarm | BadInput:
    if isinstance(item, BadInput):
        return item
    if isinstance(item.value, dict):  # null is how some clients write absent
        item = Item(item.place, {name: value for name, value in item.value.items() if value is not None})
    given = converted(item, Given)
    if isinstance(given, BadInput):
        return given
    wrong = _wrong(given)
    if wrong is not None:
        return BadInput(joined(item.place, wrong.field or ""), wrong.reason)
    row = converted(Item(item.place, _row(given, envelope)), Alarm)
    return row if isinstance(row, BadInput) else unfit(row, NAMES, item.place) or row


def _wrong(given: Given) -> BadInput | None:
    """Words that TMF642 does not have, and lists that are too long."""
    if given.state.casefold() not in STATES:
        return BadInput("state", f"{given.state[:40]!r} is none of {', '.join(STATES)}")
    severity = (given.perceived_severity or "").casefold()
    known = (*get_args(Severity), "cleared")
    if severity and severity not in known:
        return BadInput("perceivedSeverity", f"{severity[:40]!r} is none of {', '.join(known)}")
    if not str(given.alarmed_object.id).strip():
        return BadInput("alarmedObject.id", "it is empty: which object is it?")
    for field, refs in (("parentAlarm", given.parent_alarm), ("correlatedAlarm", given.correlated_alarm)):
        if len(refs) > MOST_NAMED:
            return BadInput(field, f"{len(refs)} alarms; {MOST_NAMED} at most")
    return None


def _row(given: Given, envelope: Envelope) -> dict[str, Any]:
    """As the contract has it."""
    severity = (given.perceived_severity or "").casefold()
    state = "cleared" if severity == "cleared" else STATES[given.state.casefold()]
    kind = _kind(given, envelope)
    time = believed(_time(given, state), envelope.received)
    qualifier = None
    if kind == "other":  # else the cause says what it is, whoever tells it
        qualifier = fit(" ".join(part for part in (given.probable_cause, given.specific_problem) if part))
    row: dict[str, Any] = {
        "id": _id(given, state, time, envelope),
        "time": time,
        "received": envelope.received,
        "source": _source(given, envelope),
        "object": fit(str(given.alarmed_object.id)),
        "alarm_type": kind,
        "state": state,
        "severity": severity if severity != "cleared" else None,
        "qualifier": qualifier,
        "text": (given.alarm_details or given.specific_problem or "")[:LONGEST_TEXT] or None,
        "is_root_cause": given.is_root_cause,
        "parent_alarms": [fit(str(one.id)) for one in given.parent_alarm],
        "correlated_alarms": [fit(str(one.id)) for one in given.correlated_alarm],
    }
    return {name: value for name, value in row.items() if value not in (None, "")}


def _kind(given: Given, envelope: Envelope) -> AlarmType:
    """What a type says of a port, of a device alone says too little: it is kept, and is no evidence."""
    kind = MEANT.get(plain(given.probable_cause), "other")
    named = str(given.alarmed_object.id)
    return "other" if kind in OF_A_PORT and "/" not in named and envelope.known(named) else kind


def _time(given: Given, state: str) -> datetime | None:
    if state == "cleared":
        return given.alarm_cleared_time or given.alarm_changed_time
    if given.state.casefold() == "updated":
        return given.alarm_changed_time or given.alarm_raised_time
    return given.alarm_raised_time


def _source(given: Given, envelope: Envelope) -> str:
    """The manager that owns it; a token speaks for another than itself where its scope has that."""
    named = fit(given.source_system_id) if given.source_system_id else envelope.sender
    return f"http:{envelope.sender}" if named == envelope.sender else named


def _id(given: Given, state: str, time: datetime, envelope: Envelope) -> str:
    """Of the event: a raise has the alarm's own; what comes later of it has the alarm's, the state and the time."""
    own = str(given.id) if given.id is not None else given.external_alarm_id or ""
    first = state == "raised" and given.state.casefold() == "raised"
    if own and first:
        return fit(own)
    content = msgspec.json.encode([own or given, given.state, state, given.perceived_severity, time, envelope.sender])
    return "t-" + hashlib.sha256(content).hexdigest()[:24]
