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
from correlator.rows.service_desk import AffectedRow, NamedSpell

LATEST_US = 1 << 62
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
    counted_us: int  # from then on it counts: what planned work took does not
    customers_down: int  # at most
    user_us: int  # customers x time down


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

    def overlaps(self, other: "Told") -> bool:
        """Both tell of some of the same time."""
        mine, theirs = ((one.start_us, one.end_us or LATEST_US) for one in (self, other))
        return max(mine[0], theirs[0]) < min(mine[1], theirs[1])


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
        counted_us=incident.counted_us,
        customers_down=incident.customers_down,
        user_us=incident.user_us_by(moment_us),
    )


def evidence(
    outages: Iterable[Outage],
    affected: Mapping[str, AffectedRow],
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
    affected: Mapping[str, AffectedRow],
    complaints: Sequence[TicketFacts],
    network: Network,
) -> Iterator[tuple[Key, Told]]:
    """The services that it took down; where the inventory lacks these since, those that the customer named.

    Who came under it only as another ended, while it cleared, was down by that other, and is counted there; what is
    left after that, here.
    """
    outages = list(outages)
    named: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for ticket in complaints:
        if ticket.service is not None and ticket.service not in named[ticket.incident, ticket.customer]:
            named[ticket.incident, ticket.customer].append(ticket.service)
    for spell, one in _by_spell(outages, affected):
        for key in zip(spell.customers, spell.services, strict=True):
            yield key, one
    unknown = {outage.id: found for outage in outages if (found := _without_a_service(affected.get(outage.id)))}
    others = _spells(outages, affected, {customer for found in unknown.values() for customer in found})
    for outage in outages:
        one = Told(outage.counted_us, outage.end_us, outage.number, outage.root, None)
        for customer in unknown.get(outage.id, ()):
            ends = [other.end_us or LATEST_US for other in others[customer] if one.overlaps(other)]
            if (start_us := max(ends, default=one.start_us)) < (one.end_us or LATEST_US):
                only = (network.only_service(customer) if ends else None) or ""
                for service in named.get((outage.id, customer)) or (only,):
                    yield (customer, service), msgspec.structs.replace(one, start_us=start_us)


def _without_a_service(row: AffectedRow | None) -> list[str]:
    """Customers who were down, nobody knows by which."""
    known = {customer for spell in row.spells for customer in spell.customers} if row is not None else set[str]()
    return [one for one in row.customers if one not in known] if row and len(known) < len(row.customers) else []


def _by_spell(outages: Iterable[Outage], affected: Mapping[str, AffectedRow]) -> Iterator[tuple[NamedSpell, Told]]:
    """From when till when services that are known were down together."""
    for outage in outages:
        for spell in affected[outage.id].spells if outage.id in affected else ():
            start_us, end_us = spell.since_us or outage.counted_us, spell.until_us or outage.end_us
            yield spell, Told(start_us, end_us, outage.number, outage.root, None)


def _spells(
    outages: Iterable[Outage], affected: Mapping[str, AffectedRow], whose: set[str]
) -> Mapping[str, list[Told]]:
    """By customer, of these, when services of theirs that are known were down."""
    found: dict[str, list[Told]] = defaultdict(list)
    for spell, one in _by_spell(outages, affected) if whose else ():
        for customer in sorted(whose.intersection(spell.customers)):
            found[customer].append(one)
    return found


def _joined(told: list[Told]) -> list[Told]:
    """In order; what one ticket tells without a gap is one: several domains may know a part of it."""
    found: list[Told] = []
    for one in sorted(told, key=TOLD_FIRST):
        same = next((place for place in range(len(found) - 1, -1, -1) if found[place].number == one.number), None)
        end_us = 0 if same is None else found[same].end_us
        if same is None or (end_us is not None and end_us < one.start_us):
            found.append(one)
        elif end_us is not None and (one.end_us is None or one.end_us > end_us):
            found[same] = msgspec.structs.replace(found[same], end_us=one.end_us)
    return found


def _counted(key: Key, told: list[Told], during: tuple[int, int], network: Network) -> Iterator[Evidence]:
    """Whole minutes, counted from the first one on, so that many short ones lose nothing to rounding."""
    from_us, until_us = during
    customer, service = key
    product = network.product(service)
    covered_us, passed_us, counted = from_us, 0, 0
    for one in _joined(told) if len(told) > 1 else told:
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
