"""How long whose service was down in a month, and what tells so (SOP 7, 8): the ground of restitution and availability.

Evidence is an outage that took the service down, or a complaint that nothing worked. Where two tell of the same time
the earlier one counts it: what a service was down is the sum over its evidence, and never more than has passed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

import msgspec

from correlator.events import MINUTE_US
from correlator.reports.lines import TicketFacts
from correlator.reports.network import Network
from correlator.reports.report import Period
from correlator.rows.incidents import IncidentRow

Key = tuple[str, str]  # customer; service, empty where it is not known which


class Outage(NamedTuple):
    """An incident that was ever open, with its ticket. Times in microseconds since 1970."""

    id: str
    number: str
    root: str
    severity: str
    opened_us: int  # the ticket
    start_us: int  # customers were down from then ...
    end_us: int | None  # ... till then; None: they still are
    customers_down: int  # at most
    user_us: int  # customers x time down
    broken: tuple[str, ...]  # elements, the root first


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """That a service was down from `start_us` to `end_us`, both within the month; `minutes` of it are counted here."""

    customer: str
    service: str
    product: str | None
    number: str  # of the ticket that tells it
    root: str | None  # None: a complaint alone
    start_us: int
    end_us: int
    over: bool
    minutes: int


class Told(msgspec.Struct, frozen=True, gc=False):
    """Evidence before it is weighed against other evidence for the same service."""

    start_us: int
    end_us: int | None
    number: str
    root: str | None
    product: str | None


TOLD_FIRST = attrgetter("start_us", "number")


def outage_of(incident: IncidentRow, ticket: TicketFacts, moment_us: int) -> Outage:
    """As it stands at a moment."""
    end_us = incident.resolved_us if ticket.ended_us is None else ticket.ended_us
    return Outage(
        id=incident.id,
        number=ticket.number,
        root=incident.root,
        severity=ticket.severity,
        opened_us=ticket.opened_us,
        start_us=incident.began_us,
        end_us=end_us,
        customers_down=incident.customers_down,
        user_us=incident.user_us_by(moment_us),
        broken=(*incident.roots, *incident.besides),
    )


def evidence(
    outages: Iterable[Outage],
    affected: Mapping[str, Sequence[str]],
    complaints: Sequence[TicketFacts],
    network: Network,
    during: tuple[Period, int],
) -> list[Evidence]:
    """By customer and service, the earliest first. `complaints`: that a service was down; `during`: the month,
    and now."""
    period, moment_us = during
    told: dict[Key, list[Told]] = defaultdict(list)
    for key, one in _by_outage(outages, affected, complaints, network):
        told[key].append(one)
    for ticket in complaints:
        one = Told(ticket.opened_us, ticket.ended_us, ticket.number, None, ticket.product)
        customer = ticket.customer or ""
        told[customer, ticket.service or network.only_service(customer) or ""].append(one)
    until_us = min(period.end_us, moment_us)
    return [one for key in sorted(told) for one in _counted(key, told[key], (period.start_us, until_us), network)]


def _by_outage(
    outages: Iterable[Outage],
    affected: Mapping[str, Sequence[str]],
    complaints: Sequence[TicketFacts],
    network: Network,
) -> Iterator[tuple[Key, Told]]:
    """The services below what broke; where the inventory knows none now, those that the customer named."""
    named: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for ticket in complaints:
        if ticket.service is not None and ticket.service not in named[ticket.incident, ticket.customer]:
            named[ticket.incident, ticket.customer].append(ticket.service)
    for outage in outages:
        customers = affected.get(outage.id, ())
        below = network.services_below(outage.broken, customers)
        one = Told(outage.start_us, outage.end_us, outage.number, outage.root, None)
        for customer in customers:
            for service in below.get(customer) or named.get((outage.id, customer)) or ("",):
                yield (customer, service), one


def _counted(key: Key, told: list[Told], during: tuple[int, int], network: Network) -> Iterator[Evidence]:
    """Whole minutes, counted from the first one on, so that many short ones lose nothing to rounding."""
    from_us, until_us = during
    customer, service = key
    product = network.product(service)
    covered_us, passed_us, counted = from_us, 0, 0
    for one in sorted(told, key=TOLD_FIRST) if len(told) > 1 else told:
        start_us, end_us = max(one.start_us, from_us), min(one.end_us or until_us, until_us)
        if end_us <= start_us:
            continue
        if end_us > covered_us:
            passed_us += end_us - max(start_us, covered_us)
            covered_us = end_us
        minutes = passed_us // MINUTE_US - counted
        counted += minutes
        over = one.end_us is not None and one.end_us <= until_us
        yield Evidence(customer, service, product or one.product, one.number, one.root, start_us, end_us, over, minutes)
