"""The search: which few failures explain best what is told, which come near, how sure it is, and what it says."""

import math

import pytest

from correlator.events import AlarmType
from correlator.explanation import Line
from correlator.inference.port import Precursor, Root
from tests.correlator.inference.telling import AT_ONCE, LATE, Telling, any_of, together

Alarms = list[tuple[str, AlarmType]]
WORD = 6_802_506

BTS: Alarms = [("AGG-1/bts1", "loss_of_signal"), ("BTS-1", "device_unreachable")]
LINKS: Alarms = [(f"AGG-1/{end}", "loss_of_signal") for end in ("bts1", "olt1a", "olt1b", "olt2a", "olt2b")]
MT_MN: Alarms = [*LINKS, *((name, "device_unreachable") for name in ("BTS-1", "OLT-1", "OLT-2"))]
STREET: Alarms = [(f"ONT-11-{n:02}", "device_unreachable") for n in range(1, 9)]
OTHER: Alarms = [(f"ONT-21-{n:02}", "device_unreachable") for n in range(1, 9)]
BELOW: Alarms = [(name, "device_unreachable") for name in ("AGG-1", "BTS-1", "OLT-1", "OLT-2")]
SOUTH: Alarms = [("AGG-3/south", "loss_of_signal"), ("AGG-4", "device_unreachable"), ("BTS-2", "device_unreachable")]

FOUND: list[tuple[str, Alarms, list[str]]] = [
    ("one word is not enough", BTS[:1], []),
    ("two are", BTS, ["BTS-1"]),
    ("a span below an aggregator", MT_MN, ["MT-MN"]),
    ("a street without mains", STREET, ["PLN-11"]),
    ("half a street", STREET[:5], ["PLN-11"]),
    ("two customers switch off", STREET[:2], []),
    ("three of a street, in the same second", STREET[:3], ["PLN-11"]),
    ("two faults, the greater first", [*SOUTH, *MT_MN], ["MT-MN", "S"]),
    ("a dead card", [("OLT-1", "card_failure"), ("AGG-1/olt1a", "loss_of_signal")], ["OLT-1"]),
    ("a route, by its monitor alone", [("MT-BM-1", "fiber_break")], []),
    ("a dead card, by itself", [("OLT-1", "card_failure")], []),
    ("a route", [("MT-BM-1", "fiber_break"), ("CORE-B/agg1", "protection_switch")], ["MT-BM-1"]),
    ("a splitter, by itself", [("SPL-11", "loss_of_signal"), *STREET], ["SPL-11"]),
    ("a duct, by its monitor", [("CD-BRIDGE", "fiber_break"), ("CORE-B/agg1", "link_down"), *BELOW], ["CD-BRIDGE"]),
    ("all that hangs at it, and no monitor", [("CORE-B/agg1", "link_down"), *BELOW], ["M"]),
]


@pytest.mark.parametrize(("alarms", "roots"), [pytest.param(a, r, id=name) for name, a, r in FOUND])
def test_what_is_found(alarms: Alarms, roots: list[str]) -> None:
    wire = Telling()
    wire.all_told(*alarms)
    assert wire.roots() == roots


@pytest.mark.parametrize("back", [False, True])
def test_the_order_in_which_it_is_told_does_not_matter(back: bool) -> None:
    wire = Telling()
    alarms = [*SOUTH, *MT_MN, *STREET[:5]]
    wire.all_told(*(reversed(alarms) if back else alarms))
    told = [(one.root, one.gain, one.odds, one.alternatives) for one in wire.found()]
    assert [root for root, *_ in told] == ["MT-MN", "S"], "the street hangs below"
    # the site S, with it the fibre to it (20 km), AGG-4, the link, the ports at both ends
    alike = any_of(-11_600_000, -13_816_291, -13_300_000, -14_500_000, -15_000_000, -15_000_000)
    assert told[1][1] == pytest.approx(alike + 3 * WORD + together(3), abs=1_000)


def test_each_search_looks_only_at_what_changed() -> None:
    wire = Telling()
    wire.all_told(*MT_MN)
    assert wire.engine.pending()
    assert wire.roots() == ["MT-MN"]
    assert not wire.engine.pending()
    assert wire.roots() == []
    wire.engine.touch(Root("NIX"))
    assert not wire.engine.pending()
    wire.engine.touch(Root("MT-MN"))
    assert wire.roots() == ["MT-MN"]
    wire.engine.touch(Root("MT-MN"))
    wire.engine.forget_touched()
    assert (wire.engine.pending(), wire.roots()) == (False, [])


