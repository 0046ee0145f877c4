"""Lost mains: where it is no fault of the network, and where it is why others are lost or see no light.

Within minutes at many places of a region that share no power: batteries carry on, and nothing need be down. It is named
so that staff see one thing, and know how long batteries have.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import islice
from typing import NamedTuple

from correlator.events import SECOND_US
from correlator.inference.evidence import device, dying_gasp, link, power, probe
from correlator.inference.evidence.kind import Evidence
from correlator.inference.silence import count as count_set
from correlator.inference.situation.situation import Situation
from correlator.inference.worth import ONSET, without_pause
from topology.cover import lost_places
from topology.down import down_alone
from topology.graph import Topology

OF_LOSS = frozenset({device.NAME, dying_gasp.NAME, probe.NAME, *link.AT_LINKS})


def lost(situation: Situation, told: list[Evidence]) -> tuple[int, list[Evidence]]:
    """At how many places, and what tells it; 0: not so many that it must be the public power.

    What customers may have switched off at home does not count, and who shares a risk group is one place.
    """
    pause_us, fewest = situation.policy.fresh_s * SECOND_US, situation.policy.external_sites
    topology = situation.topology
    by_region: dict[str | None, list[Evidence]] = defaultdict(list)
    for one in told:
        if not one.home:
            by_region[topology.region_of(_site(topology, one))].append(one)
    best: tuple[int, list[Evidence]] = 0, []
    for region in sorted(by_region, key=str):
        for part in without_pause(by_region[region], pause_us):
            sites = {_site(topology, one) for one in part}
            places = {min(topology.groups_of(site), default=site) for site in sites}
            if len(places) >= fewest and len(places) > best[0]:
                best = len(places), part
    return best


def _site(topology: Topology, told: Evidence) -> int:
    """A risk group that says so itself stands for its sites."""
    return topology.site_of(told.device) if told.device >= 0 else told.key[1]


def is_unlit(situation: Situation, told: Evidence) -> bool:
    """A port sees no light, since what is behind it sends none: that lost power just then, as enough of it said.

    Not so a port to an access node, which sends light itself.
    """
    gasped = situation.told.gasping.get(told.link, 0) if told.kind in link.AT_LINKS else 0
    if not gasped or not link.is_a_customers(situation.topology, told.link):
        return False
    below, observations = down_alone(situation.topology, told.link).intervals, situation.told.observations
    least = count_set(situation.silence.lost, below) * situation.policy.gasp_share
    if gasped < least:
        return False
    fresh_us, device_at = situation.policy.fresh_s * SECOND_US, situation.topology.device_at.item
    gasps = (observations.get((dying_gasp.NAME, device_at(place), 0)) for part in below for place in range(*part))
    then = (one for one in gasps if one is not None and abs(one.onset_us - told.onset_us) <= fresh_us)
    needed = max(1, math.ceil(least))
    return len(list(islice(then, needed))) == needed


def words_of_loss(told: list[Evidence]) -> list[Evidence]:
    """Of these, in order of time."""
    return sorted([one for one in told if one.kind == power.NAME], key=ONSET)


class Unlit(NamedTuple):
    """Where it is told that mains were lost, and since when."""

    places: frozenset[int] = frozenset()  # sites and devices; or the group itself
    since_us: int = 0


def unlit(situation: Situation, group: int) -> Unlit:
    """Members of a group that lost their mains together: of what is told at several times the most, two at least."""
    topology, support = situation.topology, situation.support
    if situation.names.kind_of(group) != "risk_group":
        return Unlit()
    told = [one for each in (support.free, support.owned) for one in each.get(group, ()) if one.kind == power.NAME]
    words = [one for one in told if not one.freed_us]  # of what an incident left as it ended the end may be lost
    best, most = list[Evidence](), 0
    for part in without_pause(words, situation.policy.fresh_s * SECOND_US):
        sites = {_site(topology, one) for one in part}
        if (len(sites) > 1 or group in sites) and len(sites) > most:
            best, most = part, len(sites)
    places = {place for one in best for place in (one.key[1], _site(topology, one))}
    return Unlit(frozenset(places), best[0].onset_us if best else 0)


def on_battery(situation: Situation, group: int, told: list[Evidence]) -> set[int]:
    """Members of a group that are known to be without mains, while others of it are lost: batteries carry on there."""
    topology, dark = situation.topology, unlit(situation, group)
    if not dark.places:
        return set()
    since_us = dark.since_us - situation.policy.fresh_s * SECOND_US
    words = [_told_of(topology, one) for one in told if one.kind in OF_LOSS and one.onset_us >= since_us]
    lost = lost_places(topology, group, words)
    if not any(_is_in(topology, dark.places, group, one) for one in lost):
        return set()
    left = set(topology.members_of(group)).difference(lost)
    return {one for one in left if _is_in(topology, dark.places, group, one)}


def tells_on_battery(situation: Situation, group: int, told: Evidence) -> bool:
    """Who tells it is a member of the group, and could not have told it had the group failed as a whole."""
    if group not in told.explain or told.kind not in link.AT_LINKS or told.key[2] == link.BY_MANAGER:
        return False
    topology, dark = situation.topology, unlit(situation, group).places
    return bool(dark) and _is_in(topology, dark, group, link.teller(topology, told))


def _is_in(topology: Topology, dark: frozenset[int], group: int, member: int) -> bool:
    site = topology.site_of(member) if topology.is_device(member) else member
    return not dark.isdisjoint((group, member, site))


def _told_of(topology: Topology, told: Evidence) -> int:
    """The element of which it is told: of a dark link the port at the end that says so."""
    if told.kind in link.AT_LINKS:
        return topology.ports_of(told.link)[told.key[2]] if told.key[2] != link.BY_MANAGER else told.link
    return told.key[1]


def since_then(unlit: list[Evidence], told: list[Evidence], battery_s: int) -> list[Evidence]:
    """These, and that mains were lost before: batteries carry on for hours, and then it is down."""
    if not unlit:
        return told
    first_us = told[0].onset_us
    return [*(one for one in unlit if first_us - battery_s * SECOND_US <= one.onset_us < first_us), *told]


def all_power(told: list[Evidence]) -> bool:
    """Mains lost and nothing down for it: batteries carry on, and nobody is out (X.733 "powerProblem")."""
    return bool(told) and all(one.kind == power.NAME for one in told)


def alike(
    situation: Situation, candidate: int, members: tuple[int, ...], told: Collection[Evidence]
) -> tuple[int, ...]:
    """Those alike that have lost their mains, where homes gasped for one of them: no fibre has any.

    All of them where a person names one that has none.

    A third of the lost, as in `is_power`: of a cut fibre one or two happen to be switched off.
    """
    gasped = {one.device for one in told if one.kind == dying_gasp.NAME and one.home}
    lost = {one.device for one in told if one.kind == device.NAME}
    if len(gasped) < len(lost | gasped) * situation.policy.gasp_share:
        return members
    unlit = set[int]().union(*(one.credit for one in told if one.kind == dying_gasp.NAME and one.home))
    return tuple(one for one in members if one in unlit) if candidate in unlit else members


def is_power(situation: Situation, candidate: int, told: Iterable[Evidence]) -> bool:
    """Dying gasps from a third of those whose loss it would explain: whatever fails above them, it is not the fibre.

    Of those who were lost last: who switched off hours before says nothing of it.
    """
    if candidate not in situation.told.gasping:
        return False
    words = [one for one in told if one.kind == device.NAME]
    since_us = max([one.onset_us for one in words], default=0) - situation.policy.fresh_s * SECOND_US
    lately = [one.device for one in words if one.onset_us >= since_us]
    gasped = len(situation.told.gasped.intersection(lately))
    return gasped > 0 and gasped >= len(lately) * situation.policy.gasp_share
