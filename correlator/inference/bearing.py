"""Which of the words that speak for a candidate bear on it, given what else is told."""

from correlator.events import SECOND_US
from correlator.inference import mains
from correlator.inference.evidence import card, device, direct, power, probe
from correlator.inference.evidence.kind import Evidence
from correlator.inference.situation.situation import Situation
from correlator.inference.worth import ONSET, without_pause

NONE = frozenset[Evidence]()


def bearing(situation: Situation, candidate: int, told: list[Evidence]) -> tuple[list[Evidence], list[Evidence]]:
    """Those that bear on it, and those that it accounts for all the same: that mains are lost where nothing is down."""
    if situation.told.only_a_card_is_dead(candidate):
        told = _of_card(situation, candidate, told)
    told = _at_one_time(situation, candidate, told)
    if mains.is_power(situation, candidate, told):
        told = [one for one in told if one.kind not in (device.NAME, probe.NAME)]
    if candidate in situation.told.gasping:
        told = [one for one in told if not mains.is_unlit(situation, one)]
    carried = _carried(situation, candidate, told)
    return ([one for one in told if one not in carried] if carried else told), carried


def _of_card(situation: Situation, root: int, told: list[Evidence]) -> list[Evidence]:
    """What a dead card accounts for: links of the device that it takes along, and what hangs by these alone."""
    links = card.links_out(situation, root)
    below = situation.related.fallen(links)
    gone, position = {*links, *below.links}, situation.topology.position.item
    return [
        one
        for one in told
        if one.kind in (card.NAME, direct.NAME)
        or one.link in gone
        or (one.device >= 0 and below.holds(position(one.device)))
    ]


def _at_one_time(situation: Situation, candidate: int, told: list[Evidence]) -> list[Evidence]:
    """Homes that share their mains lose them in the same second: of those that are told at several times, the most."""
    topology = situation.topology
    if not situation.candidates.is_row(candidate) or topology.kind_of(candidate) != "risk_group":
        return told
    homes = [one for one in told if one.home]
    parts = without_pause(homes, situation.policy.fresh_s * SECOND_US)
    if len(parts) < 2:
        return told
    most = max(parts, key=lambda part: (len(part), ONSET(part[-1])))
    then = set(most)
    return [one for one in told if not one.home or one in then]


def _carried(situation: Situation, candidate: int, told: list[Evidence]) -> list[Evidence]:
    """Of these, that mains were lost where nothing else told would be down with the place: batteries carry on there.

    Where a device of a group is lost, all that it has no mains says of the group: that is why.
    """
    words = [one for one in told if one.kind == power.NAME]
    if not words:
        return []
    others, support, topology = [one for one in told if one.kind != power.NAME], situation.support, situation.topology
    if any(one.kind == device.NAME and candidate in topology.groups_of(topology.site_of(one.device)) for one in others):
        return []
    held = [(one, [sets.get(one.key[1], NONE) for sets in (support.free, support.owned)]) for one in words]
    return [one for one, mine in held if all(each.isdisjoint(others) for each in mine)]
