"""The accuracy benchmark: the same seed gives the same case, its physics is right, its scorer counts as it says."""

import math
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bench.accuracy import product
from bench.accuracy.answers import Answer, Found
from bench.accuracy.baselines import ceiling, kompella
from bench.accuracy.calls import of_down
from bench.accuracy.case import Case, scene
from bench.accuracy.cells import CELLS
from bench.accuracy.cells.kampung import kampung
from bench.accuracy.cells.missing import holed
from bench.accuracy.faults import Fault
from bench.accuracy.graphs import REPORTING, STORM, TUNING, load
from bench.accuracy.plant import plant
from bench.accuracy.report.bootstrap import ahead, interval
from bench.accuracy.scorer import Score, calibration_error, f1, score, total
from bench.accuracy.timeline import Losses, play
from bench.accuracy.truth import Truth, truths

GRAPH = TUNING[0]
NEVER = float("inf")


def test_no_graph_is_in_both_lists() -> None:
    assert not {*TUNING, STORM["tuning"]} & {*REPORTING, STORM["reporting"]}
    assert min(len(TUNING), len(REPORTING)) >= 6
    assert all(8 <= len(load(name).places) <= 160 for name in (*TUNING, *REPORTING))


@pytest.mark.parametrize("name", [name for name in CELLS if not name.startswith("storm")])
def test_a_seed_gives_the_same_bytes(name: str) -> None:
    first, again = CELLS[name].make(3, GRAPH), CELLS[name].make(3, GRAPH)
    assert first.events == again.events
    assert first.truths == again.truths
    assert first.inventory == again.inventory
    assert name == "small" or CELLS[name].make(4, GRAPH).events != first.events


def test_a_plant_is_drawn_from_its_seed_and_of_the_size_asked() -> None:
    plant.cache_clear()
    first = plant(GRAPH, "usual", 0)
    plant.cache_clear()
    assert plant(GRAPH, "usual", 0).rows == first.rows
    assert plant(GRAPH, "usual", 1).rows != first.rows
    assert 1600 <= first.count() < 2600


# Physics


@pytest.mark.parametrize(
    ("element", "lost", "customers"),
    [
        ("F0-1", set(), 0),  # the triangle goes the other way
        ("TF1-0", set(), 0),  # a ring, too
        ("TF1-c", {"bts-1c"}, 1),
        ("D2", set(), 0),  # both have another way
        ("sv-1", {"sv-1"}, 1),
        ("er-0/d0", set(), 0),
        ("er-1/ge0", set(), 1),  # a port with a service and no link
    ],
)
def test_what_an_element_takes_down(element: str, lost: set[str], customers: int) -> None:
    net = kampung().net
    condition = net.condition([element])
    assert {net.devices[n] for n in condition.lost} == lost
    assert len(condition.customers) == customers


def test_two_cuts_close_what_neither_does() -> None:
    net = kampung().net
    both = net.condition(["TF1-0", "TF1-1"])
    assert {net.devices[n] for n in both.lost} == {"bts-1a"}


def test_what_is_reached_is_what_a_plain_walk_reaches() -> None:
    where = scene(GRAPH, "small", 0)
    net, rng = where.net, Random(5)
    for _ in range(150):
        failed = rng.sample(net.elements(), rng.randint(1, 4))
        condition = net.condition(failed)
        reached = {n for n in net.gateways if n not in condition.broken.devices}
        waiting = list(reached)
        while waiting:
            for other, link in net.beside[waiting.pop()]:
                if link not in condition.dark and other not in reached and other not in condition.broken.devices:
                    reached.add(other)
                    waiting.append(other)
        assert condition.lost == set(range(len(net.devices))) - reached, failed


def test_who_is_cut_off_cannot_speak() -> None:
    where = kampung()
    words = where.speech.words(where.net.condition(["MF1"]))
    told_by = {source for source, _ in ((word.source, 0) for word in words.values())}
    assert "trap:er-1" in told_by
    assert not any(source.startswith(("trap:ag-1", "trap:bts-1", "olt:")) for source in told_by)
    assert ("olt-1", "device_unreachable") in words
    assert ("ont-1-0-3", "device_unreachable") not in words


# Stories and truths


def test_what_is_repaired_is_cleared_and_what_was_hidden_speaks_then() -> None:
    where = kampung()
    faults = [Fault("MF1", "span", [(100.0, 1000.0)]), Fault("TF1-c", "span", [(300.0, NEVER)])]
    story = play(where.speech, faults, 2000.0, Losses(), Random(1))
    port = ("ag-1/bc", "loss_of_signal")
    told = [(one.raised, one.at > 1000) for one in story.told if one.key == port]
    assert told == [(True, True)]
    assert story.down["c-t1a"] == [(100.0, 1000.0)]
    assert story.down["c-t1c"] == [(100.0, 2000.0)]
    calls = of_down(Random(1), story.down, 1.0, 2000.0)
    assert {call.customer for call in calls} <= story.down.keys()


def test_what_cannot_be_told_apart_is_right_as_well() -> None:
    where = kampung()
    story = play(where.speech, [Fault("TF1-c", "span", [(100.0, NEVER)])], 900.0, Losses(), Random(1))
    [truth] = truths(where.speech, story, [])
    assert truth.right == {"TF1-c", "L-bts-1c", "bts-1c", "bts-1c/up0", "ag-1/bc", "T1c"}
    assert truth.first_symptom is not None


