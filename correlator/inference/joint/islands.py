"""Two faults in a ring: devices that no single failure cuts off, but the failures of all links around them do.

Greedy search would blame the devices. An island of lost devices whose few boundary links are all dark is tried as one
joint cause; it wins where it explains the same situation better (gate pairs, inference section 5).
"""

from correlator.events import SECOND_US
from correlator.inference.evidence import device, link
from correlator.inference.evidence.kind import Case, Evidence
from correlator.inference.search import Chosen
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.support import ANY
from correlator.inference.weighing import Weighed, add_silence, expected_of
from correlator.inference.worth import told_worth
from topology import impact as reach
from topology.around import around
from topology.down import Down
from topology.predict import predict

Island = tuple[set[int], list[int]]  # lost devices, boundary links


def near(situation: Situation) -> list[Island]:
    """Islands for which something changed, or for a root of which; all that could explain them is looked at in the
    solve that comes."""
    found = []
    if situation.memo.islands_at != situation.claims.strays.version:
        situation.memo.islands_at, situation.memo.islands = situation.claims.strays.version, _islands(situation)
    for devices, boundary in situation.memo.islands:
        elements = {*devices, *boundary, *(situation.candidates.class_of(link).likeliest for link in boundary)}
        lost = (one for name in devices if (one := device.loss_of(situation, name)) is not None)
        roots = elements.union(*(one.credit for one in lost))
        if not situation.touched.isdisjoint(roots):
            situation.touched.update(elements)
            found.append((devices, boundary))
    return found


def join(situation: Situation, hypotheses: list[Chosen], islands: list[Island], now_us: int) -> list[Chosen]:
    """The hypotheses, with those about an island's devices replaced where its boundary explains it better."""
    found = list(hypotheses)
    for island in islands:
        joint = _joint(situation, island, now_us)
        if joint is None:
            continue
        first, second_and_on, gain = joint
        mine = {one for h in (first, *second_and_on) for one in h.weighed.speaks}
        replaced = [h for h in found if not mine.isdisjoint(h.weighed.speaks)]  # else one alarm would be told twice
        if gain > sum(h.weighed.gain for h in replaced):
            found = [h for h in found if h not in replaced] + [first, *second_and_on]
    return found


def _islands(situation: Situation) -> list[Island]:
    """Those with two or a few boundary links, all of them dark."""
    topology = situation.topology
    left = {one.device for lost in situation.told.lost_by_region.values() for one in lost if one.owner is None}
    found = []
    for start in sorted(left):
        if start not in left:
            continue
        island, boundary, waiting = {start}, [], [start]
        left.discard(start)
        while waiting:
            joined = around(topology, waiting.pop())
            lost = [leaf for leaf in joined.leaves & situation.told.lost_devices if topology.reachable(leaf)]
            for trunk, other in joined.trunks:
                if other in situation.told.lost_devices and topology.reachable(other):
                    lost.append(other)
                else:
                    boundary.append(trunk)
            waiting += [other for other in dict.fromkeys(lost) if other not in island]
            island.update(lost)
            left.difference_update(lost)
        few = 2 <= len(boundary) <= situation.policy.largest_joint
        if few and all(one in situation.told.dark_links for one in boundary):
            found.append((island, sorted(boundary)))
    return found


def _joint(situation: Situation, island: Island, now_us: int) -> tuple[Chosen, list[Chosen], int] | None:
    _, boundary = island
    topology, likeliest = situation.topology, situation.candidates.class_of
    fallen = reach.down(topology, boundary)
    if len({likeliest(one).likeliest for one in boundary}) < 2 or not fallen.intervals:
        return None
    ends = _ends(situation, boundary)
    if ends is None:
        return None
    age_us = now_us - min(one.first_us for _, told in ends for one in told)
    since_us = min([one.onset_us for one in ends[-1][1]]) - situation.policy.fresh_s * SECOND_US
    ends[-1][1].extend(_cut_off(situation, fallen, since_us))  # what the gate cuts off is down in the later one
    made: list[Chosen] = []
    for one, told in ends:
        best, members, prior = likeliest(one)
        others = tuple(likeliest(other).likeliest for other, _ in ends if other != one)
        worth = told_worth(situation, best, told)
        made.append(Chosen(Weighed(best, members, prior + worth.total, told, prior, *worth), besides=others))
    expected = expected_of(situation, Case(boundary[0], predict(topology, fallen), list(fallen.intervals), set()))
    last = made[-1].weighed
    add_silence(situation, last, age_us, expected, ANY)
    gain = sum(chosen.weighed.gain for chosen in made)
    spoken, silent = sum(len(chosen.weighed.speaks) for chosen in made), last.awaited
    for chosen in made:
        chosen.all_gain, chosen.all_share = gain, spoken / (spoken + silent)
        chosen.confidence_ppm = situation.scores.confidence_ppm(gain, [])
    return made[0], made[1:], gain


def _ends(situation: Situation, boundary: list[int]) -> list[tuple[int, list[Evidence]]] | None:
    """What is told of each boundary link, the oldest first; None where settled incidents account for some of it."""
    ends: list[tuple[int, list[Evidence]]] = []
    for one in boundary:
        if one in situation.claims.link_owner:  # what a settled root closes together with another is known already
            return None
        told = [found for found in link.told_of(situation, one) if found.owner is None]
        if not told:  # another incident holds what is told of it
            return None
        ends.append((one, told))
    name = situation.names.name_of
    return sorted(ends, key=lambda pair: (min(one.first_us for one in pair[1]), name(pair[0])))


def _cut_off(situation: Situation, fallen: Down, since_us: int) -> list[Evidence]:
    """What is told of the devices that the island loses; not of who was lost long before the last link was."""
    device_at = situation.topology.device_at
    found = (
        device.loss_of(situation, int(device_at[place])) for low, high in fallen.intervals for place in range(low, high)
    )
    free = [one for one in found if one is not None and one.owner is None]
    return [one for one in free if max(one.onset_us, one.heard_us) >= since_us]
