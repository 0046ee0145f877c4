"""What speaks now, for whom, and who is silent: a cache over the rows of alarms, complaints, windows and sources.

Rebuilt from rows after a crash; nothing decided depends on the order in which it was filled. Costs: an alarm touches
each of its explainers once (a chain of dominators, 10 to 30 of them), whatever the size of the storm.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from correlator.inference.callers import Callers
from correlator.inference.candidates import Elements, Twins
from correlator.inference.failed_context import Wounds
from correlator.inference.likelihood import Scores
from correlator.inference.observations import EXTERNAL, Plan, Planner, Token, give, take
from correlator.inference.probes import Probes
from correlator.inference.silence import Sight, view
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from correlator.world import Share
from topology import cover
from topology.around import LEAVES
from topology.down import Intervals
from topology.graph import Topology
from topology.impact import Down, Prediction, prediction

POWER = ("power", "gasp")
ANY = -(10**18)  # less than anything can be worth
SLACK = 4_000_000  # how much more than its own prior a whole class may have, in micro-nats: an upper bound for pruning
Work = tuple[int, Down, frozenset[int]]  # when planned work ends (end_us), what it takes down, the spans that it cuts


class Evidence:
    """Tokens by explainer; owners of what settled incidents explain; what is unknown."""

    def __init__(self, topology: Topology, policy: FaultPolicy, related: Related, share: Share | None = None) -> None:
        scores = Scores(policy)
        self.topology = topology
        self.share = share
        self.policy = policy
        self.scores = scores
        self.planner = Planner(topology, scores)
        self.tokens: dict[tuple[str, int, int], Token] = {}
        self.by_alarm: dict[str, Token] = {}
        self.free: dict[int, set[Token]] = {}  # candidate -> tokens that no settled incident explains
        self.free_worth: dict[int, int] = {}
        self.hopeful: set[int] = set()  # of these, enough speaks for that a gain is possible at all
        self._floors: dict[int, int] = {}  # candidate -> what must speak for it, at least
        self.owned: dict[int, set[Token]] = {}  # candidate -> tokens that a settled incident explains
        self.owned_worth: dict[int, int] = {}
        self.dirty: set[int] = set()
        self.dark_links: dict[int, int] = {}  # link -> tokens that tell it
        self.hazards: dict[int, int] = {}
        self.gasping: dict[int, int] = {}  # candidate -> devices under it that lost power
        self.gasped: set[int] = set()  # devices that said so
        self.lost_devices: set[int] = set()  # devices with a device token
        self.lost_nodes: set[int] = set()  # ... of them those that are no ONT, CPE or splitter
        self.callers = Callers(topology, policy, scores)
        self.calls = self.callers.calls
        self.planned: dict[int, int] = {}  # candidate -> until_us, named by a window in force
        self.windows: list[Work] = []  # those in force
        self.whole: dict[int, set[str]] = {}  # spans that monitors, having spoken before, find well -> their keys
        self.partial: set[int] = set()  # devices with a dead card: their silence says nothing
        self.cards_turned: set[int] = set()  # a dead card of these was told, or is well; or with one they turned
        self.root_owner: dict[int, str] = {}  # root or equivalent of a settled incident -> incident
        self.link_owner: dict[int, str] = {}
        self.ending: dict[int, str] = {}  # ... members of the roots of incidents that clear -> incident
        self.card_owner: dict[int, str] = {}  # device with a dead card -> the incident that is about the card
        self.sight = Sight(topology)
        self.disregarded: frozenset[str] = frozenset()
        self.holdings: dict[str, set[Token]] = {}  # settled incident -> its tokens
        self.suspects: dict[str, set[Token]] = {}  # suspected incident -> its tokens
        self.units = 0  # counted work of the solve under way
        self.elements = Elements(topology, policy, scores, self.planner)
        self.related = related
        self.wounds = Wounds(topology, related.ties)  # what live incidents expose may be told
        self.standing = self.wounds  # ... those that do not clear
        self._standing = Wounds(topology, related.ties)  # where these differ
        self.probes = Probes(topology)

    # Whose

    def is_anothers(self, candidate: int) -> bool:
        """Another domain decides on it; on a port that no row names, its device's."""
        if self.share is None:
            return False
        if candidate >= len(self.topology.ids):
            candidate = self.topology.find_port(self.planner.name_of(candidate)) or candidate
        return self.share.domains.number(candidate) != self.share.number

    def ours(self, plan: Plan) -> Plan:
        """The same, of whom our domain decides on alone."""
        credit, explain = (tuple(c for c in part if not self.is_anothers(c)) for part in (plan.credit, plan.explain))
        return replace(plan, credit=credit, explain=explain)

    # Tokens

    def raise_alarm(self, key: str, plan: Plan, first_us: int) -> Token:
        """An alarm became active; its token, new or known."""
        token = self.tokens.get(plan.key)
        if token is None:
            token = self.tokens[plan.key] = plan.token(self.wounds.adds(plan))
            token.first_us = first_us
            self._enter(token)
        self.by_alarm[key] = token
        self.date(key, first_us)
        return token

    def drop_alarm(self, key: str) -> Token | None:
        """An alarm is no longer active; its token where that was its last alarm (it keeps its owner's name)."""
        token = self.by_alarm.pop(key, None)
        if token is None:
            return None
        del token.alarms[key]
        if token.alarms:
            token.first_us = min(token.alarms.values())
            return None
        del self.tokens[token.key]
        self._leave(token)
        return token

    def date(self, key: str, first_us: int) -> None:
        """When an alarm that counts began; its token is as old as the oldest of its alarms that stand."""
        token = self.by_alarm.get(key)
        if token is not None:
            token.alarms[key] = first_us
            token.first_us = min(token.alarms.values())

    def _enter(self, token: Token) -> None:
        self._free(token)
        if token.kind == "link_end":
            self.dark_links[token.link] = self.dark_links.get(token.link, 0) + 1
        elif token.kind == "device":
            self._lost(token.device, 1)
        elif token.kind == "card":
            self.partial.add(token.key[1])
            self.cards_turned.add(token.key[1])
        elif token.kind == "gasp":
            self._gasp(token.device, 1)

    def _leave(self, token: Token) -> None:
        if token.owner is None:
            self.suspect(token, None)
            self._unfree(token)
        else:
            let_go(token, token.owner, self.holdings)
            take(token, self.owned, self.owned_worth)
        if token.kind == "link_end":
            left = self.dark_links[token.link] - 1
            if left:
                self.dark_links[token.link] = left
            else:
                del self.dark_links[token.link]
        elif token.kind == "device":
            self._lost(token.device, 0)
        elif token.kind == "card":
            self.partial.discard(token.key[1])
            self.cards_turned.add(token.key[1])
        elif token.kind == "gasp":
            self._gasp(token.device, -1)

    def has_only_a_card_dead(self, candidate: int) -> bool:
        """Not the whole device: it is broken where its links are dark."""
        return candidate in self.partial and candidate not in self.lost_devices

    def _lost(self, device: int, flag: int) -> None:
        if device in self.partial:
            self.cards_turned.add(device)
        change = set.add if flag else set.discard
        change(self.lost_devices, device)
        if self.topology.role_of(device) not in LEAVES:
            change(self.lost_nodes, device)
        self.sight.lose(device, flag)

    def _free(self, token: Token) -> None:
        """It speaks for its explainers."""
        give(token, self.free, self.free_worth)
        worth, floors, hopeful = self.free_worth, self._floors, self.hopeful
        for candidate in token.credit:
            if candidate not in hopeful and worth[candidate] > floors.get(candidate, ANY):
                self._consider(candidate)
        if token.kind in POWER:
            self.free.setdefault(EXTERNAL, set()).add(token)
            self.free_worth[EXTERNAL] = self.free_worth.get(EXTERNAL, 0) + self.scores.external
            self.hopeful.add(EXTERNAL)

    def _unfree(self, token: Token) -> None:
        take(token, self.free, self.free_worth)
        for candidate in self.hopeful.intersection(token.credit):
            if self.free_worth.get(candidate, 0) <= self._floor(candidate):
                self.hopeful.discard(candidate)
        if token.kind in POWER:
            self.free[EXTERNAL].discard(token)
            if self.free[EXTERNAL]:
                self.free_worth[EXTERNAL] -= self.scores.external
            else:
                del self.free[EXTERNAL], self.free_worth[EXTERNAL]
                self.hopeful.discard(EXTERNAL)

    def _gasp(self, device: int, by: int) -> None:
        (self.gasped.add if by > 0 else self.gasped.discard)(device)
        own = set(cover.unpowers(self.topology, device))
        for candidate in cover.cuts_off(self.topology, device):
            if candidate not in own:
                count = self.gasping.get(candidate, 0) + by
                if count:
                    self.gasping[candidate] = count
                else:
                    del self.gasping[candidate]

    # Owners: what settled incidents explain

    def own(self, token: Token, incident: str) -> None:
        if token.owner is None:
            self._unfree(token)
            give(token, self.owned, self.owned_worth)
        else:
            let_go(token, token.owner, self.holdings)
        self.suspect(token, None)
        token.owner = incident
        self.holdings.setdefault(incident, set()).add(token)

    def suspect(self, token: Token, incident: str | None) -> None:
        """Which suspected incident explains it so far."""
        if token.suspect is not None:
            let_go(token, token.suspect, self.suspects)
        token.suspect = incident
        if incident is not None:
            self.suspects.setdefault(incident, set()).add(token)

    def disown(self, token: Token) -> None:
        if token.owner is not None:
            let_go(token, token.owner, self.holdings)
            token.owner = None
            take(token, self.owned, self.owned_worth)
            self._free(token)
            self.dirty.update(token.credit)

    def suffer(self, roots: list[int], standing: list[int]) -> list[Token]:
        """These have failed in rings, the `standing` do not clear: tokens that others speak for now, or no longer."""
        self.standing = self.wounds if standing == roots else self._standing
        self._standing.suffer(standing if standing != roots else ())
        intervals, links = self.wounds.suffer(roots)
        lost = view(self.sight.lost)
        keys = [
            ("device", self.topology.device_at.item(low + place), 0)
            for low, high in intervals
            for place in np.flatnonzero(lost[low:high]).tolist()
        ]
        keys += [("link_end", link, end) for link in sorted(links) for end in (0, 1, 2)]
        changed = []
        for token in (self.tokens[key] for key in keys if key in self.tokens):
            credit = token.plain + self.wounds.adds(token)
            if credit != token.credit:
                if token.owner is None:
                    self._unfree(token)
                    token.credit = credit
                    self._free(token)
                else:
                    take(token, self.owned, self.owned_worth)
                    token.credit = credit
                    give(token, self.owned, self.owned_worth)
                changed.append(token)
        return changed

    def claim(self, incident: str, roots: Iterable[int], intervals: Intervals, links: Iterable[int]) -> None:
        """From now on what these intervals and links would say is explained by the incident; the first one keeps."""
        for root in roots:
            self.root_owner.setdefault(root, incident)
        self.sight.claim(incident, intervals)
        for link in links:
            self.link_owner.setdefault(link, incident)

    def claim_links_of(self, device: int, incident: str) -> None:
        """Links of a device with a dead card that are told dark: the card explains them."""
        self.card_owner.setdefault(device, incident)

    def forget_claims(self) -> None:
        """Nothing is explained by anyone; the claims that hold are made again, in their order."""
        self.sight.forget_claims()
        self.root_owner.clear()
        self.ending.clear()
        self.link_owner.clear()
        self.card_owner.clear()

    def owner_of(self, plan: Plan | Token) -> str | None:
        """The settled incident that explains such a token."""
        if plan.kind == "device":
            owner = self.sight.owner_of(plan.device)
            if owner is not None:
                return owner
        elif plan.kind == "link_end":
            owner = self.link_owner.get(plan.link) or self._card_at(plan.link)
            if owner is not None:
                return owner
        if self.root_owner:
            owners = self.root_owner
            for candidate in plan.plain:  # what two roots close together is claimed by intervals and links
                if candidate in owners:
                    return owners[candidate]
            for candidate in plan.explain:
                if candidate in owners:
                    return owners[candidate]
        return None

    def _card_at(self, link: int) -> str | None:
        if not self.card_owner:
            return None
        ends = (end for end in self.topology.ends(link) if self.has_only_a_card_dead(end))
        return next((owner for end in ends if (owner := self.card_owner.get(end)) is not None), None)

    # Silence

    @contextmanager
    def disregarding(self, incidents: list[str]) -> Iterator[None]:
        """For the while, what these settled incidents explain counts as explained by nobody."""
        self.disregarded = frozenset(incidents)
        try:
            with self.sight.disregarding(incidents):
                yield
        finally:
            self.disregarded = frozenset()

    def probes_up(self, intervals: Iterable[tuple[int, int]]) -> int:
        """Services there whose probes speak and find them up, where no settled incident explains what is down."""
        unclaimed = self.sight.unclaimed
        return sum([unclaimed[place] for place in self.probes.up(intervals)])

    def predicted(self, candidate: int, wounds: Wounds | None = None) -> Prediction | None:
        """None for what lies beyond the rows: the outside, a port that no row names. `wounds`: those that stand."""
        if not self.elements.is_row(candidate):
            return None
        wounds = wounds or self.standing
        if candidate in wounds.exposing:
            return wounds.joint(candidate)
        return prediction(self.topology, candidate)

    # What is possible at all

    def twins(self, candidate: int) -> Twins:
        """The members of its class for which the very same alarms speak now.

        No alarm of the usual kinds tells the members of a class apart; a direct one, as a fibre monitor's, does.
        """
        best, members, prior = self.elements.family(candidate)
        if len(members) == 1:
            return best, prior, members
        if len(set(map(self.free_worth.get, members))) == 1:
            return best, prior, members
        mine = self.free.get(candidate)
        same = tuple(member for member in members if self.free.get(member) == mine)
        prior_of, name = self.elements.prior, self.planner.name_of
        best = min(same, key=lambda c: (-prior_of(c), name(c)))
        return best, self.scores.add(prior_of(c) for c in same), same

    def possible(self, candidates: Iterable[int]) -> set[int]:
        """Those that may have a gain, if nothing is silent; the others cannot be chosen."""
        found = self.hopeful.intersection(candidates)
        for raised in (self.hazards, self.planned, self.calls):
            if raised:
                found.update(candidate for candidate in candidates if candidate in raised)
        return found

    def _consider(self, candidate: int) -> None:
        """Is what speaks for it more than all its class would have to say against? Its class is made only then."""
        floor = self._floors.get(candidate)
        if floor is None:
            floor = self._floors[candidate] = -(self.elements.prior(candidate) + SLACK)
        if self.free_worth[candidate] > floor:
            exact = self._floors[candidate] = self._floor(candidate)
            if self.free_worth[candidate] > exact:
                self.hopeful.add(candidate)

    def _floor(self, candidate: int) -> int:
        """What must speak for it at least: the rarity of its whole class."""
        return -self.elements.family(candidate)[2]

    def bonus(self, members: tuple[int, ...]) -> int:
        """What planned work and precursors add to the prior."""
        if self.planned.keys().isdisjoint(members) and self.hazards.keys().isdisjoint(members):
            return 0
        planned = self.scores.planned if any(c in self.planned for c in members) else 0
        hazard = max((self.hazards.get(c, 0) for c in members), default=0)
        return planned + min(hazard * self.scores.hazard_each, self.scores.hazard_most)


def let_go(token: Token, incident: str, held: dict[str, set[Token]]) -> None:
    """The incident holds it no more; one that holds nothing is left out."""
    tokens = held.get(incident)
    if tokens is not None:
        tokens.discard(token)
        if not tokens:
            del held[incident]
