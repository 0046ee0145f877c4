"""What the worker shows of itself in numbers: how far it is behind, what stands, what waits to be sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product

from connectors.metrics import (
    ACTIVE_ALARMS,
    APPLIED_OFFSET,
    BEHIND,
    CERTIFICATE_LEFT,
    EVENTS_WAITING,
    INCIDENTS,
    JOURNAL_FULL,
    JOURNAL_OFFSET,
    MESSAGES,
    OLDEST_EFFECT,
    OVERDUE_MESSAGE,
    OWNED,
    UNEXPLAINED_ALARMS,
    UNQUEUED,
)
from connectors.ports import Journal, Sendable, Store
from connectors.telemetry.metrics import PrometheusCounter
from correlator.customers import unpack
from correlator.effects import Campaign
from correlator.incidents.unexplained import is_serious
from correlator.state import State
from streams.processes.intake.several import Intakes
from streams.processes.intake.writer import Intake
from streams.processes.tls import left_s
from streams.settings import Http

STATUSES = ("suspected", "open", "clearing", "resolved")  # of incidents that are not over
LOOKED_AT = 10  # effects that wait to be fanned out
SEVERITIES = ("Critical", "Major", "Minor")

Labelled = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rows say at one moment."""

    alarms: int = 0
    incidents: Labelled = field(default_factory=dict)  # by (status, severity)
    unexplained: int = 0  # major and critical alarms that no incident explains


def standing(state: State) -> Standing:
    """On the thread that folds, between two turns."""
    incidents: dict[tuple[str, ...], float] = dict.fromkeys(product(STATUSES, SEVERITIES), 0)
    for row in state.incidents.values():
        if row.status in STATUSES and not row.home:
            incidents[row.status, row.severity] += 1
    now_us = state.now_us
    unexplained = sum(row.incident is None and is_serious(row, now_us) for row in state.alarms.values())
    return Standing(state.alarm_counts.standing, incidents, unexplained)


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


def shown_waiting(counter: PrometheusCounter, found: Callable[[], Mapping[str, Waiting]]) -> None:
    """What a process shows that sends: of each domain."""

    def each(read: Callable[[Waiting], float]) -> Callable[[], Labelled]:
        return lambda: {(domain,): read(one) for domain, one in found().items()}

    def messages() -> Labelled:
        return {(name, *key): count for name, one in found().items() for key, count in one.messages.items()}

    counter.gauges(MESSAGES, messages)
    counter.gauges(UNQUEUED, each(lambda one: one.unqueued))
    counter.gauges(OLDEST_EFFECT, each(lambda one: one.oldest_effect_us / 1e6))
    counter.gauges(OVERDUE_MESSAGE, each(lambda one: one.overdue_us / 1e6))


def shown_by_domain(counter: PrometheusCounter, owned: Callable[[], Mapping[str, Figures]]) -> None:
    """What a process shows that owns several domains, or none; `owned`: the figures of those that it does."""

    def each(read: Callable[[Figures], float]) -> Callable[[], Labelled]:
        return lambda: {(domain,): read(figures) for domain, figures in owned().items()}

    def incidents() -> Labelled:
        return {(name, *key): n for name, one in owned().items() for key, n in one.standing.incidents.items()}

    counter.gauges(OWNED, each(lambda _: 1))
    counter.gauges(APPLIED_OFFSET, each(lambda one: one.lag.applied))
    counter.gauges(JOURNAL_OFFSET, each(lambda one: one.lag.end))
    counter.gauges(BEHIND, each(lambda one: one.lag.behind_us / 1e6))
    counter.gauges(ACTIVE_ALARMS, each(lambda one: one.standing.alarms))
    counter.gauges(UNEXPLAINED_ALARMS, each(lambda one: one.standing.unexplained))
    counter.gauges(INCIDENTS, incidents)


def heard(counter: PrometheusCounter, inlet: Intake | Intakes, http: Http) -> None:
    """What shows a process that opens the HTTP door and appends."""
    chain = http.certificate
    counter.gauge(EVENTS_WAITING, lambda: inlet.waiting)
    counter.gauge(JOURNAL_FULL, lambda: float(inlet.full is not None))
    if chain is not None:
        counter.gauge(CERTIFICATE_LEFT, lambda: left_s(chain))
