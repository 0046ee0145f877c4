"""What happens, put into the situation, by the kind of change; and what each of them speaks for."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from correlator.events import PRECURSORS, AlarmType
from correlator.inference.evidence import OUTSIDE
from correlator.inference.evidence.device import loss_of
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import DARK
from correlator.inference.port import (
    AlarmDated,
    AlarmEnded,
    AlarmForgotten,
    AlarmFreed,
    AlarmHeard,
    AlarmHinted,
    AlarmStands,
    AlarmStrayed,
    Complaint,
    ComplaintOver,
    KnownUp,
    Observation,
    OutOfSight,
    Polled,
    Precursor,
    Root,
)
from correlator.inference.situation import credit
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.strays import group_of, speaker_of
from correlator.inference.situation.tellers import Word
from correlator.inference.situation.whose import ours
from topology import cover
from topology.around import AT_HOME
from topology.graph import Topology


def explainers(topology: Topology, services: Iterable[int], *, has_mains: bool = False) -> tuple[int, ...]:
    """Single elements that alone take one of these services down. `has_mains`: no group by which the house has them."""
    found = dict.fromkeys(c for service in services for c in cover.fails_service(topology, service))
    if has_mains:
        points = (point for service in services for point in topology.service_attach(service))
        held_by = set[int]().union(*(cover.holders(topology, topology.device_of(point)) for point in points))
        return tuple(one for one in found if one not in held_by or topology.kind_of(one) != "risk_group")
    return tuple(found)


def line_of(topology: Topology, services: Iterable[int]) -> tuple[int, ...]:
    """A customer's own way to us: the service; where it has one attach point, that and the link there.

    Of a customer's device the link is its own where it has but one; that of a splitter is of all who hang there.
    """
    found = dict[int, None]()
    for service in services:
        found[topology.first_service + service] = None
        points = topology.service_attach(service)
        if len(points) == 1:
            found[points[0]] = None
            links = topology.links_of(points[0])
            shared = topology.is_device(points[0]) and topology.role_of(points[0]) not in AT_HOME
            if len(links) == 1 and not shared:
                found[links[0]] = None
    return tuple(found)


def spoken_for(situation: Situation, name: str, alarm_type: AlarmType) -> tuple[int, ...]:
    """The candidates to look at again when such an alarm changes."""
    if alarm_type in PRECURSORS:
        return degraded_by(situation.topology, name)
    meaning = situation.meanings.of(name, alarm_type)
    if meaning is None:
        return ()
    return (*meaning.credit, *meaning.explain, *credit.adds(situation, meaning), *outside(meaning.kind))


def outside(kind: str) -> tuple[int, ...]:
    """Besides whom it speaks for: many of its kind at once may have a cause outside the network."""
    return (EXTERNAL,) if kind in OUTSIDE else ()


def degraded_by(topology: Topology, name: str) -> tuple[int, ...]:
    """The elements that a precursor on this object makes likelier to fail: its fibre, or a hot device itself."""
    element = topology.find(name)
    if element is None:
        return ()
    kind = topology.kind_of(element)
    link = topology.link_of(element) if kind == "port" else element if kind == "link" else -1
    touched = (link, element, *cover.severs(topology, link)) if link >= 0 else (element,)
    return tuple(dict.fromkeys(touched))


# What happens


def _stands(situation: Situation, change: AlarmStands) -> Evidence | None:
    meaning = situation.meanings.of(change.object, change.alarm_type)
    if meaning is None:
        return None
    worth = situation.scores.told_by(change.source, change.alarm_type)
    if worth is not None:
        meaning = replace(meaning, worth=worth, doubted=worth < meaning.worth)
    if change.kept and situation.share is not None:
        meaning = ours(situation, meaning)
    return situation.told_by(change.alarm, meaning, change.since_us, change.heard_us)


def _ended(situation: Situation, change: AlarmEnded) -> Evidence | None:
    if situation.told.vendor.said:
        situation.told.vendor.drop(change.alarm)
    return situation.told_no_more(change.alarm)


def _heard(situation: Situation, change: AlarmHeard) -> Evidence | None:
    """That a device is lost which, as is known now, has spoken since."""
    life, belied = situation.told.life, None
    _seen_to_tell(situation, change)
    own = life.spoke(change.told)
    for spoke in (*own, life.heard(change.object, change.alarm_type, change.at_us)):
        lost = loss_of(situation, spoke)
        if lost is not None:
            known = lost in life.refuted
            life.judge(lost)
            if lost in life.refuted and (not known or (spoke in own and not lost.home)):
                belied = lost
    told = situation.told.by_alarm.get(change.alarm)
    if told is not None:
        told.last_us[change.alarm] = change.at_us
        life.judge(told)
    return belied


def _seen_to_tell(situation: Situation, change: AlarmHeard) -> None:
    """Whoever told this tells of such things: silence on the others of their kind means something from now on."""
    topology, life = situation.topology, situation.told.life
    if change.alarm and change.alarm_type in DARK:
        life.of_links.add(change.alarm)
    device = topology.find(change.object)
    if device is None or not topology.is_device(device):
        return
    if topology.role_of(device) in AT_HOME:
        word, seen = Word(change.since_us, change.at_us), change.alarm_type in DARK
        life.olt_said(change.alarm, device, change.told, word, seen=seen)
    elif change.alarm_type == "device_unreachable":
        situation.silence.poller_spoke(device)
        if change.alarm:
            life.said_by[change.alarm] = tuple(change.told)


def _freed(situation: Situation, change: AlarmFreed) -> None:
    told = situation.told.by_alarm.get(change.alarm)
    if told is not None:
        told.freed_us[change.alarm] = change.at_us
        situation.date(change.alarm, told.alarms[change.alarm])


def _strayed(situation: Situation, change: AlarmStrayed) -> None:
    meaning = situation.meanings.of(change.object, change.alarm_type)
    worth = situation.scores.told_by(change.source, change.alarm_type)
    if meaning is not None and (worth is None or worth >= meaning.worth):  # else it is known to babble
        group = group_of(meaning.kind, situation.names.role_of(meaning.device), feeder=meaning.feeder)
        speaker = speaker_of(situation.topology, meaning)
        situation.claims.strays.ended(change.alarm, change.since_us, group, speaker)


def _forgotten(situation: Situation, change: AlarmForgotten) -> None:
    situation.claims.strays.forget(change.alarm)
    _known_up(situation, KnownUp(change.alarm, change.object, change.alarm_type, up=False))
    situation.told.life.forget(change.alarm)


def _hinted(situation: Situation, change: AlarmHinted) -> None:
    told = situation.told.by_alarm.get(change.alarm)
    if told is not None:
        root = situation.names.candidate(change.object) if change.root else None
        alike = () if root is None else situation.candidates.class_of(root).members
        situation.told.vendor.says(change, told.plain, root, alike)


def _dated(situation: Situation, change: AlarmDated) -> None:
    situation.date(change.alarm, change.since_us)
    situation.told.life.tellers.managers.date(change.alarm, change.since_us)


def _precursor(situation: Situation, change: Precursor) -> None:
    for candidate in degraded_by(situation.topology, change.object):
        situation.told.hazards[candidate] = situation.told.hazards.get(candidate, 0) + change.by
        if not situation.told.hazards[candidate]:
            del situation.told.hazards[candidate]


def _known_up(situation: Situation, change: KnownUp) -> None:
    """A probe that says the service is up is word against whatever takes it down; so is a monitor's of a span."""
    topology = situation.topology
    element = topology.find(change.object)
    if element is None:
        return
    kind = topology.kind_of(element)
    if change.alarm_type == "fiber_break" and kind == "span":
        keys = situation.told.whole.setdefault(element, set())
        (keys.add if change.up else keys.discard)(change.alarm)
    elif change.alarm_type == "device_unreachable" and kind == "device" and topology.role_of(element) in AT_HOME:
        situation.told.life.at_home(change.alarm, element, change.since_us if change.up else 0)
    elif change.alarm_type == "service_down" and kind == "service":
        situation.told.probes.hear(change.alarm, element - topology.first_service, change.up)


