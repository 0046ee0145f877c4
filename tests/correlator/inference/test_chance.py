"""Words that nothing causes: how many there are just now, and what that takes from each; and when words are told."""

import math
from itertools import permutations
from typing import Any

import pytest

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Evidence
from correlator.inference.port import AlarmEnded, AlarmFreed, AlarmStands, AlarmStrayed
from correlator.inference.situation.strays import HOME, MAINS, NETWORK, group_of
from correlator.policy.faults import SourceModel
from tests.correlator.inference.telling import AT_ONCE, LATE, Telling, at_us, soon

WORD, LATE_COST = 6_802_506, 2_000_000
BTS: tuple[tuple[str, AlarmType], ...] = (("AGG-1/bts1", "loss_of_signal"), ("BTS-1", "device_unreachable"))
# network devices that are told of by one word each, for which nothing is found
STRAYS = ("AGG-2", "AGG-3", "AGG-4", "BTS-2", "OLT-1", "OLT-2", "SRV-1", "CORE-C")
HOMES = tuple(f"ONT-{pon}-{n:02}" for pon in (11, 12, 21) for n in range(1, 9))


def dearer(wire: Telling, now: float = LATE) -> tuple[int, int]:
    """What a word of the network, and one of a customer's device, is worth less, in quarters of a nat."""
    wire.search(now)
    found = wire.engine._situation.claims.strays.dearer
    return found[NETWORK] // 250_000, found[HOME] // 250_000


# How many


@pytest.mark.parametrize(
    ("told", "quarters"),
    [
        # 4 ln((3 + told) / (3 + usual)), where of some hundred things that can speak a thousandth is usual: 0.1
        pytest.param(0, 0, id="none"),
        pytest.param(1, 1, id="one: 4 ln(4 / 3.1) is 1.0"),
        pytest.param(2, 2, id="two: 4 ln(5 / 3.1) is 1.9"),
        pytest.param(8, 5, id="eight: 4 ln(11 / 3.1) is 5.1"),
    ],
)
def test_the_more_stray_the_less_is_each_word_worth(told: int, quarters: int) -> None:
    wire = Telling()
    wire.all_told(*((name, "on_battery") for name in STRAYS[:told]), since=LATE - 200)
    assert dearer(wire) == (quarters, 0)


@pytest.mark.parametrize(
    ("age", "counts"),
    [
        pytest.param(60, False, id="it may be explained yet"),
        pytest.param(100, True, id="it had its time"),
        pytest.param(590, True, id="ten minutes ago, still"),
        pytest.param(620, False, id="longer ago, no more"),
    ],
)
def test_for_how_long_a_word_counts(age: float, counts: bool) -> None:
    wire = Telling()
    wire.told("AGG-2", "on_battery", since=LATE - age)
    assert (dearer(wire) != (0, 0)) is counts


@pytest.mark.parametrize(
    ("kind", "role", "group"),
    [
        ("device", "ont", "home"),
        ("gasp", "ont", "home"),
        ("service", "ont", "home"),
        ("device", "cpe", "routers"),
        ("device", "olt", "network"),
        ("link_end", None, "network"),
        ("service", None, "probes"),
        ("power", None, "mains"),
        ("direct", None, "loose"),
    ],
)
def test_with_whose_words_a_word_counts(kind: str, role: Any, group: str) -> None:
    assert group_of(kind, role) == group


def test_customers_devices_and_the_networks_are_counted_apart() -> None:
    wire = Telling()
    for name in HOMES[::8]:
        wire.told(name, "device_unreachable", since=LATE - 200)
    assert dearer(wire) == (0, 3), "three: 4 ln(6 / 3.0) is 2.8"
    wire.told("AGG-2", "on_battery", since=LATE - 200)
    assert dearer(wire) == (1, 3)


