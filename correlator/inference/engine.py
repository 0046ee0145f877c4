"""The engine that the service runs: noisy-OR over candidates, gates and silence (port: `inference.port.Engine`)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from correlator.events import PRECURSORS, AlarmType
from correlator.explanation import Line
from correlator.inference import claims, explain, islands, planned_work, rerooting
from correlator.inference.evidence.kind import Evidence
from correlator.inference.port import (
    Accounts,
    AlarmDated,
    AlarmEnded,
    AlarmStands,
    Change,
    Complaint,
    ComplaintOver,
    Diagnosis,
    Hypothesis,
    KnownUp,
    Observation,
    OutOfSight,
    Precursor,
    Root,
    Roots,
    Standing,
    TakeOver,
    Touched,
)
from correlator.inference.search import Chosen, all_explained, choose, gather
from correlator.inference.situation import Situation
from correlator.inference.weighing import Weighed, weigh_set
from correlator.inference.whose import is_anothers, ours
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from correlator.world import Share
from topology import cover
from topology.graph import Topology


@dataclass(slots=True)
class Found:
    """What a search changed its mind on: candidates for which something changed, and what it chose."""

    changed: set[int]
    chosen: list[Chosen]


class NoisyOr:
    """Implements `Engine`."""

    def __init__(self, topology: Topology, policy: FaultPolicy, related: Related, share: Share | None) -> None:
        self._situation = Situation(topology, policy, related, share)
        self.accounts: Accounts = NoisyOrAccounts(self._situation)
        self.roots: Roots = NoisyOrRoots(self._situation)

    # What is known

    def observe(self, change: Change) -> Observation | None:
        return OBSERVED[type(change)](self._situation, change)

    def plan(self, windows: Iterable[tuple[tuple[str, ...], int]]) -> list[Observation]:
        return list(planned_work.put_in_force(self._situation, windows))

    def observation(self, alarm: str) -> Observation | None:
        return self._situation.told.by_alarm.get(alarm)

    def touch(self, what: Touched) -> None:
        self._situation.touched.update(TOUCHED[type(what)](self._situation, what))

    def forget_touched(self) -> None:
        self._situation.touched.clear()

    def pending(self) -> bool:
        return bool(self._situation.touched)

    # Which faults explain it

    def diagnose(self, now_us: int, suspected: Mapping[str, str], looks: Collection[str]) -> Diagnosis:
        situation = self._situation
        situation.units = 0
        for root in looks:
            self.touch(Root(root))
        near = islands.near(situation)
        changed = situation.touched.copy()
        known = ((situation.names.candidate(root), incident) for root, incident in suspected.items())
        roots = {root: incident for root, incident in known if root is not None}
        region = gather(situation, situation.claims.suspects, roots, now_us)
        chosen = islands.join(situation, choose(situation, region, now_us), near, now_us)
        return Diagnosis([self._told(one) for one in chosen], region.suspects, Found(changed, chosen))

    def units(self) -> int:
        return self._situation.units

    def renamed(self, diagnosis: Diagnosis) -> list[str]:
        owner, changed = self._situation.claims.root_owner, cast("Found", diagnosis.detail).changed
        return sorted({owner[one] for one in changed if one in owner})

    def sharper(self, standing: Standing, now_us: int) -> Hypothesis | None:
        return self._alone(rerooting.sharper(self._situation, standing, now_us))

    def better(self, diagnosis: Diagnosis, standing: Callable[[str], Standing], now_us: int) -> list[TakeOver]:
        found = cast("Found", diagnosis.detail)
        offers = rerooting.offers(self._situation, found.changed, found.chosen, standing, now_us)
        return [TakeOver(self._one(offer.weighed), offer.incidents) for offer in offers]

    def swallowed(self, root: str, standing: Callable[[str], Standing]) -> list[str]:
        candidate = self._situation.names.candidate(root)
        return [] if candidate is None else rerooting.swallowed(self._situation, candidate, standing)

    def weigh(
        self, root: str, told: Iterable[Observation], now_us: int, without: Collection[str] = ()
    ) -> Hypothesis | None:
        candidate = self._situation.names.candidate(root)
        if candidate is None:
            return None
        return self._alone(weigh_set(self._situation, candidate, evidence_in(told), now_us, list(without)))

    def assume(self, root: str, told: Iterable[Observation], now_us: int) -> Hypothesis:
        situation, candidate = self._situation, candidate_of(self._situation, root)
        held = sorted(evidence_in(told), key=lambda one: one.key)
        weighed = weigh_set(situation, candidate, held, now_us, [])
        if weighed is None:  # nobody is out for lost mains alone, as the machine sees it
            _, members, prior = situation.candidates.class_of(candidate)
            weighed = Weighed(candidate, members, prior, [], prior)
        weighed.candidate = candidate  # the very element that the person named, not the likeliest of its class
        weighed.speaks, weighed.unlikely = held, []
        return self._told(Chosen(weighed, [], 1_000_000))

    def explained(self, hypothesis: Hypothesis) -> list[Observation]:
        return list(all_explained(self._situation, cast("Chosen", hypothesis.detail).weighed))

    def explain(self, hypothesis: Hypothesis) -> list[Line]:
        return explain.lines(self._situation, cast("Chosen", hypothesis.detail), hypothesis.confidence_ppm)

    # Inside

    def _alone(self, weighed: Weighed | None) -> Hypothesis | None:
        return None if weighed is None else self._one(weighed)

    def _one(self, weighed: Weighed) -> Hypothesis:
        """By itself: no other root was looked at."""
        return self._told(Chosen(weighed, [], self._situation.scores.confidence_ppm(weighed.gain, [])))

    def _told(self, chosen: Chosen) -> Hypothesis:
        situation, weighed = self._situation, chosen.weighed
        name, scores = situation.names.name_of, situation.scores
        total = scores.add([0, weighed.gain, *(gain for _, gain in chosen.rivals)])
        return Hypothesis(
            root=name(weighed.candidate),
            members=tuple(name(member) for member in weighed.members),
            gain=weighed.gain,
            prior=weighed.prior,
            odds=chosen.odds,
            share=weighed.share,
            confidence_ppm=chosen.confidence_ppm,
            speaks=list(weighed.speaks),
            alternatives=tuple((name(other), scores.share_ppm(gain - total)) for other, gain in chosen.rivals),
            besides=tuple(name(other) for other in chosen.besides),
            detail=chosen,
        )


class NoisyOrRoots:
    """Implements `Roots`."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    def alike(self, root: str) -> tuple[str, ...]:
        name, candidate = self._situation.names.name_of, candidate_of(self._situation, root)
        return tuple(name(member) for member in self._situation.candidates.class_of(candidate).members)

    def broken(self, root: str) -> tuple[int, ...]:
        situation = self._situation
        candidate = situation.names.candidate(root)
        if candidate is None or not situation.candidates.is_row(candidate):
            return ()
        if situation.told.only_a_card_is_dead(candidate):
            return tuple(link for link in situation.topology.links_of(candidate) if link in situation.told.dark_links)
        return (candidate,)

    def partly_broken(self, root: str) -> bool:
        candidate = self._situation.names.candidate(root)
        return candidate is not None and self._situation.told.only_a_card_is_dead(candidate)

    def turned(self) -> set[str]:
        """Devices of which more, or less, is broken than before: asked once."""
        turned, self._situation.told.cards_turned = self._situation.told.cards_turned, set()
        return {self._situation.names.name_of(device) for device in turned}

    def is_ours(self, root: str) -> bool:
        return not is_anothers(self._situation, candidate_of(self._situation, root))

    def planned_until_us(self, root: str) -> int:
        return planned_work.covered_until_us(self._situation, candidate_of(self._situation, root))

    def complaints_for(self, root: str) -> dict[str, int]:
        calls = self._situation.told.callers.calls.get(candidate_of(self._situation, root), {})
        return {complaint: at_us for complaint, (at_us, _) in calls.items()}

    def free_for(self, root: str) -> list[Observation]:
        """What speaks for it and no settled incident explains."""
        return list(self._situation.support.free.get(candidate_of(self._situation, root), ()))

    def speaks_for(self, root: str, told: Observation) -> bool:
        return self._situation.names.candidate(root) in cast("Evidence", told).credit

    def names_root(self, root: str, told: Iterable[Observation]) -> bool:
        candidate = self._situation.names.candidate(root)
        own = () if candidate is None else self._situation.candidates.class_of(candidate).members
        return any(one.key[1] in own for one in told)

    def beyond(self, root: str, told: Iterable[Observation]) -> list[Observation]:
        return list(rerooting.unexplained(self._situation, candidate_of(self._situation, root), evidence_in(told)))


