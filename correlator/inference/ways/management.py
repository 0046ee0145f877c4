"""The way to a region's management is lost: its poller calls every device there unreachable, and nothing is dark.

No fault of the network: what carries traffic goes on. It competes with the faults that would explain the same words,
and takes them out of the search where it explains them better. Nobody is told of an outage for it.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from correlator.events import MINUTE_US, SECOND_US
from correlator.explanation import PROBES
from correlator.inference.evidence import device, probe
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import told_of
from correlator.inference.likelihood import NAT, micro
from correlator.inference.silence import view
from correlator.inference.situation.situation import Situation
from correlator.inference.ways import by_manager
from correlator.inference.worth import ONSET
from topology.around import polled_in
from topology.down import contains, down_alone

if TYPE_CHECKING:
    from correlator.inference.weighing import Weighed

FEW = 4  # devices; fewer are as well lost by themselves
MANY_SERVICES = 8  # that probes find down; of fewer they are believed
MOST_LOOKED_AT = 256  # lost devices: in a storm there is more to tell by
AT_A_TIME = 256  # devices of a region of which it is counted who is silent


@dataclass(slots=True)
class Unreached:
    """A region, what its poller tells, and how much better than "no fault" it is that only the poller is lost."""

    region: str | None
    told: list[Evidence]
    gain: int


def unreached(situation: Situation, taken: set[Evidence]) -> list[Unreached]:
    """By region, the likeliest first; what others of this search explain is left out."""
    found = []
    many = [(region, lost) for region, lost in situation.told.lost_by_region.items() if len(lost) >= FEW]
    for region, lost in sorted(many, key=lambda pair: pair[0] or ""):
        told = [one for one in lost if one.owner is None and one not in taken]
        if len(told) >= FEW and _gain(situation, region, told) > 0:
            cut_off = _cut_off(situation, told)
            told = [one for one in told if one not in cut_off]
            gain = _gain(situation, region, told) if len(told) >= FEW else 0
            if gain > 0:
                found.append(Unreached(region, told, gain))
    homes = _homes(situation) if found else {}
    for one in found:
        one.told += _at_home(situation, homes.get(one.region, ()), one.told, taken)
    known = {one.region for one in found}
    found += [one for one in _belied(situation, taken) if one.region not in known]
    found += _by_probes(situation, taken)
    return sorted(found, key=lambda one: (-one.gain, one.region or ""))


def _homes(situation: Situation) -> dict[str | None, list[Evidence]]:
    """Customers' own routers that are called lost, by region."""
    found: dict[str | None, list[Evidence]] = {}
    for one in situation.told.life.lost:
        if one.home:
            found.setdefault(situation.topology.region_of(one.device), []).append(one)
    return found


def _at_home(
    situation: Situation, homes: Iterable[Evidence], told: list[Evidence], taken: set[Evidence]
) -> list[Evidence]:
    """Those of them that the same pollers, and nobody else, call lost since then."""
    life = situation.told.life
    pollers = {source for one in told for source in life.said_by_whom(one)}
    since_us = min(map(ONSET, told)) - situation.policy.fresh_s * SECOND_US
    mine = [one for one in homes if one.onset_us >= since_us and one.owner is None and one not in taken]
    mine = [one for one in mine if pollers.issuperset(life.said_by_whom(one))]
    cut_off = _cut_off(situation, mine)
    return [one for one in mine if one not in cut_off]


def _cut_off(situation: Situation, lost: Iterable[Evidence]) -> set[Evidence]:
    """Those that a link cuts off which is told dark, and at that time: they are lost for that. Or several together."""
    dark, policy = situation.told.dark_links, situation.policy
    least_us, most_us = -policy.fresh_s * SECOND_US, policy.round_s * SECOND_US  # a poller has its round to make
    found, rest = set[Evidence](), list[Evidence]()
    for one in lost:
        since_us = [_dark_since(situation, link) for link in dark.among(one.credit)]
        if any(least_us <= one.onset_us - at_us <= most_us for at_us in since_us):
            found.add(one)
        else:
            rest.append(one)
    if rest and len(dark) <= MOST_LOOKED_AT:
        first_us, last_us = min(map(ONSET, rest)) - most_us, max(map(ONSET, rest)) - least_us
        links = tuple(sorted(link for link in dark if first_us <= _dark_since(situation, link) <= last_us))
        below = situation.related.fallen(links).intervals if len(links) > 1 else ()
        position = situation.topology.position.item
        found.update(one for one in rest if contains(below, position(one.device)))
    return found