def test_what_is_suspected_is_thought_over_with_what_shares_its_evidence() -> None:
    wire = Telling()
    for told in wire.all_told(*BTS):
        wire.engine.accounts.suspect(told, "IN-1")
    for told in wire.all_told(*SOUTH):
        wire.engine.accounts.suspect(told, "IN-2")
    wire.search()
    wire.all_told(*MT_MN)
    diagnosis = wire.search(suspected={"BTS-1": "IN-1", "S": "IN-2"})
    assert [one.root for one in diagnosis.hypotheses] == ["MT-MN"]
    assert diagnosis.rethought == {"IN-1"}


def test_a_suspicion_whose_root_is_looked_at_is_thought_over() -> None:
    wire = Telling()
    diagnosis = wire.engine.diagnose(10**13, {"BTS-1": "IN-1", "S": "IN-2"}, ["S"])
    assert (diagnosis.rethought, diagnosis.hypotheses) == ({"IN-2"}, [])


# Since when


@pytest.mark.parametrize(
    ("late", "found"),
    [
        pytest.param(0, ["MT-MN"], id="told together"),
        pytest.param(600, ["MT-MN"], id="ten minutes before: all of it may be old"),
        pytest.param(601, ["MT-MN", "M"], id="after a longer pause it is of another"),
    ],
)
def test_what_was_told_long_before_may_be_of_the_same_fault(late: float, found: list[str]) -> None:
    wire = Telling()
    wire.all_told(*LINKS, since=LATE - late)
    wire.all_told(*MT_MN[5:], since=LATE)
    assert wire.roots(LATE + 1) == found


@pytest.mark.parametrize(
    ("age", "found"),
    [
        pytest.param(89, "PLN-11", id="fresh evidence excuses who is silent yet"),
        pytest.param(90, "PLN-11", id="for ninety seconds"),
    ],
)
def test_five_of_eight_are_enough_at_any_age(age: float, found: str) -> None:
    wire = Telling()
    wire.all_told(*STREET[:5], since=LATE - age)
    assert wire.roots() == [found]


def test_old_words_do_not_make_a_fresh_fault_old() -> None:
    """BTS-1 was dark for an hour; a second ago the span went: its other links have had no time to speak."""
    wire = Telling()
    wire.all_told(BTS[1], since=0)
    fresh = wire.all_told(*LINKS[1::2], ("OLT-1", "device_unreachable"), since=LATE - 1)
    [found] = wire.found()
    assert (found.root, len(fresh)) == ("MT-MN", 3)
    assert set(map(id, found.speaks)) == set(map(id, fresh)), "BTS-1 is another's"
    assert found.gain == pytest.approx(-14_172_966 + 3 * WORD + together(3) - 3 * 294_600 - 1_439, abs=1_000)


# How sure


def test_rivals_and_how_sure() -> None:
    wire = Telling()
    wire.all_told(*BTS)
    [found] = wire.found()
    assert set(found.members) == {"AGG-1/bts1", "BTS-1", "BTS-1/eth0", "LK-BTS1"}
    alike = any_of(-13_300_000, -14_500_000, -15_000_000, -15_000_000)
    assert found.prior == pytest.approx(alike, abs=1_000), "a device, its link, two ports: summed"
    assert found.gain == found.prior + 2 * WORD + AT_ONCE
    rival = -11_600_000 + 2 * WORD + AT_ONCE + 3 * -2_302_585
    assert found.odds == pytest.approx(found.gain - rival, abs=4)
    mine, its, nothing = (math.exp(gain / 1e6) for gain in (found.gain, rival, 0))
    (name, share), (fibre, nil) = found.alternatives
    assert (fibre, nil) == ("MT-MN", 0), "five links and two devices would be silent"
    assert (name, share) == ("N", pytest.approx(1e6 * its / (mine + its + nothing), rel=0.02))
    assert found.confidence_ppm == pytest.approx(1e6 * mine / (mine + its + nothing), abs=2_000)


def test_no_more_alternatives_are_listed_than_the_policy_wants() -> None:
    wire = Telling(listed_alternatives=2)
    wire.all_told(*MT_MN)
    [found] = wire.found()
    assert [name for name, _ in found.alternatives] == ["N", "O"]


def test_a_precursor_raises_the_prior_of_what_it_is_about() -> None:
    wire = Telling()
    wire.all_told(*BTS)
    before = wire.weigh("BTS-1", *wire.all_told(*BTS)).gain
    gains = []
    for by in (1, 1, 1, 1, -4):
        wire.engine.observe(Precursor("BTS-1/eth0", by))
        gains.append(wire.weigh("BTS-1", *wire.all_told(*BTS)).gain - before)
    assert gains == [1_000_000, 2_000_000, 3_000_000, 3_000_000, 0]


