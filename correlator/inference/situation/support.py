"""Who speaks for whom: what nobody explains yet, and what settled incidents explain, by candidate, with its worth.

An observation touches each of its explainers once (a chain of dominators, 10 to 30 of them), whatever the size of the
storm.
"""

from collections.abc import Iterable, Set

from correlator.inference.evidence import OUTSIDE
from correlator.inference.evidence.kind import Evidence
from correlator.inference.likelihood import Scores
from correlator.inference.situation.candidates import Candidates, EquivalenceClass
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.told import Told

ANY = -(10**18)  # less than anything can be worth
SLACK = 4_000_000  # how much more than its own prior a whole class may have, in micro-nats: an upper bound for pruning


class Support:
    def __init__(self, told: Told, candidates: Candidates, scores: Scores) -> None:
        self._told = told
        self._candidates = candidates
        self._scores = scores
        self._at_once = [n * scores.at_once for n in range(scores.policy.at_once_most + 1)]  # by words beyond the first
        self.free: dict[int, set[Evidence]] = {}  # candidate -> what no settled incident explains
        self.free_worth: dict[int, int] = {}
        self.hopeful: set[int] = set()  # of these, enough speaks for that a gain is possible at all
        self._floors: dict[int, int] = {}  # candidate -> what must speak for it, at least
        self.owned: dict[int, set[Evidence]] = {}  # candidate -> what a settled incident explains
        self.owned_worth: dict[int, int] = {}

    def set_free(self, one: Evidence) -> None:
        """It speaks for its explainers."""
        give(one, self.free, self.free_worth)
        floors, hopeful = self._floors, self.hopeful
        for candidate in one.credit:
            if candidate not in hopeful and self._most(candidate) > floors.get(candidate, ANY):
                self._consider(candidate)
        if one.kind in OUTSIDE:
            self.free.setdefault(EXTERNAL, set()).add(one)
            self.free_worth[EXTERNAL] = self.free_worth.get(EXTERNAL, 0) + self._scores.external
            self.hopeful.add(EXTERNAL)

    def take_free(self, one: Evidence) -> None:
        """It speaks for nobody any more."""
        take(one, self.free, self.free_worth)
        for candidate in self.hopeful.intersection(one.credit):
            if candidate not in self.free or self._most(candidate) <= self._floors.get(candidate, ANY):
                self.hopeful.discard(candidate)
        if one.kind in OUTSIDE:
            self.free[EXTERNAL].discard(one)
            if self.free[EXTERNAL]:
                self.free_worth[EXTERNAL] -= self._scores.external
            else:
                del self.free[EXTERNAL], self.free_worth[EXTERNAL]
                self.hopeful.discard(EXTERNAL)

    def set_owned(self, one: Evidence) -> None:
        give(one, self.owned, self.owned_worth)

    def take_owned(self, one: Evidence) -> None:
        take(one, self.owned, self.owned_worth)

    def speaking(self, candidate: int, told: Iterable[Evidence]) -> list[Evidence]:
        """Those of the told that speak for it."""
        free, owned = self.free.get(candidate, ()), self.owned.get(candidate, ())
        return [one for one in told if one in free or one in owned]

    # What is possible at all

    def alike(self, candidate: int) -> EquivalenceClass:
        """The members of its class for which the very same observations speak now.

        Nothing of the usual kinds tells the members of a class apart; a direct one, as a fibre monitor's, does.
        """
        found = self._living_apart(candidate, self._telling_alike(candidate))
        named, planned = self._told.vendor.named.keys(), self._told.work.until.keys()
        if named.isdisjoint(found.members) and planned.isdisjoint(found.members):
            return found
        return self._named_first(found)

    def _named_first(self, alike: EquivalenceClass) -> EquivalenceClass:
        """Of these, what a source calls the root cause, or planned work names, is likelier, by what that is worth."""
        prior, named, planned = self._candidates.prior, self._told.vendor.named, self._told.work.until
        ranked = sorted(alike.members, key=lambda one: (one != alike.likeliest, one))

        def rate(one: int) -> int:
            return prior(one) + named.get(one, 0) + (self._scores.planned if one in planned else 0)

        return alike._replace(likeliest=max(ranked, key=rate))

    def _living_apart(self, candidate: int, alike: EquivalenceClass) -> EquivalenceClass:
        """Where customers alone tell: the device that has spoken since half of them called, or else the others.

        It may forward nothing, and say that it is well; its site and its way are well.
        """
        called_us = 0 if candidate in self.free else self._told.callers.half_called_us(candidate)
        if not called_us or len(alike.members) == 1:
            return alike
        latest_us, places = self._told.life.latest, self._candidates.places
        lives = tuple(one for one in alike.members if latest_us(places(one)) > called_us)
        if not lives:
            return alike
        rest = tuple(one for one in alike.members if one not in lives)
        return self._candidates.made_of(lives if candidate in lives else rest)

    def _telling_alike(self, candidate: int) -> EquivalenceClass:
        whole = self._candidates.class_of(candidate)
        if len(whole.members) == 1 or len(set(map(self.free_worth.get, whole.members))) == 1:
            return whole
        mine = self.free.get(candidate)
        same = tuple(member for member in whole.members if self.free.get(member) == mine)
        return self._candidates.made_of(same)

    def possible(self, candidates: Set[int]) -> set[int]:
        """Those that may have a gain, if nothing is silent; the others cannot be chosen."""
        found = self.hopeful.intersection(candidates)
        for raised in (self._told.hazards, self._told.work.until, self._told.callers.calls, self._told.vendor.raised):
            if raised:
                fewer, more = (raised, candidates) if len(raised) < len(candidates) else (candidates, raised)
                found.update([candidate for candidate in fewer if candidate in more])
        return found

    def _consider(self, candidate: int) -> None:
        """Is what speaks for it more than all its class would have to say against? Its class is made only then.

        Of one far rarer than the rest of its class the others are hopeful first, and speak for it.
        """
        floor = self._floors.get(candidate)
        if floor is None:
            floor = self._floors[candidate] = -(self._candidates.prior(candidate) + SLACK)
        most = self._most(candidate)
        if most > floor:
            exact = self._floors[candidate] = max(floor, self._floor(candidate))
            if most > exact:
                self.hopeful.add(candidate)

    def _most(self, candidate: int) -> int:
        """The most that speaks for it now: if all is said at once."""
        at_once = self._at_once
        beyond = len(self.free[candidate]) - 1
        return self.free_worth[candidate] + (at_once[beyond] if beyond < len(at_once) else at_once[-1])

    def _floor(self, candidate: int) -> int:
        """What must speak for it at least: the rarity of its whole class."""
        return -self._candidates.class_of(candidate).prior

    def bonus(self, members: tuple[int, ...]) -> int:
        """What planned work and precursors add to the prior."""
        planned, hazards = self._told.work.until, self._told.hazards
        if planned.keys().isdisjoint(members) and hazards.keys().isdisjoint(members):
            return 0
        work = self._scores.planned if any(c in planned for c in members) else 0
        hazard = max((hazards.get(c, 0) for c in members), default=0)
        return work + min(hazard * self._scores.hazard_each, self._scores.hazard_most)


def give(one: Evidence, sets: dict[int, set[Evidence]], worth: dict[int, int]) -> None:
    """It counts for those for whom it speaks: `sets` and `worth` by candidate."""
    value = one.worth
    for candidate in one.credit:
        held = sets.get(candidate)
        if held is None:
            sets[candidate] = {one}
            worth[candidate] = value
        else:
            held.add(one)
            worth[candidate] += value


def take(one: Evidence, sets: dict[int, set[Evidence]], worth: dict[int, int]) -> None:
    """It counts no more; who has nothing left is left out."""
    value = one.worth
    for candidate in one.credit:
        held = sets[candidate]
        held.discard(one)
        if held:
            worth[candidate] -= value
        else:
            del sets[candidate], worth[candidate]
