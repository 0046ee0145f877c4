"""Spans for an OpenTelemetry collector (OTLP over HTTP): one trace an incident, from the datagram to the notice.

No record carries a context. The id of a trace is made of what travels anyway: of an incident's domain and id, or of a
raw frame's id. So each process says its part without hearing of the others, a repeat says the same span again, and all
keep or leave out the same traces. Only ids, codes and counts go out; why it is so: docs/decisions/0050-traces.md.
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags

from connectors.formats.cloud_events import reference
from connectors.formats.raw_frames import RawFrame
from connectors.metrics import SPANS_LOST, SPANS_SENT
from connectors.ports import Counter, Sendable
from connectors.telemetry.witness import Committed, Fanned, Journaled, Tried, arrived_us, subject_of, verdicts
from correlator.effects import Alert, Announced, Campaign
from correlator.events import Alarm, Complaint
from correlator.rows.incidents import IncidentRow, Verdict

PATIENCE_S = 3.0  # for the collector's answer
QUEUED = 8192  # spans that wait for it; what comes above is dropped
REMEMBERED = 20_000  # events that may become an incident's evidence, a domain
FRAMES = 50  # of an incident's evidence that have spans
MESSAGES = 10  # of a campaign, by one process
SAMPLED = TraceFlags(TraceFlags.SAMPLED)

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where spans go, and of which process they are."""

    endpoint: str  # http://collector:4318/v1/traces
    process: str  # edge, intake, worker, dispatch
    instance: str  # no other process has it
    sample: float = 1.0  # share of traces that are kept


