"""The engine that the service runs: noisy-OR over candidates, gates and silence (port: `inference.port.Engine`)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from correlator.events import SECOND_US
from correlator.explanation import Line
from correlator.inference import explain, mains, planned_work, rerooting
from correlator.inference.accounts import NoisyOrAccounts
from correlator.inference.changes import OBSERVED, TOUCHED
from correlator.inference.evidence import KIND
from correlator.inference.evidence.kind import Evidence
from correlator.inference.joint import cards, drops, islands, pons, ports, streets
from correlator.inference.joint.late_cards import judged, late_cards
from correlator.inference.likelihood import micro
from correlator.inference.port import (
    Accounts,
    Change,
    Complaint,
    Diagnosis,
    Held,
    Hypothesis,
    Observation,
    Root,
    Roots,
    Standing,
    TakeOver,
    Touched,
)
from correlator.inference.root_view import NoisyOrRoots, evidence_in
from correlator.inference.search import Chosen, all_explained, choose, chosen_of, counts, gather, in_order
from correlator.inference.situation.situation import Situation
from correlator.inference.ways.management import is_only_the_way, look, unreached
from correlator.inference.weighing import Weighed, leave_to_a_poller, weigh_set
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from correlator.world import Share
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

    def plan(self, windows: planned_work.Windows) -> list[Observation]:
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
        situation.memo.units = 0
        apart = unreached(situation, set())
        look(situation, now_us, apart)
        for root in looks:
            self.touch(Root(root))
        known = ((situation.names.candidate(root), incident) for root, incident in suspected.items())
        roots = {root: incident for root, incident in known if root is not None}
        near, unlit = islands.near(situation), streets.near(situation, roots)
        pons.near(situation)
        ports.look_at_devices(situation)
        changed = situation.touched.copy()
        region = gather(situation, situation.claims.suspects, roots, now_us)
        chosen = choose(situation, region, apart, now_us, streets.explained(situation, unlit))
        chosen = islands.join(situation, chosen, near, apart, now_us)
        situation.memo.onsets.clear()
        chosen = cards.join(situation, chosen, region.seen, now_us)
        chosen = pons.join(situation, chosen, region.seen, apart, now_us)
        chosen = cards.of_one_device(situation, ports.join(situation, chosen, region.seen))
        chosen = [drops.part_of(situation, one) for one in chosen]
        chosen += [streets.as_chosen(situation, one) for one in unlit]
        lost = [(name or "", len(told)) for name, told in situation.memo.unreached.items()]
        owner = situation.claims.root_owner
        renamed = sorted({owner[one] for one in changed if one in owner})
        found = [self._told(one) for one in chosen]
        return Diagnosis(found, region.suspects, lost, renamed, Found(changed, chosen))

    def units(self) -> int:
        return self._situation.memo.units

    def sharper(self, standing: Standing, now_us: int) -> Hypothesis | None:
        return self._alone(rerooting.sharper(self._situation, standing, now_us))

    def better(self, diagnosis: Diagnosis, standing: Callable[[str], Standing], now_us: int) -> list[TakeOver]:
        found = cast("Found", diagnosis.detail)
        offers = late_cards(self._situation, found.chosen, standing, now_us)
        offers += ports.late(self._situation, found.changed, standing, now_us)
        offers += rerooting.offers(self._situation, found.changed, found.chosen, standing, now_us)
        return [TakeOver(self._told(offer.chosen), offer.incidents) for offer in offers]

    def swallowed(self, root: str, standing: Callable[[str], Standing]) -> list[str]:
        candidate = self._situation.names.candidate(root)
        return [] if candidate is None else rerooting.swallowed(self._situation, candidate, standing)

    def weigh(self, root: str, told: Iterable[Observation], now_us: int, held: Held | None = None) -> Hypothesis | None:
        situation, candidate = self._situation, self._situation.names.candidate(root)
        if candidate is None:
            return None
        held = held or Held()
        with rerooting.counting(situation, held.calls):
            return self._alone(weigh_set(situation, candidate, evidence_in(told), now_us, list(held.incidents)))

    def judge(self, root: str, told: Iterable[Observation], now_us: int, held: Held | None = None) -> Hypothesis | None:
        situation, candidate = self._situation, self._situation.names.candidate(root)
        rested = sorted(set(evidence_in(told)) - situation.told.life.refuted, key=lambda one: one.key)
        held = held or Held()
        without = list(held.incidents)
        with rerooting.counting(situation, held.calls):
            weighed = None if candidate is None else weigh_set(situation, candidate, rested, now_us, without)
            if weighed is None or candidate is None:
                return None
            rivals = rerooting.rivals(situation, candidate, rested, now_us, without)
            weighed.candidate = candidate
            if (all_pons := pons.judged(situation, weighed, without)) is not None:
                return self._told(all_pons)
            if (card := judged(situation, weighed, now_us, without)) is not None:
                return self._told(card)
            if held.alone:  # it is no chance: so for those that leave none of it to chance
                leave_to_a_poller(situation, weighed)
                if all(candidate in one.credit for one in rested):
                    self._is_no_chance(weighed, held.alone)
                more = micro(held.alone)
                rivals = situation.names.ranked(
                    (other, gain + more * all(other in one.credit for one in rested)) for other, gain in rivals
                )
            return self._told(drops.part_of(situation, chosen_of(situation, weighed, rivals)))

    def heard_again(self, standing: Standing, calls: Iterable[Complaint], now_us: int) -> Hypothesis | None:
        found = rerooting.by_calls(self._situation, standing, calls, now_us)
        return None if found is None else self._told(found)

    def best_for(self, observation: Observation, now_us: int, *, alone: float = 0.0) -> Hypothesis | None:
        one = cast("Evidence", observation)
        return self._first(self._by_itself(one, now_us, alone) if alone else self._ranked(one, one.credit, now_us))

    def assume(self, root: str, told: Iterable[Observation], now_us: int) -> Hypothesis:
        situation, candidate = self._situation, self._situation.names.candidate(root)
        assert candidate is not None, f"the inventory in force has no {root}: who asks has to refuse it"
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

    def _by_itself(self, one: Evidence, now_us: int, alone: float) -> list[Weighed]:
        """What one word, with those told at that time that bear it out, means where hardly anything is told by chance.

        Nothing where that is unlikely or belied, or where what speaks for it was told at several times.
        """
        situation = self._situation
        meant = KIND[one.kind].alone(situation, one)
        if not meant or one in situation.told.life.refuted:
            return []
        nothing = {lost for region in unreached(situation, set()) for lost in region.told}  # a poller lost its way
        if one in nothing:
            return []
        found = self._ranked(one, meant, now_us, nothing)
        for each in found:
            leave_to_a_poller(situation, each)
        ranked = [each for each in found if not is_only_the_way(situation, each)]
        ranked = [each for each in ranked if each.speaks == [one] or 2 * each.share >= 1]  # of several most would tell
        if not ranked or not ranked[0].speaks or ranked[0].gain + micro(alone) <= 0:
            return []
        if not (self._at_one_time(ranked[0].speaks) or situation.candidates.is_leaf(ranked[0].candidate)):
            return []
        if ranked[0].speaks != [one]:
            ranked[0].candidate = situation.support.alike(ranked[0].candidate).likeliest
        elif len(meant) == 1:
            (ranked[0].candidate,) = meant
        for weighed in ranked:
            self._is_no_chance(weighed, alone)
        return ranked

    @staticmethod
    def _is_no_chance(weighed: Weighed, alone: float) -> None:
        """It stands alone in a network that seldom says what is not so, or longer than chance does."""
        weighed.chance += micro(alone)
        weighed.gain += micro(alone)

    def _at_one_time(self, told: list[Evidence]) -> bool:
        """By the sources' clocks or by ours: one of theirs may be wrong."""
        most_us = self._situation.policy.begin_pause_s * SECOND_US
        both = [one.first_us for one in told], [one.heard_us for one in told]
        return any(max(times) - min(times) <= most_us for times in both)

    def _ranked(
        self, one: Evidence, candidates: Iterable[int], now_us: int, nothing: Collection[Evidence] = ()
    ) -> list[Weighed]:
        """The likeliest of each class of these, on it and all that nobody explains; the best first.

        `nothing`: what tells of no fault.
        """
        situation, name = self._situation, self._situation.names.name_of
        found: list[Weighed] = []
        for candidate in sorted(candidates):
            told = {one, *situation.support.free.get(candidate, ())}.difference(nothing)
            weighed = weigh_set(situation, candidate, in_order(situation, told), now_us, [])
            if weighed is not None:
                found.append(weighed)
        by_class: dict[int, Weighed] = {}
        for weighed in sorted(found, key=lambda one: (-one.gain, name(one.candidate))):
            by_class.setdefault(min(weighed.members), weighed)
        return list(by_class.values())

    def _first(self, ranked: list[Weighed]) -> Hypothesis | None:
        """The first, with the others as its rivals."""
        if not ranked:
            return None
        rivals = [(one.candidate, one.gain) for one in ranked[1:]]
        return self._told(chosen_of(self._situation, ranked[0], rivals))

    def _alone(self, weighed: Weighed | None) -> Hypothesis | None:
        """By itself: no other root was looked at."""
        return None if weighed is None else self._told(chosen_of(self._situation, weighed, []))

    def _told(self, chosen: Chosen) -> Hypothesis:
        situation, weighed = self._situation, chosen.weighed
        name, scores = situation.names.name_of, situation.scores
        count, unreached = counts(situation, weighed), [] if chosen.unreached is None else [chosen.unreached]
        total = scores.add([0, *map(count, [weighed.gain, *unreached, *(gain for _, gain in chosen.rivals)])])
        return Hypothesis(
            root=name(weighed.candidate),
            members=tuple(map(name, mains.alike(situation, weighed.candidate, weighed.members, weighed.speaks))),
            gain=weighed.gain,
            prior=weighed.prior,
            odds=chosen.odds,
            share=chosen.share,
            confidence_ppm=chosen.confidence_ppm,
            speaks=list(weighed.speaks),
            alternatives=tuple((name(other), scores.share_ppm(count(gain) - total)) for other, gain in chosen.rivals),
            besides=tuple(name(other) for other in chosen.besides),
            card=chosen.card,
            homes=tuple(name(home) for home in chosen.homes),
            part=chosen.part is not None,
            detail=chosen,
        )
