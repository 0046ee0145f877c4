"""What speaks against a loss: a device that spoke since; and what is no loss: a poller that has lost its way."""

import itertools
from typing import Any

import pytest

from correlator.events import AlarmType
from correlator.inference.port import AlarmHeard, AlarmStands, OutOfSight
from tests.correlator.inference.telling import AT_ONCE, LATE, Telling, at_us, together
from tests.scenarios.stage import network

WORD, MUTE = 6_802_506, -2_302_585
ALIVE = -2_995_732  # ln(1 - 0.95)
BTS: tuple[tuple[str, AlarmType], ...] = (("AGG-1/bts1", "loss_of_signal"), ("BTS-1", "device_unreachable"))
OLT: tuple[tuple[str, AlarmType], ...] = (
    *((f"AGG-1/{end}", "loss_of_signal") for end in ("olt1a", "olt1b")),
    ("OLT-1", "device_unreachable"),
)


def heard(wire: Telling, name: str, alarm_type: AlarmType, at: float) -> None:
    wire.engine.observe(AlarmHeard(f"{name} {alarm_type}", name, alarm_type, at_us(at)))


@pytest.mark.parametrize(
    ("source", "alive"),
    [
        pytest.param("snmp:OLT-1", 1, id="a trap of the device, whatever it says"),
        pytest.param("syslog:OLT-1", 1, id="a line of it"),
        pytest.param("snmp:10.9.9.9", 0, id="of an address that nobody knows"),
        pytest.param("snmp:OLT-2", 0, id="of another device"),
        pytest.param("OLT-1", 1, id="of the device, by its name alone"),
        pytest.param("ems:OLT-1", 0, id="a manager that is called so"),
    ],
)
def test_what_a_device_sends_is_a_sign_that_it_lives(source: str, alive: int) -> None:
    wire = Telling()
    seen = all_heard(wire, *OLT, at=100)
    before = wire.weigh("OLT-1", *seen).gain
    wire.engine.observe(AlarmHeard("OLT-1 other", "OLT-1", "other", at_us(106), {source: at_us(106)}))
    assert wire.weigh("OLT-1", *seen).gain - before == pytest.approx(alive * ALIVE, abs=1)


def all_heard(wire: Telling, *alarms: tuple[str, AlarmType], at: float) -> list[Any]:
    seen = wire.all_told(*alarms, since=at)
    for name, alarm_type in alarms:
        heard(wire, name, alarm_type, at)
    return seen


@pytest.mark.parametrize(
    ("name", "alarm_type", "at", "alive"),
    [
        pytest.param("OLT-1/pon-1", "loss_of_signal", 106, 1, id="of one of its ports"),
        pytest.param("OLT-1/pon-9", "link_down", 106, 1, id="of a port that no row names"),
        pytest.param("OLT-1", "high_temperature", 106, 1, id="of itself"),
        pytest.param("OLT-1", "card_failure", 106, 1, id="of a card"),
        pytest.param("ONT-11-01", "device_unreachable", 106, 1, id="of an ONT"),
        pytest.param("ONT-11-01", "dying_gasp", 106, 1, id="an ONT's last word goes through it"),
        pytest.param("OLT-1/pon-1", "loss_of_signal", 105, 0, id="within what clocks differ by"),
        pytest.param("OLT-1/pon-1", "loss_of_signal", 50, 0, id="before"),
        pytest.param("OLT-1", "device_unreachable", 106, 0, id="its poller's word is none of its own"),
        pytest.param("OLT-1", "power_failure", 106, 0, id="nor is a power monitor's"),
        pytest.param("OLT-1/up-a", "fiber_break", 106, 0, id="nor an optical monitor's"),
        pytest.param("MT-MN", "loss_of_signal", 106, 0, id="a span says nothing"),
        pytest.param("OLT-2/pon-1", "loss_of_signal", 106, 0, id="another device"),
        pytest.param("NIX/1", "loss_of_signal", 106, 0, id="what nobody knows"),
    ],
)
def test_a_device_that_spoke_after_all_that_is_told_of_its_loss(
    name: str, alarm_type: AlarmType, at: float, alive: int
) -> None:
    wire = Telling()
    seen = all_heard(wire, *OLT, at=100)
    before = wire.weigh("OLT-1", *seen).gain
    assert before + 13_900_000 == 3 * WORD + together(3)
    heard(wire, name, alarm_type, at)
    assert wire.weigh("OLT-1", *seen).gain - before == pytest.approx(alive * ALIVE, abs=1)


