"""What the worker shows of itself in numbers: how far it is behind, what stands, what waits to be sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product

from connectors.ports import Journal, Sendable, Store
from connectors.telemetry.metrics import PrometheusCounter
from correlator.customers import unpack
from correlator.effects import Campaign
from correlator.state import State
from streams.processes.intake.several import Intakes
from streams.processes.intake.writer import Intake
from streams.processes.tls import left_s
from streams.settings import Http

STATUSES = ("suspected", "open", "clearing", "resolved")  # of incidents that are not over
LOOKED_AT = 10  # effects that wait to be fanned out
UNQUEUED = "Messages of effects that are being fanned out, and are not queued yet"
OLDEST = "How long the oldest effect waits to be fanned out into messages"
OVERDUE = "How long the message that is due longest waits to be tried"
SEVERITIES = ("Critical", "Major", "Minor")

Labelled = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rows say at one moment."""

    alarms: int = 0
    incidents: Labelled = field(default_factory=dict)  # by (status, severity)


def standing(state: State) -> Standing:
    """On the thread that folds, between two turns."""
    incidents: dict[tuple[str, ...], float] = dict.fromkeys(product(STATUSES, SEVERITIES), 0)
    for row in state.incidents.values():
        if row.status in STATUSES and not row.home:
            incidents[row.status, row.severity] += 1
    return Standing(sum(row.active for row in state.alarms.values()), incidents)


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the fold is behind what was appended."""

    applied: int = 0
    end: int = 0
    behind_us: int = 0  # age of the oldest frame that is not folded


def lag(journal: Journal, domain: str, applied: int, now_us: int) -> Lag:
    """Raises PortError."""
    end = journal.end(domain)
    frames = journal.read(domain, applied, 1) if end > applied else []
    return Lag(applied, end, max(0, now_us - frames[0][1].at_us) if frames else 0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the outbox holds."""

    messages: Labelled = field(default_factory=dict)  # by (word, state)
    oldest_effect_us: int = 0  # how long the oldest effect waits to be fanned out
    overdue_us: int = 0  # how long the message that is due longest waits to be tried
    unqueued: int = 0  # messages of the oldest effects that are not queued yet


def waiting(store: Store, domain: str, now_us: int) -> Waiting:
    """A look at each message: not each second. Raises PortError."""
    outbox = store.outbox
    messages: dict[tuple[str, ...], float] = {key: float(count) for key, count in outbox.counts(domain).items()}
    pending, due_us = outbox.pending(domain, LOOKED_AT), outbox.next_due_us(domain)
    oldest_us = max(0, now_us - pending[0].effect.at_us) if pending else 0
    overdue_us = max(0, now_us - due_us) if due_us is not None else 0
    return Waiting(messages, oldest_us, overdue_us, sum(size(one.effect) - one.done for one in pending))


def size(effect: Sendable) -> int:
    """How many messages an effect becomes."""
    return len(unpack(effect.audience)) if isinstance(effect, Campaign) else 1


@dataclass(slots=True)
class Figures:
    """The last readings; `/metrics` shows them."""

    standing: Standing = field(default_factory=Standing)
    lag: Lag = field(default_factory=Lag)
    waiting: Waiting = field(default_factory=Waiting)

    def shown_by(self, counter: PrometheusCounter) -> None:
        counter.gauge("applied_offset", "Last frame that is folded and committed", lambda: self.lag.applied)
        counter.gauge("journal_offset", "Last frame of the journal", lambda: self.lag.end)
        counter.gauge("behind_seconds", "Age of the oldest frame that is not folded", lambda: self.lag.behind_us / 1e6)
        counter.gauge("active_alarms", "Alarms that stand", lambda: self.standing.alarms)
        counter.gauges(
            "incidents", "Incidents that are not over", ("status", "severity"), lambda: self.standing.incidents
        )
        counter.gauges("messages", "Messages of the outbox", ("word", "state"), lambda: self.waiting.messages)
        counter.gauge("unqueued_messages", UNQUEUED, lambda: self.waiting.unqueued)
        counter.gauge("oldest_effect_seconds", OLDEST, lambda: self.waiting.oldest_effect_us / 1e6)
        counter.gauge("overdue_message_seconds", OVERDUE, lambda: self.waiting.overdue_us / 1e6)


def shown_waiting(counter: PrometheusCounter, found: Callable[[], Mapping[str, Waiting]]) -> None:
    """What a process shows that sends: of each domain."""

    def each(read: Callable[[Waiting], float]) -> Callable[[], Labelled]:
        return lambda: {(domain,): read(one) for domain, one in found().items()}

    def messages() -> Labelled:
        return {(name, *key): count for name, one in found().items() for key, count in one.messages.items()}

    domain = ("domain",)
    counter.gauges("messages", "Messages of the outbox", ("domain", "word", "state"), messages)
    counter.gauges("unqueued_messages", UNQUEUED, domain, each(lambda one: one.unqueued))
    counter.gauges("oldest_effect_seconds", OLDEST, domain, each(lambda one: one.oldest_effect_us / 1e6))
    counter.gauges("overdue_message_seconds", OVERDUE, domain, each(lambda one: one.overdue_us / 1e6))


def shown_by_domain(counter: PrometheusCounter, owned: Callable[[], Mapping[str, Figures]]) -> None:
    """What a process shows that owns several domains, or none; `owned`: the figures of those that it does."""

    def each(read: Callable[[Figures], float]) -> Callable[[], Labelled]:
        return lambda: {(domain,): read(figures) for domain, figures in owned().items()}

    def incidents() -> Labelled:
        return {(name, *key): n for name, one in owned().items() for key, n in one.standing.incidents.items()}

    domain = ("domain",)
    counter.gauges("owned", "1 for each domain that this process owns", domain, each(lambda _: 1))
    counter.gauges(
        "applied_offset", "Last frame that is folded and committed", domain, each(lambda one: one.lag.applied)
    )
    counter.gauges("journal_offset", "Last frame of the journal", domain, each(lambda one: one.lag.end))
    counter.gauges(
        "behind_seconds",
        "Age of the oldest frame that is not folded",
        domain,
        each(lambda one: one.lag.behind_us / 1e6),
    )
    counter.gauges("active_alarms", "Alarms that stand", domain, each(lambda one: one.standing.alarms))
    counter.gauges("incidents", "Incidents that are not over", ("domain", "status", "severity"), incidents)


def heard(counter: PrometheusCounter, inlet: Intake | Intakes, http: Http) -> None:
    """What shows a process that opens the HTTP door and appends."""
    chain = http.certificate
    counter.gauge("waiting_events", "Events that wait to be written", lambda: inlet.waiting)
    counter.gauge("journal_full", "1 while nothing can be written", lambda: float(inlet.full is not None))
    if chain is not None:
        counter.gauge("certificate_left_seconds", "Until the door's certificate runs out", lambda: left_s(chain))
