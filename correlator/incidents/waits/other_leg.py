"""The other leg of a service: it takes the service down with what fails besides. Chance seldom hits just that."""

from dataclasses import dataclass

import numpy as np

from correlator.events import MINUTE_US
from correlator.incidents.beside.standing import standing
from correlator.incidents.index import engine_of, index_of
from correlator.rows.counts import SAY_DOWN
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft
from topology.domains import element_of
from topology.down import Down, down, down_alone
from topology.gates import gated_in, gates_closed, services_down
from topology.graph import Topology


@dataclass(frozen=True, slots=True)
class Legs:
    """What else is dark of such services: what no incident explains, and whether an incident explains one."""

    untold: tuple[AlarmRow, ...]
    is_known: bool

    def __bool__(self) -> bool:
        return self.is_known or bool(self.untold)


NONE = Legs((), is_known=False)


def of(draft: Draft, root: str) -> Legs:
    """Of services that are down by this root and one more, which an incident says is broken. With several attach points
    also where that one is told, has stood for as long as the NOC is told of (`unexplained_min`), and opened nothing."""
    topology = draft.world.topology
    element = topology.find(root)
    if element is None:
        return NONE
    if topology.kind_of(element) == "service":  # by itself it is the root where all its ways are told dark
        return Legs((), is_known=True)
    alone = down_alone(topology, element)
    legs = gated_in(topology, alone.intervals, alone.ports).difference(gates_closed(topology, alone))
    is_known = _closes_with_known(draft, element, legs)
    return Legs(_untold(draft, element, legs) if legs else (), is_known=is_known)


def is_service(draft: Draft, root: str) -> bool:
    element = draft.world.topology.find(root)
    return element is not None and draft.world.topology.kind_of(element) == "service"


def _closes_with_known(draft: Draft, element: int, legs: set[int]) -> bool:
    """Together with what has failed it takes down more than both do each by itself.

    By a mesh only what may be a last way: a router on a ring of which something is cut takes down more than alone, too.
    """
    topology, related = draft.world.topology, index_of(draft).related
    is_way = topology.kind_of(element) in ("port", "link", "span", "conduit")
    ties, others = related.ties(element) if is_way else frozenset[int](), set[int]()
    for failed in standing(draft).failed:
        if any(not ties.isdisjoint(related.ties(one)) for one in failed) or (
            legs and _touch(topology, legs, related.fallen(failed))
        ):
            others.update(failed)
    if not others or element in others:
        return False
    broken = tuple(sorted(others))
    both = services_down(topology, related.fallen(tuple(sorted((element, *broken)))))
    each = [services_down(topology, related.fallen(one)) for one in (broken, (element,))]
    return len(np.setdiff1d(both, np.concatenate(each))) > 0


def _touch(topology: Topology, legs: set[int], theirs: Down) -> set[int]:
    """Of these services those of which a way is down."""
    return legs.intersection(gated_in(topology, theirs.intervals, theirs.ports))


def _untold(draft: Draft, element: int, legs: set[int]) -> tuple[AlarmRow, ...]:
    topology, engine, found = draft.world.topology, engine_of(draft), list[AlarmRow]()
    since_us = draft.now_us - draft.world.policy.faults.unexplained_min * MINUTE_US
    for row in draft.state.alarm_counts.down.values():
        if row.incident is not None or row.alarm_type not in SAY_DOWN or row.loose_us > since_us:
            continue
        told = engine.observation(row.key)
        if told is None or told.owner is not None or told.suspect is not None:
            continue
        other = element_of(topology, row.object)
        if other >= 0 and _closes(topology, legs, element, _broken(topology, other)):
            found.append(row)
    return tuple(sorted(found, key=lambda row: row.key))


def _broken(topology: Topology, element: int) -> tuple[int, ...]:
    """Of a port that is dark its links, or itself where a service alone hangs there."""
    links = topology.links_of(element) if topology.kind_of(element) == "port" else ()
    return tuple(links) or (element,)


def _closes(topology: Topology, legs: set[int], element: int, others: tuple[int, ...]) -> bool:
    """One of these services is down by both, and not by the others alone."""
    theirs = down(topology, others)
    touched = _touch(topology, legs, theirs).difference(gates_closed(topology, theirs))
    return bool(touched) and not touched.isdisjoint(gates_closed(topology, down(topology, (element, *others))))