@dataclass(frozen=True, slots=True)
class Span:
    """`id`: what names it within its trace, the same each time."""

    trace: str
    id: str
    name: str
    start_us: int
    end_us: int
    above: str | None = None  # id of its parent; None: it is the trace's first
    about: dict[str, Value] = field(default_factory=dict)
    links: Sequence[tuple[str, str]] = ()  # (trace, id of a span of it)
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that was folded, should it become evidence."""

    arrived_us: int
    step: Committed


class Traces:
    """Implements `Witness`. Counts spans, sent and lost. `close` waits some seconds at most."""

    def __init__(self, place: Place, counter: Counter) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it is counted
        self._resource = Resource({"service.name": f"simpul-{place.process}", "service.instance.id": place.instance})
        self._most = int(place.sample * 2**64)
        self._out = _Counted(OTLPSpanExporter(place.endpoint, timeout=PATIENCE_S), counter)
        self._queue = BatchSpanProcessor(self._out, max_queue_size=QUEUED)
        self._seen: dict[str, OrderedDict[str, Seen]] = {}  # by domain, by event; each domain has one thread
        self._evidence: OrderedDict[str, int] = OrderedDict()  # trace -> frames that have spans
        self._messages: OrderedDict[str, int] = OrderedDict()  # campaign -> messages that have spans

    def close(self) -> None:
        self._out.closing = True
        self._queue.shutdown()  # type: ignore[no-untyped-call]  # it has no types

    # The steps

    def kept(self, frame: RawFrame, done_us: int) -> None:
        since_us = min(datagram.at_us for datagram in frame.datagrams)
        about: dict[str, Value] = {"simpul.raw_frame": frame.id, "simpul.datagrams": len(frame.datagrams)}
        self._say(Span(raw(frame.id), "raw", "raw frame kept", since_us, done_us, about=about))

    def journaled(self, step: Journaled) -> None:
        """What became of raw frames."""
        came: dict[str, list[int]] = {}
        for event in step.frame.events:
            if isinstance(event, Alarm) and (name := raw_frame_of(event.id)) and (at_us := arrived_us(event)):
                came.setdefault(name, []).append(at_us)
        for name, times_us in came.items():
            about: dict[str, Value] = {**placed(step.domain, step.offset), "simpul.events": len(times_us)}
            own = f"journaled {step.domain} {step.offset}"
            self._say(Span(raw(name), own, "frame appended", min(times_us), step.done_us, "raw", about))

    def committed(self, step: Committed) -> None:
        self._remember(step)
        for row, number, verdict in verdicts(step):
            self._verdict(step, row, number, verdict)
        for incident, events in joined(step).items():
            self._explain(step.domain, incident, events)
        for effect in step.effects:
            if isinstance(effect, Sendable):
                self._decided(step, effect)

    def fanned(self, step: Fanned) -> None:
        effect = step.effect
        trace, above = of(step.domain, subject_of(effect)), f"decided {effect.id}"
        about = {**told(step.domain, effect), "simpul.messages": step.messages}
        own, name = f"queued {effect.id} {step.start}", f"{kind(effect)} queued"
        self._say(Span(trace, own, name, effect.at_us, step.done_us, above, about))

    def tried(self, step: Tried) -> None:
        effect, settled = step.effect, step.settled
        if isinstance(effect, Campaign) and not self._few(self._messages, effect.id, MESSAGES):
            return
        trace, above = of(step.domain, subject_of(effect)), f"queued {effect.id} 0"
        about = {
            **told(step.domain, effect),
            "simpul.state": settled.state,
            "simpul.word": step.queued.word,
            "simpul.attempt": settled.attempt,
        }
        own, bad = f"sent {settled.id} {settled.attempt}", settled.state != "sent"
        name = f"{kind(effect)} {'not sent' if bad else 'sent'}"
        self._say(Span(trace, own, name, settled.at_us, step.done_us, above, about, failed=bad))

    # An incident

    def _remember(self, step: Committed) -> None:
        kept = self._seen.setdefault(step.domain, OrderedDict())
        for event in step.frame.events:
            if isinstance(event, Alarm | Complaint):
                kept[event.id] = Seen(arrived_us(event) or step.frame.at_us, step)
        while len(kept) > REMEMBERED:
            kept.popitem(last=False)

    def _verdict(self, step: Committed, row: IncidentRow, number: int, verdict: Verdict) -> None:
        """From the verdict before it; the first: from when it began. Nothing is told of one that never opened."""
        if row.opened_us is None or verdict.at_us < row.opened_us:
            return
        trace, began_us = of(step.domain, row.id), min(row.since_us, row.suspected_us)
        about = {**placed(step.domain, step.offset), "simpul.incident": row.id, "simpul.severity": row.severity}
        about["simpul.ticket"] = row.ticket or ""
        news = range(number, number + 1)
        if verdict.status == "open" and verdict.at_us == row.opened_us:
            self._say(Span(trace, "incident", "incident", began_us, step.done_us, about=about))
            news = range(number + 1)
        for one in news:
            since_us, said = row.verdicts[one - 1].at_us if one else began_us, row.verdicts[one]
            own, name, whole = f"verdict {one}", f"incident {said.status}", {**about, "simpul.root": said.root}
            self._say(Span(trace, own, name, since_us, said.at_us, "incident", whole))

    def _explain(self, domain: str, incident: str, events: Iterable[str]) -> None:
        """What came in, frame by frame, of the evidence that the incident took."""
        trace, kept = of(domain, incident), self._seen.get(domain, OrderedDict())
        frames: dict[int, list[tuple[str, Seen]]] = {}
        for event in events:
            if (seen := kept.pop(event, None)) is not None:
                frames.setdefault(seen.step.offset, []).append((event, seen))
        for offset, those in sorted(frames.items()):
            if not self._few(self._evidence, trace, FRAMES):
                return
            step, since_us = those[0][1].step, min(seen.arrived_us for _, seen in those)
            about: dict[str, Value] = {**placed(domain, offset), "simpul.events": len(those)}
            about["simpul.first_event"] = str(reference(those[0][0]) or "")
            names = dict.fromkeys(name for event, _ in those if (name := raw_frame_of(event)))
            links, at_us = [(raw(name), "raw") for name in names], max(since_us, step.frame.at_us)
            came = f"received {offset}"
            self._say(Span(trace, came, "received and appended", since_us, at_us, "incident", about, links))
            self._say(Span(trace, f"folded {offset}", "frame folded", at_us, step.done_us, came, about))

    def _decided(self, step: Committed, effect: Sendable) -> None:
        about = {**placed(step.domain, step.offset), **told(step.domain, effect), "simpul.code": effect.reason.code}
        above = None if isinstance(effect, Alert | Announced) or effect.incident is None else "incident"
        trace, own = of(step.domain, subject_of(effect)), f"decided {effect.id}"
        span = Span(trace, own, f"{kind(effect)} decided", effect.at_us, step.done_us, above, about)
        self._say(span)
        outage = incident_of(step, subject_of(effect))
        if above is None and outage is not None:  # about its ticket, which has a trace of its own
            self._say(replace(span, trace=of(step.domain, outage), above="incident", links=[(trace, own)]))

    # The way out

    def _few(self, known: OrderedDict[str, int], name: str, most: int) -> bool:
        """Whether one more is not too many."""
        known[name] = known.pop(name, 0) + 1
        if len(known) > REMEMBERED:
            known.popitem(last=False)
        return known[name] <= most

    def _say(self, span: Span) -> None:
        trace_id = number(span.trace, 16)
        if trace_id % 2**64 >= self._most:
            return
        start_ns = span.start_us * 1000
        self._queue.on_end(
            ReadableSpan(
                span.name,
                context(trace_id, f"{span.trace} {span.id}"),
                None if span.above is None else context(trace_id, f"{span.trace} {span.above}"),
                self._resource,
                {name: value for name, value in span.about.items() if value != ""},
                links=[Link(context(number(trace, 16), f"{trace} {own}")) for trace, own in span.links],
                status=Status(StatusCode.ERROR) if span.failed else Status(StatusCode.UNSET),
                start_time=start_ns,
                end_time=max(start_ns, span.end_us * 1000),
            )
        )


class _Counted(SpanExporter):
    """Counts what went; when we are closing, what was refused once is not tried at length again."""

    def __init__(self, out: OTLPSpanExporter, counter: Counter) -> None:
        self._out = out
        self._counter = counter
        self._refused = False
        self.closing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        lost = SpanExportResult.FAILURE
        said = lost if self.closing and self._refused else self._out.export(spans)
        self._refused = said is lost
        self._counter.count(SPANS_LOST if self._refused else SPANS_SENT, n=len(spans))
        return said

    def shutdown(self) -> None:
        self._out.shutdown()  # type: ignore[no-untyped-call]  # it has no types


# Names, and the numbers made of them


def raw(frame: str) -> str:
    """The trace of a raw frame."""
    return f"raw {frame}"


def of(domain: str, subject: str) -> str:
    """The trace of an incident; of a ticket, where there is no incident."""
    return f"{domain} {subject}"


def number(name: str, octets: int) -> int:
    """Never nought: that would be no id (W3C Trace Context)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=octets).digest(), "big") or 1


