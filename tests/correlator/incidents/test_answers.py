"""Who answers under an outage that goes on: which words that ends, who hears that it is over, and who does not yet."""

import numpy as np
import pytest

from correlator.customers import LAYOUT
from correlator.service_desk.notices.informed import tell
from correlator.state import Draft
from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import CUTS, TOPOLOGY, kinds

LIGHT = (("CORE/a", "loss_of_signal"), ("CORE/a2", "loss_of_signal"))
LOST = tuple((name, "device_unreachable") for name in ("AGG", "BALI", "PAPUA"))


def cut() -> Night:
    night = Night(settle_odds=2.0)
    night.broken("SP-A")
    return night


@pytest.mark.parametrize(
    ("cleared", "after", "status"),
    [
        pytest.param((*LIGHT, *LOST), 360, "resolved", id="all is told well"),
        pytest.param(LOST, 360, "open", id="no end is, and all answer since a moment"),
        pytest.param(LOST, 1020, "resolved", id="no end is, and all answer for long"),
        pytest.param(LIGHT, 480, "open", id="all behind it is still lost"),
        pytest.param((*LIGHT, LOST[1]), 480, "open", id="its own router is still lost"),
        pytest.param((*LIGHT, LOST[1]), 1800, "resolved", id="who hangs by that router answers for long"),
        pytest.param((LOST[0],), 3600, "open", id="a poller clears one word of five, and nothing else"),
    ],
)
def test_what_is_left_of_a_cut(cleared: tuple[tuple[str, str], ...], after: int, status: str) -> None:
    night = cut()
    incident = night.incident("SP-A")
    night.at(3600)
    night.cleared(*cleared)
    night.at(3600 + after)
    assert incident.status == status


def test_what_is_belied_is_over_and_says_why() -> None:
    night = cut()
    night.at(3600)
    night.cleared(*LOST)
    night.at(5400)
    [row] = [row for row in night.state.alarms.values() if row.object == "CORE/a2"]
    assert (row.active, row.let_go) == (False, "belied")
    night.raised(LIGHT[1])
    assert (row.active, row.let_go) == (True, ""), "its source says it again"


def test_a_device_with_a_dead_card_lives_and_its_outage_goes_on() -> None:
    """A poller calls it lost for ten minutes, and well again: the card is as dead as before."""
    night = Night()
    night.raised(("AGG", "card_failure"), ("AGG/a", "loss_of_signal"), ("AGG/b", "loss_of_signal"))
    night.at(60)
    [incident] = [row for row in night.state.incidents.values() if row.status == "open"]
    night.at(600)
    night.raised(LOST[0])
    night.at(1200)
    night.cleared(LOST[0])
    night.at(4800)
    assert incident.root == "AGG"
    assert [status for status, _, _ in night.history(incident)] == ["suspected", "open"]


def test_a_part_that_is_repaired_is_told_at_once_and_once() -> None:
    """BALI answers again, and its port sees light, while AGG's other branch is dark: by the duct's own incident."""
    night = Night(settle_odds=2.0)
    night.raised(*CUTS["SP-B"], *CUTS["SP-P"])
    night.at(60)
    incidents = [row for row in night.state.incidents.values() if row.status == "open"]
    assert sum(row.down_now for row in incidents) == 2
    night.at(3600)
    night.cleared(*CUTS["SP-B"])
    night.at(3600 + 400)
    assert night.told("restored") == ["CU-5"]
    night.at(3600 + 7200)
    assert night.told("update") == ["CU-6"]
    night.cleared(*CUTS["SP-P"])
    night.at(3600 + 7200 + 900)
    assert night.told("restored") == ["CU-5", "CU-6"]


def test_who_stays_down_under_another_hears_of_one_outage() -> None:
    """SP-A is repaired, and behind it SP-B was cut meanwhile: for CU-5 it is one outage from first to last."""
    night = cut()
    night.at(3600)
    night.raised(("AGG/b", "loss_of_signal"))
    night.at(7000)
    night.cleared(*LIGHT, LOST[0], LOST[2])
    night.at(8000)
    assert night.incident("SP-B").status == "open"
    assert kinds(night, "CU-5") == [("outage", 0)]
    assert kinds(night, "CU-6") == [("outage", 0), ("restored", 0)]
    night.cleared(*CUTS["SP-B"])
    night.at(9000)
    assert kinds(night, "CU-5") == [("outage", 0), ("restored", 0)]


def test_who_heard_that_it_was_over_and_is_down_hears_so_once() -> None:
    night = cut()
    night.at(3600)
    night.raised(("AGG/b", "loss_of_signal"))
    draft = Draft(night.state, night.world, night.state.now_us)
    tell(draft, night.incident("SP-A").id, "restored", 0, np.array([TOPOLOGY.customer_index["CU-5"]], LAYOUT))
    night.at(7000)
    night.cleared(*LIGHT, LOST[0], LOST[2])
    night.at(8000)
    assert kinds(night, "CU-5") == [("outage", 0), ("update", 1)]
    night.cleared(*CUTS["SP-B"])
    night.at(9000)
    assert kinds(night, "CU-5")[2:] == [("restored", 0)]