@pytest.mark.parametrize(
    ("told", "usual", "elsewhere", "quarters"),
    [
        pytest.param(0, 0.1, (8, 0.1), 5, id="where hardly anything is usual, as bad as there: 4 ln(11 / 3.1) is 5.1"),
        pytest.param(0, 100.0, (60, 1.0), 0, id="of many that could speak none did: it is no bad night here"),
        pytest.param(60, 100.0, (60, 1.0), 0, id="as usual here, though not there: 4 ln(107 / 103) is 0.2"),
        pytest.param(60, 1.0, (0, 100.0), 11, id="a good night there makes none here: 4 ln(63 / 4) is 11.0"),
    ],
)
def test_what_one_kind_says_by_chance_makes_another_dearer_where_little_is_known_of_it(
    told: int, usual: float, elsewhere: tuple[int, float], quarters: int
) -> None:
    assert Telling().scores.dearer(told, usual, elsewhere) // 250_000 == quarters


def test_on_a_night_on_which_many_sites_run_on_battery_a_dark_port_is_worth_more_than_a_battery() -> None:
    wire = Telling(stray_rate=0.05)
    wire.all_told(*((name, "on_battery") for name in STRAYS), since=LATE - 200)
    wire.search(LATE)
    found = wire.engine._situation.claims.strays.dearer
    assert found[NETWORK] < found[MAINS]


def test_what_is_explained_or_suspected_strays_not() -> None:
    wire = Telling()
    seen = wire.all_told(*((name, "on_battery") for name in STRAYS[:4]), since=LATE - 200)
    assert dearer(wire) == (3, 0), "four: 4 ln(7 / 3.1) is 3.3"
    wire.engine.accounts.own(seen[0], "IN-1")
    wire.engine.accounts.suspect(seen[1], "IN-2")
    assert dearer(wire) == (2, 0)
    wire.engine.accounts.own(seen[0], None)
    wire.engine.accounts.suspect(seen[1], None)
    assert dearer(wire) == (3, 0)


def test_what_ended_unexplained_counts_still_and_of_one_alarm_its_last_period_alone() -> None:
    wire = Telling()
    for began in (LATE - 500, LATE - 300):
        stray = AlarmStrayed("AGG-2 on_battery", "AGG-2", "on_battery", at_us(began))
        wire.engine.observe(stray)
        wire.engine.observe(stray)
        assert dearer(wire) == (1, 0)
    wire.engine.observe(AlarmStrayed("NIX link_down", "NIX", "link_down", at_us(LATE - 300)))
    assert dearer(wire) == (1, 0), "what nobody knows tells nothing, nor does it stray"


def test_on_a_day_with_many_strays_two_words_hardly_make_a_fault() -> None:
    wire = Telling()
    wire.all_told(*((name, "on_battery") for name in STRAYS), since=LATE - 200)
    wire.told(*BTS[0], since=LATE - 80)
    wire.told(*BTS[1], since=LATE - 20)
    found = next(one for one in wire.found() if one.root == "BTS-1")
    assert found.gain - found.prior == 2 * WORD + soon(60) - 2 * 5 * 250_000
    assert found.confidence_ppm < 600_000
    chance = [line.arguments for line in wire.engine.explain(found) if line.code == "chance"]
    assert chance == [(-2 * 5 * 250_000,)]


# When they are told


