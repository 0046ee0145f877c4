"""Judges what the product made of one case, by the case's own truth."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

EARLY_S, LATE_S = (
    60.0,
    900.0,
)  # a notice is right from so long before the service is down until so long after it is back
LONG_S = 1800.0  # who is down for longer is to be told
SETTLED_S = 120.0  # "restored" so long before the last service is back is still right

Rows = list[dict[str, Any]]


@dataclass
class Score:
    """Of one case, as the file of results has it."""

    case: str
    family: str
    tellable: int = 0  # faults that somebody could know of
    found: int = 0
    missed: list[str] = field(default_factory=list)  # their elements
    wrong: list[str] = field(default_factory=list)  # incidents that opened with the root of nothing: "IN-000001 ROOT"
    twice: int = 0  # further incidents of a fault that has one
    told: int = 0  # customers who were told of an outage
    told_falsely: list[str] = field(default_factory=list)
    untold: int = 0  # customers down for half an hour and more of a fault that was found, who were told nothing
    restored_falsely: list[str] = field(default_factory=list)
    open_s: list[float] = field(default_factory=list)  # from the first word of a fault until its incident opened
    sure: list[tuple[float, bool]] = field(default_factory=list)  # confidence of each incident, and whether right
    seconds: float = 0.0  # of the replay
    said: str = ""  # where it could not run

    @property
    def passed(self) -> bool:
        return not (self.missed or self.wrong or self.told_falsely or self.restored_falsely or self.said)

    def row(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


def lines(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judge(score: Score, truth: dict[str, Any], out: Path) -> Score:
    """`out` is the folder that `simpul replay` wrote."""
    incidents = [row for row in lines(out / "incidents.jsonl") if row["opened_at"] and row["status"] != "merged"]
    _incidents(score, truth, incidents)
    _notices(score, truth, lines(out / "notifications.jsonl"))
    return score


def _seconds(truth: dict[str, Any], at: str) -> float:
    return (datetime.fromisoformat(at) - datetime.fromisoformat(truth["start"])).total_seconds()


def _incidents(score: Score, truth: dict[str, Any], incidents: Rows) -> None:
    """Each incident belongs to the fault of its root that began last before it opened."""
    taken: dict[int, dict[str, Any]] = {}
    faults = truth["faults"]
    for row in sorted(incidents, key=lambda one: one["opened_at"]):
        opened = _seconds(truth, row["opened_at"])
        mine = [n for n, f in enumerate(faults) if row["root"]["id"] in f["right"] and f["begin"] <= opened]
        score.sure.append((row["root"]["confidence"], bool(mine)))
        free = [number for number in mine if number not in taken]
        if free:
            taken[max(free, key=lambda n: (not faults[n]["optional"], faults[n]["begin"]))] = row
        elif mine:
            score.twice += 1
        else:
            score.wrong.append(f"{row['id']} {row['root']['id']}")
    for number, fault in enumerate(faults):
        if fault["tellable"] and not fault["optional"]:
            score.tellable += 1
            if number in taken:
                score.found += 1
                first = fault["begin"] if fault["told"] is None else fault["told"]
                score.open_s.append(round(_seconds(truth, taken[number]["opened_at"]) - first, 1))
            else:
                score.missed.append(fault["root"])


def _notices(score: Score, truth: dict[str, Any], notices: Rows) -> None:
    down: dict[str, list[tuple[float, float]]] = {}
    for row in truth["down"]:
        end = float("inf") if row["to"] is None else row["to"]
        down.setdefault(row["customer"], []).append((row["from"], end))
    told = {row["customer"] for row in notices if row["kind"] == "outage"}
    score.told = len(told)
    for row in notices:
        at = _seconds(truth, row["at"])
        periods = down.get(row["customer"], [])
        if row["kind"] == "outage" and not any(a - EARLY_S <= at <= b + LATE_S for a, b in periods):
            score.told_falsely.append(row["customer"])
        if row["kind"] == "restored" and any(a <= at < b - SETTLED_S for a, b in periods):
            score.restored_falsely.append(row["customer"])
    if score.found:
        long = {customer for customer, periods in down.items() if any(b - a > LONG_S for a, b in periods)}
        score.untold = len(long - told)