class NoisyOrAccounts:
    """Implements `Accounts`."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    def own(self, observation: Observation, incident: str | None) -> None:
        if incident is None:
            self._situation.disown(cast("Evidence", observation))
        else:
            self._situation.own(cast("Evidence", observation), incident)

    def suspect(self, observation: Observation, incident: str | None) -> None:
        self._situation.claims.suspect(cast("Evidence", observation), incident)

    def held_by(self, incident: str) -> set[Observation]:
        return cast("set[Observation]", self._situation.claims.holdings.get(incident, set()))

    def suspected_by(self, incident: str) -> set[Observation]:
        return cast("set[Observation]", self._situation.claims.suspects.get(incident, set()))

    def forget(self, incident: str) -> None:
        self._situation.claims.holdings.pop(incident, None)
        self._situation.claims.suspects.pop(incident, None)

    def owner_of(self, observation: Observation) -> str | None:
        return claims.owner_of(self._situation, cast("Evidence", observation))

    def clearing_of(self, observation: Observation) -> list[str]:
        told, ending = cast("Evidence", observation), self._situation.claims.ending
        return [ending[c] for c in (*told.plain, *told.explain) if c in ending] if ending else []

    def over(self, services: Iterable[int]) -> tuple[list[str], list[str]]:
        owner = self._situation.claims.root_owner
        over = (owner.get(c) for c in explainers(self._situation.topology, services))
        return [name for name in over if name is not None], list(self._situation.claims.ending.values())

    def takes_down(self, standing: Standing, services: Iterable[int]) -> bool:
        roots = self._situation.claims.ending if standing.clearing else self._situation.claims.root_owner
        return any(roots.get(c) == standing.incident for c in explainers(self._situation.topology, services))

    def clears(self, element: int) -> bool:
        return element in self._situation.claims.ending

    def claim(self, standing: Standing, others: Iterable[Standing]) -> None:
        claims.claim(self._situation, standing, others)

    def reclaim(self, standing: Iterable[Standing]) -> None:
        claims.reclaim(self._situation, standing)

    def expose(self, standing: Iterable[Standing]) -> list[Observation]:
        return list(claims.expose(self._situation, standing))

    def absorbed(self, standing: Standing) -> list[Observation]:
        return list(claims.absorbed(self._situation, standing))

    def met(self, standing: Standing, others: Iterable[Standing]) -> list[Observation]:
        return list(claims.met(self._situation, standing, others))


def candidate_of(situation: Situation, root: str) -> int:
    candidate = situation.names.candidate(root)
    assert candidate is not None, f"the inventory in force has no {root}"
    return candidate


def evidence_in(told: Iterable[Observation]) -> list[Evidence]:
    return cast("list[Evidence]", list(told))


def explainers(topology: Topology, services: Iterable[int]) -> tuple[int, ...]:
    """Single elements that alone take one of these services down."""
    return tuple(dict.fromkeys(c for service in services for c in cover.fails_service(topology, service)))


def spoken_for(situation: Situation, name: str, alarm_type: AlarmType) -> tuple[int, ...]:
    """The candidates to look at again when such an alarm changes."""
    if alarm_type in PRECURSORS:
        return degraded_by(situation.topology, name)
    meaning = situation.meanings.of(name, alarm_type)
    return meaning.credit + situation.failed.adds(meaning) if meaning else ()


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
    if change.kept and situation.share is not None:
        meaning = ours(situation, meaning)
    return situation.told_by(change.alarm, meaning, change.since_us)


def _ended(situation: Situation, change: AlarmEnded) -> Evidence | None:
    return situation.told_no_more(change.alarm)


def _dated(situation: Situation, change: AlarmDated) -> None:
    situation.date(change.alarm, change.since_us)


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
    elif change.alarm_type == "service_down" and kind == "service":
        situation.told.probes.hear(change.alarm, element - topology.first_service, change.up)


def _complains(situation: Situation, change: Complaint) -> None:
    over = explainers(situation.topology, change.services)
    situation.told.callers.add(change.complaint, over, change.at_us, change.weight)


def _complains_no_more(situation: Situation, change: ComplaintOver) -> None:
    situation.told.callers.drop(change.complaint, explainers(situation.topology, change.services))


def _out_of_sight(situation: Situation, change: OutOfSight) -> None:
    situation.silence.set_unknown(change.devices)


OBSERVED: dict[type, Callable[[Situation, Any], Observation | None]] = {
    AlarmStands: _stands,
    AlarmEnded: _ended,
    AlarmDated: _dated,
    Precursor: _precursor,
    KnownUp: _known_up,
    Complaint: _complains,
    ComplaintOver: _complains_no_more,
    OutOfSight: _out_of_sight,
}


# What it speaks for


def _of_evidence(_: Situation, what: Evidence) -> tuple[int, ...]:
    return what.credit


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
