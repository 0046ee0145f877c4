"""What an access manager alone tells: of ONTs whose OLT would be down as well. It may have lost its way to that OLT.

What an OLT sees itself, as that an ONT gives no light any more, a manager cannot say without it (`Life.olt_said`).
"""

from collections.abc import Collection, Iterator

import numpy as np

from correlator.events import SECOND_US
from correlator.inference.evidence import device, dying_gasp
from correlator.inference.evidence.device import POLLED
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.life import SLACK_US
from correlator.inference.likelihood import NAT
from correlator.inference.silence import view
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.tellers import Words
from correlator.inference.worth import ONSET
from topology.down import down_alone

GASPS_US = 10 * SECOND_US  # who hears an ONT's last breath so near to the loss of all had not lost its way by then
HALF = NAT * 693 // 1000


def is_alone(situation: Situation, candidate: int, told: Collection[Evidence]) -> bool:
    """It tells of ONTs behind OLTs that the candidate takes down, and perhaps of these; and nobody else tells.

    Nor does it pass on what only an OLT can see.
    """
    life = situation.told.life
    onts = [one for one in told if one.speaker >= 0]
    rest = [one for one in told if one.speaker < 0]
    if not onts or any(one.kind != device.NAME for one in told):
        return False
    for its_own in (life.by_olt, life.tellers.managers.passed_on):
        if its_own and not all(its_own.isdisjoint(one.alarms) for one in onts):
            return False
    if not situation.candidates.is_row(candidate):
        return False
    if rest and (any(one not in life.lost for one in rest) or len(hosts_of(situation, told)) > 1):
        return False
    fallen, position = down_alone(situation.topology, candidate), situation.topology.position.item
    return all(fallen.holds(position(one.speaker)) for one in onts)


def hosts_of(situation: Situation, told: Collection[Evidence]) -> set[str]:
    """Who calls these lost (`icmp:nms` and `snmp:nms` are one)."""
    return {source.rpartition(":")[2] for one in told for source in situation.told.life.said_by_whom(one)}


def has_gasped(situation: Situation, told: Collection[Evidence]) -> bool:
    """One of the ONTs said that it lost power as all were lost: its OLT passed that on."""
    gasped, observations = situation.told.gasped, situation.told.observations
    mine = [one.device for one in told if one.device in gasped]
    if not mine:
        return False
    began_us = sorted(map(ONSET, told))[len(told) // 2]
    gasps = (observations[dying_gasp.NAME, one, 0] for one in mine)
    return any(abs(one.onset_us - began_us) <= GASPS_US for one in gasps)


def has_a_way_elsewhere(situation: Situation, told: Collection[Evidence]) -> bool:
    """The same manager tells of ONTs of another OLT, has done so since, and of none that all is lost there as well.

    Not of those that were lost together with these, and are back: that is how its own way ends, or its restart.
    """
    others = list(_others(situation, told))
    if any(_is_lost(situation, olt) for olt, _ in others):
        return False
    return any(_has_told(situation, olt, words, told) for olt, words in others)


def loses_others(situation: Situation, told: Collection[Evidence]) -> bool:
    """Another OLT that it tells of is lost like these, and no incident explains that."""
    return any(_is_lost(situation, olt) for olt, _ in _others(situation, told))


def _others(situation: Situation, told: Collection[Evidence]) -> Iterator[tuple[int, Words]]:
    """OLTs of the same managers, with what these told of them; not those of which an incident explains it."""
    olts = {one.speaker for one in told if one.speaker >= 0}
    sources = set[str]().union(*(situation.told.life.said_by_whom(one) for one in told))
    for source in sorted(sources):
        for olt, words in situation.told.life.tellers.managers.by_olt(source):
            if not (olt in olts or situation.silence.owner_of(olt) or olt in situation.claims.card_owner):
                yield olt, words


def _has_told(situation: Situation, olt: int, words: Words, told: Collection[Evidence]) -> bool:
    """Of ONTs of this other OLT, since these were lost, and so long ago that more of it would have come.

    Or ever before, and by now it would have called these lost as well.
    """
    now_us: int = situation.memo.looked[0]
    policy = situation.policy
    first_us, last_us = min(map(ONSET, told)), max(map(ONSET, told))
    near_us, until_us = policy.together_s * SECOND_US, now_us - policy.settle_s * SECOND_US
    is_long_ago = last_us + near_us <= now_us
    if not (is_long_ago or any(last_us + SLACK_US <= one.at_us <= until_us for one in words.values())):
        return False
    along: int = sum([first_us - near_us <= one.since_us <= last_us + near_us for one in words.values()])
    _, onts = _lost(situation, olt)
    return 2 * along < onts


def _is_lost(situation: Situation, olt: int) -> bool:
    """Half of its ONTs, at least."""
    lost, onts = _lost(situation, olt)
    return 0 < onts <= 2 * lost


def _lost(situation: Situation, olt: int) -> tuple[int, int]:
    """(how many of its ONTs are told lost, how many it has)."""
    onts, lost = situation.silence.known.onts, view(situation.silence.lost)
    parts = down_alone(situation.topology, olt).intervals
    number = sum([int(np.count_nonzero(onts[low:high] & lost[low:high])) for low, high in parts])
    return number, sum([int(np.count_nonzero(onts[low:high])) for low, high in parts])


def lost_its_way(situation: Situation, below: int | None, told: Collection[Evidence]) -> int | None:
    """How likely it is that it lost its way (`below`: `management.by_below`), where all PONs of an OLT may be lost.

    Who tells of others, and ever called a device lost, would say so of the OLT, which is not told lost; and half of
    those would of whom no such word is known. Who tells nothing of others may as well be lost.
    """
    if below is None:
        return None
    unsaid = situation.scores.silence(situation.policy.fresh_s * SECOND_US)[POLLED.name]
    if not has_a_way_elsewhere(situation, told):
        return below - unsaid
    hosts = hosts_of(situation, told)
    calls = any(source.rpartition(":")[2] in hosts for said in situation.told.life.said_by.values() for source in said)
    return below if calls else below - unsaid - HALF
