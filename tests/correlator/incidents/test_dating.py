"""Since when a fault is there: what leads, without a pause of an hour, to what is nearest to the suspicion."""

import pytest

from correlator.incidents import dating
from correlator.policy import Policy
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft, State
from correlator.world import World
from tests.correlator.service_desk.house import TOPOLOGY

SECOND = 1_000_000
DRAFT = Draft(State(), World(TOPOLOGY, Policy()), 0)


def suspected(at: int) -> IncidentRow:
    us = at * SECOND
    return IncidentRow("IN-1", "suspected", "AGG", us, us, us, down_since_us=us)


@pytest.mark.parametrize(
    ("times", "first", "down"),
    [
        pytest.param([10_000], 10_000, 10_000, id="one that is told at once"),
        pytest.param([9_000, 9_900], 9_000, 9_000, id="an earlier one leads to it"),
        pytest.param([6_400, 10_000], 6_400, 6_400, id="after a pause of an hour"),
        pytest.param([6_399, 10_000], 6_399, 10_000, id="not after a longer pause"),
        pytest.param([1_000, 4_000, 7_000, 10_000], 1_000, 1_000, id="step by step"),
        pytest.param([1_000, 7_000, 10_000], 1_000, 7_000, id="till a longer pause"),
        pytest.param([10_050, 10_010], 10_010, 10_010, id="a clock ahead"),
        pytest.param([9_990, 10_010], 9_990, 9_990, id="as near before as after"),
        pytest.param([2_000], 2_000, 2_000, id="all of it long ago"),
        pytest.param([], 10_000, 10_000, id="nothing told"),
    ],
)
def test_since_when(times: list[int], first: int, down: int) -> None:
    incident = suspected(10_000)
    dating.date(DRAFT, incident, [at * SECOND for at in times])
    assert (incident.first_event_us / SECOND, incident.down_since_us / SECOND) == (first, down)


@pytest.mark.parametrize(
    ("times", "first", "down"),
    [
        pytest.param([10_500], 10_000, 10_000, id="later: nothing changes"),
        pytest.param([9_000], 9_000, 9_000, id="earlier"),
        pytest.param([5_000], 10_000, 10_000, id="long before: it is no part of it"),
        pytest.param([5_000, 8_000], 5_000, 5_000, id="long before, and what leads to it"),
    ],
)
def test_what_it_lists_as_well(times: list[int], first: int, down: int) -> None:
    incident = suspected(10_000)
    dating.add(DRAFT, incident, [at * SECOND for at in times])
    assert (incident.first_event_us / SECOND, incident.down_since_us / SECOND) == (first, down)


@pytest.mark.parametrize(
    ("times", "unlit", "first", "down"),
    [
        pytest.param([10_000], [7_000], 7_000, 10_000, id="a battery carried on"),
        pytest.param([], [7_000], 7_000, 7_000, id="nothing else is told"),
    ],
)
def test_that_mains_are_lost_is_no_outage(times: list[int], unlit: list[int], first: int, down: int) -> None:
    incident = suspected(10_000)
    dating.date(DRAFT, incident, [at * SECOND for at in times], [at * SECOND for at in unlit])
    assert (incident.first_event_us / SECOND, incident.down_since_us / SECOND) == (first, down)
