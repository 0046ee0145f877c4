"""Two faults in a ring: devices that no single failure cuts off, but the failures of all links around them do.

Greedy search would blame the devices. An island of lost devices whose few boundary links are all dark is tried as one
joint cause; it wins where it explains the same situation better (gate pairs, inference section 5). One link of them may
be well and not carry: the block of a ring that does not open (G.8032), a standby that is off. That shows when the other
way is cut, however long ago it failed.
"""

from correlator.events import SECOND_US
from correlator.inference.evidence import device, link
from correlator.inference.evidence.kind import Case, Evidence
from correlator.inference.search import Chosen
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.support import ANY
from correlator.inference.ways.management import Unreached
from correlator.inference.weighing import Weighed, add_silence, expected_of
from correlator.inference.worth import told_worth
from topology import impact as reach
from topology.around import LEAVES, around
from topology.down import Down
from topology.predict import predict

Island = tuple[set[int], list[int]]  # lost devices, boundary links
LEAST = 2  # devices of the network; one that is lost with a dark link has failed itself


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


def join(
    situation: Situation, hypotheses: list[Chosen], islands: list[Island], apart: list[Unreached], now_us: int
) -> list[Chosen]:
    """The hypotheses, with those about an island's devices replaced where its boundary explains it better.

    And what a lost poller would explain of it (`apart`).
    """
    found = list(hypotheses)
    for island in islands:
        joint = _joint(situation, island, now_us)
        if joint is None:
            continue
        first, second_and_on, gain = joint
        mine = {one for h in (first, *second_and_on) for one in h.weighed.speaks}
        replaced = [h for h in found if not mine.isdisjoint(h.weighed.speaks)]  # else one alarm would be told twice
        lost = [one for one in apart if not mine.isdisjoint(one.told)]
        if gain > sum(h.weighed.gain for h in replaced) + sum(one.gain for one in lost):
            found = [h for h in found if h not in replaced] + [first, *second_and_on]
            for one in lost:
                situation.memo.unreached.pop(one.region, None)
    return found


def _islands(situation: Situation) -> list[Island]:
    """Those with two or a few boundary links, all of them dark; or but one, which does not carry."""
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
        if 2 <= len(boundary) <= situation.policy.largest_joint:
            lit = len(boundary) - len(situation.told.dark_links.among(boundary))
            several = sum([topology.role_of(one) not in LEAVES for one in island]) >= LEAST
            if lit == 0 or (lit == 1 and several):
                found.append((island, sorted(boundary)))
    return found


def _joint(situation: Situation, island: Island, now_us: int) -> tuple[Chosen, list[Chosen], int] | None:
    _, boundary = island
    topology, likeliest = situation.topology, situation.candidates.class_of
    dark, fallen = situation.told.dark_links.among(boundary), reach.down(topology, boundary)
    lit = [one for one in boundary if one not in dark]
    idle = [] if _carried(situation, dark, fallen) else lit
    roots = {one: one if one in idle else likeliest(one).likeliest for one in boundary}
    ends = _ends(situation, dark, known=bool(lit))
    if len(set(roots.values())) < 2 or not fallen.intervals or ends is None:
        return None
    if lit and (lit[0] in situation.claims.link_owner or reach.down(topology, dark).intervals == fallen.intervals):
        return None  # it is known why; or it is no other way
    words = [one for _, told in ends for one in told] or [one for each in dark for one in link.told_of(situation, each)]
    age_us = now_us - min(one.first_us for one in words)
    newest = ends[-1][1] if ends else words
    since_us = min([one.onset_us for one in newest]) - situation.policy.fresh_s * SECOND_US
    ends += [(one, []) for one in lit]
    ends[-1][1].extend(_cut_off(situation, fallen, since_us))  # what the gate cuts off is down in the later one
    if not ends[-1][1]:
        return None
    if lit and not idle:
        age_us = now_us - min(one.first_us for one in ends[-1][1])
    made: list[Chosen] = []
    for one, told in ends:
        best, members, prior = (one, (one,), situation.scores.standby) if one in idle else likeliest(one)
        others = tuple(root for other, root in roots.items() if other != one)
        worth = told_worth(situation, best, told)
        made.append(Chosen(Weighed(best, members, prior + worth.total, told, prior, *worth), besides=others))
    expected = expected_of(situation, Case(boundary[0], predict(topology, fallen), list(fallen.intervals), set(idle)))
    last = made[-1].weighed
    add_silence(situation, last, age_us, expected, ANY)
    made[-1].standby = bool(idle)
    gain = sum(chosen.weighed.gain for chosen in made)
    spoken, silent = sum(len(chosen.weighed.speaks) for chosen in made), last.awaited
    beyond = [(outer, gain + less) for one in lit for outer, less in _beyond(situation, island, one, age_us)]
    for chosen in made:
        chosen.all_gain, chosen.all_share, chosen.rivals = gain, spoken / (spoken + silent), beyond
        chosen.confidence_ppm = situation.scores.confidence_ppm(gain, [other for _, other in beyond])
    return made[0], made[1:], gain


def _carried(situation: Situation, dark: list[int], fallen: Down) -> bool:
    """Somebody there spoke long after the dark links were told: the way that is lit carried, and has failed since."""
    told_us = [one.first_us for each in dark for one in link.told_of(situation, each)]
    fresh_us = situation.policy.fresh_s * SECOND_US
    return bool(told_us) and situation.told.life.latest(fallen.intervals) > max(told_us) + fresh_us


def _beyond(situation: Situation, island: Island, idle: int, age_us: int) -> list[tuple[int, int]]:
    """Who may be cut off as well, and the poller has not come to it yet; with what its silence takes by now."""
    devices, _ = island
    outer = next(end for end in situation.topology.ends(idle) if end not in devices)
    position = situation.topology.position.item(outer)
    if outer in situation.topology.gateways or not situation.silence.known.polled[position]:
        return []
    return [(outer, situation.scores.silence(age_us)[device.POLLED.name])]


def _ends(situation: Situation, boundary: list[int], *, known: bool) -> list[tuple[int, list[Evidence]]] | None:
    """What is told of each boundary link, the oldest first; None where settled incidents account for some of it.

    `known`: those of settled incidents are left out, for something else is looked for that failed beside them.
    """
    ends: list[tuple[int, list[Evidence]]] = []
    for one in boundary:
        if one in situation.claims.link_owner:  # what a settled root closes together with another is known already
            if known:
                continue
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
