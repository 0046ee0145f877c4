"""A device is lost: told by a poller; of an ONT, by its OLT."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from correlator.events import SECOND_US, AlarmType
from correlator.inference.evidence import card, dying_gasp, probe
from correlator.inference.evidence.kind import Candidates, Case, Evidence, Kind, Meaning, Said, Silence, kept
from correlator.inference.silence import count as count_set
from correlator.inference.silence import view
from topology import cover
from topology.around import LEAVES, around
from topology.csr import how_often
from topology.graph import Topology
from topology.predict import Prediction, speakers_in

if TYPE_CHECKING:
    from correlator.inference.situation.failed_context import FailedContext
    from correlator.inference.situation.situation import Situation

NAME = "device"
OTHERS = ("power_failure", "on_battery", "dying_gasp", "card_failure")
OF_NONE = 4  # ONTs: where an access manager tells of other OLTs, that it tells nothing of one counts for so many
UNSAID = ("neighbor_down",)  # which of its neighbours is not said


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    if said.object_kind != "device" or said.alarm_type in OTHERS or said.alarm_type in UNSAID:
        return None
    device, cuts = said.element, cover.cuts_off(topology, said.element)
    speaker = cover.speaker(topology, device)
    return Meaning((NAME, device, 0), NAME, worth[said.alarm_type], cuts, device=device, speaker=speaker)


def loss_of(situation: "Situation", device: int) -> Evidence | None:
    """What tells that this device is lost, if anything does, whoever explains it."""
    return situation.told.observations.get((NAME, device, 0))


def turned(situation: "Situation", told: Evidence, by: int) -> None:
    picture, device = situation.told, told.device
    change = set.add if by > 0 else set.discard
    change(picture.lost_devices, device)
    role = situation.topology.role_of(device)
    if role != "ont":
        kept(picture.life.lost, told, by)
    if role not in LEAVES:
        kept(picture.lost_by_region.setdefault(situation.topology.region_of(device), {}), told, by)
    situation.silence.lose(device, by > 0)
    partial, owned = picture.partial, situation.claims.card_owner
    if partial or owned:
        beside = [device, *(other for _, other in around(situation.topology, device).trunks)]
        picture.cards_turned.update(one for one in beside if one in partial or one in owned)
    card.pon_turned(situation, told, by)


def owner(situation: "Situation", told: Meaning | Evidence) -> str | None:
    known = situation.silence.owner_of(told.device) or _card_above(situation, told)
    return known or (dying_gasp.street_of(situation, told) if told.device in situation.told.gasped else None)


def _card_above(situation: "Situation", told: Meaning | Evidence) -> str | None:
    """A dead card explains that a whole PON is lost, of which the OLT itself goes on telling; or who hangs by a port
    of it that is dark. One that nobody names: where it holds some of that, or that began as all of it did.
    """
    owner = situation.claims.card_owner.get(told.speaker)
    if owner is None:
        return None
    dark, pons = situation.told.dark_links, card.pons_of(situation, told)
    if not situation.told.only_a_card_is_dead(told.speaker):
        out = [one for one in pons if one in dark or card.half_is_lost(situation, one)]
        if card.held_of(situation, owner, out):
            return owner
        if not isinstance(told, Evidence) or not card.began_with(situation, owner, told):
            return None
    return owner if any(one in dark or card.pon_is_lost(situation, one) for one in pons) else None


def adds(failed: "FailedContext", told: Meaning | Evidence) -> Candidates:
    return failed.cutting_off(told.device)


def alone(situation: "Situation", told: Evidence) -> Candidates:
    """Any that cuts it off; a customer's own device may be switched off.

    Not so a business's router, which runs day and night, where a probe misses its service as well.
    """
    if not told.home:
        return told.credit
    missed = situation.topology.role_of(told.device) == "cpe" and any(
        one.device == told.device for one in situation.told.services_down
    )
    return told.credit if missed else ()


# Silence


def polled(situation: "Situation", case: Case, _: int) -> int:
    return count_set(situation.silence.silent_polled, case.intervals)


def onts(situation: "Situation", case: Case, each: int) -> int:
    """ONTs that should have been told lost and were not.

    Where a port is dark, probes miss services or callers alone tell, and its OLT has never told of any ONT, it may tell
    of none: their silence counts once.
    Of ONTs whose OLT is down as well, an access manager tells either all or none, of one OLT so and of another
    otherwise: what was told counts with the silence of the rest of that OLT, or not at all; an OLT of which none is
    told counts for a few. What the OLT says itself it would not say then.
    """
    silent, case.unlikely = silent_onts(situation, case, each)
    return silent


def _is_told_otherwise(case: Case) -> bool:
    """By a link that is dark, by probes of services or by callers alone."""
    if not case.told or any(one.link >= 0 for one in case.told):
        return True
    probed = any(one.kind == probe.NAME for one in case.told)
    return probed and not any(one.speaker >= 0 for one in case.told)


def sayable(
    situation: "Situation", predicted: Prediction | None, told: list[Evidence]
) -> tuple[list[Evidence], list[Evidence]]:
    """What may be told of such a failure; and what an OLT that it takes down said of its ONTs: of something else.

    `predicted`: None where what fails may go on telling.
    """
    life = situation.told.life
    any_own = life.by_olt or life.tellers.managers.passed_on
    own = [one for one in told if one.speaker >= 0 and is_by_olt(situation, one)] if any_own else []
    dead = speakers_in(situation.topology, predicted.down.intervals) if own and predicted is not None else ()
    unsaid = [one for one in own if one.speaker in dead]
    return ([one for one in told if one not in unsaid] if unsaid else told), unsaid


def sooner(situation: "Situation", case: Case, age_us: int, silent: int, each: int) -> int:
    """What silent ONTs cost: an OLT that told of others at once would have told of them as well (`Scores.sooner`)."""
    cost = silent * each
    if age_us >= situation.policy.settle_s * SECOND_US:
        return cost
    told_us: dict[int, list[int]] = {}
    for one in case.told:
        if one.speaker >= 0 and one not in case.unlikely:
            told_us.setdefault(one.speaker, []).append(one.onset_us)
    if not told_us:
        return cost
    began_us, waiting = min([one.onset_us for one in case.told]), _waiting(situation, case)
    for speaker, at_us in told_us.items():
        number = min(silent, waiting.get(speaker, 0))
        known = situation.scores.sooner(age_us, [at - began_us for at in at_us], number) if number else None
        if known is not None:
            silent -= number
            cost += number * (known - each)
    return cost


def _waiting(situation: "Situation", case: Case) -> dict[int, int]:
    """Of how many ONTs each OLT has not told that they are lost."""
    if case.waiting is None:
        silence, speaker_at = situation.silence, situation.topology.places.speaker
        onts, lost = view(silence.onts), view(silence.lost)
        found = [speaker_at[low:high][onts[low:high] > lost[low:high]] for low, high in case.intervals]
        case.waiting = how_often(np.concatenate(found)) if found else {}
    return case.waiting


def silent_onts(situation: "Situation", case: Case, each: int) -> tuple[int, list[Evidence]]:
    """(how many are silent, those that were told and hardly can have been)."""
    silence, predicted = situation.silence, case.predicted
    silent = count_set(silence.silent_onts, predicted.onts)
    if silent > 1 and _is_told_otherwise(case):
        untold = situation.told.life.tellers.untold_among(silence.silent_onts, predicted.onts)
        silent -= max(0, untold - 1)
    dead = speakers_in(situation.topology, predicted.down.intervals)
    below = [one for one in case.told if one.speaker in dead] if dead else []
    more, unlikely = _below_the_dead(situation, case, below, dead, each) if below else (0, [])
    return silent + more, unlikely


def _below_the_dead(
    situation: "Situation", case: Case, told: list[Evidence], dead: Collection[int], each: int
) -> tuple[int, list[Evidence]]:
    """Of ONTs whose OLT is `dead`, and `told` of them and of routers there: how many are silent, and who is unlikely.

    Of routers alone: all of it, or nothing.
    """
    waiting = {speaker: number for speaker, number in _waiting(situation, case).items() if speaker in dead}
    if all(situation.topology.role_of(one.device) != "ont" for one in told):
        rest = sum(waiting.values())
        return (rest, []) if sum([one.worth for one in told]) + rest * each > 0 else (0, told)
    silent, unlikely, by_speaker = 0, list[Evidence](), dict[int, list[Evidence]]()
    for one in told:
        by_speaker.setdefault(one.speaker, []).append(one)
    for speaker, mine in by_speaker.items():
        rest = waiting.pop(speaker, 0)
        if any(is_by_olt(situation, one) for one in mine) or sum([one.worth for one in mine]) + rest * each <= 0:
            unlikely += mine
        else:
            silent += rest
    if len(unlikely) < len(told):
        silent += sum([min(number, OF_NONE) for number in waiting.values()])
    return silent, unlikely


def is_by_olt(situation: "Situation", told: Evidence) -> bool:
    """The OLT itself said so of an ONT; or somebody else what only the OLT can see, where nobody calls it lost."""
    life, alarms = situation.told.life, told.alarms
    if not life.by_olt.isdisjoint(alarms):
        return True
    return not life.tellers.managers.passed_on.isdisjoint(alarms) and told.speaker not in situation.told.lost_devices


POLLED = Silence(
    "polled",
    {"en": "polled device not lost", "id": "perangkat yang di-polling dan tetap terjangkau"},
    lambda policy: policy.types["device_unreachable"],
    polled,
    rough=True,
)
ONTS = Silence("ont", {"en": "ONT not lost", "id": "ONT yang tetap terhubung"}, lambda policy: policy.ont, onts, sooner)
KIND = Kind(
    NAME,
    {"en": "device unreachable", "id": "perangkat tidak terjangkau"},
    meaning,
    turned,
    owner,
    adds,
    silences=(POLLED, ONTS),
    alone=alone,
    down=True,
)
