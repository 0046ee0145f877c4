"""Does a parent explain what settled incidents explain clearly better? And which of those that are alike is named now?

A settled root yields to situation only: the parent must be better than all that it would replace, together (inference,
re-open test).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from correlator.events import SECOND_US
from correlator.inference import mains
from correlator.inference.bearing import FEWEST, against
from correlator.inference.beside import others_beside, speaking
from correlator.inference.changes import explainers, line_of
from correlator.inference.evidence import direct
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import AT_LINKS, BY_MANAGER, teller
from correlator.inference.port import Complaint, Standing
from correlator.inference.search import Chosen, chosen_of
from correlator.inference.situation.prediction import predicted_by
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.whose import is_anothers
from correlator.inference.weighing import Weighed, weigh_set
from correlator.inference.worth import HEARD, ONSET, by_chance, without_pause
from topology.down import down_alone

OTHERS_OF = 20  # things told whose other roots are looked at
Know = Callable[[str], Standing]


@dataclass(frozen=True, slots=True)
class Offer:
    """A root for all that these incidents hold, and what is new."""

    better: int  # micro-nats
    chosen: Chosen
    incidents: list[str]


def offers(situation: Situation, changed: set[int], chosen: list[Chosen], know: Know, now_us: int) -> list[Offer]:
    """The best first."""
    parents = sorted(c for c in changed if c in situation.support.owned_worth and c in situation.support.free_worth)
    weighing = Weighing(situation, chosen, know, now_us)
    found = [offer for one in _likeliest(situation, parents) if (offer := weighing.offer(one)) is not None]
    name = situation.names.name_of
    return sorted(found, key=lambda offer: (-offer.better, name(offer.chosen.weighed.candidate)))


def sharper(situation: Situation, standing: Standing, now_us: int) -> Weighed | None:
    """A fibre monitor, or a dead card, names one of those that nothing else tells apart."""
    root = situation.names.candidate(standing.root)
    if not may_move(standing) or root is None:
        return None
    held, members = situation.claims.holdings.get(standing.incident, set()), situation.candidates.class_of(root).members
    if len({situation.support.owned_worth.get(member) for member in members}) == 1:
        return None
    spoken = {m: sum(t.worth for t in held if m in t.credit) for m in members}
    best = max(spoken.values(), default=0)
    if not spoken or spoken[root] == best:
        return None
    name, prior = situation.names.name_of, situation.candidates.prior
    likeliest = min((m for m in spoken if spoken[m] == best), key=lambda m: (-prior(m), name(m)))
    told = [one for one in held if likeliest in one.credit]
    return weigh_set(situation, likeliest, told, now_us, [standing.incident])


def by_calls(situation: Situation, standing: Standing, calls: Iterable[Complaint], now_us: int) -> Chosen | None:
    """Of what callers alone tell: the likeliest root by all who have called by now; in doubt the one that stands."""
    root = situation.names.candidate(standing.root)
    if not may_move(standing) or root is None:
        return None
    with counting(situation, calls) as over:
        ranked = _by_calls(situation, over, now_us, standing)
    now = next((one for one in ranked if root in one.members), None)
    if now is None or ranked[0].gain <= 0:  # so long ago that they no longer tell of anything
        return None
    best = ranked[0] if ranked[0].gain - now.gain > situation.scores.reroot_calls else now
    if best is now:
        best.candidate = root
    elif is_anothers(situation, best.candidate) or best.candidate in situation.claims.root_owner:
        return None
    return chosen_of(situation, best, [(one.candidate, one.gain) for one in ranked if one is not best])


@contextmanager
def counting(situation: Situation, calls: Iterable[Complaint]) -> Iterator[set[int]]:
    """For the while, these calls, which an incident holds, speak for whom they would if nobody did; all of those."""
    callers = situation.told.callers
    over = {call: explainers(situation.topology, call.services, has_mains=call.has_mains) for call in calls}
    for call, candidates in over.items():
        line = line_of(situation.topology, call.services)
        callers.add(call.complaint, candidates, line, call.at_us, call.weight)
    try:
        yield {c for candidates in over.values() for c in candidates}
    finally:
        for call, candidates in over.items():
            callers.drop(call.complaint, candidates)


def _by_calls(situation: Situation, candidates: set[int], now_us: int, standing: Standing) -> list[Weighed]:
    """One of each class with what it gains by calls alone; the best first."""
    found: list[Weighed] = []
    done, root = set[int](), situation.names.candidate(standing.root)
    for candidate in sorted(candidates, key=lambda one: (one != root, one)):
        if candidate not in done:
            done.update(situation.candidates.class_of(candidate).members)
            weighed = weigh_set(situation, candidate, [], now_us, [standing.incident])
            if weighed is not None:
                found.append(weighed)
    name = situation.names.name_of
    return sorted(found, key=lambda one: (-one.gain, name(one.candidate)))


def _likeliest(situation: Situation, candidates: list[int]) -> list[int]:
    """One of each class: for whom most speaks (a fibre monitor tells a duct from the site behind it), then by rate."""
    first: dict[tuple[int, ...], tuple[int, int, str, int]] = {}
    for one in candidates:
        spoken = situation.support.free_worth.get(one, 0) + situation.support.owned_worth.get(one, 0)
        offer = (-spoken, -situation.candidates.prior(one), situation.names.name_of(one), one)
        members = situation.candidates.class_of(one).members
        first[members] = min(first.get(members, offer), offer)
    return sorted(offer[-1] for offer in first.values())


def may_move(standing: Standing) -> bool:
    """It may take another root."""
    return standing.live and not standing.clearing and standing.movable


def opened_just_now(situation: Situation, standing: Standing, now_us: int) -> bool:
    """So lately that what is told now may be of the same failure."""
    opened_us = standing.opened_us or now_us
    return now_us - opened_us <= situation.policy.reroot_within_s * SECOND_US


def swallowed(situation: Situation, candidate: int, know: Know) -> list[str]:
    """Live incidents of which it explains all that stands, or is the root already; none pinned by a person."""
    touched = _touched(situation, candidate, situation.support.owned.get(candidate, set()), know)
    return [name for name in touched if not _rest(situation, candidate, know(name))]


def rivals(
    situation: Situation, root: int, told: list[Evidence], now_us: int, without: list[str]
) -> list[tuple[int, int]]:
    """Other roots of what is told, one of each class, with what each gains on what speaks for it; the best first."""
    found: dict[int, int] = {}
    done = set(situation.candidates.class_of(root).members)
    others = {other for one in told[:OTHERS_OF] for other in one.credit}
    for other in sorted(others | others_beside(situation, root, told[:OTHERS_OF], without)):
        if other in done:
            continue
        done.update(situation.candidates.class_of(other).members)
        weighed = weigh_set(situation, other, speaking(situation, other, told, without), now_us, without)
        if weighed is not None:
            found[other] = weighed.gain
    return situation.names.ranked(found.items())


def unexplained(situation: Situation, candidate: int, told: Iterable[Evidence]) -> list[Evidence]:
    """What neither speaks for the candidate nor tells of a link that is down with it, or of a port without one."""
    predicted = predicted_by(situation, candidate)
    down = set(predicted.down.links) if predicted is not None else set()
    beyond = (one for one in told if one.credit and candidate not in one.credit and one.link not in down)
    return [one for one in beyond if one.kind != direct.NAME or direct.device_of(situation, one) != candidate]


def _touched(situation: Situation, candidate: int, owned: set[Evidence], know: Know) -> list[str]:
    """Live incidents with evidence that speaks for it, or of which it is the root already; none pinned by a person.

    `owned`: what speaks for the candidate of all that settled incidents hold.
    """
    names = []
    for name in sorted({one.owner for one in owned if one.owner is not None}):
        standing = know(name)
        clears = standing.clearing and situation.claims.ending.get(candidate) != name  # it takes no other root
        if standing.live and not clears and standing.movable:
            names.append(name)
    return names


def _rest(situation: Situation, candidate: int, standing: Standing) -> list[Evidence]:
    """What the incident rests on and does not speak for the candidate; of more than two, any two."""
    if situation.names.candidate(standing.root) == candidate:
        return []
    owned = situation.support.owned.get(candidate, ())
    left = (one for one in situation.claims.holdings.get(standing.incident, ()) if one.credit and one not in owned)
    return list(islice((one for one in left if not mains.tells_on_battery(situation, candidate, one)), 2))


@dataclass(frozen=True, slots=True)
class Weighing:
    """Parents against what they would replace. `chosen`: what the search found of what nobody holds yet."""

    situation: Situation
    chosen: list[Chosen]
    know: Know
    now_us: int

    def offer(self, candidate: int) -> Offer | None:
        """How much better it is as the one root of what it touches; None where it is not."""
        situation = self.situation
        bound = situation.support.free_worth.get(candidate, 0) + situation.support.owned_worth.get(candidate, 0)
        most = situation.scores.planned + situation.policy.at_once_most * situation.scores.at_once
        if bound + situation.candidates.class_of(candidate).prior + most <= 0:
            return None
        free = situation.support.free.get(candidate, set()).difference(*situation.memo.unreached.values())
        if not free:
            return None
        owned = situation.support.owned.get(candidate, set())
        newest_us = max([one.first_us for one in free])
        touched = _touched(situation, candidate, owned, self.know)
        dark_us = mains.unlit(situation, candidate).since_us
        touched = [name for name in touched if self._at_once(name, newest_us, dark_us)]
        touched = [name for name in touched if self._is_news(name, free)]
        names = [name for name in touched if self._is_nothing_besides(candidate, name, newest_us)]
        if not names or candidate in situation.claims.root_owner or is_anothers(situation, candidate):
            return None
        held = [one for one in owned if one.owner in names]
        told = [*self._of_that_time(free, held), *held]
        if len(told) == len(held):
            return None
        weighed = weigh_set(situation, candidate, told, self.now_us, names)
        if weighed is None:
            return None
        spoken = against(situation, candidate, told, names)
        if len(spoken) >= FEWEST and 2 * len(spoken) >= len(weighed.speaks):
            return None
        kept = sum(self._gain_now(name) for name in names)
        mine = set(told)
        lost = {place: gain for place, one in enumerate(self.chosen) if (gain := self._lost(one, candidate, mine)) > 0}
        parts: list[Collection[Evidence]] = [situation.claims.holdings.get(name, ()) for name in names]
        parts += [self.chosen[place].weighed.speaks for place in lost]
        apart = kept + sum(lost.values()) - by_chance(situation, parts)
        better = weighed.gain - apart + self._by_battery(candidate, names)
        situation.memo.units += len(told)
        return Offer(better, chosen_of(situation, weighed, []), names) if better > situation.scores.reroot else None

    def _is_news(self, name: str, free: Iterable[Evidence]) -> bool:
        """Not all is older than the repair and came when that had begun: who is reached again sends what waited."""
        ended_us, fresh_us = self.know(name).ended_us, self.situation.policy.fresh_s * SECOND_US
        return not ended_us or any(one.heard_us < ended_us or one.onset_us >= ended_us - fresh_us for one in free)

    def _of_that_time(self, free: Iterable[Evidence], held: Collection[Evidence]) -> list[Evidence]:
        """What is not much older, or newer, than what incidents hold; by the sources' clocks or by ours."""
        pause_us = self.situation.policy.begin_pause_s * SECOND_US
        mine, near = set(held), set[Evidence]()
        for clock in (ONSET, HEARD):
            for part in without_pause([*free, *held], pause_us, clock):
                if not mine.isdisjoint(part):
                    near.update(part)
        return [one for one in free if one in near]

    def _is_nothing_besides(self, candidate: int, name: str, newest_us: int) -> bool:
        """It has just opened, began as the candidate did, and all that the candidate leaves of it is a stray word.

        Not so where that was told meanwhile by one whom the candidate would have cut off: it speaks against the
        candidate.
        """
        situation, standing = self.situation, self.know(name)
        rest = _rest(situation, candidate, standing)
        root = situation.names.candidate(standing.root)
        if not rest or root is None:
            return not rest
        held, fresh_us = situation.claims.holdings.get(name, set()), situation.policy.fresh_s * SECOND_US
        if len(rest) > 1 or not opened_just_now(situation, standing, self.now_us) or len(held) < standing.peak:
            return False
        since_us = min(one.first_us for one in held if candidate in one.credit)
        if since_us < newest_us - fresh_us:
            return False
        if self._is_from_within(candidate, rest[0]) and rest[0].first_us >= since_us - fresh_us:
            return False
        alone = weigh_set(situation, root, rest, self.now_us, [name])
        return alone is None or alone.gain <= 0

    def _is_from_within(self, candidate: int, one: Evidence) -> bool:
        """Told by one whom it would have cut off."""
        if candidate in one.explain:
            return True
        if one.kind not in AT_LINKS or one.key[2] == BY_MANAGER or not self.situation.candidates.is_row(candidate):
            return False
        topology = self.situation.topology
        return down_alone(topology, candidate).holds(topology.position.item(teller(topology, one)))

    def _at_once(self, name: str, newest_us: int, dark_us: int) -> bool:
        """What is new began, or came, close to what the incident holds: one failure is told within minutes.

        By the sources' clocks or by ours. `dark_us`: since when mains are lost there: batteries carry on for hours.
        """
        held = self.situation.claims.holdings.get(name)
        if not held or opened_just_now(self.situation, self.know(name), self.now_us):
            return True
        policy = self.situation.policy
        after_mains = 0 < dark_us <= min([one.onset_us for one in held]) + policy.fresh_s * SECOND_US
        most_us = (policy.battery_s if after_mains else policy.reroot_within_s) * SECOND_US
        return any(abs(newest_us - one.first_us) <= most_us for one in held)

    def _by_battery(self, candidate: int, names: list[str]) -> int:
        """What is told by members of the group that live by their batteries: that others of it are lost."""
        held = [one for name in names for one in self.situation.claims.holdings.get(name, ())]
        return sum([one.worth for one in held if mains.tells_on_battery(self.situation, candidate, one)])

    def _lost(self, chosen: Chosen, candidate: int, mine: set[Evidence]) -> int:
        """What it gains less without the told that it would lose; a group without mains itself, weighed as here."""
        gain, told = chosen.weighed.gain, chosen.weighed.speaks
        if chosen.weighed.candidate == candidate and mains.unlit(self.situation, candidate).places:
            alone = weigh_set(self.situation, candidate, told, self.now_us, [])
            return max(0, alone.gain) if alone else 0
        taken = sum(one.worth for one in told if one in mine)
        return max(0, gain) - max(0, gain - taken)

    def _gain_now(self, name: str) -> int:
        root = self.situation.names.candidate(self.know(name).root)
        if root is None:
            return 0
        told = list(self.situation.claims.holdings.get(name, ()))
        weighed = weigh_set(self.situation, root, told, self.now_us, [name])
        return max(0, weighed.gain) if weighed else 0
