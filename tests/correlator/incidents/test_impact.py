"""Who is down and at risk under an incident, the most there ever were, and how long."""

import numpy as np
import pytest

from correlator.customers import pack, unpack
from correlator.incidents import impact
from correlator.rows import audiences
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import AudienceRow, Spell
from correlator.state import Draft
from tests.correlator.incidents.night import BELOW_B, Night
from tests.correlator.service_desk.house import BELOW_A, CUTS, TOPOLOGY

MINUTE = 60_000_000


def down(night: Night, incident: str) -> list[str]:
    draft = Draft(night.state, night.world, night.state.now_us)
    return [name for name in TOPOLOGY.customer_ids if audiences.is_down(draft, incident, TOPOLOGY.customer_index[name])]


def ever(night: Night, incident: str) -> list[str]:
    draft = Draft(night.state, night.world, night.state.now_us)
    return [
        name for name in TOPOLOGY.customer_ids if audiences.was_down(draft, incident, TOPOLOGY.customer_index[name])
    ]


@pytest.mark.parametrize(
    ("span", "customers"),
    [("SP-A", list(BELOW_A)), ("SP-B", ["CU-5"]), ("SP-P", ["CU-6"]), ("SP-M", ["CU-7", "CU-8"])],
)
def test_who_is_down(span: str, customers: list[str]) -> None:
    night = Night(settle_odds=2.0)
    incident = night.broken(span)
    assert (down(night, incident.id), ever(night, incident.id)) == (customers, customers)
    figures = (incident.services_down, incident.customers_down, incident.down_now, incident.services_at_risk)
    assert figures == (len(customers), len(customers), len(customers), 0)


def test_nobody_is_down_under_what_nobody_knows() -> None:
    night = Night()
    night.broken()
    draft = Draft(night.state, night.world, night.state.now_us)
    assert not audiences.is_down(draft, "IN-999999", 0)
    assert not audiences.is_down(draft, "IN-000001", -1)
    assert not audiences.was_down(draft, "IN-000001", -1)
    assert not audiences.is_down(draft, "IN-000001", 10**6)


@pytest.mark.parametrize(
    ("seconds", "customer_seconds"),
    [
        pytest.param(100, 600, id="six customers for a hundred seconds"),
        pytest.param(400, 2_400, id="for four hundred"),
    ],
)
def test_how_long(seconds: float, customer_seconds: int) -> None:
    night = Night()
    incident = night.broken()
    night.at(seconds)
    night.cleared(*CUTS["SP-A"])
    assert incident.user_us == pytest.approx(customer_seconds * 1_000_000)
    night.at(seconds + 301)
    assert incident.status == "resolved"
    assert incident.user_us == pytest.approx(customer_seconds * 1_000_000), "till it cleared, as its end is dated"
    night.at(seconds + 900)
    assert incident.user_us == pytest.approx(customer_seconds * 1_000_000)


def test_what_clears_and_fails_again_was_down_all_along() -> None:
    night = Night()
    incident = night.broken()
    night.at(400)
    night.cleared(*CUTS["SP-A"])
    night.at(500)
    assert incident.user_us_by(night.state.now_us) == pytest.approx(6 * 400_000_000), "while it clears it waits"
    night.raised(*CUTS["SP-A"])
    night.at(600)
    assert incident.status == "open"
    assert incident.user_us_by(night.state.now_us) == pytest.approx(6 * 600_000_000)


def test_it_counts_till_the_last_of_its_ends_though_word_of_that_comes_late() -> None:
    night = Night()
    incident = night.broken()
    first, *others = CUTS["SP-A"]
    night.at(1_000)
    night.cleared(*others, timed=400)
    night.cleared(first, timed=460)
    assert (incident.status, night.seconds(incident.clearing_us), night.seconds(incident.over_us)) == (
        "clearing",
        1_000,
        460,
    )
    assert incident.user_us == pytest.approx(6 * 460_000_000)
    night.at(1_301)
    assert (incident.status, incident.user_us) == ("resolved", pytest.approx(6 * 460_000_000))


def test_what_clears_late_and_fails_again_was_down_all_along() -> None:
    night = Night()
    incident = night.broken()
    night.at(1_000)
    night.cleared(*CUTS["SP-A"], timed=400)
    night.at(1_100)
    night.raised(*CUTS["SP-A"])
    night.at(1_200)
    assert (incident.status, incident.over_us) == ("open", 0)
    assert incident.user_us_by(night.state.now_us) == pytest.approx(6 * 1_200_000_000)


def test_the_time_that_it_worked_in_between_is_not_counted() -> None:
    night = Night()
    incident = night.broken()
    night.at(400)
    night.cleared(*CUTS["SP-A"])
    night.at(800)
    night.raised(*CUTS["SP-A"])
    night.at(1_000)
    assert (incident.status, incident.resolved_us) == ("open", None)
    assert incident.user_us_by(night.state.now_us) == pytest.approx(6 * (400 + 200) * 1_000_000)


