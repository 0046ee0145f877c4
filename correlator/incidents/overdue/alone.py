"""What stands by few words, for long: who bears it out, and whether its likeliest root opens."""

from dataclasses import dataclass

from correlator.events import MINUTE_US, SECOND_US
from correlator.incidents import complaints, settling
from correlator.incidents.ends.when_over import ENDING_US
from correlator.incidents.index import engine_of
from correlator.incidents.repairs import left_behind
from correlator.incidents.together import back_again
from correlator.incidents.unexplained import NoChance, by_two_hosts, few_hang_by, is_told_again, tellers
from correlator.incidents.waits import other_leg
from correlator.inference.port import Hypothesis, Observation
from correlator.rows.counts import LINK_DARK
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft
from topology.impact import is_feeder, is_shared
from topology.model import device_of

SURE_PPM = 900_000  # what others of the network leave in doubt, and it has stood for long
SINCE_US = 8 * MINUTE_US  # who is heard so long after his word of a device would have taken it back, if it answered


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who else says so, where one word does, or a poller alone, whose way there may be lost."""

    called: bool = False  # somebody who hangs there has called since
    told_on: bool = False  # two hosts say so, or one that goes on; of few customers, of whom perhaps nobody calls
    faded: bool = False  # the other end of the link had told that the signal is weak, and has taken nothing back
    legs: other_leg.Legs = other_leg.NONE  # it is the other leg of a service

    def __bool__(self) -> bool:
        return self.called or self.told_on or self.faded or bool(self.legs)


def consider(draft: Draft, row: AlarmRow, no_chance: NoChance, *, several: bool) -> None:
    """It opens as what stands alone, if the network seldom says what is not so.

    `several`: only where others bear it out, or it has witnesses. What an incident left as it ended counts for nothing,
    unless it is new all the same (`_is_new`) or the only one of which no end was told.
    """
    engine, most = engine_of(draft), draft.world.policy.faults.alone_worth
    told = engine.observation(row.key)
    if told is None or told.owner is not None or told.suspect is not None:
        return
    found = engine.best_for(told, draft.now_us, alone=most)
    if found is None or not engine.roots.is_ours(found.root):
        return
    new = [one for one in found.speaks if _is_new(draft, one, found)]
    only = not (new or several) and len(found.speaks) == 1 and left_behind.is_the_only_one(draft, row)
    if not (new or only):
        return
    flaps = row.flapping and row.alarm_type in LINK_DARK
    is_little = only or (len(new) < 2 and not flaps) or {one.kind for one in new} == {"device"}
    is_little = is_little or other_leg.is_service(draft, found.root)
    by = _witnesses(draft, row, found, no_chance) if is_little else Witnesses()
    if several and is_little and not by:
        return
    if not (flaps or by.legs):
        others = only or (several and (by.called or not is_little))
        borne_out = by.called or by.faded or (by.told_on and by_two_hosts(row))
        worth = no_chance.worth(found.speaks, several=others, borne_out=borne_out)
        found = found if worth >= most else _if_sure(draft, told, worth)
    if found is None or (flaps and back_again.returned(draft, found)):
        return
    incident = settling.new_suspicion(draft, found.root)
    incident.alone = len(found.speaks) == 1
    settling.open_at_once(draft, incident, found)
    for other in by.legs.untold:
        consider(draft, other, no_chance, several=True)


def _if_sure(draft: Draft, told: Observation, worth: float) -> Hypothesis | None:
    """The likeliest root, where that it has stood for long is worth so much and no more."""
    found = engine_of(draft).best_for(told, draft.now_us, alone=worth) if worth else None
    return found if found is not None and found.confidence_ppm >= SURE_PPM else None


def _witnesses(draft: Draft, row: AlarmRow, found: Hypothesis, no_chance: NoChance) -> Witnesses:
    return Witnesses(
        called=_is_called_of(draft, found, row.first_us),
        told_on=_is_told_on(draft, row) and few_hang_by(draft, found.root),
        faded=_has_faded(draft, row, no_chance),
        legs=other_leg.of(draft, found.root),
    )


def _is_new(draft: Draft, told: Observation, hypothesis: Hypothesis) -> bool:
    """Not left by an incident, or told again since; or somebody has called since who hangs there."""
    return not _is_left(told) or is_told_again(draft, told) or _is_called_of(draft, hypothesis, told.begun_us)


def _is_left(told: Observation) -> bool:
    """By an incident, as it ended: a lost clear, if it is not so young that the incident had hidden it."""
    return told.begun_us > told.first_us + ENDING_US


def _is_called_of(draft: Draft, hypothesis: Hypothesis, since_us: int) -> bool:
    """One of those few whom it takes down has called since that nothing works."""
    if not few_hang_by(draft, hypothesis.root):
        return False
    calls = engine_of(draft).roots.complaints_for(hypothesis.root)
    dead = [name for name in calls if draft.state.complaints[name].symptom == "no_service"]
    return any(complaints.came_us(draft, name) >= since_us for name in dead)


def _is_told_on(draft: Draft, row: AlarmRow) -> bool:
    """A device or a sector is called lost by two hosts; or by one that goes on, and takes nothing back.

    It says so again, long after; or it is heard then, and says that it asks this device.
    """
    if row.alarm_type != "device_unreachable" and not _is_of_sector(draft, row):
        return False
    if by_two_hosts(row):
        return True
    device = device_of(row.object)
    voices = [
        voice for one in tellers(row) if (voice := draft.state.voices.get(one)) is not None and device in voice.polls
    ]
    return max([row.last_told_us, *(voice.last_us for voice in voices)]) >= row.heard_us + SINCE_US


def _has_faded(draft: Draft, row: AlarmRow, no_chance: NoChance) -> bool:
    """Before this end of a link went dark, the device at the other one told of a weak signal: rain, a bent fibre."""
    topology = draft.world.topology
    port = topology.find(row.object) if row.alarm_type in LINK_DARK else None
    if port is None or topology.kind_of(port) != "port" or (link := topology.link_of(port)) < 0:
        return False
    [other] = (one for one in topology.ports_of(link) if one != port)
    since_us = row.first_us - draft.world.policy.faults.begin_pause_s * SECOND_US
    return any(since_us <= at_us < row.first_us for at_us in no_chance.weak_since(topology.ids[other]))


def _is_of_sector(draft: Draft, row: AlarmRow) -> bool:
    """Of an antenna or the like: a port at which some customers hang and no link ends, and which is no PON."""
    topology = draft.world.topology
    port = topology.find(row.object) if row.alarm_type in LINK_DARK else None
    return port is not None and is_shared(topology, port) and not is_feeder(topology, port)
