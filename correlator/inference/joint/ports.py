"""Ports at which no link ends go dark together: customers' lines of a DSLAM, PONs of which no row names the splitters.

Each speaks for itself alone, and of one customer's line a word says little. Together they are a card of the device, a
cable, or the mains of a street: no row says which. Either way it is one failure, named by the device as of a card, and
it takes down who hangs at these ports and nobody else. What one device says of them within seconds, by its own clock,
is no chance: of lines three at least, for people switch off what is theirs; of PONs two. Nor is it that half of those
that share a cable (a risk group of ports alone) go dark within half an hour, and hardly any of the others.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from correlator.events import MINUTE_US, SECOND_US
from correlator.inference.evidence import direct
from correlator.inference.evidence.direct import SPREAD_US
from correlator.inference.evidence.kind import Evidence
from correlator.inference.joint.cards import may_have_lost_one
from correlator.inference.planned_work import covered_until_us
from correlator.inference.rerooting import Know, Offer, may_move
from correlator.inference.search import Chosen, in_order
from correlator.inference.situation.situation import Situation
from correlator.inference.weighing import Weighed, weigh_set
from correlator.inference.worth import ONSET, told_worth, without_pause
from topology.impact import is_feeder

LINES, FEEDERS = 3, 2  # that go dark together, at least
EACH_US = SECOND_US  # the more of them, the longer that may take
OF_CABLE = 5  # ports, at least, that go dark one after the other ...
WET_US = 30 * MINUTE_US  # ... within so long ...
OTHERS = 4  # ... for each that is of no such cable


def look_at_devices(situation: Situation) -> None:
    """A suspicion about some of a device's ports is thought over with what is told of others."""
    touched = situation.touched
    touched.update([one for one, ports in situation.told.dark_ports.items() if not ports.isdisjoint(touched)])


def join(situation: Situation, hypotheses: list[Chosen], seen: set[int]) -> list[Chosen]:
    """The hypotheses, with those about such ports replaced by all of them together. `seen`: all that was looked at."""
    devices = _devices(situation, seen)
    if not devices:
        return hypotheses
    by_word: dict[Evidence, list[Chosen]] = {}
    for one in hypotheses:
        for each in one.weighed.speaks:
            if each.kind == direct.NAME:
                by_word.setdefault(each, []).append(one)
    found, gone = list[Chosen](), set[int]()  # by their ids: they are many
    for device in devices:
        ports, words = situation.told.dark_ports[device], _words(situation, device)
        free = [one for one in words if one.owner is None and _is_about(by_word.get(one, ()), ports)]
        for told in _together(situation, free):
            mine = list({id(part): part for one in told for part in by_word.get(one, ())}.values())
            whole = _whole(situation, device, told, mine)
            if whole.weighed.gain > sum(one.weighed.gain for one in mine):
                found.append(whole)
                gone.update(map(id, mine))
                break
    return [*(one for one in hypotheses if id(one) not in gone), *found] if found else hypotheses


def _is_about(parts: Iterable[Chosen], ports: Collection[int]) -> bool:
    """These are about such ports, each by itself."""
    return all(one.weighed.candidate in ports for one in parts)


def late(situation: Situation, changed: set[int], know: Know, now_us: int) -> list[Offer]:
    """Where some of the ports have an incident of their own, by who called: that of all takes these over."""
    found: list[Offer] = []
    for device in _devices(situation, changed):
        words = [one for one in _words(situation, device) if one.owner is None or _is_its_own(situation, one, know)]
        for told in _together(situation, words):
            names = sorted({one.owner for one in told if one.owner is not None})
            if not names or all(one.owner is not None for one in told):
                continue
            held = [one for one in told if one.owner is not None]
            gains = (weigh_set(situation, one.key[1], [one], now_us, names) for one in held)
            whole = _whole(situation, device, told, ())
            better = whole.weighed.gain - sum(max(0, one.gain) for one in gains if one is not None)
            if better > situation.scores.reroot:
                found.append(Offer(better, whole, names))
                break
    return found


def _devices(situation: Situation, among: set[int]) -> list[int]:
    """With dark ports, of which some are among these, and that may have lost a card."""
    dark = [(device, ports) for device, ports in situation.told.dark_ports.items() if len(ports) >= FEEDERS]
    found = [device for device, ports in dark if device in among or not ports.isdisjoint(among)]
    return sorted((one for one in found if may_have_lost_one(situation, one)), key=situation.names.name_of)


def _words(situation: Situation, device: int) -> list[Evidence]:
    ports = sorted(situation.told.dark_ports[device])
    found = (situation.told.observations[direct.NAME, port, 0] for port in ports)
    return [one for one in found if not covered_until_us(situation, one.key[1])]


def _is_its_own(situation: Situation, one: Evidence, know: Know) -> bool:
    """An incident is about this port alone, and may move."""
    claims, name = situation.claims, one.owner or ""
    return claims.root_owner.get(one.key[1]) == name and claims.holdings.get(name) == {one} and may_move(know(name))


def _together(situation: Situation, words: list[Evidence]) -> list[list[Evidence]]:
    """Of these, those that one failure took."""
    bursts = [told for told in without_pause(words, SPREAD_US) if _is_no_chance(situation, told)]
    return bursts or _of_cables(situation, words)


def _is_no_chance(situation: Situation, told: list[Evidence]) -> bool:
    """`told`: in order of time, at the ports of one device."""
    feeders = sum(is_feeder(situation.topology, one.key[1]) for one in told)
    if len(told) < LINES and feeders < FEEDERS:
        return False
    return told[-1].onset_us - told[0].onset_us <= max(SPREAD_US, len(told) * EACH_US)


def _of_cables(situation: Situation, words: list[Evidence]) -> list[list[Evidence]]:
    topology, newest_us = situation.topology, max(map(ONSET, words), default=0)
    lately = sorted((one for one in words if one.onset_us >= newest_us - WET_US), key=ONSET)
    if len(lately) < OF_CABLE:
        return []
    number = Counter(group for one in lately for group in topology.groups_of(one.key[1]))
    found: list[list[Evidence]] = []
    for group in sorted(number, key=situation.names.name_of):
        mine, members = number[group], topology.members_of(group)
        many = mine >= OF_CABLE and 2 * mine >= len(members) and OTHERS * (len(lately) - mine) <= mine
        if many and all(topology.kind_of(one) == "port" for one in members):
            found.append([one for one in lately if group in topology.groups_of(one.key[1])])
    return found


def _whole(situation: Situation, device: int, told: list[Evidence], parts: Iterable[Chosen]) -> Chosen:
    scores = situation.scores
    cables = (scores.fibre_prior(None, conduit=conduit) for conduit in (False, True))
    prior, worth = scores.add([scores.silent_card, *cables]), told_worth(situation, device, told)
    calls, callers = (sum(getattr(one.weighed, name) for one in parts) for name in ("calls", "callers"))
    gain = prior + worth.total + calls
    whole = Weighed(device, (device,), gain, in_order(situation, told), prior, *worth, calls=calls)
    whole.callers = callers
    return Chosen(whole, [], scores.confidence_ppm(gain, []), card=True)