def _complains(situation: Situation, change: Complaint) -> None:
    over = explainers(situation.topology, change.services, has_mains=change.has_mains)
    line = line_of(situation.topology, change.services)
    situation.told.callers.add(change.complaint, over, line, change.at_us, change.weight)


def _complains_no_more(situation: Situation, change: ComplaintOver) -> None:
    situation.told.callers.drop(change.complaint, explainers(situation.topology, change.services))


def _out_of_sight(situation: Situation, change: OutOfSight) -> None:
    situation.silence.set_unknown(change.devices)
    life, turned = situation.told.life, situation.told.life.see(change.blind)
    for device in sorted({element for name in turned if (element := situation.topology.find(name)) is not None}):
        lost = loss_of(situation, device)
        if lost is not None:
            life.judge(lost)


def _polled(situation: Situation, change: Polled) -> None:
    situation.silence.set_asked(change.devices)
    situation.told.life.asked = bool(change.devices)


OBSERVED: dict[type, Callable[[Situation, Any], Observation | None]] = {
    AlarmStands: _stands,
    AlarmEnded: _ended,
    AlarmHeard: _heard,
    AlarmForgotten: _forgotten,
    AlarmFreed: _freed,
    AlarmStrayed: _strayed,
    AlarmDated: _dated,
    AlarmHinted: _hinted,
    Precursor: _precursor,
    KnownUp: _known_up,
    Complaint: _complains,
    ComplaintOver: _complains_no_more,
    OutOfSight: _out_of_sight,
    Polled: _polled,
}


# What it speaks for


def _of_evidence(_: Situation, what: Evidence) -> tuple[int, ...]:
    return what.credit + what.explain + outside(what.kind)


def _of_alarm(situation: Situation, what: AlarmStands) -> tuple[int, ...]:
    return spoken_for(situation, what.object, what.alarm_type)


def _of_complaint(situation: Situation, what: Complaint | ComplaintOver) -> tuple[int, ...]:
    return explainers(situation.topology, what.services)


def _of_root(situation: Situation, what: Root) -> tuple[int, ...]:
    root = situation.names.candidate(what.name)
    return () if root is None else (root,)


TOUCHED: dict[type, Callable[[Situation, Any], tuple[int, ...]]] = {
    Evidence: _of_evidence,
    AlarmStands: _of_alarm,
    Complaint: _of_complaint,
    ComplaintOver: _of_complaint,
    Root: _of_root,
}
