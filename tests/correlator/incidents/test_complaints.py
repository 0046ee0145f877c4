"""Which complaints count, how much, and under which incident they belong."""

from datetime import timedelta
from typing import Any

import pytest

from correlator.incidents.index import IncidentIndex
from correlator.inference.engine import NoisyOr
from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import CUTS

DAY = 86_400


def index(night: Night) -> IncidentIndex:
    assert night.state.index is not None
    return night.state.index


def weights(night: Night, root: str = "AGG") -> list[int]:
    """What the calls weigh that speak for a root, in thousandths of a first one that nothing works."""
    engine = index(night).engine
    assert isinstance(engine, NoisyOr)
    situation = engine._situation  # the port tells who called, not how much that counts
    candidate = situation.names.candidate(root)
    assert candidate is not None
    return [weight for _, weight in situation.told.callers.calls.get(candidate, {}).values()]


# How much


@pytest.mark.parametrize(
    ("said", "weight"),
    [
        pytest.param({"symptom": "no_service"}, [1000], id="nothing works"),
        pytest.param({"symptom": "slow"}, [-300], id="it is slow"),
        pytest.param({"symptom": "tv"}, [-300], id="the television"),
        pytest.param({"symptom": "other"}, [500], id="whatever"),
        pytest.param({"symptom": "none"}, [0], id="it works again"),
        pytest.param({"category": "service", "symptom": "none"}, [], id="somebody else's app"),
        pytest.param({"category": "service"}, [1000], id="a service that does not work"),
        pytest.param({"category": "service", "symptom": "other"}, [], id="a wish about the service"),
        pytest.param({"category": "billing"}, [], id="the bill"),
        pytest.param({"customer": None}, [], id="nobody known"),
        pytest.param({"customer": "CU-X"}, [], id="nobody that the inventory has"),
        pytest.param({"customer": "CU-7"}, [], id="one who hangs elsewhere"),
        pytest.param({"for_others": True}, [200], id="by one who complained for somebody else already"),
        pytest.param({"service": "SV-1"}, [1000], id="about the service that they have"),
        pytest.param({"service": "SV-X"}, [1000], id="about one that nobody knows"),
    ],
)
def test_what_a_first_call_weighs(said: dict[str, Any], weight: list[int]) -> None:
    night = Night()
    customer = said.pop("customer", "CU-1")
    night.calls(customer, **said)
    assert weights(night) == weight


@pytest.mark.parametrize(
    ("first", "second", "repeat"),
    [
        pytest.param(0, 10, True, id="soon after"),
        pytest.param(0, DAY - 1, True, id="within the day"),
        pytest.param(0, DAY, False, id="a day later"),
        pytest.param(0, 0, True, id="at the same time"),
    ],
)
def test_a_repeat_weighs_a_fifth(first: float, second: float, repeat: bool) -> None:
    night = Night()
    night.at(first)
    night.calls("CU-1")
    night.at(second)
    assert night.calls("CU-1").repeat is repeat
    assert weights(night) == ([1000, 200] if repeat else [1000])


def test_who_said_that_all_is_well_does_not_repeat_it_when_it_breaks() -> None:
    night = Night()
    night.calls("CU-1", symptom="none")
    night.at(10)
    assert not night.calls("CU-1").repeat
    assert weights(night) == [0, 1000]


def test_what_came_before_the_other_by_its_time_is_no_repeat() -> None:
    night = Night()
    night.calls("CU-1")
    assert not night.calls("CU-1", timed=-5).repeat
    assert not night.calls("CU-2").repeat


def test_a_call_counts_for_a_day() -> None:
    night = Night()
    complaint = night.calls("CU-1")
    assert (complaint.counted, night.due("past")) == (True, [DAY])
    night.at(DAY - 1)
    assert weights(night) == [1000]
    night.at(DAY + 1)
    assert (complaint.counted, weights(night), dict(index(night).waiting)) == (False, [], {})
    assert index(night).waiting_of == {}


def test_what_planned_work_takes_down_tells_of_nothing_else() -> None:
    night = Night()
    night.work("BALI", 0, 600)
    below, beside = night.calls("CU-5"), night.calls("CU-1")
    assert (below.planned, beside.planned) == (True, False)
    assert sorted(weights(night)) == [0, 1000]
    night.at(601)
    assert not night.calls("CU-5").planned


@pytest.mark.parametrize(
    ("called", "linked", "after", "weight"),
    [
        pytest.param(399, True, False, [], id="while it clears: it is about that"),
        pytest.param(401, False, True, [300], id="after it was resolved: about that as well, perhaps"),
        pytest.param(1299, False, True, [300], id="within the window for a return"),
        pytest.param(1301, False, True, [300], id="when it is closed, within an hour of its end"),
        pytest.param(4001, False, False, [1000], id="later: about something else"),
    ],
)
def test_a_call_after_an_outage(called: float, linked: bool, after: bool, weight: list[int]) -> None:
    night = Night()
    incident = night.broken()
    night.at(100)
    night.cleared(*CUTS["SP-A"])
    night.at(called)
    complaint = night.calls("CU-1")
    assert (complaint.incident == incident.id, complaint.after, weights(night)) == (linked, after, weight)