def context(trace_id: int, span: str) -> SpanContext:
    return SpanContext(trace_id, number(span, 8), is_remote=False, trace_flags=SAMPLED)


def raw_frame_of(event: str) -> str | None:
    """The raw frame that an alarm's id names (`.../FRAME/INDEX.NUMBER`, its name has one stroke); None: none does."""
    parts = event.rsplit("/", 3)
    return f"{parts[1]}/{parts[2]}" if len(parts) == 4 and "." in parts[3] else None


def kind(effect: Sendable) -> str:
    return str(effect.__struct_config__.tag)


def placed(domain: str, offset: int) -> dict[str, Value]:
    return {"simpul.domain": domain, "simpul.offset": offset}


def told(domain: str, effect: Sendable) -> dict[str, Value]:
    """What an effect is about, in ids and codes."""
    about: dict[str, Value] = {"simpul.domain": domain, "simpul.effect": effect.id, "simpul.kind": effect.kind}
    if isinstance(effect, Alert):
        return about | {"simpul.role": effect.role, "simpul.about": str(reference(effect.about) or "")}
    if isinstance(effect, Announced):
        return about | {"simpul.about": effect.about}
    return about | {"simpul.incident": effect.incident or "", "simpul.ticket": effect.ticket}


def joined(step: Committed) -> dict[str, list[str]]:
    """Incident -> ids of the events that became its evidence in this step."""
    found: dict[str, list[str]] = {}
    for table, _, row in step.changes:
        if row is None:
            continue
        if table == "members":
            found.setdefault(row.incident, []).append(row.event)
        elif table == "complaints" and row.incident:
            found.setdefault(row.incident, []).append(row.id)
    return found


def incident_of(step: Committed, ticket: str) -> str | None:
    """The incident of a ticket that changed in this step."""
    for table, key, row in step.changes:
        if table == "tickets" and key == ticket and row is not None:
            return None if row.incident is None else str(row.incident)
    return None
