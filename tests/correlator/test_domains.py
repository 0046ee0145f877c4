"""Faults that reach over domains: one incident, decided in one place, and nothing blamed beside it."""

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from correlator.customers import pack, unpack
from correlator.effects import Campaign, Handed, Rejected
from correlator.events import Action, Alarm, Command, Handover, Moved, Reply, Ruling, SourceState, moment
from tests.correlator.country import Regions
from tests.regions import HOMES, NATIONAL

OLTS = 3
BEYOND_THE_SEA = [*(f"C-T{olt}-{n}" for olt in range(1, OLTS + 1) for n in range(1, HOMES + 1)), "C-VPN"]


def country() -> Regions:
    return Regions(OLTS)


def region_is_lost(them: Regions, code: str, *, probed: bool = False) -> None:
    """What pollers see of a region that is cut off, but for the routers that are the national domain's.

    `probed`: probes tell as well that a home at each OLT is down.
    """
    for name in (f"AG-{code}", *(f"OLT-{code}{n}" for n in range(1, OLTS + 1)), f"CPE-{code}"):
        them.alarm(name, "device_unreachable")
    for n in range(1, OLTS + 1 if probed else 1):
        them.alarm(f"BB-{code}{n}-1-net", "service_down")


def olt_is_lost(them: Regions, code: str) -> None:
    them.alarm(f"OLT-{code}", "device_unreachable")
    for n in range(1, HOMES + 1):
        them.alarm(f"ONT-{code}-{n}", "loss_of_signal")


def told(them: Regions, kind: str) -> list[str]:
    """Customers, once for each message of this kind."""
    campaigns = [one for seat in them.seats.values() for one in seat.effects if isinstance(one, Campaign)]
    names = them.topology.customer_ids
    return sorted(names[n] for one in campaigns if one.kind == kind for n in unpack(one.audience).tolist())


def test_a_regional_fault_stays_in_its_region() -> None:
    them = country()
    olt_is_lost(them, "T1")
    them.wait(60)
    assert [(domain, row.root) for domain, row in them.opened()] == [("timur", "OLT-T1")]
    assert not any(seat.state.alarms for name, seat in them.seats.items() if name != "timur")


def test_a_cut_between_regions_is_decided_by_the_national_domain_alone() -> None:
    them = country()
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    them.wait(5)
    region_is_lost(them, "T")
    them.wait(60)
    [(domain, incident)] = them.opened()
    assert (domain, incident.root, incident.severity) == (NATIONAL, "CD-SEA", "Critical")
    [mirror] = them.mirrors("timur")
    assert (mirror.id, mirror.status, mirror.home) == (incident.id, "open", NATIONAL)
    rows = them.seats["timur"].state.alarms.values()
    assert {row.incident for row in rows} == {incident.id}
    assert told(them, "outage") == BEYOND_THE_SEA


def test_a_complaint_about_it_goes_where_it_is_decided_with_its_number() -> None:
    them = country()
    early = them.complaint("C-T1-1")
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    region_is_lost(them, "T")
    them.wait(60)
    late = them.complaint("C-T2-1")
    them.wait(1)
    [(_, incident)] = them.opened()
    for number in (early, late):
        [(domain, ticket)] = them.tickets(number)
        assert (domain, ticket.incident, ticket.parent) == (NATIONAL, incident.id, incident.ticket)
    assert not them.seats["timur"].state.complaints


def test_what_is_said_of_a_ticket_that_has_just_gone_follows_it() -> None:
    """The door found it in the region still: a reply by its number, an order by the id that it had there."""
    them = country()
    number = them.complaint("C-T1-1")
    [(_, was)] = them.tickets(number)
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    region_is_lost(them, "T")
    them.wait(60)
    reply = Reply(id="r-1", time=moment(them.now_us), customer="C-T1-1", ticket=number, says="other")
    note = noted("k-1", was.id, them)
    for event in (reply, note, reply, note):  # who has no answer says it again
        them.tell("timur", event)
    them.tell(NATIONAL, replace(note, target=number))
    them.wait(1)
    [(domain, ticket)] = them.tickets(number)
    assert domain == NATIONAL
    assert [entry.action for entry in ticket.trail if entry.actor in ("customer", "sari")] == ["note", "reply"]
    assert not rejected(them)


