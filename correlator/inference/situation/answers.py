"""Who answers though something said that it is cut off: which words that belies, and what works again with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import permutations

from correlator.inference.evidence.device import NAME as LOST
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import AT_LINKS, BY_MANAGER, teller
from correlator.inference.silence import view
from correlator.inference.situation.situation import Situation
from topology.down import Intervals, contains, down_alone, merged, without
from topology.failure import expand
from topology.graph import Topology

MOST = 40  # links that are looked at together
ENOUGH = 2  # devices that speak, though others call them lost
LATER_US = 120_000_000  # than the word: what breaks may speak for some seconds, and clocks differ


def belied(
    situation: Situation, told: Collection[Evidence], answered: Mapping[str, int], *, of_links: bool
) -> list[Evidence]:
    """Words that links are dark which are all the ways of a device that has spoken, or answered, long after.

    And that a device is lost over which another has its only way, that answered long after: its clear was lost. Or
    that has spoken itself, and nothing else is told.
    `answered`: device -> when a source said that it is reached again; `of_links`: that says something of links as well.
    """
    passed = _passed(situation, told, answered) + _spoke(situation, told)
    answered = answered if of_links else {}
    topology = situation.topology
    words = _by_link(told)
    links = sorted(words.keys() - _bridged(topology, words, answered))
    places = [(topology.position.item(device), answered[name]) for name, device in _devices(topology, answered)]
    found = [link for link in links if _is_belied(situation, words, [link], places)]
    rest = [link for link in links if link not in found]
    if len(rest) <= MOST and _is_belied(situation, words, rest, places):
        for link in list(rest):  # the fewest that cut it off together
            fewer = [one for one in rest if one != link]
            if _is_belied(situation, words, fewer, places):
                rest = fewer
        found += rest
    return [one for link in found for one in words[link]] + passed


def _passed(situation: Situation, told: Collection[Evidence], answered: Mapping[str, int]) -> list[Evidence]:
    """Words that devices are lost over which others have their only way, that answered long after."""
    topology, position = situation.topology, situation.topology.position.item
    places = [(position(device), answered[name]) for name, device in _devices(topology, answered)]
    found = []
    for one in [one for one in told if one.kind == LOST]:
        below, own = down_alone(topology, one.device).intervals, position(one.device)
        late_us = one.told_us + LATER_US
        late = sum(at_us > late_us and place != own and contains(below, place) for place, at_us in places)
        if late >= ENOUGH or (late and not _is_told_cut_off(situation, told, own)):
            found.append(one)
    return found


def _is_told_cut_off(situation: Situation, told: Iterable[Evidence], place: int) -> bool:
    """By the word of a link that is its only way."""
    return any(contains(situation.related.fallen((link,)).intervals, place) for link in sorted(_by_link(told)))


def _spoke(situation: Situation, told: Collection[Evidence]) -> list[Evidence]:
    """Words that devices are lost which have spoken long after; where nothing else is told."""
    life, position = situation.told.life, situation.topology.position.item
    if not life.refuted.issuperset(told):  # of these all say that a device is lost
        return []
    places = ((one, position(one.device)) for one in told)
    late = all(life.latest(((at, at + 1),)) > one.told_us + LATER_US for one, at in places)
    return list(told) if late else []


def _by_link(told: Iterable[Evidence]) -> dict[int, list[Evidence]]:
    """Words that links are dark."""
    words: dict[int, list[Evidence]] = {}
    for one in told:
        if one.kind in AT_LINKS and one.link >= 0:
            words.setdefault(one.link, []).append(one)
    return words


def _is_belied(
    situation: Situation, words: Mapping[int, list[Evidence]], links: Sequence[int], places: Sequence[tuple[int, int]]
) -> bool:
    """Somebody whom these links cut off together spoke or answered later than all that is told of them.

    Who is reached again says at that moment that its own port is dark: that is no word of its being cut off.
    """
    below = situation.related.fallen(tuple(links)).intervals if links else ()
    if not below:
        return False
    told = [one for link in links for one in words[link]]
    life, since_us = situation.told.life, max(one.told_us for one in told) + LATER_US
    if life.latest(below) > since_us:
        all_below = [place for part in below for place in range(*part)]
        spoke = [place for place in all_below if life.latest(((place, place + 1),)) > since_us]
        if _are_heard(situation, spoke, below):
            return True
    topology, position = situation.topology, situation.topology.position.item
    outside = [one for one in told if one.key[2] == BY_MANAGER or not contains(below, position(teller(topology, one)))]
    late_us = max(one.told_us for one in outside or told) + LATER_US
    answered = [place for place, at_us in places if at_us > late_us and contains(below, place)]
    return _are_heard(situation, answered, below)


def _are_heard(situation: Situation, places: Sequence[int], below: Intervals) -> bool:
    """These spoke, or answered, and no fewer than those there that are lost still; these may have another way.

    A single one may have seemed to, where it, or who speaks for it, is still called lost. Who speaks for another is
    heard by the same word.
    """
    topology, lost = situation.topology, situation.silence.lost
    by = {place: topology.places.speaker.item(place) for place in places}
    heard = {place if device < 0 else topology.position.item(device) for place, device in by.items()}
    if not heard:
        return False
    gone = [low + int(place) for low, high in below for place in view(lost)[low:high].nonzero()[0]]
    if len(heard) < len(gone):
        passed = [one for one in gone if any(contains(_behind(topology, one), place) for place in sorted(heard))]
        if len(heard) < len(gone) - len(passed):
            return False
    return len(heard) >= ENOUGH or not any(lost[place] for place in by.keys() | heard)


def _behind(topology: Topology, place: int) -> Intervals:
    return down_alone(topology, topology.device_at.item(place)).intervals


def _bridged(topology: Topology, words: Mapping[int, list[Evidence]], answered: Mapping[str, int]) -> set[int]:
    """Links of which a device that is reached again says, from then on, that they are dark at its own port.

    So they are, and it is reached by a way that no row has; where all else that tells of them is from long before.
    """
    back_us = {device: answered[name] for name, device in _devices(topology, answered)}
    found = set[int]()
    for link, told in words.items():
        for device in topology.ends(link):
            own = [one for one in told if one.key[2] != BY_MANAGER and teller(topology, one) == device]
            since_us = back_us.get(device, 0) - LATER_US
            if own and device in back_us and all((one.told_us > since_us) == (one in own) for one in told):
                found.add(link)
    return found


def carried(situation: Situation, answered: Mapping[str, int], told: Iterable[Evidence]) -> Intervals:
    """Positions of these devices and of what has its only way over them.

    But not of what is told lost, nor of what the links that these words call dark cut off together.
    """
    topology = situation.topology
    devices = [device for _, device in _devices(topology, answered)]
    works = merged(part for device in devices for part in down_alone(topology, device).intervals)
    if not works:
        return ()
    lost = view(situation.silence.lost)
    places = [low + int(place) for low, high in works for place in lost[low:high].nonzero()[0]]
    broken = [part for place in places for part in down_alone(topology, topology.device_at.item(place)).intervals]
    words = _by_link(told)
    dark = sorted(words.keys() - _bridged(topology, words, answered))
    if dark:
        broken += situation.related.fallen(tuple(dark)).intervals
    return without(works, merged(broken))


def still_broken(situation: Situation, failed: Collection[int], well: Iterable[int]) -> tuple[int, ...]:
    """Of what these took down, what is still broken now that these links of it are well: elements.

    A device at one of them lives, where what is at its other end does. What is told lost or dark is still broken, and
    so are links of which nobody ever told.
    """
    topology, dark, lost = situation.topology, situation.told.dark_links, view(situation.silence.lost)
    position, fallen = topology.position.item, situation.related.fallen(tuple(failed))
    well = {link for link in well if not any(lost[position(end)] for end in topology.ends(link))}
    dead = expand(topology, failed).devices
    ways = [way for link in sorted(well) for way in permutations(topology.ends(link))]
    alive = {end for end, other in ways if end in dead and not fallen.holds(position(other))}
    links = {link for link in fallen.links if link not in well and alive.isdisjoint(topology.ends(link))}
    places = [low + int(place) for low, high in fallen.intervals for place in lost[low:high].nonzero()[0]]
    ports = {port for port in fallen.ports if topology.link_of(port) not in well}
    services = [topology.first_service + service for service in fallen.services]
    gone = map(topology.device_at.item, places)
    return tuple(sorted({*links, *dark.among(fallen.links), *(dead - alive), *gone, *ports, *services}))


def _devices(topology: Topology, names: Iterable[str]) -> list[tuple[str, int]]:
    """Those that the inventory in force has, by name and element."""
    found = [(name, topology.find(name)) for name in names]
    return [(name, one) for name, one in found if one is not None and topology.is_device(one)]
