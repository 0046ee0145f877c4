"""Who was down under an incident, by which service, from when till when: kept once, with its audience.

Messages, the phone agent's sentence, restitution, availability and the archive read it here; `incidents.impact` writes
it. Services that went down together, and came back together, are one spell.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from correlator.customers import NOBODY, Customers, Services, both, either, holds, minus, pack, renumbered, unpack
from correlator.events import MINUTE_US
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import AffectedRow, AudienceRow, NamedSpell, Spell
from topology.graph import Topology
from topology.impact import customers_of

if TYPE_CHECKING:
    from correlator.state import Draft

Spells = tuple[Spell, ...]


# Who


def is_down(draft: "Draft", incident: str, customer: int) -> bool:
    """The customer (by number) is down under the incident."""
    row = draft.state.audiences.get(incident)
    return row is not None and customer >= 0 and holds(unpack(row.down), customer)


def is_unsure(draft: "Draft", incident: str, customer: int) -> bool:
    """The customer (by number) is down under the incident, or may not be."""
    row = draft.state.audiences.get(incident)
    return row is not None and customer >= 0 and holds(unpack(row.unsure), customer)


def was_down(draft: "Draft", incident: str, customer: int) -> bool:
    """The customer (by number) was down under the incident at some time."""
    row = draft.state.audiences.get(incident)
    return row is not None and customer >= 0 and holds(unpack(row.ever), customer)


# By which service, from when till when


def down_by(spells: Spells) -> Services:
    """Services that are down, or were till all of it ended."""
    found = NOBODY
    for spell in spells:
        if not spell.until_us:
            found = either(found, unpack(spell.services))
    return found


def since_us(topology: Topology, incident: IncidentRow, row: AudienceRow | None, customers: Customers) -> int | None:
    """Since when these customers are down, or were at last; None where they differ."""
    theirs = () if row is None else row.spells
    if not theirs:
        return incident.since_us
    if len(theirs) > 1:
        theirs = tuple(one for one in theirs if both(customers_of(topology, unpack(one.services)), customers).size)
    last = [one for one in theirs if not one.until_us] or theirs
    times = {one.since_us or incident.began_us for one in last}
    return times.pop() if len(times) == 1 else None


def spells_of(row: AudienceRow | None, services: Sequence[int]) -> list[Spell]:
    """Those of any of these services, which are few."""
    spells = () if row is None else row.spells
    return [one for one in spells if any(holds(unpack(one.services), service) for service in services)]


def over_us(spells: Collection[Spell]) -> int:
    """When the last of these came back before all of it ended; 0: one of them has not, or none is known."""
    until_us = [one.until_us for one in spells]
    return max(until_us, default=0) if all(until_us) else 0


def until_us(topology: Topology, row: AudienceRow | None, customers: Customers) -> int | None:
    """Since when these customers are back, before all of it ended; None where they differ, or some are not."""
    theirs = [] if row is None else [(one, customers_of(topology, unpack(one.services))) for one in row.spells]
    theirs = [(one, whose) for one, whose in theirs if both(whose, customers).size]
    last_us, back = over_us([one for one, _ in theirs]), NOBODY
    for one, whose in theirs:
        back = either(back, whose) if one.until_us == last_us else back
    return None if minus(customers, back).size else last_us or None


# How it changes


def end_all(draft: "Draft", incident: IncidentRow, at_us: int) -> None:
    """It was over since then for all who were down under it."""
    row = draft.state.audiences.get(incident.id)
    if row is not None:
        row.spells = ended(row.spells, down_by(row.spells), at_us)
        draft.put("audiences", incident.id, row)


def ended(spells: Spells, services: Services, at_us: int) -> Spells:
    """These are back since then."""
    found: list[Spell] = []
    for spell in spells:
        own = unpack(spell.services)
        over = NOBODY if spell.until_us else both(own, services)
        if over.size < own.size:
            found.append(replace(spell, services=pack(minus(own, over))) if over.size else spell)
        if over.size:
            found.append(Spell(pack(over), spell.since_us, max(at_us, spell.since_us)))
    return tuple(found)


def began(
    incident: IncidentRow, kept: AudienceRow | None, services: Services, since_us: int, *, new_root: bool
) -> Spells:
    """With those that are down now: since it began, it grew, it was back, or `since_us`.

    Under a new root no other service was ever down. While it clears nobody comes in: it may be over the next minute.
    """
    if kept is None:
        return (Spell(pack(services)),) if services.size else ()
    spells = _among(kept.spells, services) if new_root else kept.spells
    more = minus(services, down_by(spells)) if new_root or incident.status == "open" else NOBODY
    if not more.size:
        return spells
    spells = _never_over(spells, more, since_us or incident.newest_us)
    more, before = minus(more, down_by(spells)), _all(spells)
    first, again = minus(more, before), both(more, before)
    parts = ((first, since_us or max(incident.grown_us, incident.back_us)), (again, since_us or incident.newest_us))
    return (*spells, *(Spell(pack(part), at_us) for part, at_us in parts if part.size))


def _never_over(spells: Spells, services: Services, told_us: int) -> Spells:
    """Who is down again, and of whom nothing was told since it was said to be over, was down all the time."""
    found: list[Spell] = []
    for spell in spells:
        own = unpack(spell.services)
        on = both(own, services) if spell.until_us >= told_us else NOBODY
        if on.size:
            found.append(Spell(pack(on), spell.since_us))
        if on.size < own.size:
            found.append(replace(spell, services=pack(minus(own, on))) if on.size else spell)
    return tuple(found)


def _among(spells: Spells, services: Services) -> Spells:
    """Of these services alone: no other was ever down."""
    kept = ((spell, both(unpack(spell.services), services)) for spell in spells)
    return tuple(replace(spell, services=pack(part)) for spell, part in kept if part.size)


def join(draft: "Draft", gone: IncidentRow, survivor: IncidentRow) -> None:
    """One becomes part of the other: who was down under either was so since when they were."""
    own, theirs = (draft.state.audiences.get(one.id) for one in (survivor, gone))
    if own is None or theirs is None:
        return
    first_us = max(min(survivor.began_us, gone.began_us), survivor.work_until_us)
    ours, others = (_dated(row.spells, one.counted_us, first_us) for one, row in ((survivor, own), (gone, theirs)))
    if survivor.resolved_us is not None:
        others = ended(others, down_by(others), gone.well_us or draft.now_us)
    earlier, later = (others, ours) if gone.counted_us < survivor.counted_us else (ours, others)
    own.spells = (*earlier, *_among(later, minus(_all(later), down_by(earlier))))
    own.ever = pack(either(unpack(own.ever), unpack(theirs.ever)))
    draft.put("audiences", survivor.id, own)


def _dated(spells: Spells, since_us: int, first_us: int) -> Spells:
    """What began later than the whole says so; within a minute they are one begin to people."""
    if since_us < first_us + MINUTE_US:
        return spells
    return tuple(spell if spell.since_us else replace(spell, since_us=since_us) for spell in spells)


def _all(spells: Spells) -> Services:
    found = NOBODY
    for spell in spells:
        found = either(found, unpack(spell.services))
    return found


def renumber(draft: "Draft", customers: dict[int, int], services: dict[int, int]) -> None:
    """The inventory changed: numbers follow (old -> new), what it lacks now is left out."""
    for key, row in sorted(draft.state.audiences.items()):
        row.down, row.ever = renumbered(row.down, customers), renumbered(row.ever, customers)
        row.unsure, row.services = renumbered(row.unsure, customers), renumbered(row.services, services)
        moved = (replace(spell, services=renumbered(spell.services, services)) for spell in row.spells)
        row.spells = tuple(spell for spell in moved if spell.services)
        draft.put("audiences", key, row)


# By name


def by_name(topology: Topology, row: AudienceRow) -> AffectedRow:
    """As it is archived, and as reports read it: numbers that the inventory lacks are left out."""
    ids, ever = topology.customer_ids, unpack(row.ever).tolist()
    spells = tuple(named(topology, unpack(one.services), one.since_us, one.until_us) for one in row.spells)
    return AffectedRow(tuple(ids[number] for number in ever if number < len(ids)), spells)


def named(topology: Topology, services: Services, since_us: int = 0, until_us: int = 0) -> NamedSpell:
    """A spell of these services, each with its customer."""
    first, customers, names = topology.first.service, topology.customer_ids, topology.ids
    known = services[services < len(topology.service_customer)]
    holders = tuple(customers[number] for number in topology.service_customer[known].tolist())
    return NamedSpell(holders, tuple(names[first + number] for number in known.tolist()), since_us, until_us)
