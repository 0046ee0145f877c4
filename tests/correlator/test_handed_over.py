"""What a region hands over for a root of another domain's: taken up there, or kept for its own elements in the end."""

from correlator.events import SourceState, moment
from tests.correlator.country import Regions
from tests.correlator.test_domains import OLTS, country, olt_is_lost, region_is_lost
from tests.regions import NATIONAL

TIMUR = "timur"
HEARD = 8  # alarms: of the region's router, three OLTs, an office, three homes
PATIENCE_S = 45 + 900  # `settle_s`, `handed_s`


def out_of_sight() -> Regions:
    """In Timur nobody sees the routers of the backbone; the national domain sees that they are well."""
    them = country()
    lost = SourceState(id="s", time=moment(them.now_us), source="nms", objects=("PE-B", "PE-T"), state="lost")
    them.tell(TIMUR, lost)
    return them


def kept(them: Regions, domain: str) -> list[bool]:
    return [row.kept for row in them.seats[domain].state.alarms.values()]


def notes(them: Regions) -> list[str]:
    """Domains that noted that something was not taken up."""
    return [domain for domain, seat in them.seats.items() for one in seat.effects if "not_taken_up" in repr(one)]


def places(them: Regions, *numbers: str) -> set[str]:
    return {domain for number in numbers for domain, _ in them.tickets(number)}


def test_what_nobody_takes_up_speaks_for_the_regions_own_elements_alone() -> None:
    them = out_of_sight()
    region_is_lost(them, "T", probed=True)
    them.wait(PATIENCE_S - 5)
    assert (them.opened(), notes(them)) == ([], [])
    assert not any(kept(them, TIMUR))
    them.wait(30)
    assert [(domain, row.root) for domain, row in them.opened()] == [(TIMUR, "MET-T")]
    assert kept(them, TIMUR) == [True] * HEARD
    assert notes(them) == [TIMUR], "and not where it was only handed to"
    assert not any(kept(them, NATIONAL))


def test_what_comes_back_after_it_was_kept_is_kept_as_well() -> None:
    """An alarm of another type on a port that is told already: it tells the same thing."""
    them = out_of_sight()
    region_is_lost(them, "T", probed=True)
    them.wait(PATIENCE_S + 60)
    them.alarm("AG-T", "link_down")
    them.wait(60)
    assert [(domain, row.root) for domain, row in them.opened()] == [(TIMUR, "MET-T")]


def test_complaints_go_up_with_a_suspicion_that_has_settled_and_come_down_where_it_is_decided_in_the_end() -> None:
    them = out_of_sight()
    numbers = [them.complaint(f"C-T{olt}-1") for olt in range(1, OLTS + 1)]
    region_is_lost(them, "T", probed=True)
    them.wait(40)
    assert places(them, *numbers) == {TIMUR}
    them.wait(40)
    assert (places(them, *numbers), them.opened()) == ({NATIONAL}, [])
    them.wait(PATIENCE_S)
    [(domain, incident)] = them.opened()
    assert domain == TIMUR
    for number in numbers:
        assert [(where, ticket.parent) for where, ticket in them.tickets(number)] == [(TIMUR, incident.ticket)]


def test_who_complained_of_a_trace_goes_over_to_the_outage_that_explains_it() -> None:
    them = country()
    olt_is_lost(them, "T1")
    them.wait(60)
    number = them.complaint("C-T1-1")
    them.wait(5)
    [(_, trace)] = them.opened()
    assert them.seats[TIMUR].state.tickets[trace.ticket or ""].children == 1
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    region_is_lost(them, "T")
    them.wait(60)
    (_, cable), (_, trace) = them.opened()
    assert (cable.root, trace.status) == ("CD-SEA", "merged")
    [(domain, ticket)] = them.tickets(number)
    assert (domain, ticket.parent) == (NATIONAL, cable.ticket)
    own = them.seats[TIMUR].state.tickets[trace.ticket or ""]
    assert (own.children, own.closed_as) == (0, "duplicate")
    assert them.seats[NATIONAL].state.tickets[cable.ticket or ""].children == 1
