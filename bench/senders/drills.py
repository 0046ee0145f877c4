"""Faults for the live benchmark: of kinds that the SOP calls Critical, each with all that is told of it.

Evidence is complete where everyone who can speak does: both ends of each link, a monitor on each backbone span, a probe
on each company. What cannot be told apart, or hardly, is left out: a backbone span that shares a duct, a tree without
subscribers, one whose neighbours in the duct have so few that their silence says little.
Faults are to be independent though they follow each other within minutes, while an incident that is over still clears:
where a city's core or ring fails nothing else does, no two backbone fibres of one city are cut, and at each node of a
ring only one thing breaks.
"""

from dataclasses import dataclass
from random import Random
from re import findall

from bench.senders.northbound import Key
from bench.storm.plant import Flags, Plant
from bench.storm.voices import Choir, Voice, choir

KINDS = {  # how many of a hundred, as far as there are: fibre of all tiers, devices of the backbone (SOP 4.3)
    "backbone span": 4,
    "core": 2,
    "metro duct": 2,
    "backbone duct": 1,
    "feeder duct": 35,
    "tower": 6,
    "feeder": 50,
}
WIDE = ("core", "metro duct")
LARGE = (*WIDE, "backbone duct", "backbone span")
FILL = "feeder"  # the kind that there is enough of
FEWEST = 3  # alarms that tell of a fault
APART = 15  # ... and so many more that would tell of its whole duct


class Everyone(Random):
    """Whoever may speak does."""

    def random(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Drill:
    """A fault and its alarms, those last that settle the matter: a fibre monitor measures for some seconds."""

    root: str
    kind: str
    voices: tuple[Voice, ...]

    @property
    def keys(self) -> set[Key]:
        return {voice.key for voice in self.voices}


def drills(plant: Plant, faults: int, chance: Random) -> list[Drill]:
    """So many faults, no root twice, in random order; fewer where the network has not as many."""
    everyone = choir(plant, Everyone())
    whole = everyone.standing(plant.condition(plant.failed([])))
    found: list[Drill] = []
    closed, cut = set[str](), set[str]()  # cities in which nothing else fails; places with a fault of their own
    pools = candidates(plant)
    for kind, share in KINDS.items():
        wanted = faults - len(found) if kind == FILL else round(faults * share / 100)
        chance.shuffle(pools[kind])
        for root in pools[kind]:
            where, own = set(cities(plant, root)), set(cities(plant, root) if kind in LARGE else nodes(root))
            if wanted <= 0 or where & closed or own & cut or (kind in WIDE and where & cut):
                continue
            drill = Drill(root, kind, tell(plant, everyone, root, ~whole))
            ducts = [duct for duct in ducts_of(plant, root) if len(plant.in_conduit[duct]) > 1]
            more = [len(tell(plant, everyone, duct, ~whole)) - len(drill.voices) for duct in ducts]
            if len(drill.voices) >= FEWEST and min(more, default=APART) >= APART:
                found.append(drill)
                wanted -= 1
                (closed if kind in WIDE else cut).update(own)
    chance.shuffle(found)
    return found


def ducts_of(plant: Plant, root: str) -> tuple[str, ...]:
    """None where it is no span."""
    return (plant.inventory.spans[plant.span[root]].conduits or ()) if root in plant.span else ()


def nodes(root: str) -> list[str]:
    """`FD-DPS1-104-1-06` hangs on the node DPS1-104."""
    return findall(r"[A-Z]{3}\d+-\d{3}", root)


def cities(plant: Plant, root: str) -> list[str]:
    """Where it is: `BB-DPS1-LOP1-1` is of DPS1 and LOP1, a duct of the cities of its spans."""
    spans = [plant.inventory.spans[row].id for row in plant.in_conduit.get(root, ())]
    return [city for name in (root, *spans) for city in findall(r"[A-Z]{3}\d+", name)]


def candidates(plant: Plant) -> dict[str, list[str]]:
    inventory = plant.inventory
    tiers = {conduit: inventory.spans[rows[0]].tier for conduit, rows in plant.in_conduit.items()}
    shared = sorted(conduit for conduit, rows in plant.in_conduit.items() if len(rows) > 1)
    ducts = {tier: [name for name in shared if tiers[name] == tier] for tier in ("backbone", "metro", "feeder")}
    streets = ducts["feeder"][::2]  # in the other ducts single feeders are cut
    left = set(shared) - set(ducts["feeder"][1::2])
    spans = [(span.id, span.tier) for span in inventory.spans if left.isdisjoint(span.conduits or ())]
    towers = [span for span, _ in spans if span.startswith("SP-TW-")]
    return {
        "backbone span": [span for span, tier in spans if tier == "backbone"],
        "backbone duct": ducts["backbone"],
        "core": [device.id for device in inventory.devices if device.role == "core" and not device.gateway],
        "metro duct": ducts["metro"],
        "feeder": [span for span, tier in spans if tier == "feeder" and span not in set(towers)],
        "feeder duct": streets,
        "tower": towers,
    }


def tell(plant: Plant, everyone: Choir, root: str, quiet: Flags) -> tuple[Voice, ...]:
    """What all who can still speak say when this one fails."""
    now = plant.condition(plant.failed([root]))
    speaking = everyone.standing(now) & everyone.heard(now) & quiet
    voices = [everyone.voices[n] for n in speaking.nonzero()[0].tolist()]
    return tuple(sorted(voices, key=lambda voice: voice.alarm_type == "fiber_break"))


def near(plant: Plant, one: Drill, other: Drill) -> bool:
    """Whether they are of one city, so that at the same time one might hide the other."""
    return not set(cities(plant, one.root)).isdisjoint(cities(plant, other.root))
