"""Two faults in a ring: devices that no single failure cuts off, but the failures of all links around them do.

Greedy search would blame the devices. An island of lost devices whose few boundary links are all dark is tried as one
joint cause; it wins where it explains the same evidence better (gate pairs, inference section 5).
"""

from correlator.inference.evidence import Evidence
from correlator.inference.likelihood import Silence
from correlator.inference.observations import Token
from correlator.inference.search import Chosen
from correlator.inference.silence import count
from correlator.inference.weighing import Weighed, silent_onts
from topology import impact as reach
from topology.around import around
from topology.predict import predict

Island = tuple[set[int], list[int]]  # lost devices, boundary links


def near(evidence: Evidence) -> list[Island]:
    """Islands for which something changed; all that could explain them is looked at in the solve that comes."""
    found = []
    for devices, boundary in _islands(evidence):
        elements = {*devices, *boundary, *(evidence.elements.family(link)[0] for link in boundary)}
        if not evidence.dirty.isdisjoint(elements):
            evidence.dirty.update(elements)
            found.append((devices, boundary))
    return found


def join(evidence: Evidence, hypotheses: list[Chosen], islands: list[Island], now_us: int) -> list[Chosen]:
    """The hypotheses, with those about an island's devices replaced where its boundary explains it better."""
    found = list(hypotheses)
    for island in islands:
        joint = _joint(evidence, island, now_us)
        if joint is None:
            continue
        first, second_and_on, gain = joint
        mine = {token for h in (first, *second_and_on) for token in h.weighed.tokens}
        replaced = [h for h in found if not mine.isdisjoint(h.weighed.tokens)]  # else one alarm would be told twice
        if gain > sum(h.weighed.gain for h in replaced):
            found = [h for h in found if h not in replaced] + [first, *second_and_on]
    return found


def _islands(evidence: Evidence) -> list[Island]:
    """Those with two or a few boundary links, all of them dark."""
    topology = evidence.topology
    left = {
        device
        for device in evidence.lost_nodes
        if (token := evidence.tokens.get(("device", device, 0))) is not None and token.owner is None
    }
    found = []
    for start in sorted(left):
        if start not in left:
            continue
        island, boundary, waiting = {start}, [], [start]
        left.discard(start)
        while waiting:
            joined = around(topology, waiting.pop())
            lost = [leaf for leaf in joined.leaves & evidence.lost_devices if topology.reachable(leaf)]
            for link, other in joined.trunks:
                if other in evidence.lost_devices and topology.reachable(other):
                    lost.append(other)
                else:
                    boundary.append(link)
            waiting += [other for other in dict.fromkeys(lost) if other not in island]
            island.update(lost)
            left.difference_update(lost)
        if 2 <= len(boundary) <= evidence.policy.largest_joint and all(b in evidence.dark_links for b in boundary):
            found.append((island, sorted(boundary)))
    return found


def _joint(evidence: Evidence, island: Island, now_us: int) -> tuple[Chosen, list[Chosen], int] | None:
    _, boundary = island
    topology = evidence.topology
    down = reach.down(topology, boundary)
    if len({evidence.elements.family(link)[0] for link in boundary}) < 2 or not down.intervals:
        return None
    ends: list[tuple[int, list[Token]]] = []
    for link in boundary:
        if link in evidence.link_owner:  # what a settled root closes together with another is known as a wound
            return None
        tokens = [t for end in (0, 1, 2) if (t := evidence.tokens.get(("link_end", link, end))) and t.owner is None]
        if not tokens:  # another incident holds what is told of it
            return None
        ends.append((link, tokens))
    cut_off = [
        token
        for low, high in down.intervals
        for place in range(low, high)
        if (token := evidence.tokens.get(("device", int(topology.device_at[place]), 0))) and token.owner is None
    ]
    polled = count(evidence.sight.polled, down.intervals)
    quiet = max(0, polled - sum(1 for t in cut_off if t.speaker < 0))
    age_us = now_us - min(token.first_us for _, tokens in ends for token in tokens)
    each = evidence.scores.silence(age_us)
    onts, unlikely = silent_onts(evidence, predict(topology, down), cut_off, list(down.intervals), each.ont)
    cut_off = [token for token in cut_off if token not in unlikely]
    silence = quiet * each.polled + onts * each.ont
    ends.sort(key=lambda pair: (min(token.first_us for token in pair[1]), evidence.planner.name_of(pair[0])))
    made: list[Chosen] = []
    for place, (link, tokens) in enumerate(ends):
        best, members, prior = evidence.elements.family(link)
        last = place == len(ends) - 1
        mine = [*tokens, *cut_off] if last else tokens  # what the gate cuts off is down in the later one
        worth = sum(token.worth for token in mine)
        cost = silence if last else 0
        weighed = Weighed(best, members, prior + worth + cost, mine, prior, worth, cost)
        counts: tuple[tuple[Silence, int], ...] = (("polled", quiet), ("ont", onts))
        weighed.silent = {kind: n for kind, n in counts if last and n}
        weighed.unlikely = unlikely if last else []
        others = tuple(evidence.elements.family(other)[0] for other in (one for one, _ in ends) if other != link)
        made.append(Chosen(weighed, [], evidence.scores.confidence_ppm(weighed.gain, []), others))
    return made[0], made[1:], sum(h.weighed.gain for h in made)