def test_more_than_three_that_live_say_no_more() -> None:
    wire = Telling()
    names = ("AGG-1", "OLT-1", "OLT-2", "BTS-1")
    seen = all_heard(wire, ("CORE-B/agg1", "loss_of_signal"), ("AGG-1", "device_unreachable"), at=100)
    gains = [wire.weigh("AGG-1", *seen).gain]
    for name in names:
        heard(wire, name, "high_temperature", 150)
        gains.append(wire.weigh("AGG-1", *seen).gain)
    lost = [after - before for before, after in itertools.pairwise(gains)]
    assert lost == pytest.approx([ALIVE, ALIVE, ALIVE, 0], abs=1)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        pytest.param(160, True, id="within a minute: what breaks may say so itself"),
        pytest.param(161, False, id="later: it is back, or was never lost"),
    ],
)
def test_a_device_that_spoke_long_after_it_was_told_lost_is_not_lost(at: float, counts: bool) -> None:
    wire = Telling()
    [lost] = all_heard(wire, ("OLT-1", "device_unreachable"), at=100)
    heard(wire, "OLT-1/pon-1", "loss_of_signal", at)
    judged = wire.engine.judge("OLT-1", [lost], at_us(LATE))
    assert judged is not None
    assert judged.speaks == ([lost] if counts else [])
    heard(wire, "OLT-1", "device_unreachable", at + 1)
    again = wire.engine.judge("OLT-1", [lost], at_us(LATE))
    assert again is not None
    assert again.speaks == [lost], "told lost again"


def test_lost_mains_are_no_loss_that_a_later_word_speaks_against() -> None:
    wire = Telling()
    seen = all_heard(wire, *OLT, at=100)
    power = wire.told("OLT-1", "power_failure", since=90)
    heard(wire, "OLT-1", "power_failure", 300)
    heard(wire, "OLT-1/pon-1", "loss_of_signal", 106)
    with_power = wire.weigh("OLT-1", *seen, power)
    assert with_power.gain - with_power.prior == pytest.approx(4 * WORD + together(4) + ALIVE, abs=1)


def test_a_word_told_again_makes_the_loss_later_than_the_sign() -> None:
    wire = Telling()
    seen = all_heard(wire, *OLT, at=100)
    heard(wire, "OLT-1/pon-1", "loss_of_signal", 106)
    heard(wire, "OLT-1", "device_unreachable", 120)
    assert wire.weigh("OLT-1", *seen).gain + 13_900_000 == 3 * WORD + together(3)


# The way to a region's management

JAVA = ("CORE-A", "CORE-B", "CORE-C", "CORE-D", "AGG-1", "AGG-2", "AGG-3", "OLT-1", "OLT-2", "BTS-1", "SRV-1")
PAPUA = ("AGG-4", "BTS-2")


def unreachable(wire: Telling, *names: str) -> list[Any]:
    return wire.all_told(*((name, "device_unreachable") for name in names), since=LATE - 60)


@pytest.mark.parametrize(
    ("lost", "roots"),
    [
        pytest.param(JAVA, [], id="all of a region: its poller has lost its way"),
        pytest.param(JAVA[1:], [], id="all but one"),
        pytest.param((*JAVA, *PAPUA), ["S"], id="beside it a fault in another region is found"),
        pytest.param(("AGG-1", "OLT-1", "OLT-2", "BTS-1"), ["M"], id="all below one site: that is likelier"),
        pytest.param(PAPUA, ["S"], id="few devices are as well lost by themselves"),
    ],
)
def test_what_pollers_tell_of_a_whole_region(lost: tuple[str, ...], roots: list[str]) -> None:
    wire = Telling()
    unreachable(wire, *lost)
    assert wire.roots() == roots


