"""From suspected to open: at once where all tell and no other root comes near, by age, or when planned work ends."""

import pytest

from tests.correlator.incidents.night import BELOW_B, Night
from tests.correlator.service_desk.house import CUTS


def test_where_all_tell_and_no_other_root_comes_near_it_opens_at_once() -> None:
    night = Night()
    night.raised(*CUTS["SP-A"])
    night.at(1)
    incident = night.incident("SP-A")
    assert night.history(incident) == [("suspected", "BGR", 0.3), ("open", "BGR", 0.3)]
    assert (night.seconds(incident.opened_us), night.seconds(incident.down_since_us)) == (0.3, 0)
    assert (incident.peak, incident.pinned_by, night.due("look")) == (5, None, [])


def test_else_it_waits_till_it_is_old_enough() -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    assert (suspected.opened_us, suspected.ticket, suspected.rested_on) == (None, None, 2)
    night.at(45.29)
    assert suspected.status == "suspected"
    night.at(45.31)
    assert suspected.status == "open"
    assert night.seconds(suspected.opened_us) == pytest.approx(45.3), "45 s after the search that found it, at once"


@pytest.mark.parametrize(
    ("policy", "opened"),
    [
        pytest.param({"settle_s": 40}, 40.3, id="the age is policy"),
        pytest.param({"settle_odds": 2.5, "settle_share": 1.01}, 45.3, id="the share of what is told is policy"),
        pytest.param({"settle_odds": 2.5}, 0.3, id="how near another root may come is policy"),
        pytest.param({"settle_odds": 2.5, "solve_after_ms": 900}, 0.9, id="and how long a search waits"),
    ],
)
def test_when_it_opens_is_policy(policy: dict[str, float], opened: float) -> None:
    night = Night(**policy)
    night.raised(*BELOW_B)
    night.at(100)
    [incident] = night.state.incidents.values()
    assert night.seconds(incident.opened_us) == pytest.approx(opened)


def test_it_is_looked_at_again_while_silence_matures() -> None:
    night = Night()
    night.raised(*BELOW_B)
    due = []
    for now in (0.5, 1.1, 2, 4, 8, 16, 31):
        night.at(now)
        due += night.due("look")
    assert due == pytest.approx([0.7, 1.3, 3.3, 7.3, 10.3, 30.3, 45.3])


def test_what_does_not_bear_out_dissolves() -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    night.cleared(*BELOW_B)
    night.at(2)
    assert (suspected.status, night.seconds(suspected.closed_us), suspected.opened_us) == ("closed", 1.3, None)
    assert (night.due("look"), night.due("archive")) == ([], [1.3 + 7 * 86400])
    assert all(row.incident is None for row in night.state.alarms.values())


def test_a_suspicion_keeps_its_identity_while_its_root_changes() -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    first = suspected.root
    night.raised(*CUTS["SP-A"])
    night.at(2)
    assert night.incident("SP-A") is suspected
    assert (first, [row.root for row in night.state.incidents.values()]) == ("DPS", ["BGR"])
    assert night.seconds(suspected.root_since_us) == pytest.approx(1.3)
    assert night.seconds(suspected.suspected_us) == pytest.approx(0.3)


def test_two_faults_are_two_suspicions() -> None:
    night = Night()
    night.raised(*BELOW_B, *CUTS["SP-P"])
    night.at(1)
    assert len(night.suspected()) == 2
    night.at(60)
    assert [row.status for row in night.state.incidents.values()] == ["open", "open"]


# Under planned work


def test_under_planned_work_nothing_opens_till_it_ends() -> None:
    night = Night()
    night.work("SP-A", 0, 600)
    night.raised(*CUTS["SP-A"])
    night.at(599)
    [suspected] = night.suspected()
    assert night.seconds(suspected.planned_until_us) == 600
    assert (night.due("planned"), night.due("look"), suspected.ticket) == ([600], [], None)
    night.at(601)
    assert (suspected.status, night.seconds(suspected.opened_us), suspected.planned_until_us) == ("open", 600, 0)
    assert night.due("planned") == []


def test_what_clears_before_the_work_ends_never_opens() -> None:
    night = Night()
    night.work("SP-A", 0, 600)
    night.raised(*CUTS["SP-A"])
    night.at(300)
    night.cleared(*CUTS["SP-A"])
    night.at(700)
    [row] = night.state.incidents.values()
    assert (row.status, row.opened_us, night.due("planned")) == ("closed", None, [])


def test_work_that_ends_early_lets_it_open() -> None:
    night = Night()
    night.work("SP-A", 0, 600)
    night.raised(*CUTS["SP-A"])
    night.at(300)
    night.work("SP-A", 0, 300)
    night.at(302)
    [row] = night.state.incidents.values()
    assert (row.status, night.seconds(row.opened_us)) == ("open", pytest.approx(300.3))


def test_work_elsewhere_changes_nothing() -> None:
    night = Night()
    night.work("SP-M", 0, 600)
    assert night.broken().status == "open"


def test_work_that_is_to_come_changes_nothing_yet() -> None:
    night = Night()
    night.work("SP-A", 100, 600)
    assert night.broken().status == "open"


# After a crash


def test_caches_made_anew_decide_the_same() -> None:
    nights = Night(), Night()
    for night in nights:
        night.raised(*BELOW_B, *CUTS["SP-P"])
        night.calls("CU-7")
        night.at(10)
    nights[1].rebuilt()
    for night in nights:
        night.raised(*CUTS["SP-A"])
        night.at(100)
        night.cleared(*BELOW_B)
        night.at(130)
    assert nights[0].state.tables == nights[1].state.tables


@pytest.mark.parametrize("left", [False, True])
def test_caches_made_anew_after_planned_work_ended_decide_the_same(left: bool) -> None:
    """What the search at its end has looked at is not looked at again."""
    nights = Night(), Night()
    for night in nights:
        night.work("SP-B", 0, 600)
        night.raised(*BELOW_B)
        night.at(590)
        if not left:
            night.cleared(BELOW_B[1])
        night.at(600)
    nights[1].rebuilt()
    for night in nights:
        night.raised(*CUTS["SP-M"])
        night.at(700)
    assert nights[0].state.tables == nights[1].state.tables
