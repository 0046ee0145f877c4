"""What every engine must do, whatever its method, asked through the port alone.

A class of tests for each engine inherits these (`test_engines.py`), and names what makes it. What is asked of times is
in `judging`, of the books in `books`.
"""

from random import Random
from typing import get_args

import pytest

from correlator.events import EVENTS, PRECURSORS, SECOND_US, AlarmType
from correlator.inference.evidence import KIND
from correlator.inference.port import (
    AlarmDated,
    AlarmEnded,
    AlarmFreed,
    AlarmHeard,
    AlarmStrayed,
    Change,
    Complaint,
    ComplaintOver,
    Hypothesis,
    KnownUp,
    Observation,
    OutOfSight,
    Precursor,
    Root,
)
from correlator.wording import sentences
from correlator.world import MakeEngine
from tests.correlator.inference.told import LATER_US, START_US, Told, said, standing, stands
from topology.model import Language

ONTS = tuple(f"ONT-11-0{n} device_unreachable" for n in range(1, 9))
# what is told: what is the fault, or like it
FAULTS: dict[tuple[str, ...], str] = {
    ("AGG-4/bts2 loss_of_signal", "BTS-2 device_unreachable"): "LK-BTS2",
    ("BTS-2/eth0 link_down", "BTS-2 device_unreachable", "AGG-4/bts2 link_down"): "LK-BTS2",
    ("LK-BTS1 link_down", "BTS-1 device_unreachable"): "LK-BTS1",
    ("AGG-3/south loss_of_signal", "AGG-4 device_unreachable", "BTS-2 device_unreachable"): "LK-RS",
    ("SPL-11 loss_of_signal", *ONTS): "SPL-11",
}
NOTHING = ("BTS-2 device_restart", "BTS-2 other", "BTS-2 high_temperature", "AGG-4/bts2 signal_degraded")
# names that an alarm may give, and what they are
ODD = {
    "no-such-device": "unknown",
    "no-such-device/port": "unknown",
    "": "unknown",
    "external": "outside",
    "AGG-4/xe-9": "port that no row names",
    "SPL-11/xe-9": "the same of a splitter",
    "AGG-1/ge-1": "port of a service alone",
    "SPL-11/in": "port",
    "SPL-11": "splitter",
    "ONT-11-01": "ONT",
    "CORE-A": "gateway",
    "LK-AB": "protected link",
    "LK-DR-11-01": "drop",
    "MT-CX": "span",
    "CD-BRIDGE": "conduit",
    "POP-A": "site",
    "HOME-11-01": "home",
    "PLN-11": "risk group",
    "SV-VPN": "service",
    "CU-BANK": "customer",
}
NOT_THERE = ("no-such-device", "no-such-device/port", "CU-BANK", "")
LANGUAGES: tuple[Language, ...] = ("en", "id")
faults = pytest.mark.parametrize(("alarms", "root"), FAULTS.items(), ids=map(str, FAULTS.values()))
each_told = pytest.mark.parametrize("alarms", FAULTS, ids=map(str, FAULTS.values()))


