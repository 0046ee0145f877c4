"""Of those that a failure takes down: whose loss would be told by now, and is not. They may well work.

In the first seconds word of them may be on its way: it is waited for. Then one or two may be lost words. Where some are
told and a good part of those who are watched is quiet, it is not the whole that failed. Of ONTs each counts where their
OLT tells of others of the same PON one by one, and neither its port nor who watches the fibre says that all are lost.
Where a group failed, as by its power, each counts too: some of its members have batteries. Where none is told, nobody
sees this failure but customers; unless who watches them is known to tell of others: then they have another way.
"""

import numpy as np

from correlator.events import SECOND_US
from correlator.inference.evidence import card, fibre, power
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import BY_MANAGER, can_tell, teller, told_of
from correlator.inference.evidence.probe import devices_of
from correlator.inference.silence import Flags, view
from correlator.inference.situation.situation import Situation
from topology.down import Down, Intervals, down_alone, inside, merged, without
from topology.graph import Topology
from topology.predict import onts_told

SOON_US = 10 * SECOND_US  # a device tells of its ports together within so long
AT_LEAST = 2  # one is a word that was lost
FEW = 2  # words of dark links
NAMING = (fibre.NAME, power.NAME, card.NAME)  # words of what is broken itself
ALL_AT_LEAST = 3  # of whom none is told lost: with fewer, their words may have been lost


def quiet(situation: Situation, fallen: Down, age_us: int, *, told: bool, alone: bool) -> Intervals:
    """Positions of the devices; not those at which a probe finds a service down.

    `age_us`: how long the failure has lasted; `told`: not by callers alone; `alone`: by one word.
    """
    if told and _has_a_way(situation, fallen):
        return without(fallen.intervals, _told_dark(situation, fallen))
    found = merged((*_quiet(situation, fallen, age_us, told=told, alone=alone), *_by_ports(situation, fallen, age_us)))
    if not found:
        return found
    topology, missed = situation.topology, situation.told.services_down
    places = [topology.position.item(device) for one in missed for device in devices_of(topology, one)]
    return without(found, merged((place, place + 1) for place in places if place >= 0))


def _quiet(situation: Situation, fallen: Down, age_us: int, *, told: bool, alone: bool) -> Intervals:
    topology, policy, silence = situation.topology, situation.policy, situation.silence
    least: float | None = None
    is_group = any(topology.kind_of(element) == "risk_group" for element in fallen.failed)
    if age_us >= policy.settle_s * SECOND_US:
        least = 0 if is_group else policy.quiet_share
    lost = view(silence.lost)
    dark = _told_dark(situation, fallen) if is_group else ()
    polled, whole = _silent(silence.known.polled, lost, without(fallen.intervals, dark), least)
    whole = whole and not dark  # some of the group tell, or others do for them
    if alone:  # for long, and a poller tells of nobody: the word may be stuck
        watched, none_lost = _silent(silence.known.polled, lost, fallen.intervals, 0)
        if watched and none_lost:
            return fallen.intervals
    polls = situation.told.life.tellers.tells_of_region
    if told and whole and len(polled) >= ALL_AT_LEAST and all(map(polls, polled)):
        return fallen.intervals
    one_by_one = _told_one_by_one(situation, fallen)
    onts, no_ont_told = _silent(silence.known.heard, lost, one_by_one, least)
    onts = onts or ([] if _is_named(situation, fallen) else _beside_others(situation, one_by_one))
    silent = ([] if whole else polled) + ([] if no_ont_told else onts)
    return merged([(place, place + 1) for place in silent])


def _told_dark(situation: Situation, fallen: Down) -> Intervals:
    """What its links cut off together that are told dark: there nobody need call anybody lost."""
    dark = situation.told.dark_links.among(fallen.links)
    return situation.related.fallen(tuple(dark)).intervals if dark else ()


