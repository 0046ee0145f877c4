"""What the processes of a service say of themselves at `/metrics`, read twice, as one row a process.

A rate is what a counter grew by between two readings. A process that tells others how it is (the worker of one machine)
is read as of when it last spoke.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

PROCESS = re.compile(r"simpul_(?P<name>[a-z]+)_process_resident_memory_bytes")
TAKEN = ("edge.taken", "intake.events", "inflow.events")
STANDS = ("open", "clearing")  # of the states of an incident
WAITS = ("queued", "trying")  # ... of a message


@dataclass(frozen=True, slots=True)
class Reading:
    """One process at one moment."""

    process: str
    at_s: float  # monotonic
    counts: Mapping[str, float]  # by what, over all reasons
    figures: Mapping[str, Sequence[tuple[Mapping[str, str], float]]]  # name, without the process -> (labels, value)

    def sum(self, name: str, label: str = "", values: Sequence[str] = ()) -> float | None:
        """Of a figure, where the label has one of the values; None where the process does not show it."""
        shown = self.figures.get(name)
        return None if shown is None else sum(n for labels, n in shown if not label or labels.get(label) in values)

    def most(self, *names: str) -> float | None:
        """The greatest of these figures; None where none is shown."""
        return max((n for name in names for _, n in self.figures.get(name, ())), default=None)


@dataclass(frozen=True, slots=True)
class Row:
    """One process between two readings; None: it is not this process's to know."""

    process: str
    taken_per_s: float | None
    lag_s: float | None  # age of the oldest frame that is not folded
    folded_per_s: float | None  # events
    solves_per_s: float | None
    active_alarms: float | None
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
    names = [found["name"] for one in families if (found := PROCESS.fullmatch(one.name))]
    return [reading(name, families, now_s) for name in names]


def reading(process: str, families: Iterable[Metric], now_s: float) -> Reading:
    prefix, silent = f"simpul_{process}_", re.compile(rf"simpul_[a-z]+_{process}_silent_seconds")
    counts: dict[str, float] = defaultdict(float)
    figures: dict[str, list[tuple[Mapping[str, str], float]]] = {}
    for family in families:
        for sample in family.samples:
            if silent.fullmatch(sample.name):
                now_s -= sample.value
            elif sample.name == f"{prefix}total":
                counts[sample.labels["what"]] += sample.value
            elif sample.name.startswith(prefix):
                figures.setdefault(sample.name.removeprefix(prefix), []).append((sample.labels, sample.value))
        if family.name.startswith(prefix):
            figures.setdefault(family.name.removeprefix(prefix), [])  # shown, and empty: it owns nothing now
    return Reading(process, now_s, counts, figures)


def row(before: Reading | None, now: Reading) -> Row:
    """`before`: an earlier reading; None: there is none, and so no rate."""
    waiting, unqueued = now.sum("messages", "state", WAITS), now.sum("unqueued_messages")
    return Row(
        process=now.process,
        taken_per_s=rate(before, now, counted(*TAKEN)) if takes(now) else None,
        lag_s=now.most("behind_seconds"),
        folded_per_s=rate(before, now, counted("kernel.events")) if folds(now) else None,
        solves_per_s=rate(before, now, counted("kernel.solves")) if folds(now) else None,
        active_alarms=now.sum("active_alarms"),
        open_incidents=now.sum("incidents", "status", STANDS),
        waiting=None if waiting is None else waiting + (unqueued or 0),
        oldest_s=now.most("oldest_effect_seconds", "overdue_message_seconds"),
        sent_per_s=None if waiting is None else rate(before, now, counted("outbox.sent")),
        cpu=rate(before, now, lambda one: one.sum("process_cpu_seconds_total") or 0.0),
        memory_bytes=now.sum("process_resident_memory_bytes"),
    )


def takes(one: Reading) -> bool:
    return any(name in one.counts for name in TAKEN)


def folds(one: Reading) -> bool:
    return "active_alarms" in one.figures


def counted(*names: str) -> Callable[[Reading], float]:
    return lambda one: sum(one.counts.get(name, 0.0) for name in names)


def rate(before: Reading | None, now: Reading, of: Callable[[Reading], float]) -> float | None:
    """A second; None where nothing was said between the two. One that counts less than before has started anew."""
    if before is None or now.at_s - before.at_s < 0.1:
        return None
    grown = of(now) - of(before)
    return (grown if grown >= 0 else of(now)) / (now.at_s - before.at_s)
