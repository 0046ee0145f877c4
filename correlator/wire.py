"""Bytes to events and back: the contract's JSON lines in, the journal's msgpack frames in and out.

Bad input is data: a `BadEvent` with the field and the reason, never an exception that escapes.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from correlator.events import Alarm, ComplaintIn, Frame, Incoming, Maintenance, ReplyIn
from topology.misfits import misfit


@dataclass(frozen=True, slots=True)
class BadEvent:
    """Why a line is no event: the id it names, the field, the reason; None where there is none."""

    id: str | None
    field: str | None
    reason: str


_decoder = msgspec.json.Decoder(Incoming)
_plain = msgspec.json.Decoder(dict[str, Any])
_frame_in = msgspec.msgpack.Decoder(Frame)
_frame_out = msgspec.msgpack.Encoder()


def decode(line: bytes) -> Incoming | BadEvent:
    """One JSON object of the contract's section 2."""
    try:
        event = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        return _explained(line, fault)
    if type(event) is Alarm:
        if event.severity is None and event.state == "raised":
            return BadEvent(event.id, "severity", "severity is required when an alarm is raised")
        return event
    return checked(event)


def convert(value: Any) -> Incoming | BadEvent:
    """The same for an object that is decoded already."""
    return decode(msgspec.json.encode(value))


def checked(event: Incoming) -> Incoming | BadEvent:
    """What the form alone does not tell."""
    match event:
        case Maintenance() if event.end <= event.start:
            return BadEvent(event.id, "end", "end must be after start")
        case Maintenance() if not event.objects:
            return BadEvent(event.id, "objects", "objects must name at least one object")
        case ComplaintIn() if not event.text.strip() and event.customer is None and not event.contact:
            return BadEvent(event.id, "text", "text is empty, and nothing tells who complains")
        case ComplaintIn() | ReplyIn() | _:
            return event


def _explained(line: bytes, fault: Exception) -> BadEvent:
    try:
        found = _plain.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return BadEvent(None, None, f"no JSON object in UTF-8: {str(fault)[:200]}")
    given = found.get("id")
    wrong = misfit(fault)
    field, reason = wrong.where, wrong.reason
    if field and not wrong.field and "." not in field:
        value = found.get(field)
        reason = f"{field}: {reason}" if not isinstance(value, str | int | float) else f"{field} {value!r}: {reason}"
    return BadEvent(given if isinstance(given, str) and given else None, field or None, reason[:500])


def pack(frame: Frame) -> bytes:
    """A frame as the journal keeps it."""
    return _frame_out.encode(frame)


def unpack(body: bytes) -> Frame:
    """Raises msgspec.DecodeError where the body is no frame of this version."""
    return _frame_in.decode(body)
