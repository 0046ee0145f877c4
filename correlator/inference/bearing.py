"""Which of the words that speak for a candidate bear on it, given what else is told; and which speak against it.

Who tells that links are dark lives: it speaks against every failure that would have cut it off.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from correlator.events import SECOND_US
from correlator.inference import mains
from correlator.inference.evidence import card, device, direct, link, power, probe
from correlator.inference.evidence.kind import Evidence
from correlator.inference.likelihood import SPREAD_S
from correlator.inference.situation.situation import Situation
from correlator.inference.worth import FEW, ONSET, Worth, is_of_any, left_with_others, told_worth, without_pause
from topology.cover import holders
from topology.down import down_alone

NONE = frozenset[Evidence]()
FEWEST = 2  # links that go dark at once at one device
GASP_US = SECOND_US  # within so long of each other all is told by who dies
OUTLIVED_US = 60 * SECOND_US  # last words may come late, from a clock that is ahead
ENOUGH = 10**18  # more than anything must be worth


@dataclass(slots=True)
class Onset:
    """It may have failed so long ago, and then accounts for these, in order of time."""

    told: list[Evidence]
    age_us: int
    most: int = ENOUGH  # what they are worth at the most, where they are not looked at if that is too little
    worth: Worth | None = None  # for any candidate, once asked

    def worth_of(self, situation: Situation, candidate: int) -> Worth:
        if not is_of_any(situation, candidate):
            return told_worth(situation, candidate, self.told)
        if self.worth is None:
            self.worth = told_worth(situation, candidate, self.told)
        return self.worth


def bearing(situation: Situation, candidate: int, told: list[Evidence]) -> tuple[list[Evidence], list[Evidence]]:
    """Those that bear on it, and those that it accounts for all the same: that mains are lost where nothing is down."""
    is_card = situation.told.only_a_card_is_dead(candidate)
    if is_card:
        told = _of_card(situation, candidate, told)
    told = _at_one_time(situation, candidate, told)
    is_power = mains.is_power(situation, candidate, told)
    if is_power:
        told = [one for one in told if one.kind not in (device.NAME, probe.NAME)]
    if candidate in situation.told.gasping:
        told = [one for one in told if not mains.is_unlit(situation, one)]
    if not (is_card or is_power or candidate in situation.told.work.until):
        told = _by_this_death(situation, candidate, told)
    carried = _carried(situation, candidate, told)
    return ([one for one in told if one not in carried] if carried else told), carried


def _of_card(situation: Situation, root: int, told: list[Evidence]) -> list[Evidence]:
    """What a dead card accounts for: links of the device that it takes along, and what hangs by these alone."""
    links = card.out(situation, root)
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
    if situation.names.kind_of(candidate) != "risk_group":
        return told
    homes = [one for one in told if one.home]
    parts = without_pause(homes, situation.policy.fresh_s * SECOND_US)
    if len(parts) < 2:
        return told
    most = max(parts, key=lambda part: (len(part), ONSET(part[-1])))
    then = set(most)
    return [one for one in told if not one.home or one in then]


def _by_this_death(situation: Situation, candidate: int, told: list[Evidence]) -> list[Evidence]:
    """Without what a device which it would kill outlived, as it said later that a port of it is dark.

    And nothing where only a part of a bundle is dark. Not where mains are lost, since batteries die slowly; nor do
    words count of who is told lost by others.
    """
    own = situation.told.dark_links.own_words.get(candidate, {})
    if own and not any(one.kind == power.NAME for one in told):
        lost, topology = situation.told.lost_devices, situation.topology
        words = [one for one in own if link.teller(topology, one) not in lost]
        lived_us = max([one.onset_us for one in words], default=0) - GASP_US
        before = {one.link for one in own if one.onset_us < lived_us}
        told = [one for one in told if one.link not in before] if before else told
        if candidate not in situation.claims.root_owner:  # who died is back, and speaks before all the rest is
            told = _after_these(told, words)
    return [] if _is_part_of_a_bundle(situation, candidate, told) else told


def _after_these(told: list[Evidence], words: list[Evidence]) -> list[Evidence]:
    """Without what was told well before one of these words, by its source's clock and by ours: either may be wrong."""
    lived_us = max([min(one.onset_us, one.heard_us) for one in words], default=0) - OUTLIVED_US
    return [one for one in told if max(one.onset_us, one.heard_us) >= lived_us]


def _is_part_of_a_bundle(situation: Situation, candidate: int, told: list[Evidence]) -> bool:
    """Only that some links between two devices are dark: another one is not, and who tells of those would say so."""
    if len(told) < FEWEST or told[0].link < 0 or candidate in situation.told.callers.calls:
        return False
    topology = situation.topology
    ends = topology.ends(told[0].link)
    if any(one.link < 0 or topology.ends(one.link) not in (ends, ends[::-1]) for one in told):
        return False
    dead = [end for end in ends if candidate in holders(topology, end)]
    if len(dead) != 1:
        return False
    bundle = [each for each in topology.links_of(dead[0]) if topology.ends(each) in (ends, ends[::-1])]
    rest = [each for each in bundle if each not in situation.told.dark_links]
    near = ends[0] if dead[0] == ends[1] else ends[1]
    return bool(rest) and link.can_tell(situation, near, down_alone(topology, candidate))


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