@pytest.mark.parametrize(
    ("seconds", "worth"),
    [
        pytest.param((0, 0), AT_ONCE, id="two at once"),
        pytest.param((0, 5), soon(5), id="a moment later"),
        pytest.param((0, 90), soon(90), id="within a minute and a half"),
        pytest.param((0, 90.000001), 0, id="not quite"),
        pytest.param((0, 180), 0, id="three minutes later"),
        pytest.param((0, 180.000001), -LATE_COST, id="later: more often chance"),
        pytest.param((0, 0, 0), 2 * AT_ONCE, id="three at once"),
        pytest.param((0, 0, 0, 0, 0), 2 * AT_ONCE, id="of many two count"),
        pytest.param((0, 60, 120), soon(60), id="by any of them, within a minute and a half"),
        pytest.param((0, 0, 300), AT_ONCE - LATE_COST, id="two, and one late"),
        pytest.param((0, 200, 400), -2 * LATE_COST, id="each late"),
        pytest.param((0, 200, 210), soon(10) - LATE_COST, id="one pause"),
    ],
)
def test_what_it_adds_when_words_are_told(seconds: tuple[float, ...], worth: int) -> None:
    """Of the site N; links there, in any order."""
    names: Any = [(f"AGG-1/{end}", "loss_of_signal") for end in ("bts1", "olt1a", "olt1b", "olt2a", "olt2b")]
    wire, silent = Telling(), Telling()
    told = [wire.told(*names[place], since=at) for place, at in enumerate(seconds)]
    same = [silent.told(*names[place]) for place in range(len(seconds))]
    together = silent.weigh("N", *same).gain - min(len(seconds) - 1, 2) * AT_ONCE
    assert wire.weigh("N", *told).gain - together == worth


@pytest.mark.parametrize(
    ("first", "then", "seconds", "worth"),
    [
        pytest.param(*BTS, 60, soon(60), id="as any word"),
        pytest.param(*BTS, 91, math.log(600 / 111), id="less and less"),
        pytest.param(*BTS, 300, math.log(600 / 320), id="till it has gone its round"),
        pytest.param(*BTS, 300.000001, -LATE_COST, id="later: more often chance"),
        pytest.param(*reversed(BTS), 91, 0, id="a port has no round to go"),
        pytest.param(*reversed(BTS), 200, -LATE_COST, id="nor may it be late"),
    ],
)
def test_a_poller_has_its_round_to_go(first: Any, then: Any, seconds: float, worth: float) -> None:
    wire, silent = Telling(), Telling()
    told = [wire.told(*first, since=0), wire.told(*then, since=seconds)]
    together = silent.weigh("BTS-1", silent.told(*first), silent.told(*then)).gain - AT_ONCE
    micro = worth if abs(worth) > 100 else round(worth * 1_000_000)
    assert wire.weigh("BTS-1", *told).gain - together == micro


@pytest.mark.parametrize(
    ("pause", "gains"),
    [
        pytest.param(100, True, id="soon after"),
        pytest.param(700, False, id="after a pause of more than ten minutes it is of another fault, or stray"),
    ],
)
def test_a_word_after_a_pause(pause: float, gains: bool) -> None:
    wire = Telling()
    wire.told(*BTS[0], since=LATE - pause)
    wire.told(*BTS[1], since=LATE)
    assert wire.roots(LATE + 60) == (["BTS-1"] if gains else [])


@pytest.mark.parametrize("before_s", [120, 700, 14_400])
def test_that_mains_are_lost_counts_as_long_as_a_battery_may_last(before_s: float) -> None:
    wire = Telling()
    dark: Any = (("AGG-4/bts2", "loss_of_signal"), ("BTS-2", "device_unreachable"))
    words = wire.all_told(*dark, since=LATE - 40)
    (without,) = wire.found()
    wire.told("S-1", "power_failure", since=LATE - 40 - before_s)
    (found,) = wire.found()
    assert len(found.speaks) == len(words) + 1
    assert found.root == "S-1"
    dearer_now = 3 * 250_000  # by itself it was a stray word so far
    assert found.gain - found.prior >= without.gain - without.prior + WORD - dearer_now, "and it is never late"


def test_what_lost_its_mains_before_any_battery_would_be_empty_fails_for_another_reason() -> None:
    wire = Telling()
    wire.all_told(("AGG-4/bts2", "loss_of_signal"), ("BTS-2", "device_unreachable"), since=20_000)
    wire.told("S-1", "power_failure", since=20_000 - 14_401)
    (found,) = wire.found(20_060)
    assert len(found.speaks) == 2


def test_that_mains_are_lost_after_all_is_dark_long_ago_is_another_failure() -> None:
    wire = Telling()
    wire.told("AGG-4/bts2", since=LATE - 1000)
    wire.told("BTS-2", "device_unreachable", since=LATE - 990)
    wire.told("S-1", "power_failure", since=LATE - 40)
    (found,) = wire.found()
    assert len(found.speaks) == 2


