"""Who speaks at the end of a link: the light and the neighbour, a device that has lost a card, callers elsewhere."""

import itertools

import pytest

from correlator.events import AlarmType
from correlator.inference.port import AlarmHeard, OutOfSight
from tests.correlator.inference.telling import AT_ONCE, LATE, Telling, at_us, together
from topology.compile import compile_inventory
from topology.model import Device, Inventory, Link, Site

WORD, DIRECT = 6_802_506, 11_407_566
OTHER_END = -2_302_585  # it lives and says nothing
UNSWITCHED = -1_049_822  # ln(1 - 0.65): two in three say that they lost a route
NO_LIGHT = 2 * -2_302_585  # ln(1 - 0.9) each: neither end says that the light is gone
Alarms = list[tuple[str, AlarmType]]

# The neighbour beside the light


@pytest.mark.parametrize(
    ("words", "worth"),
    [
        pytest.param([("CORE-B/east", "loss_of_signal")], WORD + OTHER_END, id="the light at one end"),
        pytest.param([("CORE-B/east", "neighbor_down")], WORD + OTHER_END, id="the neighbour at one end"),
        pytest.param(
            [("CORE-B/east", "loss_of_signal"), ("CORE-B/east", "link_down")],
            WORD + 10_200_000 + OTHER_END,
            id="two words for the light: one, and more sure",
        ),
        pytest.param(
            [("CORE-B/east", "loss_of_signal"), ("CORE-B/east", "neighbor_down")],
            2 * WORD + AT_ONCE + OTHER_END,
            id="the light and the neighbour: two",
        ),
        pytest.param(
            [(port, "neighbor_down") for port in ("CORE-B/east", "CORE-C/west")],
            2 * WORD + AT_ONCE,
            id="both neighbours, of routers that never told of light",
        ),
        pytest.param(
            [(port, kind) for port in ("CORE-B/east", "CORE-C/west") for kind in ("neighbor_down", "loss_of_signal")],
            4 * WORD + 2 * AT_ONCE,
            id="both, twice",
        ),
    ],
)
def test_what_is_told_at_the_ends_of_a_link(words: Alarms, worth: int) -> None:
    wire = Telling()
    seen = wire.all_told(*words)
    found = wire.weigh("BB-BC", *dict.fromkeys(seen))
    assert found.gain - found.prior == worth


@pytest.mark.parametrize(
    ("before", "silent"),
    [
        pytest.param([], 0, id="they never told of light"),
        pytest.param([("CORE-B/agg1", "loss_of_signal")], NO_LIGHT, id="one of them did, of another port"),
        pytest.param([("CORE-C/west", "link_down")], NO_LIGHT, id="one of them did, of this port"),
        pytest.param([("CORE-C/-", "link_down")], NO_LIGHT, id="one of them did, and no row is left of that"),
        pytest.param([("CORE-D/west", "loss_of_signal")], 0, id="a third one did"),
        pytest.param([("CORE-B/west", "neighbor_down")], 0, id="one of them told of another neighbour"),
    ],
)
def test_a_router_that_tells_of_light_would_tell_of_it_again(before: Alarms, silent: int) -> None:
    wire = Telling()
    for name, alarm_type in before:
        wire.engine.observe(AlarmHeard("", name, alarm_type, at_us(-3600)))
    seen = wire.all_told(("CORE-B/east", "neighbor_down"), ("CORE-C/west", "neighbor_down"))
    found = wire.weigh("BB-BC", *seen)
    assert found.gain - found.prior == 2 * WORD + AT_ONCE + silent


def test_a_lost_neighbour_alone_means_something_where_nobody_else_could_tell() -> None:
    wire = Telling()
    lone, ring = wire.told("AGG-1/bts1", "neighbor_down"), wire.told("CORE-C/agg2", "neighbor_down")
    assert lone is not None
    assert ring is not None
    assert wire.engine.best_for(lone, at_us(LATE), alone=10.0) is not None
    assert wire.engine.best_for(ring, at_us(LATE), alone=10.0) is None
    wire.told("AGG-2/west", "neighbor_down")
    assert wire.engine.best_for(ring, at_us(LATE), alone=10.0) is not None


def test_a_link_is_dark_as_long_as_one_of_both_is_told() -> None:
    wire = Telling()
    wire.all_told(("CORE-B/east", "loss_of_signal"), ("CORE-B/east", "neighbor_down"))
    dark, link = wire.engine._situation.told.dark_links, wire.topology.index["LK-BC"]
    assert link in dark
    wire.ended("CORE-B/east", "loss_of_signal")
    assert link in dark
    wire.ended("CORE-B/east", "neighbor_down")
    assert link not in dark


