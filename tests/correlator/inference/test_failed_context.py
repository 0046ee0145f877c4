"""What settled incidents have prepared: a ring that has lost a link is a chain, a protected link hangs by one route.

CORE-C - AGG-2 - AGG-3 - CORE-D, where AGG-4 and, behind it, BTS-2 hang at AGG-3; CORE-A and CORE-B over two routes.
"""

from typing import Any

import pytest

from tests.correlator.inference.telling import Telling, any_of, standing, together

WORD, MUTE = 6_802_506, -2_302_585
LAST = "AGG-3/east CORE-D CORE-D/agg3 LK-RD MT-RD POP-D"  # what holds the chain
CHAIN = f"{LAST} AGG-2/east AGG-3 AGG-3/west LK-QR MT-QR R"
LOST = ("AGG-2", "AGG-3", "AGG-4", "BTS-2")


def lost(wire: Telling, *names: str) -> list[Any]:
    return wire.all_told(*((name, "device_unreachable") for name in names))


@pytest.mark.parametrize(
    ("failed", "name", "alarm_type", "more"),
    [
        pytest.param("MT-CQ", "AGG-2", "device_unreachable", CHAIN, id="the far end of the chain hangs by all of it"),
        pytest.param("MT-CQ", "AGG-3", "device_unreachable", LAST, id="the near end by its last link"),
        pytest.param("MT-CQ", "BTS-2", "device_unreachable", LAST, id="and so does what hangs at it"),
        pytest.param("MT-CQ", "CORE-D/agg3", "loss_of_signal", "", id="a link of one route is as it was"),
        pytest.param("MT-CQ", "SV-PAPUA", "service_down", LAST, id="and a service whose only device does"),
        pytest.param("MT-CQ", "BTS-1", "device_unreachable", "", id="elsewhere nothing changes"),
        pytest.param("BB-AB-N", "CORE-A/east", "loss_of_signal", "BB-AB-S", id="a link hangs by its other route"),
        pytest.param("BB-AB-N", "LK-AB", "protection_switch", "", id="that it switched says nothing more"),
        pytest.param("MT-MN", "AGG-2", "device_unreachable", "", id="a failure in a tree exposes nobody"),
    ],
)
def test_for_whom_else_it_speaks_now(failed: str, name: str, alarm_type: Any, more: str) -> None:
    plain, wire = Telling(), Telling()
    wire.engine.accounts.expose([standing("IN-1", failed)])
    before, now = plain.told(name, alarm_type), wire.told(name, alarm_type)
    assert before is not None
    assert now is not None
    assert sorted(set(wire.spoken_for(now)) - set(plain.spoken_for(before))) == sorted(more.split())


def test_what_is_told_already_speaks_for_them_as_well_and_no_longer() -> None:
    wire = Telling()
    told = lost(wire, *LOST)
    expose = wire.engine.accounts.expose
    assert set(map(id, expose([standing("IN-1", "MT-CQ")]))) == set(map(id, told))
    assert "LK-RD" in wire.spoken_for(told[0])
    assert expose([standing("IN-1", "MT-CQ")]) == [], "it was so before"
    assert expose([standing("IN-1", "MT-CQ", clearing=True)]) == [], "what clears may not work yet"
    assert set(map(id, expose([]))) == set(map(id, told))
    assert "LK-RD" not in wire.spoken_for(told[0])
    assert expose([standing("IN-1", "MT-CQ", released=True)]) == [], "what was given up has not failed"


def test_what_an_incident_holds_speaks_for_them_too() -> None:
    wire = Telling()
    told = lost(wire, *LOST)
    for one in told:
        wire.engine.accounts.own(one, "IN-2")
    wire.engine.accounts.expose([standing("IN-1", "MT-CQ")])
    assert all(wire.engine.roots.speaks_for("LK-RD", one) for one in told)
    assert wire.roots() == []


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        pytest.param(LOST, 0, id="all that hang by the chain"),
        pytest.param(LOST[:3], 1, id="one of them is silent"),
        pytest.param(LOST[:1], 3, id="three are"),
    ],
)
def test_the_second_cut_of_a_ring_takes_down_what_the_first_has_left(names: tuple[str, ...], missing: int) -> None:
    wire = Telling()
    wire.engine.accounts.expose([standing("IN-1", "MT-CQ")])
    told = [*wire.all_told(("CORE-D/agg3", "loss_of_signal")), *lost(wire, *names)]
    found = wire.weigh("MT-RD", *told)
    words = (1 + len(names)) * WORD + together(1 + len(names))
    assert found.gain - found.prior == pytest.approx(words + missing * MUTE, abs=missing + 1)
    assert found.share == pytest.approx((1 + len(names)) / (1 + len(names) + missing))


def test_alone_it_takes_nobody_down() -> None:
    wire = Telling()
    told = wire.all_told(("CORE-D/agg3", "loss_of_signal"))
    found = wire.weigh("MT-RD", *told, *lost(wire, *LOST))
    assert found.gain - found.prior == WORD, "who is lost speaks for others"


def test_beside_what_clears_the_better_of_the_two_counts() -> None:
    """It works again, and cuts off nobody with the second; or not yet, and then who is silent says so."""
    wire = Telling()
    wire.engine.accounts.expose([standing("IN-1", "MT-CQ", clearing=True)])
    wire.all_told(("CORE-D/agg3", "loss_of_signal"))
    lost(wire, *LOST)
    [found] = wire.found()
    assert (found.root, len(found.speaks)) == ("R", 5)  # of its other link nobody is left to tell
    alike = any_of(-11_600_000, -13_300_000)  # the site, and its only device
    assert found.gain == pytest.approx(alike + 5 * WORD + together(5), abs=1_000)