@pytest.mark.parametrize(
    ("since", "past"),
    [
        pytest.param(-60, False, id="before the outage"),
        pytest.param(50, True, id="while it lasted"),
        pytest.param(5_000, False, id="since it was over"),
        pytest.param(None, False, id="they do not say"),
    ],
)
def test_a_call_hours_later_about_the_time_of_an_outage_tells_of_no_other(since: float | None, past: bool) -> None:
    night = Night()
    night.broken()
    night.at(100)
    night.cleared(*CUTS["SP-A"])
    night.at(9_000)
    said = {} if since is None else {"occurred": night.start + timedelta(seconds=since)}
    complaint = night.calls("CU-1", **said)
    assert (complaint.past, weights(night)) == (past, [0] if past else [1000])


# Under which incident


@pytest.mark.parametrize(
    ("said", "linked"),
    [
        pytest.param({"customer": "CU-1"}, True, id="who is down"),
        pytest.param({"customer": "CU-5"}, True, id="who hangs below"),
        pytest.param({"customer": "CU-1", "service": "SV-1"}, True, id="about the service that is down"),
        pytest.param({"customer": "CU-7"}, False, id="who is not down"),
        pytest.param({"customer": "CU-1", "category": "billing"}, False, id="about the bill"),
        pytest.param({"customer": None}, False, id="nobody known"),
        pytest.param({"customer": "CU-1", "timed": -900}, True, id="a quarter of an hour before it began"),
        pytest.param({"customer": "CU-1", "timed": -901}, False, id="longer before"),
    ],
)
def test_a_call_under_an_open_incident(said: dict[str, Any], linked: bool) -> None:
    night = Night()
    incident = night.broken()
    night.at(60)
    complaint = night.calls(said.pop("customer"), **said)
    assert complaint.incident == (incident.id if linked else None)


@pytest.mark.parametrize(
    ("called", "linked"),
    [
        pytest.param(-899, True, id="shortly before the first alarm"),
        pytest.param(-900, True, id="a quarter of an hour before"),
        pytest.param(-901, False, id="longer before: about something else"),
    ],
)
def test_a_call_that_waits_when_the_incident_opens(called: float, linked: bool) -> None:
    night = Night()
    night.at(called)
    complaint = night.calls("CU-1")
    incident = night.broken(at=0)
    assert complaint.incident == (incident.id if linked else None)
    assert (complaint.id in index(night).waiting) is not linked
    assert night.seconds(incident.down_since_us) == (called if linked else 0)


def test_a_call_of_the_time_of_an_outage_that_comes_late() -> None:
    night = Night()
    incident = night.broken()
    night.at(100)
    night.cleared(*CUTS["SP-A"])
    night.at(500)
    during, after = night.calls("CU-1", timed=399), night.calls("CU-2", timed=400)
    assert (during.incident, after.incident) == (incident.id, None)


def test_calls_that_wait_are_found_again_after_a_crash() -> None:
    night = Night()
    night.calls("CU-1")
    night.calls("CU-2", symptom="slow")
    before = (dict(index(night).waiting), weights(night))
    night.rebuilt()
    assert (dict(index(night).waiting), weights(night)) == before
    assert before[1] == [1000, -300]


def test_calls_alone_find_a_fault_that_opens_when_it_is_old_enough() -> None:
    night = Night(polled=False)
    for second, customer in enumerate(("CU-5", "CU-1", "CU-2", "CU-3")):
        night.at(second)
        night.calls(customer)
    night.at(30)
    suspected = night.suspected()
    assert [row.root for row in suspected] != []
    assert night.seconds(suspected[0].first_event_us) == 0
    night.at(600)
    assert suspected[0].status == "suspected", (
        "where only callers tell, ten minutes of calls tell whose calls are missing"
    )
    night.at(603)
    assert suspected[0].status == "open"
    assert {row.incident for row in night.state.complaints.values()} == {suspected[0].id}


def test_calls_that_wait_come_under_an_incident_that_grows() -> None:
    """It opens on a link below AGG; then a person says that it is all of AGG."""
    night = Night(settle_odds=2.0)
    incident = night.broken("SP-B")
    complaint = night.calls("CU-1", service="SV-1")
    assert complaint.incident is None
    night.order("accept_root", incident.id, root="AGG")
    assert (incident.root, complaint.incident) == ("AGG", incident.id)
    assert night.state.tickets[complaint.ticket].parent == incident.ticket


def test_what_an_incident_has_does_not_wait_after_a_crash() -> None:
    night = Night()
    night.broken()
    night.calls("CU-1")
    waits = night.calls("CU-7")
    night.rebuilt()
    assert (list(index(night).waiting), weights(night), weights(night, "HUB")) == ([waits.id], [], [1000])