def test_the_incident_of_a_link_explains_a_lost_neighbour() -> None:
    wire = Telling()
    wire.settle("IN-1", "BB-BC")
    seen = wire.told("CORE-C/west", "neighbor_down")
    assert seen is not None
    assert wire.engine.accounts.owner_of(seen) == "IN-1"


# A device with a dead card speaks of its own ends


def test_its_own_dark_ends_speak_for_a_device_while_a_card_of_it_is_dead() -> None:
    wire = Telling()
    own, far = wire.told("OLT-1/up-a", "loss_of_signal"), wire.told("AGG-1/olt1b", "loss_of_signal")
    neighbour = wire.told("OLT-1/up-b", "neighbor_down")
    assert own is not None
    assert far is not None
    assert neighbour is not None
    speaks = wire.engine.roots.speaks_for
    assert [speaks("OLT-1", one) for one in (own, far, neighbour)] == [False, True, False], "who is dead says nothing"
    wire.told("OLT-1", "card_failure")
    assert [speaks("OLT-1", one) for one in (own, far, neighbour)] == [True, True, True]
    late = wire.told("OLT-1/pon-1", "loss_of_signal")
    assert late is not None
    assert speaks("OLT-1", late), "also what is told later"
    wire.told("OLT-1", "device_unreachable")
    assert not speaks("OLT-1", own), "all of it is lost: it cannot have told"
    wire.ended("OLT-1", "device_unreachable")
    assert speaks("OLT-1", own)
    wire.ended("OLT-1", "card_failure")
    assert [speaks("OLT-1", one) for one in (own, far, late)] == [False, True, False]


def test_a_dead_card_and_its_dark_ends_are_one_fault() -> None:
    wire = Telling()
    wire.all_told(("OLT-1", "card_failure"), ("OLT-1/up-a", "loss_of_signal"), since=LATE - 60)
    [found] = wire.found()
    assert (found.root, found.gain) == ("OLT-1", -13_900_000 + DIRECT + WORD + together(2) + OTHER_END)


def test_a_dead_card_and_both_ends_of_its_links_are_likelier() -> None:
    wire = Telling()
    words: Alarms = [("OLT-1/up-a", "loss_of_signal"), ("AGG-1/olt1a", "loss_of_signal")]
    wire.all_told(("OLT-1", "card_failure"), *words, since=LATE - 60)
    [found] = wire.found()
    assert (found.root, found.gain) == ("OLT-1", -13_900_000 + DIRECT + 2 * WORD + together(3))


def test_who_is_out_of_sight_or_cut_off_need_not_tell_of_the_other_end() -> None:
    wire = Telling()
    seen = wire.told("CORE-B/east", "loss_of_signal")
    assert wire.weigh("BB-BC", seen).gain - wire.weigh("BB-BC", seen).prior == WORD + OTHER_END
    wire.engine.observe(OutOfSight((wire.topology.index["CORE-C"],)))
    assert wire.weigh("BB-BC", seen).gain - wire.weigh("BB-BC", seen).prior == WORD


def test_what_an_incident_holds_speaks_for_it_too() -> None:
    wire = Telling()
    own = wire.told("OLT-1/up-a", "loss_of_signal")
    assert own is not None
    wire.engine.accounts.own(own, "IN-1")
    wire.told("OLT-1", "card_failure")
    assert wire.engine.roots.speaks_for("OLT-1", own)
    assert wire.engine.accounts.held_by("IN-1") == {own}


# Calls elsewhere


@pytest.mark.parametrize(
    ("called", "usual", "step"),
    [
        pytest.param(0, 0.1, 0, id="nobody calls elsewhere"),
        pytest.param(1000, 0.1, 1, id="one: ln(4 / 3.1) of ln 1.5 is 0.6"),
        pytest.param(10_000, 0.1, 4, id="ten: ln(13 / 3.1) is 3.5 of them"),
        pytest.param(300, 0.1, 0, id="one that weighs little"),
        pytest.param(1000, 10.0, 0, id="fewer than usual"),
    ],
)
def test_how_raised_a_day_is(called: int, usual: float, step: int) -> None:
    assert Telling().scores.raised(called, usual) == step


def test_calls_elsewhere_make_each_call_worth_less() -> None:
    def worth(*elsewhere: str) -> int:
        wire = Telling()
        wire.called("CU-11-01", "CU-11-02", "CU-11-03", *elsewhere, since=LATE - 60)
        return wire.weigh("SPL-11").gain

    far = [f"CU-21-{n:02}" for n in range(1, 9)]
    gains = [worth(), worth(*far[:1]), worth(*far[:4]), worth(*far)]
    assert gains == sorted(gains, reverse=True)
    assert len(set(gains)) == 4
    scores = Telling().scores
    expected = [scores.calls((3000,) * 3, 8, (step, step, step)) for step in (0, 4)]
    assert gains[0] - gains[3] >= (expected[0] - expected[1]) // 2, "eight elsewhere: a few steps of ln 1.5 for each"