def test_what_was_let_go_is_as_old_as_that() -> None:
    """It may have been hidden behind what explained it."""
    wire = Telling()
    first, second = wire.told(*BTS[0], since=0), wire.told(*BTS[1], since=LATE)
    assert first is not None
    assert second is not None
    assert wire.roots(LATE + 60) == []
    wire.engine.observe(AlarmFreed("AGG-1/bts1 loss_of_signal", at_us(LATE - 10)))
    wire.engine.touch(first)
    [found] = wire.found(LATE + 60)
    assert (found.root, found.gain - found.prior) == ("BTS-1", 2 * WORD + soon(90)), "how soon is of what explained it"


def test_a_word_that_is_let_go_and_comes_back_is_one() -> None:
    wire = Telling()
    seen = wire.told(*BTS[0])
    assert isinstance(seen, Evidence)
    assert seen.begun_us == at_us(0)
    wire.engine.observe(AlarmFreed("AGG-1/bts1 loss_of_signal", at_us(50)))
    assert seen.begun_us == at_us(50)
    wire.ended("AGG-1/bts1")
    again = wire.told(*BTS[0], since=20)
    assert again is not None
    assert again.begun_us == at_us(20)


# What is known of a source

SURE, BABBLES = "nms-sure", "nms-babbles"
KNOWN = {
    SURE: SourceModel(spurious={"device_unreachable": 1e-7}),
    BABBLES: SourceModel(spurious={"device_unreachable": 0.2}),
}
OF_SURE, OF_BABBLER = round(1e6 * math.log((1 - (1 - 1e-7) * 0.1) / 1e-7)), round(1e6 * math.log(0.92 / 0.2))


def by(wire: Telling, source: str, name: str = "BTS-1", kind: AlarmType = "device_unreachable") -> Evidence:
    told = wire.engine.observe(AlarmStands(f"{name} {kind} {source}", name, kind, at_us(0), source=source))
    assert isinstance(told, Evidence)
    wire.engine.touch(told)
    return told


def test_a_word_is_worth_what_is_known_of_its_source() -> None:
    wire = Telling(sources=KNOWN)
    assert [by(wire, source, name).worth for source, name in ((SURE, "BTS-1"), (BABBLES, "BTS-2"))] == [
        pytest.approx(OF_SURE, abs=1),
        pytest.approx(OF_BABBLER, abs=1),
    ]
    assert by(wire, "another", "OLT-1").worth == WORD
    assert by(wire, SURE, "OLT-2", "on_battery").worth == WORD, "of other types nothing is known"


def test_of_several_sources_that_tell_one_thing_the_best_counts_in_any_order() -> None:
    for order in permutations((SURE, BABBLES, "another")):
        wire = Telling(sources=KNOWN)
        told = [by(wire, source) for source in order][-1]
        assert told.worth == pytest.approx(OF_SURE, abs=1)
        wire.engine.observe(AlarmEnded(f"BTS-1 device_unreachable {SURE}"))
        assert told.worth == WORD
        wire.engine.observe(AlarmEnded("BTS-1 device_unreachable another"))
        assert told.worth == pytest.approx(OF_BABBLER, abs=1)
        gain = wire.weigh("BTS-1", told).gain
        plain = Telling(sources=KNOWN)
        assert gain == plain.weigh("BTS-1", by(plain, BABBLES)).gain


def test_what_a_babbler_says_makes_no_other_word_dearer() -> None:
    known = {BABBLES: SourceModel(spurious={"on_battery": 0.2})}
    for sources, quarters in (({}, 5), (known, 0)):
        wire = Telling(sources=sources)
        for name in STRAYS:
            by(wire, BABBLES, name, "on_battery")
        wire.search(200)
        assert wire.engine._situation.claims.strays.dearer[NETWORK] // 250_000 == quarters
