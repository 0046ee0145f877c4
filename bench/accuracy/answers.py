"""What the service or a baseline answered, in one form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.accuracy.case import seconds


@dataclass(slots=True)
class Found:
    """One incident."""

    root: str
    opened: float | None
    first: float = 0.0  # when its first evidence was
    suspected: bool = False  # it still stands as a suspicion
    confidence: float | None = None
    alternatives: list[str] = field(default_factory=list)
    severity: str = "Major"
    verdicts: list[tuple[float, str, str]] = field(default_factory=list)  # when, status, root
    id: str = ""
    equivalent: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Answer:
    found: list[Found]
    outage_told: set[str] = field(default_factory=set)  # customers who were told of an outage
    wall_s: float = 0.0
    late: bool = False  # it was not done in time, and answered nothing


def read(folder: Path) -> Answer:
    """From the files of a replay."""
    rows = [json.loads(line) for line in (folder / "incidents.jsonl").read_bytes().splitlines()]
    found = [_found(row) for row in rows if row["status"] != "merged"]
    told = {
        row["customer"]
        for row in map(json.loads, (folder / "notifications.jsonl").read_bytes().splitlines())
        if row["kind"] == "outage"
    }
    return Answer(found, told)


def _found(row: dict[str, Any]) -> Found:
    root = row["root"]
    return Found(
        root["id"],
        seconds(row["opened_at"]) if row["opened_at"] else None,
        seconds(row["first_event_at"]) if row["first_event_at"] else 0.0,
        row["status"] == "suspected",
        root["confidence"],
        [one["id"] for one in row["alternatives"]],
        row["severity"],
        [(seconds(one["at"]), one["status"], one["root"]) for one in row["verdicts"]],
        row["id"],
        root["equivalent"],
    )
