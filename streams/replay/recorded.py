"""`simpul replay --journal`: folds what a live service recorded, under the Worlds that the journal names.

It takes its clock from the frames and appends nothing: heartbeats are records, so each deadline fires where it fired.
"""

from collections.abc import Iterator

import msgspec

from connectors.ports import Journal
from correlator import kernel
from correlator.events import (
    SECOND_US,
    Complaint,
    Event,
    Handover,
    KernelVersion,
    Quarantine,
    Reply,
    WorldChange,
    microseconds,
)
from correlator.learning.history import Watch
from streams.replay.replay import Given, Numbers, Replay, by_hash

READ = 500  # frames at once


class CannotReplay(ValueError):
    """The journal needs what was not given: a World, or another version of the kernel."""


def replay_journal(given: Given, journal: Journal, domain: str, drain_s: float, watch: Watch | None = None) -> Replay:
    """Fold a domain's frames from the first to the last. Raises CannotReplay."""
    run = Replay(given.first(domain), by_hash(given.worlds), by_hash(given.policies), Numbers(frozenset()))
    run.watch = watch
    listed = [event for _, _, _, event in events(journal, domain) if isinstance(event, Quarantine)]
    skipped = {(event.offset, event.index) for event in listed if event.deadline is None}
    due = (event.deadline for event in listed if event.deadline is not None)
    run.state.quarantined = frozenset((one.kind, one.subject, microseconds(one.due)) for one in due)
    started = False
    for offset, index, at_us, event in events(journal, domain):
        run.events += 1
        run.received_us = max(run.received_us, at_us)
        check(run, event)
        if not started:
            started = isinstance(event, WorldChange)
            if started:  # the World in force from the start is the first that the journal names
                run.world = run.then(event) or run.world  # type: ignore[arg-type]  # just seen to be one
            kernel.wake(run.state, run.world)
        if (offset, index) not in skipped:
            run.fold(offset, shown(event), at_us, event, index)
    run.drain(run.received_us + round(drain_s * SECOND_US))
    return run


def events(journal: Journal, domain: str) -> Iterator[tuple[int, int, int, Event]]:
    """(offset, index, at_us, event) of each event, in order."""
    after = 0
    while frames := journal.read(domain, after, READ):
        for offset, frame in frames:
            for index, event in enumerate(frame.events):
                yield offset, index, frame.at_us, event
        after = frames[-1][0]


def check(run: Replay, event: Event) -> None:
    match event:
        case KernelVersion() if event.version != kernel.VERSION:
            raise CannotReplay(f"the journal was written by kernel {event.version}, this is {kernel.VERSION}")
        case WorldChange():
            for name, value, known in (
                ("inventory", event.inventory, run.worlds.keys()),
                ("policy", event.policy, run.policies.keys()),
            ):
                if value is not None and value not in known:
                    raise CannotReplay(f"the journal names the {name} of hash {value}; give it with --{name}")
        case _:
            return


def shown(event: Event) -> bytes:
    """What `rejected.jsonl` shows of an event; nothing that is sealed."""
    if isinstance(event, Complaint | Reply):
        event = msgspec.structs.replace(event, sealed=None)
    elif isinstance(event, Handover) and isinstance(event.what, Reply):
        event = msgspec.structs.replace(event, what=msgspec.structs.replace(event.what, sealed=None))
    return msgspec.json.encode(event)