def test_a_fault_that_is_told_otherwise_as_well_is_found_beside_it() -> None:
    wire = Telling()
    unreachable(wire, *JAVA)
    wire.all_told(BTS[0], ("BTS-1/eth0", "loss_of_signal"), since=LATE - 60)
    [found] = wire.found()
    assert "LK-BTS1" in found.members
    assert {one.kind for one in found.speaks} == {"link_end", "device"}, "what hangs by it is lost for that"


@pytest.mark.parametrize(
    ("dark", "roots"),
    [
        pytest.param(0, ["LK-BTS1"], id="a link that went dark when the device was lost"),
        pytest.param(-80, ["LK-BTS1"], id="a little before"),
        pytest.param(-400, [], id="long before: then it would have been lost long before"),
        pytest.param(400, [], id="long after: it was lost for something else"),
    ],
)
def test_a_dark_link_takes_out_of_what_a_lost_poller_says_what_it_cut_off_then(dark: float, roots: list[str]) -> None:
    wire = Telling()
    unreachable(wire, *JAVA)
    wire.told("AGG-1/bts1", since=LATE - 60 + dark)
    found = [one for one in wire.found(LATE + 400) if "device" in {told.kind for told in one.speaks}]
    assert ["LK-BTS1" for one in found if "LK-BTS1" in one.members] == roots
    assert len(found) == len(roots)


def test_what_it_explains_is_no_stray() -> None:
    wire = Telling()
    wire.all_told(*((name, "device_unreachable") for name in JAVA), since=LATE - 200)
    wire.search()
    assert set(wire.engine._situation.claims.strays.dearer.values()) == {0}
    for name in JAVA[3:]:
        wire.ended(name, "device_unreachable")
    wire.search()
    assert wire.engine._situation.claims.strays.dearer["network"] > 0, "three of eleven are no whole region"


def test_no_settled_root_yields_to_what_only_a_lost_poller_tells() -> None:
    wire = Telling()
    one = wire.settle("IN-1", "BTS-1", wire.all_told(*BTS, since=LATE - 60), peak=2)
    unreachable(wire, *(name for name in JAVA if name != "BTS-1"))
    assert wire.engine.better(wire.search(), lambda _: one, at_us(LATE)) == []


# Where nobody polls

SITE_N = -11_600_000


@pytest.mark.parametrize(
    ("spoken", "missed"),
    [
        pytest.param(None, 2, id="no poller has ever spoken: two links are missed, no device"),
        pytest.param("AGG-3", 4, id="one has, of this region: both devices are missed as well"),
        pytest.param("BTS-2", 2, id="one has, of another region"),
        pytest.param("ONT-11-01", 2, id="an OLT tells of its ONTs, which is no poller"),
    ],
)
def test_where_no_poller_has_spoken_no_device_is_missed(spoken: str | None, missed: int) -> None:
    wire = Telling(polled=False)
    if spoken is not None:
        heard(wire, spoken, "device_unreachable", 0)
    heard(wire, *BTS[0], 0)
    link = wire.told(*BTS[0])
    wire.engine.observe(AlarmStands("x", "N", "power_failure", at_us(0)))
    found = wire.weigh("N", link, wire.engine.observation("x"))
    assert found.gain - SITE_N == pytest.approx(2 * WORD + AT_ONCE + missed * MUTE, abs=4)


@pytest.mark.parametrize("sees", [True, False])
def test_a_poller_that_sees_customers_routers_no_more_does_not_know_that_they_are_lost(*, sees: bool) -> None:
    wire = Telling(network("kartu"))
    routers = ("CPE-1", "CPE-2", "CPE-3")
    for router in routers:
        told = wire.told(router, "device_unreachable")
        assert told is not None
        by = {"poll:1": at_us(0)}
        wire.engine.observe(AlarmHeard(f"{router} device_unreachable", router, "device_unreachable", at_us(0), by))
    unseen = frozenset[tuple[str, str]]() if sees else frozenset(("poll:1", router) for router in routers)
    wire.engine.observe(OutOfSight((), unseen))
    assert bool(wire.roots()) is sees
