"""A router says that a neighbour is gone, and not which one: all that can stop one of its links may be the cause."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Case, Evidence, Kind, Meaning, Said, Silence
from topology import cover
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "adjacency"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    if said.object_kind != "device" or said.alarm_type != "neighbor_down":
        return None
    router = said.element
    causes = {cause for link in topology.links_of(router) for cause in cover.stops(topology, link)}
    causes -= set(cover.cuts_off(topology, router))  # a router that is cut off cannot have told it
    return Meaning((NAME, router, 0), NAME, worth["neighbor_down"], tuple(sorted(causes)))


def owner(situation: "Situation", told: Meaning | Evidence) -> str | None:
    """The incident that stops one of its links."""
    owners, links = situation.claims.link_owner, situation.topology.links_of(told.key[1])
    return next((owners[link] for link in links if link in owners), None)


def count(situation: "Situation", case: Case, _: int) -> int:
    """Core routers that would lose a neighbour, stay up, and say nothing."""
    topology, told = situation.topology, situation.told.observations
    explained = situation.claims.link_owner.keys() | case.links_taken
    links = [link for link in case.predicted.links if link not in explained]
    routers = {end for link in links for end in topology.ends(link) if topology.role_of(end) == "core"}
    up = [router for router in sorted(routers) if case.candidate not in cover.cuts_off(topology, router)]
    return sum([1 for router in up if (NAME, router, 0) not in told])


SILENT = Silence(
    "core_neighbour",
    {"en": "core router that has lost no neighbour", "id": "router core yang tidak kehilangan tetangga"},
    lambda policy: policy.types["neighbor_down"],
    count,
)
KIND = Kind(
    NAME,
    {"en": "neighbour lost", "id": "tetangga hilang"},
    meaning,
    owner=owner,
    silences=(SILENT,),
)