def test_the_more_raised_the_less_are_three_calls_worth() -> None:
    worth = [Telling().scores.calls((3000, 3000, 3000), 8, (step, step, step)) for step in range(6)]
    lost = [before - after for before, after in itertools.pairwise(worth)]
    assert all(405_465 <= each <= 3 * 405_465 + 1_000 for each in lost), "ln 1.5 for each of three calls, nearly"


def test_calls_that_an_incident_explains_do_not_raise_the_day() -> None:
    wire = Telling()
    wire.called("CU-11-01", "CU-11-02", "CU-21-01", "CU-21-02", "CU-21-03", since=LATE - 60)
    situation, olt = wire.engine._situation, wire.topology.index["SPL-11"]
    callers, far = situation.told.callers, wire.topology.index["SPL-21"]
    raised = callers.score(olt, 1_000_000 * 1_000_000 + round(LATE) * 1_000_000)
    explained = {f"call of CU-21-0{n}": far for n in (1, 2, 3)}
    calm = callers.score(olt, 1_000_000 * 1_000_000 + round(LATE) * 1_000_000, explained)
    assert raised is not None
    assert calm is not None
    assert calm > raised


def of_two_ways(firms: int) -> Inventory:
    """A ring of a gateway and two aggregations, and firms whose CPE hang on both of these."""
    return Inventory(
        sites=tuple(Site(id=name, kind="pop") for name in ("P", "M1", "M2"))
        + tuple(Site(id=f"H{n}", kind="customer") for n in range(firms)),
        devices=(
            Device(id="CR", site="P", role="core", tier="metro", gateway=True),
            Device(id="AG1", site="M1", role="aggregation", tier="metro"),
            Device(id="AG2", site="M2", role="aggregation", tier="metro"),
            *(Device(id=f"CPE{n}", site=f"H{n}", role="cpe", tier="drop") for n in range(firms)),
        ),
        links=(
            Link(id="L1", a="CR/1", b="AG1/c", tier="metro"),
            Link(id="L2", a="CR/2", b="AG2/c", tier="metro"),
            Link(id="L12", a="AG1/e", b="AG2/w", tier="metro"),
            *(Link(id=f"LA{n}", a=f"AG1/f{n}", b=f"CPE{n}/a", tier="drop") for n in range(firms)),
            *(Link(id=f"LB{n}", a=f"AG2/f{n}", b=f"CPE{n}/b", tier="drop") for n in range(firms)),
        ),
    )


@pytest.mark.parametrize("firms", [0, 20])
def test_a_router_is_no_less_dead_for_the_cpes_that_hang_on_another_too(firms: int) -> None:
    """They speak through the device above, which is dead: their ends of its links say nothing."""
    wire = Telling(compile_inventory(of_two_ways(firms)))
    wire.all_told(("CR/2", "loss_of_signal"), ("AG1/e", "loss_of_signal"), ("AG2", "device_unreachable"))
    [found] = wire.found()
    assert "AG2" in found.members
    assert found.gain > 0


# A protected link that loses one of its routes


@pytest.mark.parametrize(
    ("switched", "silence"),
    [
        pytest.param((), UNSWITCHED, id="neither end says so"),
        pytest.param(("CORE-A/east",), 0, id="one end"),
        pytest.param(("CORE-A/east", "CORE-B/west"), 0, id="both"),
    ],
)
def test_who_says_nothing_of_a_lost_route_speaks_a_little_against_it(switched: tuple[str, ...], silence: int) -> None:
    wire = Telling()
    cut = wire.told("BB-AB-N", "fiber_break")
    wire.all_told(*((port, "protection_switch") for port in switched))
    found = wire.weigh("BB-AB-N", cut)
    assert found.gain - found.prior == DIRECT + silence
    assert found.share == 1.0, "many never tell of it: nobody waits for their word"


def test_an_end_that_is_gone_says_nothing_of_a_lost_route() -> None:
    wire = Telling()
    cut = wire.told("BB-AB-N", "fiber_break")
    wire.engine.observe(OutOfSight(tuple(wire.topology.ends(wire.topology.index["LK-AB"])), frozenset()))
    found = wire.weigh("BB-AB-N", cut)
    assert found.gain - found.prior == DIRECT