@pytest.mark.parametrize(
    ("degraded", "raised"),
    [
        pytest.param("AGG-1/olt1a", ["AGG-1/olt1a", "LK-OLT1a", "MT-MN"], id="a port: its link and fibre"),
        pytest.param("LK-OLT1a", ["LK-OLT1a", "MT-MN"], id="a link: its fibre"),
        pytest.param("OLT-1", ["OLT-1"], id="a device: itself"),
        pytest.param("AGG-1/ge-1", ["AGG-1/ge-1"], id="a port without a link: itself"),
        pytest.param("NIX", [], id="what nobody knows: nothing"),
    ],
)
def test_whom_a_precursor_makes_likelier(degraded: str, raised: list[str]) -> None:
    wire, plain = Telling(), Telling()
    wire.engine.observe(Precursor(degraded, 1))
    names = ("AGG-1/ge-1", "AGG-1/olt1a", "LK-OLT1a", "MT-MN", "N", "OLT-1")
    gains = {name: wire.weigh(name).gain - plain.weigh(name).gain for name in names}
    alike = {other for name in raised for other in plain.engine.roots.alike(name)}
    assert gains == {name: 1_000_000 if name in alike else 0 for name in names}


# Words


def lines(wire: Telling) -> dict[str, list[Line]]:
    [found] = wire.found()
    said: dict[str, list[Line]] = {}
    for line in wire.engine.explain(found):
        said.setdefault(line.code, []).append(line)
    return said


def tenths(micro: int) -> int:
    """As it is shown."""
    return round(micro, -5)


def parts(said: dict[str, list[Line]]) -> int:
    """The sum of what is shown beside the score."""
    one = ("prior", "raised_prior", "again", "at_once", "chance", "silent", "complaints")
    found = [line.arguments[0] for name in one for line in said.get(name, [])]
    found += [line.arguments[2] for line in said.get("explains", [])]
    return sum(int(str(part)) for part in found)


@pytest.mark.parametrize(
    "told", [MT_MN, BTS, (*BTS, ("OLT-1", "device_unreachable"), ("AGG-1/olt1a", "loss_of_signal"))]
)
def test_what_is_shown_adds_up(told: tuple[tuple[str, AlarmType], ...]) -> None:
    wire = Telling()
    wire.all_told(*told)
    said = lines(wire)
    assert parts(said) == said["root"][0].arguments[2]


def test_what_is_said_for_a_root_that_all_tell_of() -> None:
    wire = Telling()
    wire.all_told(*MT_MN)
    said = lines(wire)
    assert list(said) == ["root", "prior", "explains", "at_once", "all_told", "instead", "tell_apart"]
    assert said["at_once"][0].arguments == (tenths(2 * AT_ONCE),)
    assert [line.arguments for line in said["explains"]] == [
        (3, "device", tenths(3 * WORD), ("BTS-1", "OLT-1", "OLT-2")),
        (5, "link_end", tenths(5 * WORD), ("LK-BTS1", "LK-OLT1a", "LK-OLT1b", "LK-OLT2a")),
    ]
    assert [line.arguments[0] for line in said["instead"]] == [("site", "N"), ("site", "O"), ("device", "OLT-1")]
    assert said["root"][0].arguments[0] == ("span", "MT-MN")
    assert said["tell_apart"][0].arguments == ("LK-OLT2a", "MT-MN")
    margin = said["instead"][0].arguments[1]
    assert isinstance(margin, int)
    assert margin == pytest.approx(-11_600_000 + 14_172_966 - 3 * WORD, abs=2), "N takes OLT-2's three words not along"


def test_what_is_said_of_who_is_silent() -> None:
    wire = Telling()
    wire.all_told(*BTS, ("OLT-1", "device_unreachable"), ("AGG-1/olt1a", "loss_of_signal"))
    said = lines(wire)
    assert said["silent"][0].arguments == (tenths(-2_302_585), (("link", 1),))
    assert said["silent_links"][0].arguments == (("LK-OLT1b",),)
    assert "all_told" not in said


def test_what_is_said_of_alike_planned_called_and_alone() -> None:
    wire = Telling(listed_alternatives=0)
    wire.all_told(*BTS)
    wire.engine.plan([(("BTS-1",), 0, 10**15)])
    wire.called("CU-TOWER", since=LATE - 60)
    said = lines(wire)
    assert list(said) == [
        *("root", "raised_prior", "equivalent", "explains", "at_once", "all_told", "complaints", "alone")
    ]
    assert said["equivalent"][0].arguments == (("AGG-1/bts1", "BTS-1", "BTS-1/eth0", "LK-BTS1"),)
    assert said["complaints"][0].arguments[1] == 1


def test_calls_alone_have_no_words_of_alarms() -> None:
    wire = Telling()
    wire.called(*(f"CU-11-{n:02}" for n in range(1, 5)), since=LATE - 60)
    said = lines(wire)
    assert [code for code in said if code in ("explains", "all_told")] == []
    assert said["complaints"][0].arguments[1] == 4
    assert said["silent"][0].arguments[1] == (("ont", 1),), "of the splitter: its OLT has never told of any ONT"
