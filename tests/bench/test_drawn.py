"""The cases drawn by another hand: same bytes by the same seed, and a judge who tells right, false and missed apart."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from bench.drawn import report
from bench.drawn.__main__ import main
from bench.drawn.case import Case, Event, stamp
from bench.drawn.families import FAMILIES, MIXED, QUIET, mixed
from bench.drawn.faults import CANDIDATES, FOREVER, KINDS, Fault, draw
from bench.drawn.graphs import GRAPHS, load
from bench.drawn.habits import Habits, Poll, Scene, scene
from bench.drawn.judge import Row, Score, is_right, judge, matched
from bench.drawn.network import Network
from bench.drawn.physics import Listening, Physics
from bench.drawn.run import Drawn, drawn, one
from bench.drawn.telling import evidence, tell

ROOT = Path(__file__).parents[2]
HASHES = """
from hashlib import sha256
from bench.drawn.families import FAMILIES, mixed
for case in (mixed(2, 30, 3), FAMILIES["m_saidfault"].draw(2), FAMILIES["compl"].draw(4)):
    print(sha256(case.lines() + case.inventory()).hexdigest())
"""


def test_a_seed_gives_the_same_bytes_whatever_order_sets_are_in() -> None:
    said = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", HASHES], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        said.append(run.stdout.split())
    assert said[0] == said[1]
    assert len(set(said[0])) == 3


def test_another_seed_another_noise_and_another_count_are_another_case() -> None:
    cases = [mixed(2, 10, 3), mixed(2, 10, 17), mixed(2, 20, 3), mixed(3, 10, 3)]
    assert len({case.lines() for case in cases}) == 4
    assert cases[0].inventory() == cases[2].inventory()
    assert cases[0].inventory() != cases[1].inventory()  # the same graph, and another network on it


def test_the_graphs_are_of_7_to_74_nodes() -> None:
    sizes = sorted(len(load(name).places) for name in GRAPHS)
    assert (sizes[0], sizes[-1], len(sizes)) == (7, 74, 14)
    assert load("topozoo/Sanren").shape == "ring-7"
    assert load("topozoo/Uninett2010").shape == "mesh-74"


def test_every_kind_is_drawn_such_that_it_is_heard_beside_another() -> None:
    assert set(KINDS) == set(CANDIDATES)
    where = scene(3)
    signature = where.listening.signature
    names = [name for name, row in where.network.devices.items() if row["role"] == "edge"]
    edge = max(names, key=lambda name: len(where.physics.state([name]).unreachable))  # it hides 60 devices
    first = Fault("device", edge, [edge], [(900, FOREVER)])
    found = [draw(where, Random(n), kind, (1000, FOREVER), [first]) for kind in CANDIDATES for n in range(40)]
    heard = [fault for fault in found if fault is not None]
    assert len({fault.kind for fault in heard}) >= 8
    for fault in heard:
        both = signature([*first.elements, *fault.elements])
        assert both not in (signature(first.elements), signature(fault.elements))


class Street:
    """A gateway, a router behind one span, and three lines to customers' routers. Both routers are polled."""

    def __init__(self) -> None:
        network = Network(1)
        sites = [network.site("pop", "R0") for _ in range(2)]
        self.core = network.device(sites[0], "core", "backbone", gateway=True)
        self.router = network.device(sites[1], "edge", "backbone")
        self.way = network.span((sites[0], sites[1]), "backbone")
        self.link = network.link(self.core, self.router, "backbone", [self.way])
        self.lines, self.cpes, self.customers = [], [], []
        for _ in range(3):
            home = network.site("customer", "R0")
            self.lines.append(network.span((sites[1], home), "drop"))
            self.cpes.append(network.device(home, "cpe", "drop"))
            network.link(self.router, self.cpes[-1], "drop", [self.lines[-1]])
            self.customers.append(network.customer("business"))
            network.service(self.customers[-1], "dia", [self.cpes[-1]])
        physics = Physics(network)
        habits = Habits({name: Poll("R0", 60, 0) for name in (self.core, self.router)}, *[frozenset()] * 3)
        where = Scene(network, physics, Listening(physics, habits.polls), habits)
        self.case = Case("street", "hand", 1, where, Random(1))

    def breaks(self, root: str, begin: float, evidence: int = 0) -> Fault:
        self.case.faults.append(Fault("span", root, [root], [(begin, FOREVER)], evidence=evidence))
        return self.case.faults[-1]

    def answered(self, folder: Path, incidents: list[Row], told: list[str]) -> Score:
        """Judge such an answer; customers are told at 1600 s."""
        notices = [{"kind": "outage", "customer": one, "at": stamp(1600), "incident": "IN-1"} for one in told]
        for name, rows in (("incidents", incidents), ("notifications", notices)):
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return judge(self.case, folder)