def test_an_order_that_follows_a_ticket_is_answered_where_that_is() -> None:
    them = country()
    number = them.complaint("C-T1-1")
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    region_is_lost(them, "T")
    them.wait(60)
    them.tell("timur", replace(noted("k-1", number, them), role="technical", action="close"))
    assert "command\x1fk-1" not in them.seats["timur"].state.seen  # which to doors means that it is done
    assert not rejected(them)
    them.wait(1)
    assert rejected(them) == [(NATIONAL, "k-1", "not_owner")]


def test_a_ticket_that_went_long_ago_is_not_followed() -> None:
    them = country()
    number = them.complaint("C-T1-1")
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    region_is_lost(them, "T")
    them.wait(60 + 7 * 24 * 3600)
    them.tell("timur", noted("k-1", number, them))
    assert rejected(them) == [("timur", "k-1", "unknown_target")]


def noted(name: str, target: str, them: Regions) -> Command:
    return Command(
        id=name,
        time=moment(them.now_us),
        actor="sari",
        role="customer_care",
        action="note",
        target=target,
        arguments={"text": "he works from home"},
        reason="he called",
    )


def rejected(them: Regions) -> list[tuple[str, str | None, str]]:
    found = ((domain, one) for domain, seat in them.seats.items() for one in seat.effects)
    return [(domain, one.event, one.reason.code) for domain, one in found if isinstance(one, Rejected)]


def test_it_ends_everywhere_when_it_ends_where_it_is_decided() -> None:
    them = country()
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    region_is_lost(them, "T")
    them.wait(120)
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal", state="cleared")
    for name in ("AG-T", "OLT-T1", "OLT-T2", "OLT-T3", "CPE-T"):
        them.alarm(name, "device_unreachable", state="cleared")
    them.wait(400)
    [(_, incident)] = them.opened()
    [mirror] = them.mirrors("timur")
    assert (incident.status, mirror.status) == ("resolved", "resolved")
    assert told(them, "restored") == BEYOND_THE_SEA
    them.wait(1000)
    assert (incident.status, mirror.status) == ("closed", "closed")
    olt_is_lost(them, "T1")
    them.wait(60)
    assert [row.root for domain, row in them.opened() if row.status == "open"] == ["OLT-T1"]


def test_what_only_a_region_sees_of_a_national_fault_opens_where_it_is_decided() -> None:
    """The routers say nothing: whoever watches them is lost."""
    them = country()
    them.lost("PE-B", "PE-T")
    region_is_lost(them, "T", probed=True)
    them.wait(300)  # the site below would look the same
    [(domain, incident)] = them.opened()
    assert domain == NATIONAL
    assert incident.root in ("CD-SEA", "PE-T", "POP-T")
    assert [row.id for row in them.mirrors("timur")] == [incident.id]


def test_a_region_whose_poller_alone_is_lost_blames_nobody() -> None:
    them = country()
    region_is_lost(them, "T")
    them.wait(1000)
    assert (them.opened(), told(them, "outage")) == ([], [])


def test_what_the_national_domain_does_not_take_up_is_found_in_the_region() -> None:
    """It alone would blame the router above it; the national domain hears that this one is well."""
    them = country()
    region_is_lost(them, "T", probed=True)
    them.wait(40)
    assert not them.opened()
    them.wait(240)
    assert [(domain, row.root) for domain, row in them.opened()] == [("timur", "MET-T")]


def test_a_region_gives_each_root_that_it_suspects_elsewhere_its_time() -> None:
    """It blames the sea cable first, and after a while the router's site, which lost power."""
    them = country()
    lost = SourceState(id="s", time=moment(them.now_us), source="nms", objects=("PE-B", "PE-T"), state="lost")
    them.tell("timur", lost)  # the national domain sees them, and that they are well
    region_is_lost(them, "T", probed=True)
    them.wait(80)
    for name in ("CPE-T", "PE-T", "POP-T"):
        them.alarm(name, "power_failure")
    them.wait(200)
    assert [(domain, row.root) for domain, row in them.opened()] == [(NATIONAL, "POP-T")]


