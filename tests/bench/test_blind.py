"""The cases of another make: same bytes by the same seed, an own physics, and a judge who tells right from wrong."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench.blind import report
from bench.blind.families import FAMILIES
from bench.blind.families.hand_net import small
from bench.blind.physics import Physics
from bench.blind.run import draw, one
from bench.blind.score import Score, judge

FILES = ("inventory.json", "events.jsonl", "truth.json")


@pytest.mark.parametrize("family", ["submarine_cut", "power_homes", "unrelated", "cpe_flood", "hand_router_dead"])
def test_a_seed_gives_the_same_bytes(family: str, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        draw(family, 1, 7, tmp_path / folder)
    draw(family, 1, 8, tmp_path / "c")
    first, second, other = ([(tmp_path / name / file).read_bytes() for file in FILES] for name in "abc")
    assert first == second
    assert first != other


def test_every_family_has_a_name_of_its_own_and_says_what_it_is() -> None:
    assert 1000 <= sum(family.count for family in FAMILIES.values()) <= 1500
    assert all(family.what and name == family.name for name, family in FAMILIES.items())


def test_the_physics_of_a_ring_and_a_branch_with_two_circuits() -> None:
    net = small(Random(1))
    physics = Physics(net)
    case_links = {frozenset(ends): name for name, ends in physics.ends.items()}
    first, second = case_links[frozenset(("R1", "A1"))], case_links[frozenset(("A2", "A3"))]
    assert physics.state([first]).down == frozenset()
    assert {"A1", "A2", "OLT-1"} <= physics.devices.keys() - physics.state([first, second]).reachable
    circuits = [name for name, ends in physics.ends.items() if "BR-2" in ends]
    assert physics.state(circuits[:1]).down == frozenset()
    assert len(physics.state(circuits).down) == 1
    both = next(row for row in net.rows["links"] if len(row["routes"]) == 2)
    assert both["id"] in physics.state(both["routes"][0]).thin
    assert both["id"] in physics.state([span for route in both["routes"] for span in route]).dark


def test_what_nobody_can_tell_apart() -> None:
    physics = Physics(small(Random(1)))
    alike = physics.alike("OLT-1")
    assert {"OLT-1", "MINI-1"} <= set(alike)
    assert not {"A2", "SP1"} & set(alike)
    # a router of the ring that is cut off by a second cut looks like a dead one
    case_links = {frozenset(ends): name for name, ends in physics.ends.items()}
    first, second = case_links[frozenset(("R1", "A1"))], case_links[frozenset(("A1", "A2"))]
    assert "A1" in physics.alike(second, frozenset([first]))
    assert "A1" not in physics.alike(second)


def made(folder: Path, root: str, customer: str, kind: str, at: str) -> Path:
    """What a replay wrote: one open incident, and one notice."""
    incident = {"id": "IN-1", "status": "open", "opened_at": at, "root": {"id": root, "confidence": 0.9}}
    notice = {"kind": kind, "customer": customer, "at": at}
    (folder / "incidents.jsonl").write_text(json.dumps(incident) + "\n")
    (folder / "notifications.jsonl").write_text(json.dumps(notice) + "\n")
    return folder


@pytest.fixture
def truth(tmp_path: Path) -> dict[str, Any]:
    return draw("hand_router_dead", 0, 7, tmp_path / "case")


def test_the_judge_tells_a_right_from_a_wrong_answer(truth: dict[str, Any], tmp_path: Path) -> None:
    down, well = truth["down"][0]["customer"], "C-99999"
    at = "2026-03-03T09:35:00+07:00"
    right = judge(Score("x", "x"), truth, made(tmp_path, "POP-A1", down, "outage", at))
    assert (right.found, right.missed, right.wrong, right.told_falsely, right.passed) == (1, [], [], [], True)
    wrong = judge(Score("x", "x"), truth, made(tmp_path, "POP-A3", well, "outage", at))
    assert (wrong.found, wrong.missed, wrong.told_falsely, wrong.passed) == (0, ["A1"], [well], False)
    assert wrong.wrong == ["IN-1 POP-A3"]
    early = judge(Score("x", "x"), truth, made(tmp_path, "A1", down, "restored", at))
    assert early.restored_falsely == [down]


def test_figures_of_a_family() -> None:
    assert report.f1(3, 1, 4) == 0.75
    assert report.f1(0, 0, 0) == 1.0
    assert report.ece([(0.95, True), (0.95, False)]) == pytest.approx(0.45)
    row = Score("a-000", "a", tellable=1, found=1).row()
    worse = Score("a-000", "a", tellable=1, missed=["X"]).row()
    assert "worse  a-000" in report.compared([row], [worse])


def test_a_case_is_played_and_judged() -> None:
    score = one(("hand_both_ends", 0, 7, None))
    assert (score.found, score.missed, score.wrong, score.told_falsely) == (1, [], [], [])