def incident(root: str, at: float = 1000, **more: object) -> Row:
    found = {"id": "IN-1", "root": {"id": root}, "status": "open", "opened_at": stamp(at), "first_event_at": stamp(at)}
    return {**found, "alarms": [], "complaints": [], **more}


def test_what_nobody_can_tell_from_a_cut() -> None:
    street = Street()
    way = street.breaks(street.way, 900)
    assert is_right(street.case, street.link, way)
    assert is_right(street.case, street.router, way)  # dead or cut off: the same is heard
    assert not is_right(street.case, street.lines[0], way)
    assert not is_right(street.case, "no such element", way)
    street = Street()
    line = street.breaks(street.lines[0], 900)
    assert is_right(street.case, street.cpes[0], line)
    assert not is_right(street.case, street.way, line)
    assert not is_right(street.case, street.lines[1], line)


def test_the_judge_counts_right_equivalent_false_and_missed(tmp_path: Path) -> None:
    street = Street()
    street.breaks(street.lines[0], 1500, evidence=2)
    street.breaks(street.lines[1], 1500, evidence=1)
    street.breaks(street.lines[2], 1500)  # nothing of it was delivered
    street.case.horizon_s = 4800
    street.case.down = street.case.owed = {name: [(1500, FOREVER)] for name in street.customers[:2]}
    given = [
        incident(street.cpes[0]),
        incident(street.way),
        incident(street.lines[1], opened_at=None),
        incident(street.lines[1], status="merged"),
        incident(street.lines[1], at=500),
    ]
    score = street.answered(tmp_path, given, [street.customers[0], street.customers[2]])
    assert (score.faults, score.shown, score.right) == (3, 2, 1)
    assert score.false == [street.way, street.lines[1]]
    assert (score.missed, score.faint) == ([f"span {street.lines[1]}"], 1)
    assert (score.doubled, score.chance, score.neutral) == (0, 0, 0)
    assert (score.notices, score.down) == (2, 2)
    assert (score.told_falsely, score.never_told) == ([street.customers[2]], [street.customers[1]])


def test_the_judge_knows_doubled_ones_chance_words_and_households(tmp_path: Path) -> None:
    street = Street()
    street.breaks(street.lines[0], 900, evidence=2)
    port = street.case.scene.network.links[street.link]["a"]
    street.case.events = [{"type": "alarm", "id": "a1", "object": port, "time": 1000.0}]
    street.case.strays, street.case.neutral = [(port, 1000.0)], {street.cpes[2]}
    given = [
        incident(street.lines[0]),
        incident(street.cpes[0], at=1100),
        incident(street.link, alarms=["a1"]),
        incident(street.cpes[2]),
    ]
    score = street.answered(tmp_path, given, [])
    assert (score.right, score.doubled, score.chance, score.neutral) == (1, 1, 1, 1)
    assert score.false == [street.cpes[0], street.link]
    assert score.missed == []


def test_as_many_faults_as_can_be_have_an_incident() -> None:
    assert matched({0: [0, 1], 1: [0]}) == {0: 1, 1: 0}
    assert matched({0: [0], 1: [0]}) == {0: 0}


