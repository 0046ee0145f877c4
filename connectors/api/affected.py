"""Who is out: by customer, service or phone, with what a phone agent reads out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np

from connectors.api import sentences, views
from connectors.api.rows import Known, Rows
from connectors.ports import Directory
from connectors.privacy.directory import whose
from correlator.customers import Customers, holds, unpack
from correlator.deadlines import Deadlines
from correlator.events import ComplaintIn
from correlator.rows.audiences import over_us, spells_of
from correlator.rows.incidents import IncidentRow, IncidentStatus, WindowRow
from correlator.rows.service_desk import Spell
from correlator.service_desk.complaint_tickets import customer_of, service_of
from correlator.service_desk.notices.campaigns import UPDATE_KIND
from correlator.times import Zone
from correlator.wire import BadInput
from correlator.world import World
from topology import impact
from topology.csr import Ints
from topology.graph import Topology

STANDING: tuple[IncidentStatus, ...] = ("open", "clearing")  # a suspicion is nobody's outage yet (SOP 4.3)

By = Literal["customer", "service", "phone", "email"]
Worlds = Mapping[str, Callable[[], World]]  # by domain the World in force there, the national one's first


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a question is about: customers, and the one service where one was named."""

    customers: tuple[str, ...]
    service: str | None = None


class Affected:
    """Answers from the audiences of the incidents that stand."""

    def __init__(self, rows: Rows, worlds: Worlds, directory: Directory) -> None:
        self._rows = rows
        self._worlds = worlds
        self._world = next(iter(worlds.values()))
        self._directory = directory

    def asked(self, by: By, value: str) -> Asked | BadInput:
        """The customers that a question is about."""
        topology = self._world().topology
        found: Asked | None = None
        match by:
            case "customer":
                found = Asked((value,)) if value in topology.customer_index else None
            case "service":
                holder = _holder(topology, value)
                found = None if holder is None else Asked((holder,), value)
            case "phone" | "email":
                look = self._directory.by_phone if by == "phone" else self._directory.by_email
                customers = tuple(look(value))
                found = Asked(customers) if customers else None
        return found or BadInput(by, f"no customer of the inventory has this {by}")

    def complained(self, complaint: ComplaintIn) -> Asked | None:
        """Whom a complaint is about, as its ticket has it; None where the customer is not found.

        That is the customer who is named, else the one whom the contact belongs to (where it is several persons' we do
        not guess), else whoever holds the service; and the service that is named, where it is theirs.
        """
        topology = self._world().topology
        named = complaint.customer or whose(complaint.contact, self._directory)
        customer = customer_of(topology, msgspec.structs.replace(complaint, customer=named))
        if customer < 0:
            return None
        service = service_of(topology, customer, complaint.service)
        return Asked((topology.customer_ids[customer],), None if service is None else complaint.service)

    def not_found(self, complaint: ComplaintIn, asked: Asked | None) -> list[str]:
        """What of a complaint, which is about `asked`, the inventory lacks; a service of another's is not theirs."""
        if asked is not None:
            return ["service"] if complaint.service and asked.service is None else []
        service = complaint.service and self._world().topology.service_named(complaint.service) is None
        return ["customer", "service"] if service else ["customer"]

    def answer(self, asked: Asked) -> dict[str, Any]:
        """{affected, outages, planned, unconfirmed, sentence}: what they are in now, the oldest first.

        `unconfirmed`: what they were in has ended, and their own line is still dark.
        """
        known = self._rows.known()
        standing = self._standing(known, asked)
        work = self._planned(known, asked)
        zone = self._zone(asked)
        dark = None if standing or work else self._dark(known, asked)
        if standing:
            sentence = self._affected(known, standing[0], asked)
        elif work:
            sentence = sentences.planned(max(row.end_us for row in work), zone)
        elif dark is not None:
            sentence = sentences.unconfirmed(self._number(known, dark))
        else:
            sentence = self._unaffected(known, self._over(known, asked), asked)
        return {
            "affected": bool(standing),
            "outages": [self._outage(known, row, asked) for row in standing],
            "planned": [{"id": row.id, "start": views.at(row.start_us), "end": views.at(row.end_us)} for row in work],
            "unconfirmed": dark is not None,
            "sentence": sentence,
        }

    def known_incident(self, asked: Asked) -> dict[str, Any] | None:
        """The outage that a complaint belongs to, as the answer to the complaint says it; None where none is known."""
        known = self._rows.known()
        standing = self._standing(known, asked)
        if not standing:
            return None
        sentence = self._affected(known, standing[0], asked)
        return {**self._outage(known, standing[0], asked), "sentence": sentence}

    def _standing(self, known: Known, asked: Asked) -> list[IncidentRow]:
        """Outages that they are in now, the oldest first."""
        found = [
            row
            for row in self._theirs(known, known.down, STANDING, asked)
            if asked.service is None or any(not spell.until_us for spell in self._spells(known, row, asked))
        ]
        return sorted(found, key=lambda row: (row.since_us, row.id))

    def _over(self, known: Known, asked: Asked, *more: IncidentStatus) -> list[IncidentRow]:
        """Outages of the last days that they were in, where they are in none now; `more`: also those that are so."""
        return [
            row
            for row in self._theirs(known, known.ever, (*STANDING, "resolved", *more), asked)
            if asked.service is None or self._spells(known, row, asked)
        ]

    def _dark(self, known: Known, asked: Asked) -> IncidentRow | None:
        """The last of these of whose end they are not told, since their own line is dark: that of their end waits."""
        waiting = {
            row.incident
            for domain in self._rows.domains
            for _, row in self._rows.live(domain).each("waiting_notices")
            if row.why == "dark" and _holds(unpack(row.audience), self._numbers(domain, asked))
        }
        over = [row for row in self._over(known, asked, "closed") if row.id in waiting]
        return max(over, key=lambda one: (_ended_us(one), one.id), default=None)

    def _theirs(
        self, known: Known, audiences: Mapping[str, Customers], status: Sequence[IncidentStatus], asked: Asked
    ) -> Iterator[IncidentRow]:
        """Incidents of such a status with one of them in their audience."""
        numbers = {domain: self._numbers(domain, asked) for domain in set(known.domain.values())}
        for name, audience in audiences.items():
            row = known.incidents.get(name)
            if row is not None and row.status in status and _holds(audience, numbers[known.domain[name]]):
                yield row

    def _planned(self, known: Known, asked: Asked) -> list[WindowRow]:
        """Planned work in force that takes one of their services down, by itself as inference counts it."""
        now_us = self._rows.clock()
        found = [row for row in known.windows.values() if row.start_us <= now_us < row.end_us]
        theirs = _services(self._world().topology, asked) if found else []
        found = [row for row in found if np.isin(theirs, self._down(row.objects)).any()]
        return sorted(found, key=lambda row: (row.start_us, row.id))

    def _spells(self, known: Known, row: IncidentRow, asked: Asked) -> list[Spell]:
        """When it had the service down that was named, or any of theirs."""
        services = _services(self._worlds[known.domain[row.id]]().topology, asked)
        return spells_of(known.audiences.get(row.id), services)

    def _down(self, names: Iterable[str]) -> Ints:
        """Numbers of the services that go down when these fail together: gates are evaluated."""
        topology = self._world().topology
        elements = [element for name in names if (element := topology.find(name)) is not None]
        return impact.services_down(topology, impact.down(topology, elements))

    def _numbers(self, domain: str, asked: Asked) -> list[int]:
        """As a domain numbers customers: by the inventory that is in force there."""
        index = self._worlds[domain]().topology.customer_index
        return [index[name] for name in asked.customers if name in index]

    def services_of(self, customer: str) -> list[tuple[str, str]]:
        """(service, product) of all that they hold."""
        topology = self._world().topology
        number = topology.customer_index.get(customer)
        services = [] if number is None else topology.services_of(number)
        return [(topology.ids[topology.first.service + one], topology.service_product[one]) for one in services]

    def described(self, customer: str) -> dict[str, Any]:
        """What the inventory says of them; of one whom it has no more, nothing."""
        topology = self._world().topology
        number = topology.customer_index.get(customer)
        if number is None:
            return {"segment": None, "strategic": False, "language": None, "region": None}
        return {
            "segment": topology.customer_segment[number],
            "strategic": bool(topology.customer_strategic[number]),
            "language": topology.customer_language[number],
            "region": topology.customer_region(number),
        }

    def _outage(self, known: Known, row: IncidentRow, asked: Asked) -> dict[str, Any]:
        return {
            "incident": row.id,
            "ticket": self._number(known, row),
            "since": views.at(self._since_us(known, row, asked) or row.since_us),
            "status": row.status,
            "estimate": views.at(self._estimate_us(row)),
            "next_update": views.at(self._next_us(known, row)),
        }

    def _affected(self, known: Known, row: IncidentRow, asked: Asked) -> sentences.Sentence:
        times = sentences.Times(self._since_us(known, row, asked), self._estimate_us(row), self._next_us(known, row))
        return sentences.affected(self._number(known, row), times, self._zone(asked))

    def _since_us(self, known: Known, row: IncidentRow, asked: Asked) -> int | None:
        """Since when they are down; None: one service of theirs longer than another."""
        spells = self._spells(known, row, asked)
        times = {spell.since_us or row.began_us for spell in spells if not spell.until_us} or {row.since_us}
        return times.pop() if len(times) == 1 else None

    def _unaffected(self, known: Known, over: Sequence[IncidentRow], asked: Asked) -> sentences.Sentence:
        """`over`: what they were in."""
        if not over:
            return sentences.unaffected()
        ended_us, row = max(
            ((self._over_us(known, row, asked), row) for row in over), key=lambda one: (one[0], one[1].id)
        )
        return sentences.restored(self._number(known, row), ended_us, self._zone(asked))

    def _over_us(self, known: Known, row: IncidentRow, asked: Asked) -> int:
        """When it was over for them; 0: that is not known."""
        return over_us(self._spells(known, row, asked)) or _ended_us(row)

    def _number(self, known: Known, row: IncidentRow) -> str | None:
        ticket = self._rows.ticket(row.ticket, known.domain[row.id])
        return ticket.number if ticket else None

    def _estimate_us(self, row: IncidentRow) -> int | None:
        """Only while it lies ahead: a time that has passed is no promise."""
        return row.estimate_us if row.estimate_us and row.estimate_us > self._rows.clock() else None

    def _next_us(self, known: Known, row: IncidentRow) -> int | None:
        deadline = self._rows.live(known.domain[row.id]).one("deadlines", Deadlines.key(UPDATE_KIND, row.id))
        return None if deadline is None else int(deadline.due_us)

    def _zone(self, asked: Asked) -> Zone:
        """Where they live; WIB where that is not known (SOP 5)."""
        world = self._world()
        index = world.topology.customer_index
        numbers = [index[name] for name in asked.customers if name in index]
        region = world.topology.customer_region(numbers[0]) if numbers else None
        return world.policy.care.zones.get((region or "").casefold(), "WIB")


def _services(topology: Topology, asked: Asked) -> list[int]:
    """The numbers of the service that was named, or of all that they hold."""
    named = topology.service_named(asked.service)
    if named is not None:
        return [named]
    index = topology.customer_index
    return [one for name in asked.customers if name in index for one in topology.services_of(index[name])]


def _ended_us(row: IncidentRow) -> int:
    """As customers were told, and as its ticket says: not when the hold was over."""
    return row.well_us or row.resolved_us or 0


def _holds(ascending: Customers, numbers: Iterable[int]) -> bool:
    return any(holds(ascending, number) for number in numbers)


def _holder(topology: Topology, service: str) -> str | None:
    number = topology.service_named(service)
    return None if number is None else topology.customer_ids[int(topology.service_customer[number])]