class Compliance:
    """Of `make`."""

    make: MakeEngine

    @pytest.fixture
    def told(self) -> Told:
        return self.new()

    def new(self, *alarms: str) -> Told:
        told = Told(type(self).make)
        told.tell(*alarms)
        return told

    # What is told

    @pytest.mark.parametrize("alarm", [alarms[0] for alarms in FAULTS])
    def test_an_alarm_that_stands_tells_something(self, told: Told, alarm: str) -> None:
        one = told.hear(alarm, at_s=7)
        assert one is not None
        assert one is told.engine.observation(alarm)
        assert one.kind in KIND
        assert (one.alarms, one.first_us) == ({alarm: START_US + 7 * SECOND_US}, START_US + 7 * SECOND_US)
        assert (one.owner, one.suspect) == (None, None)

    @pytest.mark.parametrize("alarm", [*NOTHING, *(f"{name} link_down" for name in NOT_THERE)])
    def test_what_is_no_evidence_tells_nothing(self, told: Told, alarm: str) -> None:
        assert told.hear(alarm) is None
        assert told.engine.observation(alarm) is None
        assert told.end(alarm) is None

    def test_two_words_for_one_thing_count_once(self, told: Told) -> None:
        words = ("AGG-4/bts2 loss_of_signal", "AGG-4/bts2 link_down")
        [one] = told.tell(*words)
        assert one.alarms.keys() == set(words)
        assert told.end(words[0]) is None
        assert told.engine.observation(words[0]) is None
        assert told.engine.observation(words[1]) is one
        assert told.end(words[1]) is one
        assert told.engine.observation(words[1]) is None
        assert told.found() == []

    def test_it_is_as_old_as_the_oldest_of_its_alarms(self, told: Told) -> None:
        words = ("AGG-4/bts2 loss_of_signal", "AGG-4/bts2 link_down")
        [one] = told.tell(words[0], at_s=20)
        told.tell(words[1], at_s=30)
        assert one.first_us == START_US + 20 * SECOND_US
        told.engine.observe(AlarmDated(words[1], START_US))
        assert one.first_us == START_US
        told.end(words[1])
        assert one.first_us == START_US + 20 * SECOND_US
        told.engine.observe(AlarmDated("BTS-1 device_unreachable", START_US))  # it never counted
        assert told.engine.observation("BTS-1 device_unreachable") is None

    @pytest.mark.parametrize(
        ("change", "turns"),
        [
            (stands("AGG-4/bts2 link_down"), True),
            (Root("BTS-2"), True),
            (stands("no-such-device link_down"), False),
            (stands("BTS-2 device_restart"), False),
            (Root("no-such-device"), False),
        ],
    )
    def test_what_is_touched_waits_for_a_search(self, told: Told, change: Root, turns: bool) -> None:
        assert not told.engine.pending()
        told.engine.touch(change)
        assert told.engine.pending() == turns
        told.engine.forget_touched()
        assert not told.engine.pending()
        told.engine.touch(change)
        told.found()
        assert not told.engine.pending()

    def test_an_observation_is_touched(self, told: Told) -> None:
        [one] = told.tell("BTS-2 device_unreachable")
        told.engine.forget_touched()
        told.engine.touch(one)
        assert told.engine.pending()

    # Which faults explain it

    def test_of_nothing_nothing_is_found(self, told: Told) -> None:
        assert told.found() == []

    @faults
    def test_a_plain_fault_is_found(self, told: Told, alarms: tuple[str, ...], root: str) -> None:
        heard = told.tell(*alarms)
        [one] = told.found()
        assert root in one.members
        assert set(told.engine.explained(one)) == set(heard)
        self.is_sound(told, one)

    def is_sound(self, told: Told, one: Hypothesis) -> None:
        assert one.root in one.members
        assert set(one.members) == set(told.engine.roots.alike(one.root))
        assert one.gain > 0
        assert all(type(figure) is int for figure in (one.gain, one.prior, one.odds, one.confidence_ppm))
        assert 0 <= one.share <= 1
        assert 0 < one.confidence_ppm <= 1_000_000
        assert not {name for name, _ in one.alternatives} & set(one.members)
        assert set(one.speaks) <= set(told.engine.explained(one))
        assert len(one.speaks) == len(set(one.speaks))
        lines = told.engine.explain(one)
        assert lines[0].code == "root"
        for language in LANGUAGES:
            assert one.root in sentences(lines, language)[0]

    def test_faults_that_are_far_from_each_other_are_two(self, told: Told) -> None:
        near, _, far, *_ = FAULTS
        heard = {FAULTS[alarms]: set(told.tell(*alarms)) for alarms in (near, far)}
        found = {root: set(one.speaks) for one in told.found() for root in heard if root in one.members}
        assert found == heard

    @each_told
    def test_the_order_of_arrival_does_not_matter(self, alarms: tuple[str, ...]) -> None:
        first = said(self.new(*alarms).found())
        for seed in range(4):
            assert said(self.new(*Random(seed).sample(alarms, len(alarms))).found()) == first

    @each_told
    def test_a_second_look_finds_the_same(self, told: Told, alarms: tuple[str, ...]) -> None:
        told.tell(*alarms)
        first = said(told.found())
        for alarm in alarms:
            told.engine.touch(stands(alarm))
        assert said(told.found()) == first

    def test_a_search_changes_nothing_but_what_waits(self, told: Told) -> None:
        alarms = next(iter(FAULTS))
        heard = told.tell(*alarms)
        before = [(one.key, one.kind, one.first_us, dict(one.alarms), one.owner, one.suspect) for one in heard]
        suspected, looks = {"LK-RS": "IN-1"}, ["LK-RS"]
        found = told.search(suspected, looks)
        assert (suspected, looks) == ({"LK-RS": "IN-1"}, ["LK-RS"])
        for one in found.hypotheses:
            told.engine.explain(one)
        assert [(one.key, one.kind, one.first_us, dict(one.alarms), one.owner, one.suspect) for one in heard] == before

    @each_told
    def test_a_suspicion_is_thought_over(self, told: Told, alarms: tuple[str, ...]) -> None:
        heard = told.tell(*alarms)
        [first] = told.found()
        for one in heard:
            told.engine.accounts.suspect(one, "IN-1")
        told.engine.touch(first.speaks[0])
        again = told.search({first.root: "IN-1"})
        assert said(again.hypotheses) == said([first])
        assert again.rethought == {"IN-1"}

    def test_a_look_is_taken_though_nothing_changed(self, told: Told) -> None:
        heard = told.tell(*next(iter(FAULTS)))
        [first] = told.found()
        for one in heard:
            told.engine.accounts.suspect(one, "IN-1")
        assert said(told.search({first.root: "IN-1"}, [first.root]).hypotheses) == said([first])

    def test_work_is_counted(self, told: Told) -> None:
        told.tell(*next(iter(FAULTS)))
        told.found()
        few = told.engine.units()
        for alarms in FAULTS:
            told.tell(*alarms)
        told.found()
        assert 0 < few < told.engine.units()

    # Restarts

    @pytest.mark.parametrize("seed", range(6))
    def test_told_anew_in_another_order_it_decides_the_same(self, seed: int) -> None:
        """As after a crash: of what is over nothing is told."""
        alarms = [alarm for fault in FAULTS for alarm in fault]
        lived, woken = self.new(*ONTS, "OLT-1 device_unreachable", "LK-CD link_down"), self.new()
        for alarm in (*ONTS, "OLT-1 device_unreachable", "LK-CD link_down"):
            lived.end(alarm)
        changes = [*(stands(alarm) for alarm in alarms), *self.besides(lived)]
        for told, order in ((lived, changes), (woken, Random(seed).sample(changes, len(changes)))):
            for change in order:
                told.engine.observe(change)
            told.engine.plan([(("LK-RS",), 0, LATER_US)])
            told.engine.forget_touched()
            for alarm in alarms:
                told.engine.touch(stands(alarm))
        assert said(woken.found()) == said(lived.found())
        assert woken.engine.units() == lived.engine.units()

    def besides(self, told: Told) -> list[Change]:
        services = told.services("SV-11-01")
        return [
            Complaint("c-1", services, START_US, 1000),
            OutOfSight((told.element("AGG-2"),)),
            Precursor("AGG-4/bts2", 1),
            KnownUp("MT-RS fiber_break", "MT-RS", "fiber_break", True),
            KnownUp("SV-BANK service_down", "SV-BANK", "service_down", True),
            AlarmHeard("AGG-2/east loss_of_signal", "AGG-2/east", "loss_of_signal", LATER_US),
            AlarmStrayed("BTS-1 power_failure", "BTS-1", "power_failure", START_US),
        ]

    # What else is heard

    def test_precursors_sight_and_words_that_all_is_well_come_and_go(self, told: Told) -> None:
        heard = told.tell(*next(iter(FAULTS)))
        first = said(told.found())
        changes = self.besides(told)[1:5]
        over = [OutOfSight(()), Precursor("AGG-4/bts2", -1), *(one._replace(up=False) for one in changes[2:])]  # type: ignore[call-arg]
        for change in (*changes, *over):
            assert told.engine.observe(change) is None
        told.engine.touch(heard[0])
        assert said(told.found()) == first

    def test_complaints_come_and_go(self, told: Told) -> None:
        services = told.services("SV-11-01")
        complaint, over = Complaint("c-1", services, START_US, 1000), ComplaintOver("c-1", services)
        assert told.engine.observe(complaint) is None
        told.engine.touch(complaint)
        assert told.engine.roots.complaints_for("SPL-11") in ({}, {"c-1": START_US})
        assert told.engine.roots.complaints_for("LK-CD") == {}
        for one in told.found():
            self.is_sound(told, one)
        told.engine.touch(over)
        assert told.engine.observe(over) is None
        assert told.engine.roots.complaints_for("SPL-11") == {}
        assert told.found() == []

    def test_planned_work_accounts_for_its_objects(self, told: Told) -> None:
        heard = told.tell(*next(iter(FAULTS)))
        until = told.engine.roots.planned_until_us
        window, later = (("LK-BTS2", "no-such-device"), 0, LATER_US), (("LK-BTS2",), 0, LATER_US + 9)
        assert set(told.engine.plan([window])) == set(heard)
        assert (until("LK-BTS2"), until("LK-CD"), until("external"), until("AGG-4/xe-9")) == (LATER_US, 0, 0, 0)
        assert told.engine.plan([window]) == []
        told.engine.plan([later, window])
        assert until("LK-BTS2") == LATER_US + 9
        told.engine.plan([])
        assert until("LK-BTS2") == 0

    # A person's word

    @pytest.mark.parametrize("root", [name for name in ODD if name not in NOT_THERE])
    def test_what_a_person_names_is_the_root(self, told: Told, root: str) -> None:
        heard = told.tell(*next(iter(FAULTS)))
        one = told.engine.assume(root, set(heard), LATER_US)
        assert one.root == root
        assert root in one.members
        assert one.speaks == sorted(heard, key=lambda told: told.key)
        assert set(heard) <= set(told.engine.explained(one))
        for language in LANGUAGES:
            assert all(sentences(told.engine.explain(one), language))

    @faults
    def test_a_root_is_weighed_on_what_it_is_given(self, told: Told, alarms: tuple[str, ...], root: str) -> None:
        heard, far = told.tell(*alarms), told.tell("LK-CD link_down")
        one = told.engine.weigh(root, list(heard), LATER_US)
        assert one is not None
        assert (one.root, set(one.speaks)) == (root, set(heard))
        assert one.gain > one.prior
        other = told.engine.weigh(root, far, LATER_US)
        assert other is None or other.gain <= other.prior

    # Whatever the network says

    @pytest.mark.parametrize("name", ODD, ids=lambda name: ODD[name])
    def test_nothing_that_is_said_of_an_object_raises(self, told: Told, name: str) -> None:
        kinds: tuple[AlarmType, ...] = get_args(AlarmType)
        for kind in kinds:
            told.engine.observe(KnownUp(f"{name} {kind}", name, kind, True))
            told.engine.observe(KnownUp(f"{name} {kind}", name, kind, False))
            if kind in PRECURSORS:
                told.engine.observe(Precursor(name, 1))
            else:
                told.engine.observe(AlarmStrayed(f"{name} {kind}", name, kind, START_US))
                heard = told.hear(f"{name} {kind}")
                told.engine.observe(AlarmHeard(f"{name} {kind}", name, kind, START_US))
                told.engine.observe(AlarmFreed(f"{name} {kind}", START_US))
                assert heard is None or kind not in EVENTS
                assert told.engine.observation(f"{name} {kind}") is heard
        told.engine.plan([((name,), 0, LATER_US)])
        for one in told.found():
            self.is_sound(told, one)
        told.engine.plan([])
        for kind in kinds:
            told.engine.observe(Precursor(name, -1)) if kind in PRECURSORS else told.end(f"{name} {kind}")
        assert told.found() == []

    def test_all_of_it_at_once(self, told: Told) -> None:
        kinds: tuple[AlarmType, ...] = get_args(AlarmType)
        heard = {told.hear(f"{name} {kind}") for name in ODD for kind in kinds if kind not in PRECURSORS}
        found = told.found()
        explained: list[Observation] = [told_ for one in found for told_ in one.speaks]
        assert len(explained) == len(set(explained))
        assert set(explained) <= heard
        for one in found:
            self.is_sound(told, one)
            assert told.engine.observe(AlarmEnded("a-stranger")) is None

    # Roots

    @pytest.mark.parametrize("root", ODD, ids=lambda name: ODD[name])
    def test_what_is_known_of_a_root(self, told: Told, root: str) -> None:
        [heard] = told.tell("BTS-2 device_unreachable")
        roots, element = told.engine.roots, told.topology.find(root)
        assert roots.broken([root]) == (() if element is None else (element,))
        assert not roots.partly_broken(root)
        assert not roots.names_root(root, [heard])
        assert not roots.speaks_for(root, heard)
        assert told.engine.swallowed(root, lambda name: standing(name, root)) == []
        if root in NOT_THERE:
            assert told.engine.weigh(root, [heard], LATER_US) is None
        else:
            assert root in roots.alike(root)
            assert {roots.alike(one) for one in roots.alike(root)} == {roots.alike(root)}
            assert roots.is_ours(root)
            assert roots.free_for(root) == []
            assert roots.complaints_for(root) == {}
            assert roots.planned_until_us(root) == 0
            assert roots.beyond(root, [heard]) == [heard]

    def test_what_speaks_for_a_root(self, told: Told) -> None:
        dark, lost, far = told.tell("AGG-4/bts2 loss_of_signal", "BTS-2 device_unreachable", "LK-CD link_down")
        roots = told.engine.roots
        assert [roots.speaks_for("LK-BTS2", one) for one in (dark, lost, far)] == [True, True, False]
        assert set(roots.free_for("LK-BTS2")) == {dark, lost}
        assert roots.beyond("LK-BTS2", [dark, far, lost]) == [far]
        assert roots.names_root("BTS-2", [far, lost])
        assert not roots.names_root("BTS-2", [far])
        assert roots.turned() == set()
