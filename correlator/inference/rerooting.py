"""Does a parent explain what settled incidents explain clearly better? And which of those that are alike is named now?

A settled root yields to evidence only: the parent must be better than all that it would replace, together (inference,
re-open test).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from correlator.events import SECOND_US
from correlator.inference.evidence import Evidence
from correlator.inference.observations import Token
from correlator.inference.port import Standing
from correlator.inference.search import Chosen
from correlator.inference.weighing import Weighed, weigh_set

Know = Callable[[str], Standing]


@dataclass(frozen=True, slots=True)
class Offer:
    """A root for all that these incidents hold, and what is new."""

    better: int  # micro-nats
    weighed: Weighed
    incidents: list[str]


def offers(evidence: Evidence, changed: set[int], chosen: list[Chosen], know: Know, now_us: int) -> list[Offer]:
    """The best first."""
    parents = sorted(c for c in changed if c in evidence.owned_worth and c in evidence.free_worth)
    weighing = Weighing(evidence, chosen, know, now_us)
    found = [offer for one in _likeliest(evidence, parents) if (offer := weighing.offer(one)) is not None]
    name = evidence.planner.name_of
    return sorted(found, key=lambda offer: (-offer.better, name(offer.weighed.candidate)))


def sharper(evidence: Evidence, standing: Standing, now_us: int) -> Weighed | None:
    """A fibre monitor, or a dead card, names one of those that nothing else tells apart."""
    root = evidence.planner.candidate(standing.root)
    if not standing.live or standing.clearing or not standing.movable or root is None:
        return None
    held, members = evidence.holdings.get(standing.incident, set()), evidence.elements.family(root)[1]
    if len({evidence.owned_worth.get(member) for member in members}) == 1:
        return None
    spoken = {m: sum(t.worth for t in held if m in t.credit) for m in members}
    best = max(spoken.values(), default=0)
    if not spoken or spoken[root] == best:
        return None
    name, prior = evidence.planner.name_of, evidence.elements.prior
    likeliest = min((m for m in spoken if spoken[m] == best), key=lambda m: (-prior(m), name(m)))
    tokens = [token for token in held if likeliest in token.credit]
    return weigh_set(evidence, likeliest, tokens, now_us, [standing.incident])


def _likeliest(evidence: Evidence, candidates: list[int]) -> list[int]:
    """One of each class: for whom most speaks (a fibre monitor tells a duct from the site behind it), then by rate."""
    first: dict[tuple[int, ...], tuple[int, int, str, int]] = {}
    for one in candidates:
        spoken = evidence.free_worth.get(one, 0) + evidence.owned_worth.get(one, 0)
        offer = (-spoken, -evidence.elements.prior(one), evidence.planner.name_of(one), one)
        members = evidence.elements.family(one)[1]
        first[members] = min(first.get(members, offer), offer)
    return sorted(offer[-1] for offer in first.values())


def swallowed(evidence: Evidence, candidate: int, know: Know) -> list[str]:
    """Live incidents of which it explains all that stands, or is the root already; none pinned by a person."""
    touched = _touched(evidence, candidate, evidence.owned.get(candidate, set()), know)
    return [name for name in touched if not _rest(evidence, candidate, know(name))]


def unexplained(evidence: Evidence, candidate: int, tokens: Iterable[Token]) -> list[Token]:
    """What neither speaks for the candidate nor tells of a link that is down with it."""
    predicted = evidence.predicted(candidate)
    down = set(predicted.down.links) if predicted is not None else set()
    return [token for token in tokens if token.credit and candidate not in token.credit and token.link not in down]


def _touched(evidence: Evidence, candidate: int, owned: set[Token], know: Know) -> list[str]:
    """Live incidents with evidence that speaks for it, or of which it is the root already; none pinned by a person.

    `owned`: what speaks for the candidate of all that settled incidents hold.
    """
    names = []
    for name in sorted({token.owner for token in owned if token.owner is not None}):
        standing = know(name)
        same = not standing.clearing or evidence.ending.get(candidate) == name  # what clears takes no other root
        if standing.live and same and standing.movable:
            names.append(name)
    return names


def _rest(evidence: Evidence, candidate: int, standing: Standing) -> list[Token]:
    """What the incident rests on and does not speak for the candidate; of more than two, any two."""
    if evidence.planner.candidate(standing.root) == candidate:
        return []
    owned = evidence.owned.get(candidate, ())
    left = (token for token in evidence.holdings.get(standing.incident, ()) if token.credit and token not in owned)
    return list(islice(left, 2))


@dataclass(frozen=True, slots=True)
class Weighing:
    """Parents against what they would replace. `chosen`: what the search found of what nobody holds yet."""

    evidence: Evidence
    chosen: list[Chosen]
    know: Know
    now_us: int

    def offer(self, candidate: int) -> Offer | None:
        """How much better it is as the one root of what it touches; None where it is not."""
        evidence = self.evidence
        free = evidence.free.get(candidate, set())
        owned = evidence.owned.get(candidate, set())
        bound = evidence.free_worth.get(candidate, 0) + evidence.owned_worth.get(candidate, 0)
        if not free or bound + evidence.elements.family(candidate)[2] + evidence.scores.planned <= 0:
            return None
        touched = [name for name in _touched(evidence, candidate, owned, self.know) if self._at_once(name, free)]
        names = [name for name in touched if self._is_nothing_besides(candidate, name, free)]
        if not names or candidate in evidence.root_owner or evidence.is_anothers(candidate):
            return None
        tokens = [*free, *(token for token in owned if token.owner in names)]
        weighed = weigh_set(evidence, candidate, tokens, self.now_us, names)
        if weighed is None:
            return None
        kept = sum(self._gain_now(name) for name in names)
        mine = set(tokens)
        kept += sum(_lost(one, mine) for one in self.chosen)
        better = weighed.gain - kept
        evidence.units += len(tokens)
        least = round(evidence.policy.reroot_odds * 1_000_000)
        return Offer(better, weighed, names) if better > least else None

    def _is_nothing_besides(self, candidate: int, name: str, free: set[Token]) -> bool:
        """It has just opened, began as the candidate did, and all that the candidate leaves of it is a stray word.

        Not so where that was told meanwhile by one whom the candidate would have cut off: it speaks against the
        candidate.
        """
        evidence, standing = self.evidence, self.know(name)
        rest = _rest(evidence, candidate, standing)
        root = evidence.planner.candidate(standing.root)
        if not rest or root is None:
            return not rest
        held, fresh_us = evidence.holdings.get(name, set()), evidence.policy.fresh_s * SECOND_US
        if len(rest) > 1 or not self._opened_just_now(standing) or len(held) < standing.peak:
            return False
        since_us = min(token.first_us for token in held if candidate in token.credit)
        if since_us < max(token.first_us for token in free) - fresh_us:
            return False
        if candidate in rest[0].explain and rest[0].first_us >= since_us - fresh_us:
            return False
        alone = weigh_set(evidence, root, rest, self.now_us, [name])
        return alone is None or alone.gain <= 0

    def _opened_just_now(self, standing: Standing) -> bool:
        opened_us = standing.opened_us or self.now_us
        return self.now_us - opened_us <= self.evidence.policy.reroot_within_s * SECOND_US

    def _at_once(self, name: str, free: set[Token]) -> bool:
        """What is new began, or came, close to what the incident holds: one failure is told within minutes.

        By the sources' clocks or by ours: one of theirs may be wrong.
        """
        most_us = self.evidence.policy.reroot_within_s * SECOND_US
        newest_us = max(token.first_us for token in free)
        held = self.evidence.holdings.get(name, ())
        apart_us = min((abs(newest_us - token.first_us) for token in held), default=0)
        return apart_us <= most_us or self._opened_just_now(self.know(name))

    def _gain_now(self, name: str) -> int:
        root = self.evidence.planner.candidate(self.know(name).root)
        if root is None:
            return 0
        tokens = list(self.evidence.holdings.get(name, ()))
        weighed = weigh_set(self.evidence, root, tokens, self.now_us, [name])
        return max(0, weighed.gain) if weighed else 0


def _lost(chosen: Chosen, mine: set[Token]) -> int:
    """What it gains less without the tokens that it would lose."""
    gain = chosen.weighed.gain
    taken = sum(token.worth for token in chosen.weighed.tokens if token in mine)
    return max(0, gain) - max(0, gain - taken)
