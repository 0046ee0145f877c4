"""Ids of what the intake takes in: each belongs to its sender, with one content (decision 0073)."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from correlator.events import (
    EPOCH,
    Command,
    Complaint,
    ComplaintIn,
    Event,
    Frame,
    Incoming,
    Receipt,
    Reply,
    ReplyIn,
)
from correlator.wire import BadInput


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register is asked: whether this id is new, and for a complaint its number."""

    kind: str  # complaint, command, reply, receipt
    id: str
    number: str | None = None  # given by who sends the complaint
    sender: str | None = None  # whose the id is; None: the service's own, or nobody knows
    content: bytes | None = None  # its digest


class Owned(NamedTuple):
    """Whose an id is that the register has, and with which content."""

    sender: str | None
    content: bytes | None

    def by(self, entry: Entry) -> bool:
        """Whether it is this sender's; what was learned from the journal alone is anybody's."""
        return self.sender is None or entry.sender is None or self.sender == entry.sender

    def differs(self, entry: Entry) -> bool:
        return self.content is not None and entry.content is not None and self.content != entry.content


def names_of(entry: Entry) -> tuple[str, ...]:
    """What the journal may call it."""
    return (entry.id,) if entry.sender is None else (entry.id, f"{entry.id}@{entry.sender}")


def placed(entry: Entry, known: Mapping[str, Owned]) -> str | BadInput:
    """What the journal calls it: as its sender did, unless another sender's is called so. `known`: whose names are."""
    names = names_of(entry)
    own = next((name for name in reversed(names) if name in known and known[name].by(entry)), None)
    if own is not None:
        return other_content(entry) if known[own].differs(entry) else own
    free = next((name for name in names if name not in known), None)
    return free or BadInput("id", f"the id {entry.id} is another sender's; give this {entry.kind} an id of its own")


def other_content(entry: Entry) -> BadInput:
    """The id was used for something else."""
    return BadInput(
        "id", f"the id {entry.id} was used for a {entry.kind} of other content; give this one an id of its own"
    )


def entry_of(event: Event | Incoming, sender: str | None = None) -> Entry | None:
    """What the register remembers of an event, before it is in the journal or after; None: it may come as it likes."""
    match event:
        case Complaint() | ComplaintIn():
            return Entry("complaint", event.id, event.number, sender, digest(event))
        case Command():
            return Entry("command", event.id, None, sender, digest(event))
        case Reply() | ReplyIn():
            return Entry("reply", event.id, None, sender, digest(event))
        case Receipt():
            return Entry("receipt", event.id, None, sender, digest(event))
        case _:
            return None


def digest(event: Complaint | ComplaintIn | Command | Reply | ReplyIn | Receipt) -> bytes:
    """Of what is said; not of when, which a sender that tries again may write anew."""
    said = msgspec.structs.replace(event, id="", time=EPOCH)
    if isinstance(said, ComplaintIn):
        said = msgspec.structs.replace(said, received=None)
    return hashlib.blake2b(msgspec.msgpack.encode(said, order="sorted"), digest_size=16).digest()


def remembered(frames: Iterable[Frame]) -> Iterator[tuple[Entry, int]]:
    """What the register remembers of frames, each with when it was appended; who sent it, no frame says."""
    for frame in frames:
        for event in frame.events:
            if (entry := entry_of(event)) is not None:
                yield replace(entry, content=None), frame.at_us
