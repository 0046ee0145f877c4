"""Part of what hangs at a splitter: many of its ONTs are lost, others work, and the OLT's port says nothing.

The search finds the feeder, or what is like it: no single other thing takes down so many, and that the words of some
ONTs were lost is no proof. But a port says that its light is gone as soon as all are. A bundle of drops, a part of the
distribution, or the mains of homes whose ONTs do not say so takes any part of them, one as likely as another. Where
that tells more of who is silent than lost words do, it is named by the splitter, and none of its fibre is cut.
"""

from dataclasses import replace
from math import comb, log

from correlator.inference.evidence import device
from correlator.inference.likelihood import NAT, micro
from correlator.inference.search import Chosen
from correlator.inference.situation.situation import Situation
from topology.around import around

CLEARLY = NAT  # by so much more, at least: of eight, or of 16, the word of one may be lost
NOBODY = -1


def part_of(situation: Situation, chosen: Chosen) -> Chosen:
    """The same, or as of a part of what hangs at its splitter."""
    weighed = chosen.weighed
    quiet, place = weighed.silent.get(device.ONTS.name, 0), NOBODY
    if quiet and not (chosen.card or chosen.homes or chosen.besides or chosen.standby):
        place = _splitter(situation, chosen)
    if place == NOBODY:
        return chosen
    homes = {one.device for one in weighed.speaks}
    told, of = len(homes), len(homes) + quiet
    better = -micro(log((of + 1) * comb(of, told))) - weighed.silence  # such a part is lost as often as the whole
    if better < CLEARLY or _call_others(situation, place, homes):
        return chosen
    as_part = replace(weighed, candidate=place)
    return replace(chosen, weighed=as_part, part=(quiet, of, better))


def _splitter(situation: Situation, chosen: Chosen) -> int:
    """At which all of these hang, where nothing but the loss of ONTs tells of it, by one OLT."""
    topology, told = situation.topology, chosen.weighed.speaks
    if any(one.kind != device.NAME or one.speaker < 0 or one.speaker != told[0].speaker for one in told):
        return NOBODY
    kind_of = situation.names.kind_of
    places = [one for one in chosen.weighed.members if kind_of(one) == "splitter"]
    return max(
        places, key=lambda one: (len(around(topology, one).leaves), situation.names.name_of(one)), default=NOBODY
    )


def _call_others(situation: Situation, place: int, homes: set[int]) -> bool:
    """Somebody calls from where nothing is told to be lost."""
    calls = situation.told.callers.calls
    below = {complaint for home in sorted(homes) for complaint in calls.get(home, ())}
    return not calls.get(place, {}).keys() <= below