def _has_a_way(situation: Situation, fallen: Down) -> bool:
    """Where nobody polls: a link leads in of which its other end, which lives, does not say that it is dark.

    Nor is anybody behind it told lost, as ONTs are by their OLT. And those speak of other links who would be cut off;
    or hardly anything is told.
    """
    topology, life, dark = situation.topology, situation.told.life, situation.told.dark_links
    if life.said_by or life.asked or not life.of_links or not situation.silence.known.asked:
        return False
    lost = view(situation.silence.lost)
    ways = [each for each in fallen.links if each not in dark and not _is_lost_behind(topology, each, lost)]
    if not any(can_tell(situation, end, fallen) for each in ways for end in topology.ends(each)):
        return False
    words = _words(situation, fallen)
    inside, position = {end for each in ways for end in topology.ends(each)}, topology.position.item
    own = [teller(topology, one) for one in words if one.key[2] != BY_MANAGER]
    return 0 < len(words) <= FEW or any(by in inside and fallen.holds(position(by)) for by in own)


def _is_lost_behind(topology: Topology, link: int, lost: Flags) -> bool:
    return any(lost[low:high].any() for low, high in down_alone(topology, link).intervals)


def _words(situation: Situation, fallen: Down) -> list[Evidence]:
    """What is told of those of its links that are dark."""
    return [one for each in fallen.links if each in situation.told.dark_links for one in told_of(situation, each)]


def _by_ports(situation: Situation, fallen: Down, age_us: int) -> list[tuple[int, int]]:
    """Behind a port of which a device says nothing, though it tells of others that went dark with it.

    Where a poller watches who is behind it, and has not told that anybody there is lost: its word is waited for.
    """
    if age_us < SOON_US:
        return []
    topology, told, lost = situation.topology, situation.told, view(situation.silence.lost)
    tell = {teller(topology, one) for one in _words(situation, fallen) if one.key[2] != BY_MANAGER}
    if not tell:
        return []
    found: list[tuple[int, int]] = []
    for each in fallen.links:
        tells = any(end in tell and can_tell(situation, end, fallen) for end in topology.ends(each))
        if tells and each not in told.dark_links:
            behind = down_alone(topology, each).intervals
            watched = any(situation.silence.known.polled[low:high].any() for low, high in behind)
            if watched and not _is_lost_behind(topology, each, lost):
                found += behind
    return found


def _told_one_by_one(situation: Situation, fallen: Down) -> Intervals:
    """ONTs of which an OLT tells each by itself: not those behind a port that it has called dark as a whole."""
    topology, dark = situation.topology, situation.told.dark_links
    behind = (part for link in fallen.links if link in dark for part in down_alone(topology, link).intervals)
    return without(onts_told(topology, fallen.intervals), merged(behind))


def _beside_others(situation: Situation, onts: Intervals) -> list[int]:
    """Of these ONTs those that are not told lost, though others of their PON are; nor did they lose their power."""
    topology, gasped, found = situation.topology, situation.told.gasped, list[int]()
    if not onts:
        return found
    lost, heard = view(situation.silence.lost), situation.silence.known.heard
    places = np.concatenate([np.arange(low, high) for low, high in onts])
    told = places[lost[places] > 0]
    for speaker in np.unique(topology.places.speaker[told]).tolist():
        for link in topology.links_of(speaker):
            mine = places[inside(places, down_alone(topology, link).intervals)]
            if lost[mine].any():
                found += mine[(heard[mine] > 0) & (lost[mine] == 0)].tolist()
    return sorted(place for place in set(found) if topology.device_at.item(place) not in gasped)


def _is_named(situation: Situation, fallen: Down) -> bool:
    """What fails, or is like it, is told by itself, as by who watches the fibre: all behind it is down."""
    told, class_of, is_row = situation.told.observations, situation.candidates.class_of, situation.candidates.is_row
    alike = {one for each in fallen.failed if is_row(each) for one in class_of(each).members}
    return any((kind, one, 0) in told for one in sorted(alike) for kind in NAMING)


def _silent(watched: Flags, lost: Flags, where: Intervals, least: float | None) -> tuple[list[int], bool]:
    """Who is quiet, by position, and whether all who are watched are.

    `least`: the share of the watched from which on it counts; None: any does, and word of all may be on its way.
    """
    if not where:
        return [], False
    places = np.concatenate([np.arange(low, high) for low, high in where])
    places = places[watched[places] > 0]
    silent = places[lost[places] == 0]
    if least and len(silent) < max(AT_LEAST, least * len(places)):
        return [], False
    return silent.tolist(), least is not None and len(silent) == len(places)