def onsets(situation: Situation, told: list[Evidence], now_us: int, need: int, *, alone: bool) -> list[Onset]:
    """Since when it may have failed, and what it then accounts for: nothing of what was told long before.

    Of many candidates of a search the same is told: it is worked out once. `alone`: or only the callers tell of it.
    `need`: what some told at once have to be worth, to be looked at.
    """
    known, asked = situation.memo.onsets, (frozenset(told), alone)
    found = known.get(asked)
    if found is None:
        found = known[asked] = _onsets(situation, told, now_us, alone=alone)
    return [one for one in found if one.most > need]


def _onsets(situation: Situation, told: list[Evidence], now_us: int, *, alone: bool) -> list[Onset]:
    """What was told after a long pause is of another failure, or stray.

    Of the rest: long ago, and who is silent till now says so in full; or as long ago as the oldest of what is fresh.
    """
    fresh_us = situation.policy.fresh_s * SECOND_US
    found = [Onset([], fresh_us)] if alone else []
    unlit, battery_s = mains.words_of_loss(told), situation.policy.battery_s
    together_us = situation.policy.together_s * SECOND_US
    found += [Onset(part, fresh_us, _most(situation, part)) for part in left_with_others(told, together_us)]
    for part in without_pause(told, together_us):
        whole = mains.since_then(unlit, part, battery_s)
        few = len(whole) == 1 or (len(whole) <= FEW and not alone)
        most = _most(situation, whole) if few else ENOUGH
        stale = bisect_left(part, now_us - fresh_us, key=ONSET)
        if stale:
            found.append(Onset(whole, fresh_us, most))
        if stale < len(part):
            fresh = mains.since_then(unlit, part[stale:], battery_s) if stale else whole
            found.append(Onset(fresh, now_us - part[stale].onset_us, most))
    return found


def _most(situation: Situation, told: list[Evidence]) -> int:
    """What these are worth at the most: if all was said at once, and nothing is told by chance."""
    at_once = min(len(told) - 1, situation.policy.at_once_most) * situation.scores.at_once
    return sum([one.worth for one in told]) + max(0, at_once)


def against(
    situation: Situation, candidate: int, told: Collection[Evidence], held_by: Collection[str] = ()
) -> list[Evidence]:
    """Words of dark links by which some of these may be lost, alone or with others, from devices it would cut off.

    Not those of long before: who told them may have died since.
    `held_by`: incidents whose words count as well as those that nobody explains.
    """
    if not situation.candidates.is_row(candidate):
        return []
    topology, known = situation.topology, set(told)
    lost = [one for one in known if one.device >= 0]
    links = set[int]().union(*(one.credit for one in lost), *(topology.links_of(one.device) for one in lost))
    dark = situation.told.dark_links.among(links)
    fallen, at = down_alone(topology, candidate), topology.position.item
    words = [one for each in dark for one in link.told_of(situation, each) if one.key[2] != link.BY_MANAGER]
    words = [one for one in words if one.kind == link.NAME and one not in known]
    since_us = min([one.onset_us for one in known], default=0) - situation.policy.together_s * SECOND_US
    words = [one for one in words if one.onset_us >= since_us and (one.owner is None or one.owner in held_by)]
    return [one for one in words if fallen.holds(at(link.teller(topology, one)))]


def is_a_card(situation: Situation, words: Collection[Evidence], told: Collection[Evidence], gain: int) -> bool:
    """One device says so of several at once: that a card of it is dead explains these and more than `gain`.

    And that other PONs of it are lost, which say nothing of themselves: of a whole site no OLT would live to tell.
    """
    topology, by_device = situation.topology, dict[int, list[Evidence]]()
    for one in words:
        by_device.setdefault(link.teller(topology, one), []).append(one)
    for teller, own in by_device.items():
        if len(own) < FEWEST or not are_at_once(own) or teller in situation.told.lost_devices:
            continue
        below, at = situation.related.fallen(tuple(sorted({one.link for one in own}))), topology.position.item
        lost = [one for one in told if one.device >= 0 and below.holds(at(one.device))]
        rest = [one for one in told if one.speaker == teller and one not in lost]
        lost += [one for one in rest if any(card.pon_is_lost(situation, link) for link in card.pons_of(situation, one))]
        if situation.scores.silent_card + told_worth(situation, teller, [*own, *lost]).total > gain:
            return True
    return False


def are_at_once(told: Iterable[Evidence]) -> bool:
    """As what one failure lets one device say."""
    began = sorted(one.onset_us for one in told)
    return all(at_us - before_us <= SPREAD_S * SECOND_US for before_us, at_us in pairwise(began))
