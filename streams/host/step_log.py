"""Each step as a line of the log, with the ids that lead on: domain, frame, incident, ticket, command and who gave it.

What people look for is `info` (commands, what became of incidents, what was decided); the rest is `debug`. References
only; what reads like a phone or a mail is left out.
"""

from typing import Any

import structlog

from connectors.formats.cloud_events import reference
from connectors.formats.raw_frames import RawFrame
from connectors.sending_ports import WRONG
from connectors.telemetry.witness import Committed, Fanned, Journaled, Tried, verdicts
from correlator.effects import Alert, Announced, Campaign, Effect, Handed, Noted, Notice, Rejected
from correlator.events import Command

CUSTOMER_BYTES = 4  # in a campaign's audience

log = structlog.get_logger("step")


class StepLog:
    """Implements `Witness`."""

    def kept(self, frame: RawFrame, done_us: int) -> None:
        del done_us
        log.debug("raw_frame_kept", raw_frame=frame.id, datagrams=len(frame.datagrams))

    def journaled(self, step: Journaled) -> None:
        log.debug("frame_appended", domain=step.domain, offset=step.offset, events=len(step.frame.events))

    def committed(self, step: Committed) -> None:
        with structlog.contextvars.bound_contextvars(domain=step.domain, offset=step.offset):
            log.debug("frame_folded", events=len(step.frame.events), effects=len(step.effects))
            for event in step.frame.events:
                if isinstance(event, Command):
                    order = {"order": event.id, "action": event.action, "target": event.target}
                    log.info("ordered", **named(order), by=event.actor, role=event.role)
            for row, _, verdict in verdicts(step):
                known = {"incident": row.id, "ticket": row.ticket, "root": verdict.root}
                log.info("incident", status=verdict.status, **named(known), severity=row.severity)
            for effect in step.effects:
                (log.debug if isinstance(effect, Announced | Noted | Handed) else log.info)("decided", **of(effect))

    def fanned(self, step: Fanned) -> None:
        log.info("queued", domain=step.domain, messages=step.messages, start=step.start, **of(step.effect))

    def tried(self, step: Tried) -> None:
        """One by one where it went wrong for good; a campaign's are counted elsewhere."""
        wrong = step.settled.state in WRONG and not isinstance(step.effect, Campaign)
        said = {"state": step.settled.state, "attempt": step.settled.attempt, "word": step.queued.word}
        (log.warning if wrong else log.debug)("tried", domain=step.domain, **said, **of(step.effect))


def of(effect: Effect) -> dict[str, str]:
    """What it is about."""
    what = {"effect": effect.id, "what": str(effect.__struct_config__.tag), "code": effect.reason.code}
    match effect:
        case Alert():
            return named({**what, "kind": effect.kind, "role": effect.role, "about": effect.about})
        case Campaign():
            customers = str(len(effect.audience) // CUSTOMER_BYTES)
            about = {"incident": effect.incident, "ticket": effect.ticket, "customers": customers}
            return named({**what, "kind": effect.kind, **about})
        case Notice():
            return named({**what, "kind": effect.kind, "incident": effect.incident, "ticket": effect.ticket})
        case Rejected():
            return named({**what, "about": effect.event, "field": effect.field})
        case Noted():
            return named({**what, "about": effect.about})
        case Announced():
            return named({**what, "kind": effect.kind, "about": effect.about})
        case Handed():
            return named({**what, "to": effect.to, "number": str(effect.number)})


def named(ids: dict[str, Any]) -> dict[str, str]:
    """Those that there are, and that name nobody."""
    return {name: str(value) for name, value in ids.items() if value and isinstance(reference(str(value)), str)}
