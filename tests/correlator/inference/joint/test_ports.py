"""Ports without a link that go dark together: which are one failure. In the network `akses`."""

import pytest

from tests.correlator.inference.telling import LATE, Telling
from tests.scenarios.stage import network

PONS = tuple(f"OLT-1/pon-{n}" for n in range(4))
LINES = tuple(f"DSLAM-1/d{n:02}" for n in range(1, 17))
OLD_S = 86_400


def telling(*dark: str, apart_s: float = 0, ago_s: float = 3_000) -> Telling:
    wire = Telling(network("akses"))
    for place, port in enumerate(dark):
        wire.told(port, since=LATE - ago_s + place * apart_s)
    return wire


@pytest.mark.parametrize(
    ("dark", "apart_s", "roots"),
    [
        pytest.param(PONS[:1], 0, [], id="a PON alone: for who stands alone"),
        pytest.param(PONS[:2], 1, ["OLT-1"], id="two PONs at once"),
        pytest.param(PONS[:2], 4, [], id="not so soon"),
        pytest.param(LINES[:2], 0, [], id="two lines: people switch off what is theirs"),
        pytest.param(LINES[:3], 1, ["DSLAM-1"], id="three lines"),
        pytest.param(LINES[:3], 2, [], id="within four seconds: chance"),
        pytest.param(LINES[:8], 1, ["DSLAM-1"], id="more of them, within a second for each"),
        pytest.param(LINES[:4], 240, [], id="less than five of a cable, minutes apart"),
        pytest.param(LINES[:5], 240, ["DSLAM-1"], id="five of the eight of a cable"),
        pytest.param(LINES[:5], 480, [], id="over half an hour: people come and go"),
        pytest.param(LINES[6:11], 240, [], id="of two cables"),
    ],
)
def test_which_ports_are_one_failure(dark: tuple[str, ...], apart_s: float, roots: list[str]) -> None:
    found = telling(*dark, apart_s=apart_s).found(LATE)
    assert [one.root for one in found if one.gain > 0] == roots
    assert all(one.card for one in found)


def test_who_had_switched_off_before_is_no_part_of_it() -> None:
    wire = telling(*LINES[:3])
    wire.told(LINES[10], since=LATE - OLD_S)
    (found,) = wire.found(LATE)
    assert len(found.speaks) == len(LINES[:3])


def test_what_planned_work_accounts_for_is_none_of_it() -> None:
    wire = telling(*LINES[:3])
    wire.engine.plan([((LINES[0],), 0, 10**18)])
    assert wire.found(LATE) == []


def test_it_says_why() -> None:
    wire = telling(*LINES[:3])
    (found,) = wire.found(LATE)
    assert "ports_together" in [line.code for line in wire.engine.explain(found)]
