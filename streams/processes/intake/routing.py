"""Whose journals get an event: those of the domains that decide on what it is about (`topology.domains`).

What every kernel has to know goes to all. What names nothing that is known goes to the national one, which says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.ports import Held, JournalFull, Store, StoreDown
from correlator.events import (
    Alarm,
    Command,
    ComplaintIn,
    Heartbeat,
    Incoming,
    Maintenance,
    Quarantine,
    Receipt,
    ReplyIn,
    Restored,
    SourceHeard,
    SourceState,
    Subscription,
    WorldChange,
)
from correlator.incidents.commands import ON_ALARMS
from correlator.service_desk.complaint_tickets import customer_of, service_of
from correlator.service_desk.tickets import number_key
from correlator.state import domain_number
from correlator.world import World
from topology.domains import NATIONAL, Domains, element_of
from topology.graph import Topology

COMMANDED = ("tickets", "incidents", "rcas")  # what one gives commands about, by id

Place = tuple[str, str]  # table, key
Route = Callable[[Sequence[Incoming]], Sequence[Sequence[str]]]  # for each event its domains; none: nobody takes it


def only(domain: str) -> Route:
    """There is one, and nothing is looked up."""
    return lambda events: [(domain,)] * len(events)


def domain_of(world: World, alone: str) -> Callable[[Alarm], str]:
    """For alarms, by what they are about. `alone`: the domain where there is one."""
    domains = world.domains
    if domains is None:
        return lambda _: alone
    topology = world.topology
    return lambda alarm: domains.of_object(topology, alarm.object)


@dataclass(frozen=True, slots=True)
class Routes:
    """Over several domains. Raises JournalFull where the store does not say who has a ticket: nobody takes it then."""

    world: Callable[[], World]  # in force
    given: World  # of the operator's files: before the first change that says so, none in force knows of domains
    store: Store

    def __call__(self, events: Sequence[Incoming]) -> Sequence[Sequence[str]]:
        world = self.world()
        world = self.given if world.domains is None else world
        domains = world.domains
        assert domains is not None, "several domains share the network"
        subjects = [subject(event) for event in events]
        asked = {place for name, places in subjects if domain_number(name) is None for place in places}
        try:
            held = self.store.holders(domains.names, asked) if asked else {}
            where = {place: self._where(place, one) for place, one in held.items()}
        except StoreDown as error:
            raise JournalFull(error.what, error.remedy) from error
        known = _Known(world.topology, domains, where)
        return [known.route(event) for event in events]

    def _where(self, place: Place, held: Held) -> str:
        """A ticket that is on its way to another domain is there when what goes behind it arrives."""
        if held.live:
            return held.live[0]
        tickets = (self.store.case(held.archived[0], *place) or {}).get("tickets", {})
        return next((row.moved_to for row in tickets.values() if row.moved_to), held.archived[0])


def subject(event: Incoming) -> tuple[str, tuple[Place, ...]]:
    """What it names, and the rows that would say whose that is, where the name does not; no name: it has none."""
    match event:
        case Command():
            name = event.target
            return name, (*((table, name) for table in COMMANDED), ("texts", number_key(name)))
        case ReplyIn():
            return event.ticket, (("tickets", event.ticket), ("texts", number_key(event.ticket)))
        case Receipt():
            return event.notice, (("campaigns", event.notice.partition(":")[0]),)
        case _:
            return "", ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known while the events of a frame are routed."""

    topology: Topology
    domains: Domains
    where: dict[Place, str]  # whose domain has, or gets, such a row

    def route(self, event: Incoming) -> Sequence[str]:
        match event:
            case Alarm():
                return (self.domains.of_object(self.topology, event.object),)
            case ComplaintIn():
                return (self.domains.name(self._called_about(event)),)
            case Command():
                return self._ordered(event)
            case ReplyIn() | Receipt():
                return (self._named(event) or self.domains.names[NATIONAL],)
            case (
                Restored()
                | Maintenance()
                | SourceState()
                | SourceHeard()
                | Heartbeat()
                | WorldChange()
                | Subscription()
            ):
                return self.domains.names
            case Quarantine():
                return ()  # it names a place in one journal, and does not say in which
        raise AssertionError(event)

    def _called_about(self, complaint: ComplaintIn) -> int:
        """The service that is named, where it is the customer's, else the first that he has; -1: nobody knows him."""
        topology = self.topology
        customer = customer_of(topology, complaint)
        if customer < 0:
            return -1
        service = service_of(topology, customer, complaint.service)
        if service is None:
            service = next(iter(topology.services_of(customer)), None)
        return -1 if service is None else topology.first.service + service

    def _ordered(self, command: Command) -> Sequence[str]:
        about, is_key, _ = command.target.partition("\x1f")  # of an alarm: the object comes first
        found = None if is_key else self._named(command)
        if found is not None:
            return (found,)
        at = element_of(self.topology, about)
        if at < 0 and not is_key and command.action in ON_ALARMS:
            return self.domains.names  # by the id of an event: whoever has the alarm knows it, the others say no
        return (self.domains.name(at),)

    def _named(self, event: Incoming) -> str | None:
        """Which kernel made this id, or has a row of this name."""
        name, places = subject(event)
        number = domain_number(name)
        if number is not None:
            return self.domains.names[number] if number < len(self.domains.names) else None
        return next((self.where[place] for place in places if place in self.where), None)
