"""A dead card that nobody names: ports of one slot, at once, told by a device that lives. In the network `slot`."""

import pytest

from tests.correlator.inference.telling import LATE, Telling
from tests.scenarios.stage import network

Q, R, S, T = "AGG-X/1/0/1", "AGG-X/1/0/2", "AGG-X/2/0/1", "AGG-X/2/0/2"
FAR = {Q: "AGG-Q/0/0/1", R: "AGG-R/0/0/1", S: "AGG-S/0/0/1", T: "AGG-T/0/0/1"}


def telling(*dark: str, apart_s: float = 0, own: bool = True) -> Telling:
    """Both ends of these links are dark, one link so many seconds after the other. `own`: also by AGG-X."""
    wire = Telling(network("slot"))
    for place, port in enumerate(dark):
        for end in (port, FAR[port]) if own else (FAR[port],):
            wire.told(end, since=LATE - 60 + place * apart_s)
    return wire


@pytest.mark.parametrize(
    ("dark", "apart_s", "roots"),
    [
        pytest.param((Q, R), 0, ["AGG-X"], id="all ports of a slot at once: its card"),
        pytest.param((Q, R), 20, ["AGG-X"], id="within seconds of each other"),
        pytest.param((Q, R), 21, ["LK-Q", "LK-R"], id="not so soon: two links"),
        pytest.param((Q, T), 0, ["LK-Q", "MT-T"], id="in two slots: two links"),
        pytest.param((Q,), 0, ["LK-Q"], id="one port: that link"),
    ],
)
def test_which_ports_make_a_card(dark: tuple[str, ...], apart_s: float, roots: list[str]) -> None:
    assert sorted(telling(*dark, apart_s=apart_s).roots(LATE)) == roots


def test_a_card_alone_is_dead_and_it_says_why() -> None:
    wire = telling(Q, R)
    (found,) = wire.found(LATE)
    assert (found.card, found.members) == (True, ("AGG-X",))
    assert found.odds > 6_000_000
    assert "silent_card" in [line.code for line in wire.engine.explain(found)]


def test_who_is_lost_has_lost_more_than_a_card() -> None:
    wire = telling(Q, R)
    wire.told("AGG-X", "device_unreachable", since=LATE - 30)
    assert not any(one.card for one in wire.found(LATE))


def test_who_says_nothing_of_its_own_ports_may_be_dead() -> None:
    assert not any(one.card for one in telling(Q, R, own=False).found(LATE))


def test_what_planned_work_accounts_for_is_no_card() -> None:
    wire = telling(Q, R)
    wire.engine.plan([(("LK-Q",), 0, 10**18)])
    assert sorted(wire.roots(LATE)) == ["LK-Q", "LK-R"]
