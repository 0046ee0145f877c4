"""The engine that the service runs: noisy-OR over candidates, gates and silence (port: `inference.port.Engine`)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from correlator.events import PRECURSORS, AlarmType
from correlator.explanation import Line
from correlator.inference import claims, explain, islands, planned_work, rerooting
from correlator.inference.evidence import Evidence
from correlator.inference.observations import Plan, Token
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
from correlator.inference.weighing import Weighed, weigh_set
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
        self._evidence = Evidence(topology, policy, related, share)
        self.accounts: Accounts = NoisyOrAccounts(self._evidence)
        self.roots: Roots = NoisyOrRoots(self._evidence)

    # What is known

    def observe(self, change: Change) -> Observation | None:
        return OBSERVED[type(change)](self._evidence, change)

    def plan(self, windows: Iterable[tuple[tuple[str, ...], int]]) -> list[Observation]:
        return list(planned_work.put_in_force(self._evidence, windows))

    def observation(self, alarm: str) -> Observation | None:
        return self._evidence.by_alarm.get(alarm)

    def touch(self, what: Touched) -> None:
        evidence = self._evidence
        match what:
            case Token():
                evidence.dirty.update(what.credit)
            case AlarmStands():
                evidence.dirty.update(spoken_for(evidence, what.object, what.alarm_type))
            case Complaint() | ComplaintOver():
                evidence.dirty.update(explainers(evidence.topology, what.services))
            case Root():
                root = evidence.planner.candidate(what.name)
                if root is not None:
                    evidence.dirty.add(root)

    def forget_touched(self) -> None:
        self._evidence.dirty.clear()

    def pending(self) -> bool:
        return bool(self._evidence.dirty)

    # Which faults explain it

    def diagnose(self, now_us: int, suspected: Mapping[str, str], looks: Collection[str]) -> Diagnosis:
        evidence = self._evidence
        evidence.units = 0
        for root in looks:
            self.touch(Root(root))
        near = islands.near(evidence)
        changed = evidence.dirty.copy()
        known = ((evidence.planner.candidate(root), incident) for root, incident in suspected.items())
        roots = {root: incident for root, incident in known if root is not None}
        region = gather(evidence, evidence.suspects, roots, now_us)
        chosen = islands.join(evidence, choose(evidence, region, now_us), near, now_us)
        return Diagnosis([self._told(one) for one in chosen], region.suspects, Found(changed, chosen))

    def units(self) -> int:
        return self._evidence.units

    def renamed(self, diagnosis: Diagnosis) -> list[str]:
        owner, changed = self._evidence.root_owner, cast("Found", diagnosis.detail).changed
        return sorted({owner[one] for one in changed if one in owner})

    def sharper(self, standing: Standing, now_us: int) -> Hypothesis | None:
        return self._alone(rerooting.sharper(self._evidence, standing, now_us))

    def better(self, diagnosis: Diagnosis, standing: Callable[[str], Standing], now_us: int) -> list[TakeOver]:
        found = cast("Found", diagnosis.detail)
        offers = rerooting.offers(self._evidence, found.changed, found.chosen, standing, now_us)
        return [TakeOver(self._one(offer.weighed), offer.incidents) for offer in offers]

    def swallowed(self, root: str, standing: Callable[[str], Standing]) -> list[str]:
        candidate = self._evidence.planner.candidate(root)
        return [] if candidate is None else rerooting.swallowed(self._evidence, candidate, standing)

    def weigh(
        self, root: str, told: Iterable[Observation], now_us: int, without: Collection[str] = ()
    ) -> Hypothesis | None:
        candidate = self._evidence.planner.candidate(root)
        if candidate is None:
            return None
        return self._alone(weigh_set(self._evidence, candidate, tokens_of(told), now_us, list(without)))

    def assume(self, root: str, told: Iterable[Observation], now_us: int) -> Hypothesis:
        evidence, candidate = self._evidence, candidate_of(self._evidence, root)
        held = sorted(tokens_of(told), key=lambda token: token.key)
        weighed = weigh_set(evidence, candidate, held, now_us, [])
        if weighed is None:  # nobody is out for lost mains alone, as the machine sees it
            _, members, prior = evidence.elements.family(candidate)
            weighed = Weighed(candidate, members, prior, [], prior)
        weighed.candidate = candidate  # the very element that the person named, not the likeliest of its class
        weighed.tokens, weighed.unlikely = held, []
        return self._told(Chosen(weighed, [], 1_000_000))

    def explained(self, hypothesis: Hypothesis) -> list[Observation]:
        return list(all_explained(self._evidence, cast("Chosen", hypothesis.detail).weighed))

    def explain(self, hypothesis: Hypothesis) -> list[Line]:
        return explain.lines(self._evidence, cast("Chosen", hypothesis.detail), hypothesis.confidence_ppm)

    # Inside

    def _alone(self, weighed: Weighed | None) -> Hypothesis | None:
        return None if weighed is None else self._one(weighed)

    def _one(self, weighed: Weighed) -> Hypothesis:
        """By itself: no other root was looked at."""
        return self._told(Chosen(weighed, [], self._evidence.scores.confidence_ppm(weighed.gain, [])))

    def _told(self, chosen: Chosen) -> Hypothesis:
        evidence, weighed = self._evidence, chosen.weighed
        name, scores = evidence.planner.name_of, evidence.scores
        total = scores.add([0, weighed.gain, *(gain for _, gain in chosen.rivals)])
        return Hypothesis(
            root=name(weighed.candidate),
            members=tuple(name(member) for member in weighed.members),
            gain=weighed.gain,
            prior=weighed.prior,
            odds=chosen.odds,
            share=weighed.share,
            confidence_ppm=chosen.confidence_ppm,
            speaks=list(weighed.tokens),
            alternatives=tuple((name(other), scores.share_ppm(gain - total)) for other, gain in chosen.rivals),
            besides=tuple(name(other) for other in chosen.besides),
            detail=chosen,
        )


class NoisyOrRoots:
    """Implements `Roots`."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def alike(self, root: str) -> tuple[str, ...]:
        name = self._evidence.planner.name_of
        return tuple(name(member) for member in self._evidence.elements.family(candidate_of(self._evidence, root))[1])

    def broken(self, root: str) -> tuple[int, ...]:
        evidence = self._evidence
        candidate = evidence.planner.candidate(root)
        if candidate is None or not evidence.elements.is_row(candidate):
            return ()
        if evidence.has_only_a_card_dead(candidate):
            return tuple(link for link in evidence.topology.links_of(candidate) if link in evidence.dark_links)
        return (candidate,)

    def partly_broken(self, root: str) -> bool:
        candidate = self._evidence.planner.candidate(root)
        return candidate is not None and self._evidence.has_only_a_card_dead(candidate)

    def turned(self) -> set[str]:
        """Devices of which more, or less, is broken than before: asked once."""
        turned, self._evidence.cards_turned = self._evidence.cards_turned, set()
        return {self._evidence.planner.name_of(device) for device in turned}

    def is_ours(self, root: str) -> bool:
        return not self._evidence.is_anothers(candidate_of(self._evidence, root))

    def planned_until_us(self, root: str) -> int:
        return planned_work.covered_until_us(self._evidence, candidate_of(self._evidence, root))

    def complaints_for(self, root: str) -> dict[str, int]:
        calls = self._evidence.calls.get(candidate_of(self._evidence, root), {})
        return {complaint: at_us for complaint, (at_us, _) in calls.items()}

    def free_for(self, root: str) -> list[Observation]:
        """What speaks for it and no settled incident explains."""
        return list(self._evidence.free.get(candidate_of(self._evidence, root), ()))

    def speaks_for(self, root: str, told: Observation) -> bool:
        return self._evidence.planner.candidate(root) in cast("Token", told).credit

    def names_root(self, root: str, told: Iterable[Observation]) -> bool:
        candidate = self._evidence.planner.candidate(root)
        own = () if candidate is None else self._evidence.elements.family(candidate)[1]
        return any(one.key[1] in own for one in told)

    def beyond(self, root: str, told: Iterable[Observation]) -> list[Observation]:
        return list(rerooting.unexplained(self._evidence, candidate_of(self._evidence, root), tokens_of(told)))