def _dark_since(situation: Situation, link: int) -> int:
    """When the first that stands was told of it."""
    return min((one.onset_us for one in told_of(situation, link)), default=0)


def _by_probes(situation: Situation, taken: set[Evidence]) -> list[Unreached]:
    """What only probes find down of late, where that is much: it may be they that have lost their way.

    Not what hangs by a link that is told dark, or by a device that is told lost.
    """
    found = situation.told.services_down
    if len(found) < MANY_SERVICES:
        return []
    newest_us = max([one.onset_us for one in found])
    since_us = newest_us - situation.policy.together_s * SECOND_US
    dark, lost = situation.told.dark_links, situation.told.lost_devices
    told = [one for one in found if one.onset_us >= since_us and one.owner is None and one not in taken]
    if len(told) < MANY_SERVICES:
        return []
    told = [one for one in told if lost.isdisjoint(one.credit) and not dark.any_among(one.credit)]
    if len(told) < MANY_SERVICES:
        return []
    each = situation.scores.silence(situation.policy.fresh_s * SECOND_US)[probe.SILENT.name]
    gain = micro(situation.policy.prior_management) + sum([one.worth for one in told])
    gain += each * situation.told.probes.how_many_up()
    return [Unreached(PROBES, told, gain)] if gain > 0 else []


def is_likelier(lost: Unreached, gain: int, best: "Weighed") -> bool:
    """That only this has lost its way. Not that all probes have, where one failure explains half of what they say.

    `gain`: of that failure, by now.
    """
    if lost.gain <= gain:
        return False
    return lost.region != PROBES or 2 * len(set(lost.told).intersection(best.speaks)) < len(lost.told)


def _belied(situation: Situation, taken: set[Evidence]) -> list[Unreached]:
    """A poller calls lost who has spoken since: what it says so in the same minute of who hangs by the same is doubted.

    Not of those of which a link is told dark, and not what an OLT says of its ONTs.
    """
    life, near_us = situation.told.life, situation.policy.fresh_s * SECOND_US
    alive = [one for one in life.refuted if one in life.lost and one.owner is None and one not in taken]
    if not alive:
        return []
    dark = situation.told.dark_links
    since_us, until_us = min(map(ONSET, alive)) - near_us, max(map(ONSET, alive)) + near_us
    then = [one for one in life.lost if one.owner is None and since_us <= one.onset_us <= until_us and one not in taken]
    doubted = sorted([one for one in then if not dark.any_of(one.device)], key=ONSET)
    found: dict[str | None, dict[Evidence, None]] = {}
    for speaker in sorted(alive, key=lambda one: (one.onset_us, one.key)):
        first = bisect_left(doubted, speaker.onset_us - near_us, key=ONSET)
        last = bisect_right(doubted, speaker.onset_us + near_us, key=ONSET)
        path = frozenset(speaker.credit)
        these = [one for one in doubted[first:last] if not path.isdisjoint(one.credit)]
        if these:
            found.setdefault(situation.topology.region_of(speaker.device), {}).update(dict.fromkeys(these))
    prior = micro(situation.policy.prior_management)
    return [Unreached(region, [*these], prior + sum([one.worth for one in these])) for region, these in found.items()]


def by_below(situation: Situation, weighed: "Weighed") -> int | None:
    """What it is worth instead that only the poller's way to what lies below is lost; None where more than it tells.

    Then no link there would be told dark, who lives there goes on speaking, and what a poller has not called lost yet
    counts alike. To all that is polled there a way is seldom lost for long.
    """
    if weighed.calls > 0 or len(weighed.speaks) < 2:
        return None
    lost = situation.told.life.lost
    speaks = [one for one in weighed.speaks if weighed.candidate in one.credit]  # not what it explains besides
    if len(speaks) < 2:
        return None
    is_by_manager = by_manager.is_alone(situation, weighed.candidate, weighed.speaks)
    if not (all(one in lost for one in speaks) or is_by_manager):
        return None
    if 2 * len(_cut_off(situation, speaks)) > len(speaks):
        return None
    same = weighed.gain - weighed.if_well
    if _is_all_it_asks(situation, weighed.candidate):
        return same - weighed.prior + micro(situation.policy.prior_management)
    if _is_called_about(situation, weighed, speaks) or (is_by_manager and by_manager.has_gasped(situation, speaks)):
        return None
    if not is_by_manager and _are_lost_besides(situation, speaks):
        return same
    is_whole = device.POLLED.name not in weighed.silent  # who answers there may show that the others do as well
    odds = _how_many_tell(situation, speaks) * micro(situation.policy.odds_management)
    if is_by_manager and by_manager.has_a_way_elsewhere(situation, speaks):
        is_whole = True  # of ONTs a poller does not know
    return same + odds - (_stands_for(situation, speaks) if is_whole else 0)