def test_who_tells_of_a_cut() -> None:
    """The near end in seconds, the poller at the second miss; nothing of what lies behind."""
    street = Street()
    fault = street.breaks(street.way, 910)
    case = tell(street.case, 4800, QUIET)
    ports = case.scene.network.links[street.link]
    words: dict[str, list[Event]] = {}
    for event in case.events:
        if event["type"] == "alarm":
            words.setdefault(event["object"], []).append(event)
    assert words.keys() == {ports["a"], street.router}
    assert all(910 < event["time"] < 940 for event in words[ports["a"]])
    [lost] = words[street.router]
    assert 1020 + 3 <= lost["time"] <= 1020 + 10
    calls = [event for event in case.events if event["type"] == "complaint" and event["time"] > 911]
    assert fault.evidence == len(words[ports["a"]]) + 1 + len(calls)
    assert case.down.keys() == set(street.customers)


def test_a_false_word_is_no_evidence() -> None:
    street = Street()
    fault = street.breaks(street.way, 910)
    port = street.case.scene.network.links[street.link]["a"]
    told = {"type": "alarm", "state": "raised", "alarm_type": "link_down", "object": port, "received": 1000.2}
    street.case.events = [told, {**told, "state": "cleared"}, {**told, "alarm_type": "signal_degraded"}]
    assert evidence(street.case, street.case.timeline(), fault) == 1
    street.case.strays = [(port, 999.9)]
    assert evidence(street.case, street.case.timeline(), fault) == 0


def test_a_case_is_drawn_played_and_judged(tmp_path: Path) -> None:
    score = one(Drawn(MIXED, 1, 2, 10), tmp_path)
    assert score is not None
    assert (score.shown, score.right, score.false, score.missed) == (2, 2, [], [])
    assert (tmp_path / score.case / "out" / "incidents.jsonl").read_text().count("\n") >= 2


def test_every_set_has_a_case_of_an_early_seed() -> None:
    names = [name for name in FAMILIES if name not in ("day", "storm")]
    for name in names:
        case = next((case for one in drawn([name], range(1, 5)) if (case := one.case()) is not None), None)
        assert case is not None
        assert case.events
        assert case.family == name


def test_results_are_summed_up_and_compared() -> None:
    before = Score("mixed-n0-k1-s1", "mixed-n0", 1, shown=2, right=1, missed=["span a"], faint=1)
    after = Score("mixed-n0-k1-s1", "mixed-n0", 1, shown=2, right=2, false=["b"])
    household = Score("day-s1", "day", 1, shown=3, right=3, down=4, never_told=["c"])
    lines = report.table([after.row(), household.row()])
    assert lines[1] == ["mixed-n0", "1", "2", "2", "1", "0", "0", "0", "0", "0", "0", "0"]
    assert lines[2] == ["day", "1", "3", "3", "0", "0", "0", "0", "0", "4", "1", "0"]
    said = report.compared([before.row()], [after.row(), household.row()])
    assert "other  mixed-n0-k1-s1: false [] -> ['b'], missed ['span a'] -> []" in said
    assert "only in one: day-s1" in said
    better = report.compared([before.row()], [Score("mixed-n0-k1-s1", "mixed-n0", 1, shown=2, right=2).row()])
    assert "better mixed-n0-k1-s1" in better


def test_the_page_names_every_family_and_graph() -> None:
    page = report.page([Score("day-s1", "day", 1, shown=3, right=3).row()], 1)
    assert [name for name in (*FAMILIES, *GRAPHS) if name not in page] == []
    assert "| day | 1 | 3 | 3 |" in page


@pytest.mark.parametrize("words", [["--full", "--seeds", "1", "2"], ["--full", "--set", "day"], ["--set", "nothing"]])
def test_what_contradicts_itself_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert "usage" in capsys.readouterr().err