def test_it_counts_from_when_it_began_not_from_when_it_opened() -> None:
    night = Night(settle_odds=2.0)
    night.at(600)
    night.raised(*BELOW_B, timed=0)
    night.at(601)
    incident = night.incident("BALI")
    night.at(900)
    night.cleared(*BELOW_B)
    assert incident.user_us == pytest.approx(15 * MINUTE)


def test_a_smaller_fault_below_takes_nobody_down_a_second_time() -> None:
    night = Night(settle_odds=2.0)
    below = night.broken("SP-B")
    above = night.broken("SP-A", at=400)
    assert (down(night, below.id), down(night, above.id)) == (["CU-5"], [name for name in BELOW_A if name != "CU-5"])
    assert (below.customers_down, above.customers_down, above.services_down) == (1, 5, 5)
    night.at(500)
    night.cleared(*BELOW_B)
    night.at(1_000)
    assert (below.status, below.down_now, above.down_now) == ("resolved", 0, 6), "CU-5 is down by the other now"
    assert (below.customers_down, above.customers_down) == (1, 6)


def test_the_most_there_ever_were() -> None:
    night = Night()
    incident = night.broken()
    draft = Draft(night.state, night.world, night.state.now_us)
    incident.services_down, incident.customers_down, incident.services_at_risk = 9, 8, 7
    impact.refresh(draft, incident, new_root=False)
    assert (incident.services_down, incident.customers_down, incident.services_at_risk) == (9, 8, 7)
    found = impact.refresh(draft, incident, new_root=True)
    assert (incident.services_down, incident.customers_down, incident.services_at_risk) == (6, 6, 0)
    assert np.array_equal(found, sorted(TOPOLOGY.customer_index[name] for name in BELOW_A))


# By which service, from when till when


def spells(night: Night, incident: str) -> list[tuple[int, float | None, float | None]]:
    """(services, since, until), in seconds."""

    def at(us: int) -> float | None:
        return night.seconds(us or None)

    rows = night.state.audiences[incident].spells
    return [(len(unpack(row.services)), at(row.since_us), at(row.until_us)) for row in rows]


def test_an_outage_that_is_back_was_over_in_between() -> None:
    night = Night()
    incident = night.broken()
    night.at(100)
    night.cleared(*CUTS["SP-A"])
    night.broken(at=600)
    assert spells(night, incident.id) == [(6, None, 100), (6, 600, None)]


def test_what_clears_and_is_back_was_never_over() -> None:
    night = Night()
    incident = night.broken()
    night.at(100)
    night.cleared(*CUTS["SP-A"])
    night.broken(at=200)
    assert spells(night, incident.id) == [(6, None, None)]


def test_merged_by_hand_each_is_down_since_their_own_outage_began() -> None:
    """Within a minute it is one begin."""
    for later, since in ((10, None), (600, 600)):
        night = Night()
        one, two = night.broken("SP-A"), night.broken("SP-M", at=later)
        night.at(700)
        night.order("merge", two.id, into=one.id)
        assert spells(night, one.id) == [(6, None, None), (2, since, None)]


def test_the_later_one_into_which_the_earlier_is_merged_tells_apart_as_well() -> None:
    night = Night()
    one, two = night.broken("SP-A"), night.broken("SP-M", at=600)
    night.at(700)
    night.order("merge", one.id, into=two.id)
    assert night.seconds(two.down_since_us) == 0
    assert spells(night, two.id) == [(6, None, None), (2, 600, None)]


def test_under_another_root_no_other_service_was_ever_down() -> None:
    night = Night()
    incident = night.broken()
    incident.root = "SP-B"
    impact.refresh(Draft(night.state, night.world, night.state.now_us), incident, new_root=True)
    assert spells(night, incident.id) == [(1, None, None)]


def test_who_is_down_again_of_whom_nothing_new_was_told_was_never_well() -> None:
    first, second = (Spell(pack(np.array(some))) for some in ([0, 1], [2]))
    row = AudienceRow("IN-1", b"", b"", spells=audiences.ended((first, second), np.array([1]), 50))
    incident = IncidentRow("IN-1", "open", "SP-A", 0, 0, 0, newest_us=40)
    everybody = np.array([0, 1, 2])
    assert audiences.began(incident, row, everybody, 0, new_root=False)[1:2] == (Spell(pack(np.array([1]))),)
    incident.newest_us = 60
    assert audiences.began(incident, row, everybody, 0, new_root=False)[-1] == Spell(pack(np.array([1])), 60)


def test_a_begin_that_is_told_late_is_counted_from_then_on() -> None:
    night = Night()
    incident = night.broken()
    began_us = incident.began_us
    night.at(500)
    night.raised(CUTS["SP-A"][0], timed=-60)
    night.at(1_000)
    night.cleared(*CUTS["SP-A"])
    assert incident.began_us < began_us
    assert incident.user_us_by(night.state.now_us) == pytest.approx(6 * (night.state.now_us - incident.began_us))