@pytest.mark.parametrize(("domain", "to"), [(NATIONAL, "timur"), ("timur", NATIONAL)])
def test_a_repeated_handover_changes_nothing(domain: str, to: str) -> None:
    """Verdicts come one way, alarms and complaints the other."""
    them = country()
    them.complaint("C-T1-1")
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    region_is_lost(them, "T")
    them.wait(60)
    said = [one for one in them.seats[domain].effects if isinstance(one, Handed) and one.to == to]
    assert {type(one.what) for one in said} == ({Ruling} if domain == NATIONAL else {Alarm, Moved})
    time, before = moment(them.now_us), rows(them, to)
    for one in said:
        them.tell(to, Handover(time=time, domain=domain, number=one.number, what=one.what))
    assert rows(them, to) == before


def rows(them: Regions, domain: str) -> dict[str, bytes]:
    """By table, but for counters, which count steps."""
    tables = them.seats[domain].state.tables
    return {name: msgspec.msgpack.encode(tables[name], order="sorted") for name in tables if name != "counters"}


def test_ids_and_numbers_tell_the_domain() -> None:
    them = country()
    olt_is_lost(them, "T1")
    olt_is_lost(them, "B1")
    them.wait(60)
    found = dict(them.opened())
    assert {name: row.id[:6] for name, row in found.items()} == {"barat": "IN-01-", "timur": "IN-02-"}
    numbers = {name: them.seats[name].state.tickets[row.ticket or ""].number[-6:] for name, row in found.items()}
    assert numbers == {"barat": "903125", "timur": "906250"}


def test_what_is_shelved_counts_nowhere() -> None:
    them = country()
    them.lost("PE-B", "PE-T")
    region_is_lost(them, "T")
    them.wait(10)
    national = them.seats[NATIONAL].state.alarms
    assert {row.object for row in national.values() if row.active} >= {"AG-T", "CPE-T"}
    them.shelve("AG-T", until_s=600)
    them.wait(1)
    assert not any(row.active for row in national.values() if row.object == "AG-T")


def outage_with_calls(them: Regions, *, killed: bool) -> dict[str, object]:
    """The rows at the end. The region has had more to do than the national domain before."""
    for n in range(200):
        them.alarm("ONT-T2-1", state="cleared" if n % 2 else "raised")
        them.wait(1)
    for n in range(1, HOMES + 1):
        them.complaint(f"C-T1-{n}")
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port)
    region_is_lost(them, "T")
    for n in range(1, HOMES + 1):
        them.wait(20)
        them.complaint(f"C-T3-{n}")
        if killed:
            them.restart()
    them.wait(300)
    return {name: seat.state.tables for name, seat in them.seats.items()}


def test_killed_while_complaints_go_over_they_come_to_the_same() -> None:
    assert outage_with_calls(country(), killed=True) == outage_with_calls(country(), killed=False)


def region_is_cut(them: Regions) -> None:
    """What the national domain sees of it."""
    for port in ("PE-B/1", "PE-B/2"):
        them.alarm(port, "loss_of_signal")
    them.alarm("PE-T", "device_unreachable")


def both_see_it(them: Regions, apart_s: float) -> None:
    """The national domain is told of a cut, and the region of one OLT that is gone since; neither sees both.

    `apart_s`: the region is told so much later, or earlier. What is handed over is a tenth of a second on its way.
    """
    dark = [f"ONT-T{olt}-{n}" for olt in range(2, OLTS + 1) for n in range(1, HOMES + 1)]
    them.lost("AG-T", "CPE-T", *(f"OLT-T{olt}" for olt in range(2, OLTS + 1)), *dark)
    if apart_s < 0:
        olt_is_lost(them, "T1")
        them.wait(-apart_s)
    region_is_cut(them)
    if apart_s > 0:
        them.wait(apart_s)
        olt_is_lost(them, "T1")