def test_a_fault_that_others_hide_is_not_asked_for() -> None:
    where = kampung()
    faults = [Fault("MF1", "span", [(100.0, NEVER)]), Fault("TF1-c", "span", [(110.0, NEVER)])]
    story = play(where.speech, faults, 900.0, Losses(), Random(1))
    assert [truth.neutral for truth in truths(where.speech, story, [])] == [False, True]


def test_all_that_is_lost_leaves_nothing_to_ask_for() -> None:
    where = kampung()
    story = play(where.speech, [Fault("TF1-c", "span", [(100.0, NEVER)])], 900.0, Losses(1.0), Random(1))
    [truth] = truths(where.speech, story, [])
    assert truth.neutral
    assert not story.told


def test_holes_leave_out_about_the_share_asked() -> None:
    rows = plant(GRAPH, "usual", 0).rows
    holes = holed(rows, Random(1), 0.1)
    assert 0.05 < 1 - len(holes["links"]) / len(rows["links"]) < 0.15
    assert len(rows["links"]) > len(holes["links"])
    assert len(holes["devices"]) == len(rows["devices"])


# The scorer


def case(*found: Truth) -> Case:
    return Case("cell", 0, GRAPH, kampung(), list(found), b"", {"hurt": [(100.0, 200.0)]})


def truth(*right: str, neutral: bool = False) -> Truth:
    return Truth(right[0], "span", 100.0, NEVER, frozenset(right), 105.0, neutral)


def opened(root: str, at: float = 150.0, confidence: float = 0.9) -> Found:
    return Found(root, at, 101.0, confidence=confidence, verdicts=[(at - 40, "suspected", root), (at, "open", root)])


@pytest.mark.parametrize(
    ("truths_", "answers", "right", "wrong", "missed"),
    [
        ([truth("a", "b")], [opened("b")], 1, 0, 0),
        ([truth("a")], [opened("a"), opened("a")], 1, 1, 0),  # twice is once too often
        ([truth("a")], [opened("x")], 0, 1, 1),
        ([truth("a")], [replace(opened("a"), opened=None, suspected=True)], 0, 0, 1),
        ([truth("a"), truth("b")], [opened("a")], 1, 0, 1),
        ([truth("a", neutral=True)], [opened("a")], 0, 0, 0),
        ([truth("a", neutral=True)], [], 0, 0, 0),
        ([truth("a", "b"), truth("a")], [opened("b"), opened("a")], 2, 0, 0),
        ([truth("a")], [opened("a", at=5.0)], 0, 1, 1),  # before it broke
    ],
)
def test_incidents_are_matched_to_faults(
    truths_: list[Truth], answers: list[Found], right: int, wrong: int, missed: int
) -> None:
    scored = score(case(*truths_), Answer(answers))
    assert (scored.right, scored.wrong, scored.missed) == (right, wrong, missed)


def test_times_alternatives_and_customers_are_counted() -> None:
    second = replace(opened("x"), alternatives=["y", "b"])
    scored = score(case(truth("a"), truth("b")), Answer([opened("a"), second], {"hurt", "well"}))
    assert (scored.first, scored.third) == (1, 2)
    assert scored.to_root == [5.0]
    assert scored.to_open == [45.0]
    assert scored.told == (1, 2)
    assert scored.sure == [(0.9, True), (0.9, False)]


def test_what_is_suspected_counts_apart() -> None:
    waits = replace(opened("a"), opened=None, suspected=True)
    scored = score(case(truth("a")), Answer([waits]))
    assert scored.suspected == (1, 0, 0)
    assert scored.missed == 1


def test_sums() -> None:
    scores = [Score("a", right=3, wrong=1, asked=4, missed=1, hours=12), Score("b", right=1, asked=1, hours=12)]
    summed = total(scores)
    assert summed.precision == summed.recall == summed.f1 == 0.8
    assert summed.exact == 0.5
    assert summed.false_a_day == 1.0
    assert f1(0, 0, 0) == 1.0
    assert math.isnan(total([Score("c")]).precision)
    assert calibration_error([(0.95, True), (0.95, False)]) == pytest.approx(0.45)


def test_a_bootstrap_pairs_the_same_cases() -> None:
    ours = [Score(str(n), right=1, asked=1) for n in range(8)]
    theirs = [Score(str(n), missed=1, asked=1) for n in range(8)]
    assert ahead(ours, theirs) == (1.0, 1.0)
    assert interval(ours) == (1.0, 1.0)
    with pytest.raises(ValueError, match="same cases"):
        ahead(ours, theirs[::-1])


# Who else answers


def test_score_and_the_ceiling_find_a_plain_fault() -> None:
    made = CELLS["k1-n0"].make(0, GRAPH)
    for answer in (kompella.answer(made), ceiling.answer(made)):
        assert answer is not None
        assert score(made, answer).right == 1


@pytest.mark.parametrize(("seed", "graph"), [(61, "sndlib/nobel-germany"), (352, "sndlib/polska")])
def test_a_stray_port_bears_out_nobody_whom_a_lost_poller_calls_lost(seed: int, graph: str, tmp_path: Path) -> None:
    """On graphs to tune with: both opened after a quarter of an hour, and customers who had lost nothing were told."""
    found = product.answer(CELLS["management"].make(seed, graph), None, tmp_path)
    assert [one.root for one in found.found if one.opened is not None] == []
    assert not found.outage_told
