"""What only those do together that have to do with each other, against all that stand, on random small worlds."""

from random import Random

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from correlator.related import Failed, Related
from tests.topology.worlds import small_world
from topology import impact
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.risk import exposed

STANDING = 6


def down(topology: Topology, failed: Failed) -> set[int]:
    return set(impact.services_down(topology, impact.down(topology, failed)).tolist())


def at_risk(topology: Topology, failed: Failed) -> set[int]:
    return set(impact.services_at_risk(topology, impact.down(topology, failed)).tolist())


def flat(parts: list[Failed]) -> Failed:
    return tuple(sorted({element for part in parts for element in part}))


def in_parts(
    related: Related, failures: list[Failed], place: int, *, at_risk: bool
) -> tuple[list[Failed], list[Failed]]:
    """Of those before it that have to do with it, and of these with itself, the elements by part."""
    where = related.groups(tuple(failures), at_risk=at_risk)
    near = [other for other in range(place + 1) if where[other].group == where[place].group]
    made = []
    for some in (near[:-1], near):
        numbers = sorted({where[other].part for other in some})
        made.append([flat([failures[other] for other in some if where[other].part == number]) for number in numbers])
    return made[0], made[1]


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
@example(Random(991))  # two links of a ring are cut, and the device at which one of them ends fails as well
@example(Random(997))
@example(Random(2539))
def test_whatever_else_stands_changes_nothing(chance: Random) -> None:
    topology = compile_inventory(small_world(chance))
    related, elements = Related(topology), range(len(topology.ids))
    failures: list[Failed] = [(chance.choice(elements),) for _ in range(STANDING)]
    for place, own in enumerate(failures):
        before = flat(failures[:place])
        after = flat([before, own])
        then, now = in_parts(related, failures, place, at_risk=False)
        found = (impact.services_down(topology, related.fallen_apart(parts)) for parts in (now, then))
        assert set(np.setdiff1d(*found).tolist()) == down(topology, after) - down(topology, before)
        then, now = in_parts(related, failures, place, at_risk=True)
        risky = impact.newly_at_risk(topology, related.exposed_apart(then), related.exposed_apart(now))
        assert set(risky.tolist()) == at_risk(topology, after) - at_risk(topology, before)
        alone = impact.newly_at_risk(
            topology, *(exposed(topology, impact.down(topology, failed)) for failed in (before, after))
        )
        assert set(alone.tolist()) == set(risky.tolist())
