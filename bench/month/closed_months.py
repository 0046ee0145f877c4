"""Months of tickets that are over, as the archive keeps them: seeded, so that the same seed gives the same rows."""

from collections.abc import Iterator
from random import Random

from correlator.events import DAY_US, HOUR_US, MINUTE_US
from correlator.reports.report import Period
from correlator.rows import audiences
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import AffectedRow, CampaignRow, CapaAction, Clock, Entry, RcaRow, TicketRow
from correlator.state import Archived
from topology import impact
from topology.down import down_alone
from topology.graph import Topology

A_OUTAGE = 200  # complaints for each outage
CHANNELS = ("phone", "email", "portal", "walk_in")
CATEGORIES = ("network", "network", "network", "service", "billing", "account")
SEVERITIES = ("Minor", "Minor", "Major", "Critical")
CAUSES = ("fibre_cut_third_party", "power", "hardware", "weather", "human_error", "theft", None)
KINDS = ("ack", "question", "restored")
BUDGETS_US = {"Minor": (120, 9 * 60), "Major": (60, 18 * 60), "Critical": (30, 8 * 60)}  # minutes
STAGES = {"receipt": 60, "verification": 120, "assignment": 240, "investigation": 1620, "confirmation": 1440}


def closed(topology: Topology, month: Period, tickets: int, seed: int) -> Iterator[Archived]:
    """So many complaints of a month and some outages, with what else their cases hold."""
    chance = Random(f"{seed} {month.month}")
    roots = [number for number in range(topology.first.device, topology.first.link) if not number % 7][:400]
    spread_us = month.end_us - month.start_us
    for number in range(tickets // A_OUTAGE):
        at_us = month.start_us + chance.randrange(spread_us)
        yield from _outage(topology, chance.choice(roots), f"{month.month}-{number}", at_us, chance)
    for number in range(tickets):  # as they are archived: one after the other
        at_us = month.start_us + spread_us * number // tickets
        yield from _complaint(topology, f"{month.month}-{number}", number + 1, at_us, chance)


def _outage(topology: Topology, root: int, name: str, at_us: int, chance: Random) -> Iterator[Archived]:
    services = impact.services_down(topology, down_alone(topology, root))
    customers = impact.customers_of(topology, services).tolist()
    incident, case_us = f"IN-{name}", at_us + 40 * DAY_US
    lasted_us = chance.randrange(10, 600) * MINUTE_US
    row = IncidentRow(
        incident, "closed", topology.ids[root], at_us, at_us, at_us, customers_down=len(customers), opened_us=at_us
    )
    row.down_since_us, row.resolved_us = at_us, at_us + lasted_us
    row.user_us, row.down_counted_us = len(customers) * lasted_us, at_us + lasted_us
    severity = "Critical" if len(customers) > 1000 else "Major"
    ticket = _ticket(
        f"TK-o-{name}", f"NT-{_day(name)}-{900_000 + int(name.rpartition('-')[2]):06}", severity, at_us, chance
    )
    ticket.kind, ticket.incident, ticket.category, ticket.owner = "outage", incident, "network", "noc_operator"
    ticket.repaired_us, ticket.region = at_us + lasted_us, topology.region_of(root)
    yield Archived(case_us, incident, "incidents", incident, row)
    yield Archived(case_us, incident, "tickets", ticket.id, ticket)
    spell = audiences.named(topology, services)
    yield Archived(
        case_us, incident, "affected", incident, AffectedRow(tuple(dict.fromkeys(spell.customers)), (spell,))
    )
    due_us = at_us + 20 * DAY_US
    step = CapaAction("mark the duct", "budi", due_us, due_us - DAY_US if chance.random() < 0.7 else None)
    state = chance.choice(("draft", "analysed", "actions", "closed", "closed", "closed"))
    record = RcaRow(
        f"RCA-o-{name}", incident, None, at_us, state, chance.choice(CAUSES), corrective=(step,), preventive=(step,)
    )
    yield Archived(case_us, incident, "rcas", record.id, record)
    for kind in ("outage", "restored"):
        told = CampaignRow(f"N-o-{name}-{kind}", incident, kind, 0, at_us, len(customers), ticket.id)
        told.sent, told.delivered = len(customers), len(customers) * 9 // 10
        yield Archived(case_us, incident, "campaigns", told.id, told)


def _complaint(topology: Topology, name: str, number: int, at_us: int, chance: Random) -> Iterator[Archived]:
    service = chance.randrange(len(topology.service_product))
    severity = chance.choice(SEVERITIES)
    ticket = _ticket(f"TK-{name}", f"NT-{_day(name)}-{number:06}", severity, at_us, chance)
    ticket.service = topology.ids[topology.first.service + service]
    ticket.customer = topology.customer_ids[topology.service_customer[service]]
    ticket.product = topology.service_product[service]
    ticket.region = topology.region_of(topology.first.service + service)
    ticket.channel = chance.choice(CHANNELS)
    ticket.category = chance.choice(CATEGORIES)
    case_us = at_us + 70 * DAY_US
    yield Archived(case_us, ticket.id, "tickets", ticket.id, ticket)
    record = RcaRow(f"RCA-{name}", None, ticket.id, at_us, "closed", "unknown")
    yield Archived(case_us, ticket.id, "rcas", record.id, record)
    for kind in KINDS:
        told = CampaignRow(f"N-{name}-{kind}", "", kind, 0, at_us, 1, ticket.id, ticket.customer, 1, 1)
        yield Archived(case_us, ticket.id, "campaigns", told.id, told)


def _ticket(name: str, number: str, severity: str, at_us: int, chance: Random) -> TicketRow:
    respond, resolve = BUDGETS_US[severity]
    responded_us = at_us + int(respond * chance.uniform(0.1, 1.15) * MINUTE_US)
    repaired_us = at_us + int(resolve * chance.uniform(0.1, 1.2) * MINUTE_US)
    closed_us = repaired_us + chance.randrange(1, 30) * HOUR_US
    clocks = [_clock("response", at_us, respond, responded_us), _clock("resolution", at_us, resolve, repaired_us)]
    clocks += [
        _clock(f"stage_{stage}", at_us, budget, min(repaired_us, responded_us)) for stage, budget in STAGES.items()
    ]
    return TicketRow(
        id=name,
        number=number,
        kind="complaint",
        category="network",
        severity=severity,  # type: ignore[arg-type]  # one of SEVERITIES
        class_reason="service_down",
        classed_by="machine",
        stage="closed",
        owner="customer_care",
        opened_us=at_us,
        responded_us=responded_us,
        repaired_us=repaired_us,
        closed_us=closed_us,
        closed_as="confirmed",
        clocks=clocks,
        trail=[
            Entry(at_us + place, "machine", "move_stage", "receipt", "investigation", "SOP 4.2") for place in range(6)
        ],
    )


def _clock(name: str, at_us: int, budget: int, met_us: int) -> Clock:
    due_us = at_us + budget * MINUTE_US
    return Clock(name, at_us, due_us, met_us, 0, met_us > due_us, [50], budget * MINUTE_US)


def _day(name: str) -> str:
    return name[:7].replace("-", "") + "01"
