"""What the processes of a service say of themselves at `/metrics`, read twice, as one row a process.

A rate is what a counter grew by between two readings. A process that tells others how it is (the worker of one machine)
is read as of when it last spoke.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from prometheus_client import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from connectors.metrics import (
    ACTIVE_ALARMS,
    BEHIND,
    EDGE_DATAGRAMS_TAKEN,
    EVENTS_FOLDED,
    EVENTS_JOURNALED,
    INCIDENTS,
    MESSAGES,
    MESSAGES_SENT,
    OLDEST_EFFECT,
    OVERDUE_MESSAGE,
    SOLVES,
    UNEXPLAINED_ALARMS,
    UNQUEUED,
    Metric,
)
from connectors.telemetry.metrics import PROCESS

CPU, MEMORY = Metric("simpul_process_cpu_seconds_total", ""), Metric("simpul_process_resident_memory_bytes", "")
TAKEN = (EDGE_DATAGRAMS_TAKEN, EVENTS_JOURNALED)
STANDS = ("open", "clearing")  # of the states of an incident
WAITS = ("queued", "trying")  # ... of a message


@dataclass(frozen=True, slots=True)
class Reading:
    """One process at one moment."""

    process: str
    at_s: float  # monotonic
    figures: Mapping[str, Sequence[tuple[Mapping[str, str], float]]]  # name -> (labels, value)

    def sum(self, *metrics: Metric, label: str = "", values: Sequence[str] = ()) -> float | None:
        """Of these, where the label has one of the values; None where the process shows none of them."""
        found = [self.figures[one.name] for one in metrics if one.name in self.figures]
        rows = [(labels, n) for shown in found for labels, n in shown]
        return sum(n for labels, n in rows if not label or labels.get(label) in values) if found else None

    def most(self, *metrics: Metric) -> float | None:
        """The greatest of these figures; None where none is shown."""
        return max((n for one in metrics for _, n in self.figures.get(one.name, ())), default=None)


@dataclass(frozen=True, slots=True)
class Row:
    """One process between two readings; None: it is not this process's to know."""

    process: str
    taken_per_s: float | None
    lag_s: float | None  # age of the oldest frame that is not folded
    folded_per_s: float | None  # events
    solves_per_s: float | None
    active_alarms: float | None
    unexplained_alarms: float | None  # major and critical ones of them that no incident explains
    open_incidents: float | None
    waiting: float | None  # messages that are not sent
    oldest_s: float | None  # how long the one that is due longest waits
    sent_per_s: float | None
    cpu: float | None  # cores
    memory_bytes: float | None

    def told(self) -> dict[str, Any]:
        return asdict(self)


def readings(text: str, now_s: float) -> list[Reading]:
    """Of each process whose figures the text holds. Raises ValueError where it is no exposition."""
    families = list(text_string_to_metric_families(text))
    names = [one.labels[PROCESS] for family in families if family.name == MEMORY.name for one in family.samples]
    return [reading(name, families, now_s, alone=len(names) == 1) for name in names]


def reading(process: str, families: Iterable[Family], now_s: float, *, alone: bool) -> Reading:
    figures: dict[str, list[tuple[Mapping[str, str], float]]] = {}
    for family in families:
        if alone and not family.samples:
            figures[family.name] = []  # shown, and empty: it owns nothing now
        for sample in family.samples:
            if sample.name == f"simpul_{process}_silent_seconds":
                now_s -= sample.value
            elif sample.labels.get(PROCESS) == process:
                figures.setdefault(sample.name, []).append((sample.labels, sample.value))
    return Reading(process, now_s, figures)


def row(before: Reading | None, now: Reading) -> Row:
    """`before`: an earlier reading; None: there is none, and so no rate."""
    queued, unqueued = now.sum(MESSAGES, label="state", values=WAITS), now.sum(UNQUEUED)
    waiting = None if queued is None and unqueued is None else (queued or 0) + (unqueued or 0)
    folds = now.sum(ACTIVE_ALARMS) is not None
    return Row(
        process=now.process,
        taken_per_s=None if now.sum(*TAKEN) is None else rate(before, now, counted(*TAKEN)),
        lag_s=now.most(BEHIND),
        folded_per_s=rate(before, now, counted(EVENTS_FOLDED)) if folds else None,
        solves_per_s=rate(before, now, counted(SOLVES)) if folds else None,
        active_alarms=now.sum(ACTIVE_ALARMS),
        unexplained_alarms=now.sum(UNEXPLAINED_ALARMS),
        open_incidents=now.sum(INCIDENTS, label="status", values=STANDS),
        waiting=waiting,
        oldest_s=now.most(OLDEST_EFFECT, OVERDUE_MESSAGE),
        sent_per_s=None if waiting is None else rate(before, now, counted(MESSAGES_SENT)),
        cpu=rate(before, now, counted(CPU)),
        memory_bytes=now.sum(MEMORY),
    )


def counted(*metrics: Metric) -> Callable[[Reading], float]:
    return lambda one: one.sum(*metrics) or 0.0


def rate(before: Reading | None, now: Reading, of: Callable[[Reading], float]) -> float | None:
    """A second; None where nothing was said between the two. One that counts less than before has started anew."""
    if before is None or now.at_s - before.at_s < 0.1:
        return None
    grown = of(now) - of(before)
    return (grown if grown >= 0 else of(now)) / (now.at_s - before.at_s)
