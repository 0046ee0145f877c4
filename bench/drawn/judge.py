"""Judges what the service made of a case. Right is the element that broke, and what nobody could tell from it: with it
failed instead, alone or beside the other faults, the same would be heard and the same customers be down."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.drawn.case import Case, seconds
from bench.drawn.faults import JUST_AFTER_S, Fault, Spell, failed_at
from bench.drawn.network import device_of

Row = dict[str, Any]

BEFORE_S, AFTER_S = 900, 1800  # an incident belongs to a fault from so long before it until so long after it
GROWN_S = 2700  # the words of an incident may be of a fault that began so long after the first of them
LONG_S = 1200  # who is down for so long is to be told
SOON_S = 60  # a notice may come so long before its outage: clocks
LATE_S = 2700  # and so long after it
TOLD_LATE_S = 1800  # who hears of it so long after it has been told at least
AFTER_CASE_S = 3000  # what stands at the end of a case is held for so long more


@dataclass(slots=True)
class Score:
    """Of one case, as the file of results has it."""

    case: str
    family: str
    seed: int
    faults: int = 0
    shown: int = 0  # faults of which something was delivered
    right: int = 0  # incidents, one a fault at most
    false: list[str] = field(default_factory=list)  # roots of the other incidents that opened
    chance: int = 0  # of these: held by nothing but words that were never true
    doubled: int = 0  # of these: of a fault that has one already
    neutral: int = 0  # incidents of a household that switched off: neither right nor false
    missed: list[str] = field(default_factory=list)  # "KIND ROOT", of shown faults
    faint: int = 0  # of these: by one word
    notices: int = 0
    told_falsely: list[str] = field(default_factory=list)  # customers, one a notice
    down: int = 0  # customers without service for LONG_S and more
    never_told: list[str] = field(default_factory=list)  # of these

    def row(self) -> Row:
        return asdict(self)


def judge(case: Case, out: Path) -> Score:
    """`out` is the folder that `simpul replay` wrote."""
    score = Score(case.name, case.family, case.seed, faults=len(case.faults))
    opened = [row for row in _rows(out / "incidents.jsonl") if row["opened_at"] and row["status"] != "merged"]
    _incidents(score, case, opened)
    _notices(score, case, [row for row in _rows(out / "notifications.jsonl") if row["kind"] == "outage"])
    return score


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _incidents(score: Score, case: Case, incidents: list[Row]) -> None:
    shown = [fault for fault in case.faults if fault.evidence > 0]
    of = {n: _faults_of(case, incident, shown) for n, incident in enumerate(incidents)}
    taken = matched({n: of[n] for n in sorted(of, key=lambda n: incidents[n]["opened_at"]) if of[n]})
    score.shown, score.right = len(shown), len(taken)
    right = set(taken.values())
    for n, incident in enumerate(incidents):
        root = incident["root"]["id"]
        if n in right:
            continue
        if root in case.neutral:
            score.neutral += 1
            continue
        score.false.append(root)
        score.doubled += bool(of[n])
        score.chance += not of[n] and _by_chance(case, incident)
    missed = [fault for n, fault in enumerate(shown) if n not in taken]
    score.missed = [f"{fault.kind} {fault.root}" for fault in missed]
    score.faint = sum(fault.evidence == 1 for fault in missed)


def _faults_of(case: Case, incident: Row, shown: list[Fault]) -> list[int]:
    """The numbers of the faults whose root it names, at about their time."""
    held = {*incident["alarms"], *incident["complaints"]}
    first = seconds(incident["first_event_at"])
    last = max((event["time"] for event in case.events if event.get("id") in held), default=first)
    at = max(first, min(last, first + GROWN_S))
    return [
        n
        for n, fault in enumerate(shown)
        if fault.begin - BEFORE_S <= at <= fault.end + AFTER_S and is_right(case, incident["root"]["id"], fault)
    ]


def is_right(case: Case, root: str, fault: Fault) -> bool:
    physics, signature = case.scene.physics, case.scene.listening.signature
    if root == fault.root:
        return True
    if not physics.knows(root):
        return False
    if fault.kind == "card":
        return fault.elements == [root]
    if fault.kind == "power":
        inside = physics.devices_at[fault.root]
        if root in inside and sum(case.scene.network.role(device) != "splitter" for device in inside) == 1:
            return True
    own = frozenset(fault.elements)
    if signature([root]).explains(signature(own)):
        return True
    later = [other.begin for other in case.faults if fault.begin <= other.begin < fault.end]
    for moment in {fault.begin, *later}:
        others = failed_at(case.faults, moment + JUST_AFTER_S, but=fault)
        if others and signature(others | {root}).explains(signature(others | own)):
            return True
    return False


def matched(choices: dict[int, list[int]]) -> dict[int, int]:
    """By fault the incident that takes it, such that as many as can be have one (augmenting paths)."""
    taken: dict[int, int] = {}

    def place(incident: int, tried: set[int]) -> bool:
        for fault in choices[incident]:
            if fault not in tried:
                tried.add(fault)
                if fault not in taken or place(taken[fault], tried):
                    taken[fault] = incident
                    return True
        return False

    for incident in choices:
        place(incident, set())
    return taken


def _by_chance(case: Case, incident: Row) -> bool:
    """Whether all its alarms are of objects of which false words were told, or of the card that warns all the time."""
    held = set(incident["alarms"])
    objects = {event["object"] for event in case.events if event["type"] == "alarm" and event["id"] in held}
    strays = {name for name, _ in case.strays}
    return bool(objects) and all(name in strays or device_of(name) == case.chatters for name in objects)


def _notices(score: Score, case: Case, notices: list[Row]) -> None:
    told: dict[str, list[float]] = {}
    for row in notices:
        at = seconds(row["at"])
        told.setdefault(row["customer"], []).append(at)
        spells = case.down.get(row["customer"], [])
        if not any(begin - SOON_S <= at <= end + LATE_S for begin, end in spells):
            score.told_falsely.append(row["customer"])
    score.notices = len(notices)
    for customer, spells in case.owed.items():
        long = list(_long(spells, case.horizon_s))
        if long:
            score.down += 1
            if not any(a <= at <= b + TOLD_LATE_S for at in told.get(customer, ()) for a, b in long):
                score.never_told.append(customer)


def _long(spells: Iterable[Spell], horizon_s: float) -> Iterable[Spell]:
    """Of these the outages that are long enough, and began early enough, to be told within the case."""
    for begin, end in spells:
        until = min(end, horizon_s + AFTER_CASE_S)
        if until - begin >= LONG_S and begin < horizon_s - LONG_S:
            yield begin, until