class NoisyOrAccounts:
    """Implements `Accounts`."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def own(self, observation: Observation, incident: str | None) -> None:
        if incident is None:
            self._evidence.disown(cast("Token", observation))
        else:
            self._evidence.own(cast("Token", observation), incident)

    def suspect(self, observation: Observation, incident: str | None) -> None:
        self._evidence.suspect(cast("Token", observation), incident)

    def held_by(self, incident: str) -> set[Observation]:
        return cast("set[Observation]", self._evidence.holdings.get(incident, set()))

    def suspected_by(self, incident: str) -> set[Observation]:
        return cast("set[Observation]", self._evidence.suspects.get(incident, set()))

    def forget(self, incident: str) -> None:
        self._evidence.holdings.pop(incident, None)
        self._evidence.suspects.pop(incident, None)

    def owner_of(self, observation: Observation) -> str | None:
        return self._evidence.owner_of(cast("Token", observation))

    def clearing_of(self, observation: Observation) -> list[str]:
        token, ending = cast("Token", observation), self._evidence.ending
        return [ending[c] for c in (*token.plain, *token.explain) if c in ending] if ending else []

    def over(self, services: Iterable[int]) -> tuple[list[str], list[str]]:
        owner = self._evidence.root_owner
        over = (owner.get(c) for c in explainers(self._evidence.topology, services))
        return [name for name in over if name is not None], list(self._evidence.ending.values())

    def takes_down(self, standing: Standing, services: Iterable[int]) -> bool:
        roots = self._evidence.ending if standing.clearing else self._evidence.root_owner
        return any(roots.get(c) == standing.incident for c in explainers(self._evidence.topology, services))

    def clears(self, element: int) -> bool:
        return element in self._evidence.ending

    def claim(self, standing: Standing, others: Iterable[Standing]) -> None:
        claims.claim(self._evidence, standing, others)

    def reclaim(self, standing: Iterable[Standing]) -> None:
        claims.reclaim(self._evidence, standing)

    def expose(self, standing: Iterable[Standing]) -> list[Observation]:
        return list(claims.expose(self._evidence, standing))

    def absorbed(self, standing: Standing) -> list[Observation]:
        return list(claims.absorbed(self._evidence, standing))

    def met(self, standing: Standing, others: Iterable[Standing]) -> list[Observation]:
        return list(claims.met(self._evidence, standing, others))


def candidate_of(evidence: Evidence, root: str) -> int:
    candidate = evidence.planner.candidate(root)
    assert candidate is not None, f"the inventory in force has no {root}"
    return candidate


def tokens_of(told: Iterable[Observation]) -> list[Token]:
    return cast("list[Token]", list(told))


def explainers(topology: Topology, services: Iterable[int]) -> tuple[int, ...]:
    """Single elements that alone take one of these services down."""
    return tuple(dict.fromkeys(c for service in services for c in cover.fails_service(topology, service)))


def spoken_for(evidence: Evidence, name: str, alarm_type: AlarmType) -> tuple[int, ...]:
    """The candidates to look at again when such an alarm changes."""
    if alarm_type in PRECURSORS:
        return degraded_by(evidence.topology, name)
    plan = evidence.planner.plan(name, alarm_type)
    return plan.credit + evidence.wounds.adds(plan) if plan else ()


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


def _stands(evidence: Evidence, change: AlarmStands) -> Token | None:
    plan: Plan | None = evidence.planner.plan(change.object, change.alarm_type)
    if plan is None:
        return None
    if change.kept and evidence.share is not None:
        plan = evidence.ours(plan)
    return evidence.raise_alarm(change.alarm, plan, change.since_us)


def _ended(evidence: Evidence, change: AlarmEnded) -> Token | None:
    return evidence.drop_alarm(change.alarm)


def _dated(evidence: Evidence, change: AlarmDated) -> None:
    evidence.date(change.alarm, change.since_us)


def _precursor(evidence: Evidence, change: Precursor) -> None:
    for candidate in degraded_by(evidence.topology, change.object):
        evidence.hazards[candidate] = evidence.hazards.get(candidate, 0) + change.by
        if not evidence.hazards[candidate]:
            del evidence.hazards[candidate]


def _known_up(evidence: Evidence, change: KnownUp) -> None:
    """A probe that says the service is up is word against whatever takes it down; so is a monitor's of a span."""
    topology = evidence.topology
    element = topology.find(change.object)
    if element is None:
        return
    kind = topology.kind_of(element)
    if change.alarm_type == "fiber_break" and kind == "span":
        keys = evidence.whole.setdefault(element, set())
        (keys.add if change.up else keys.discard)(change.alarm)
    elif change.alarm_type == "service_down" and kind == "service":
        evidence.probes.hear(change.alarm, element - topology.first_service, change.up)


def _complains(evidence: Evidence, change: Complaint) -> None:
    over = explainers(evidence.topology, change.services)
    evidence.callers.add(change.complaint, over, change.at_us, change.weight)


def _complains_no_more(evidence: Evidence, change: ComplaintOver) -> None:
    evidence.callers.drop(change.complaint, explainers(evidence.topology, change.services))


def _out_of_sight(evidence: Evidence, change: OutOfSight) -> None:
    evidence.sight.set_unknown(change.devices)


OBSERVED: dict[type, Callable[[Evidence, Any], Observation | None]] = {
    AlarmStands: _stands,
    AlarmEnded: _ended,
    AlarmDated: _dated,
    Precursor: _precursor,
    KnownUp: _known_up,
    Complaint: _complains,
    ComplaintOver: _complains_no_more,
    OutOfSight: _out_of_sight,
}
