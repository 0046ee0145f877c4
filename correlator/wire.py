"""Bytes to events and back: the contract's JSON lines in, the journal's msgpack frames in and out.

Bad input is data: a `BadInput` with the field and the reason, never an exception that escapes.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from correlator.events import Alarm, ComplaintIn, Frame, Incoming, Maintenance
from correlator.times import FIRST_YEAR, LAST_YEAR
from topology.english import misfit


@dataclass(frozen=True, slots=True)
class BadInput:
    """Why something that came in is not taken: the field, where it is one's, and the reason. `id`: what it names."""

    field: str | None
    reason: str
    id: str | None = None


_decoder = msgspec.json.Decoder(Incoming)
_plain = msgspec.json.Decoder(dict[str, Any])
_frame_in = msgspec.msgpack.Decoder(Frame)
_frame_out = msgspec.msgpack.Encoder()


def decode(line: bytes) -> Incoming | BadInput:
    """One JSON object of the contract's section 2."""
    try:
        event = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        return _explained(line, fault)
    if type(event) is Alarm:
        if event.severity is None and event.state == "raised":
            return BadInput("severity", "severity is required when an alarm is raised", event.id)
        return event
    return checked(event)


def convert(value: Any) -> Incoming | BadInput:
    """The same for an object that is decoded already."""
    return decode(msgspec.json.encode(value))


def checked(event: Incoming) -> Incoming | BadInput:
    """What the form alone does not tell."""
    match event:
        case Maintenance() if event.end <= event.start:
            return BadInput("end", "end must be after start", event.id)
        case Maintenance() if event.start.year < FIRST_YEAR:
            return BadInput("start", f"start must not be before the year {FIRST_YEAR}", event.id)
        case Maintenance() if event.end.year > LAST_YEAR:
            return BadInput("end", f"end must not be after the year {LAST_YEAR}", event.id)
        case Maintenance() if not event.objects:
            return BadInput("objects", "objects must name at least one object", event.id)
        case ComplaintIn() if not event.text.strip() and event.customer is None and not event.contact:
            return BadInput("text", "text is empty, and nothing tells who complains", event.id)
        case _:
            return event


def _explained(line: bytes, fault: Exception) -> BadInput:
    try:
        found = _plain.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return BadInput(None, f"no JSON object in UTF-8: {str(fault)[:200]}")
    given = found.get("id")
    wrong = misfit(fault)
    field, reason = wrong.where, wrong.reason
    if field and not wrong.field and "." not in field:
        value = found.get(field)
        reason = f"{field}: {reason}" if not isinstance(value, str | int | float) else f"{field} {value!r}: {reason}"
    return BadInput(field or None, reason[:500], given if isinstance(given, str) and given else None)


def pack(frame: Frame) -> bytes:
    """A frame as the journal keeps it."""
    return _frame_out.encode(frame)


def unpack(body: bytes) -> Frame:
    """Raises msgspec.DecodeError where the body is no frame of this version."""
    return _frame_in.decode(body)
