"""The story as a file of the contract's events, as the doors would have taken them in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from streams.demo.storm import Said
from streams.demo.story import Act, Answer, Call, Confirm, StaffCommand, Story

START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # a Monday, 10:00 WIB
NUMBERS = "NT-20260302-{:06}"
INCIDENT = "IN-000001"


def events(story: Story, incident: str) -> bytes:
    """JSON lines in order of time; the NOC's orders go to `incident`."""
    numbers = {call.key: NUMBERS.format(n) for n, call in enumerate(story.calls, start=1)}
    lines = sorted(story.steps, key=lambda step: step.at_s)
    rows = [
        {"id": f"e-{n:04}", "time": START + timedelta(seconds=step.at_s), **row(step.act, numbers, incident)}
        for n, step in enumerate(lines)
    ]
    return b"".join(msgspec.json.encode(one) + b"\n" for one in rows)


def row(act: Act, numbers: dict[str, str], incident: str) -> dict[str, Any]:
    match act:
        case Said():
            told = {"source": act.source, "object": act.object, "alarm_type": act.alarm_type, "state": act.state}
            more = {"severity": act.severity, "qualifier": act.qualifier}
            return {"type": "alarm", **told, **{name: value for name, value in more.items() if value}}
        case Call():
            who = {"customer": act.customer, "service": act.service, "contact": act.contact}
            return {"type": "complaint", "channel": act.channel, "text": act.text, "number": numbers[act.key], **who}
        case StaffCommand():
            who = {"actor": "noc", "role": "noc_operator", "target": incident}
            return {"type": "command", **who, "action": act.action, "reason": act.reason}
        case Confirm():
            return {"type": "restored", "object": act.object}
        case Answer():
            ticket = numbers[act.call]
            return {"type": "reply", "ticket": ticket, "says": "satisfied", "text": act.text}