def _is_called_about(situation: Situation, weighed: "Weighed", speaks: list[Evidence]) -> bool:
    """Customers whose own lines a poller calls lost say that these are dead. Of the root that tells nothing more."""
    callers, now_us = situation.told.callers, situation.memo.looked[0]
    since_us = min(map(ONSET, speaks)) - situation.policy.fresh_s * SECOND_US
    worth = callers.score(weighed.candidate, now_us, since_us=since_us, by_line=False)
    return worth is not None and worth > 0


def _are_lost_besides(situation: Situation, speaks: list[Evidence]) -> bool:
    """The same pollers alone call others lost in that minute, here and there: so much seldom fails at once."""
    life, near_us = situation.told.life, situation.policy.fresh_s * SECOND_US
    if len(life.lost) > MOST_LOOKED_AT:
        return False
    since_us, until_us = min(map(ONSET, speaks)) - near_us, max(map(ONSET, speaks)) + near_us
    pollers = {source for one in speaks for source in life.said_by_whom(one)}
    mine, dark = set(speaks), situation.told.dark_links
    besides = [
        one
        for one in life.lost
        if one not in mine and one.owner is None and not one.home and since_us <= one.onset_us <= until_us
    ]
    besides = [one for one in besides if not dark.any_of(one.device) and pollers.issuperset(life.said_by_whom(one))]
    return len(besides) >= FEW


def _how_many_tell(situation: Situation, speaks: list[Evidence]) -> int:
    """Pollers of different hosts, of each of which nearly all of these is told."""
    said_by = Counter(host for one in speaks for host in by_manager.hosts_of(situation, [one]))
    return max(1, sum(2 * number > len(speaks) for number in said_by.values()))


def _stands_for(situation: Situation, speaks: list[Evidence]) -> int:
    """Micro-nats: how seldom a way stays lost for so long."""
    age_us: int = situation.memo.looked[0] - min(map(ONSET, speaks))
    return max(0, age_us) * NAT // (situation.policy.way_lost_min * MINUTE_US)


def is_only_the_way(situation: Situation, weighed: "Weighed") -> bool:
    """That only the poller's way there is lost is likelier."""
    below = by_below(situation, weighed)
    return below is not None and below > weighed.gain


def _is_all_it_asks(situation: Situation, candidate: int) -> bool:
    """It takes down whatever pollers ask: as well the line of a poller may be cut, and that is likelier."""
    if not situation.candidates.is_row(candidate):
        return False
    known, fallen = situation.silence.known, down_alone(situation.topology, candidate).intervals
    return known.asked == sum([int(known.polled[low:high].sum()) for low, high in fallen])


def look(situation: Situation, now_us: int, apart: list[Unreached] | None = None) -> None:
    """What a word is worth now, with so much told by chance; what a lost poller or a babbler tells is none of that.

    `apart`: `unreached`, where it is known.
    """
    found = now_us, situation.claims.strays.version
    if found != situation.memo.looked:
        situation.memo.looked = found
        apart = unreached(situation, set()) if apart is None else apart
        known = [one for region in apart for one in region.told]
        known += [one for one in situation.told.doubted if one.owner is None]
        no_chance = dict.fromkeys(one for one in known if one.suspect is None)
        situation.claims.strays.look(now_us, no_chance)


def _gain(situation: Situation, region: str | None, told: list[Evidence]) -> int:
    silence, policy = situation.silence, situation.policy
    worth = sum([one.worth for one in told]) + policy.at_once_most * situation.scores.at_once
    gain = micro(policy.prior_management) + worth
    if gain <= 0:  # and silence only takes
        return gain
    each = situation.scores.silence(policy.fresh_s * NAT)[device.POLLED.name]
    inside, quiet = polled_in(situation.topology, region), view(silence.silent_polled)
    for start in range(0, len(inside), AT_A_TIME):
        gain += each * int(np.count_nonzero(quiet[inside[start : start + AT_A_TIME]]))
        if gain <= 0:  # how little does not matter
            break
    return gain