def it_is_over(them: Regions) -> None:
    for key in sorted({key for seat in them.seats.values() for key, row in seat.state.alarms.items() if row.raised}):
        row = next(seat.state.alarms[key] for seat in them.seats.values() if key in seat.state.alarms)
        them.alarm(row.object, row.alarm_type, state="cleared")


@pytest.mark.parametrize("apart_s", [-60, -5, -1, -0.05, 0.05, 1])
def test_customers_hear_of_one_outage_once_whoever_saw_it_first(apart_s: float) -> None:
    them = country()
    both_see_it(them, apart_s)
    them.wait(70)
    assert told(them, "outage") == BEYOND_THE_SEA
    them.wait(7300)
    assert told(them, "update") == BEYOND_THE_SEA
    it_is_over(them)
    them.wait(400)
    assert told(them, "restored") == BEYOND_THE_SEA


def test_customers_hear_once_of_an_outage_whose_root_moves_up() -> None:
    """One leg over the sea fails, then an OLT as it seems; then the NOC knows that it is the cable."""
    them = country()
    for port in ("PE-B/1", "PE-T/1"):
        them.alarm(port, "loss_of_signal")
    them.wait(60)
    olt_is_lost(them, "T1")
    them.wait(70)
    [(_, leg), (_, own)] = them.opened()
    assert len(told(them, "outage")) == HOMES
    them.say(of_the_noc("k-1", "accept_root", leg.id, them, root="CD-SEA"))
    them.wait(20)
    assert (leg.root, own.merged_into) == ("CD-SEA", leg.id)
    assert told(them, "outage") == BEYOND_THE_SEA


def test_whom_a_region_had_not_told_yet_the_wider_outage_tells() -> None:
    """It is night: of an OLT customers would have heard in the morning, of the backbone they hear now."""
    them = country()
    them.wait(12 * 3600)
    both_see_it(them, -60)
    them.wait(70)
    assert told(them, "outage") == BEYOND_THE_SEA


def test_what_the_noc_holds_back_in_a_region_the_wider_outage_holds_back_too() -> None:
    them = country()
    olt_is_lost(them, "T1")
    them.wait(50)
    [(_, own)] = them.opened()
    them.say(of_the_noc("k-1", "hold_notices", own.id, them))
    region_is_cut(them)
    them.wait(70)
    [wider] = [row for domain, row in them.opened() if domain == NATIONAL]
    assert (own.merged_into, told(them, "outage")) == (wider.id, [])
    them.say(of_the_noc("k-2", "release_notices", wider.id, them))
    assert told(them, "outage") == BEYOND_THE_SEA


def of_the_noc(name: str, action: Action, target: str, them: Regions, **arguments: str) -> Command:
    return Command(
        id=name,
        time=moment(them.now_us),
        actor="sari",
        role="noc_operator",
        action=action,
        target=target,
        arguments=arguments,
        reason="we are looking at it",
    )


def test_who_was_told_by_a_region_that_hung_for_long_hears_that_it_is_over() -> None:
    """The national domain knew of its outage, but not that it was a trace of its own, when that one ended."""
    them = country()
    theirs = [them.topology.customer_index[f"C-T1-{n}"] for n in range(1, HOMES + 1)]
    ruling = Ruling(
        incident="IN-02-000001",
        status="open",
        root="OLT-T1",
        since=moment(them.now_us),
        opened=moment(them.now_us),
        inventory=them.topology.hash,
    )
    them.tell(NATIONAL, Handover(time=moment(them.now_us), domain="timur", number=1, what=ruling))
    both_see_it(them, 0)
    them.wait(70)
    [(_, incident)] = them.opened()
    assert told(them, "outage") == [name for name in BEYOND_THE_SEA if not name.startswith("C-T1-")]
    it_is_over(them)
    them.wait(400)
    assert incident.status == "resolved"
    merged = replace(ruling, status="merged", into=incident.id, informed=pack(np.array(sorted(theirs))))
    them.tell(NATIONAL, Handover(time=moment(them.now_us), domain="timur", number=2, what=merged))
    assert told(them, "restored") == BEYOND_THE_SEA
