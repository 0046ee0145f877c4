"""What speaks now, for whom, and who is silent: a cache over the rows of alarms, complaints, windows and sources.

Rebuilt from rows after a crash; nothing decided depends on the order in which it was filled. Costs: an alarm touches
each of its explainers once (a chain of dominators, 10 to 30 of them), whatever the size of the storm.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import numpy as np

from correlator.faults.policy import FaultPolicy
from correlator.faults.probes import Probes
from correlator.faults.rows import AlarmRow
from correlator.faults.score import Scores, micro
from correlator.faults.tokens import EXTERNAL, Plan, Planner, Token
from correlator.faults.wounds import Wounds
from topology import cover
from topology.graph import Topology
from topology.impact import Down, Prediction, customers_below, prediction

if TYPE_CHECKING:
    from correlator.state import Draft

Intervals = tuple[tuple[int, int], ...]


LEAVES = ("splitter", "ont", "cpe")
SLACK = 4_000_000  # how much more than its own prior a whole class may have, in micro-nats: an upper bound for pruning
NEVER_OF_LINKS = ("splitter", "ont", "cpe")  # roles that do not speak of their own links
NOBODY: Mapping[str, int] = {}
News = tuple[Literal["told", "again", "ended", "earlier", "hazard"], AlarmRow, Token | None]


class Evidence:
    """Tokens by explainer; owners of what settled incidents explain; what is unknown."""

    def __init__(self, topology: Topology, policy: FaultPolicy, scores: Scores) -> None:
        self.topology = topology
        self.policy = policy
        self.scores = scores
        self.planner = Planner(topology, scores)
        self.tokens: dict[tuple[str, int, int], Token] = {}
        self.by_alarm: dict[str, Token] = {}
        self.free: dict[int, set[Token]] = {}  # candidate -> tokens that no settled incident explains
        self.free_worth: dict[int, int] = {}
        self.owned: dict[int, set[Token]] = {}  # candidate -> tokens that a settled incident explains
        self.owned_worth: dict[int, int] = {}
        self.dirty: set[int] = set()
        self.dark_links: dict[int, int] = {}  # link -> tokens that tell it
        self.hazards: dict[int, int] = {}
        self.gasping: dict[int, int] = {}  # candidate -> devices under it that lost power
        self.lost_devices: set[int] = set()  # devices with a device token
        self.lost_nodes: set[int] = set()  # ... of them those that are no ONT, CPE or splitter
        self.calls: dict[int, dict[str, tuple[int, int]]] = {}  # candidate -> complaint -> (at_us, thousandths)
        self.planned: dict[int, int] = {}  # candidate -> until_us, named by a window in force
        self.windows: list[tuple[int, Down]] = []  # (end_us, what the planned work takes down) of those in force
        self.partial: set[int] = set()  # devices with a dead card: their silence says nothing
        self.root_owner: dict[int, str] = {}  # root or equivalent of a settled incident -> incident
        self.link_owner: dict[int, str] = {}
        devices = len(topology.device_at)
        self.incident_numbers: dict[str, int] = {}
        self._incident_names: list[str] = []
        self.device_owner = np.full(devices, -1, dtype=np.int32)
        self.unknown = np.zeros(devices, dtype=bool)
        self._polled = np.diff(topology.polled_prefix).astype(bool)
        self._onts = np.zeros(devices, dtype=bool)
        self._onts[topology.places.ont_positions] = True
        self._free: dict[str, np.ndarray] = {}  # prefix sums by who is counted
        self._heard: dict[str, bytes] = {}  # flags by position, kept as the sums are
        self.lost_at = bytearray(devices)  # by position: 1 where a device token stands
        self._blind = False  # some device is out of sight
        self.disregarded: frozenset[str] = frozenset()
        self._disregarded_numbers: list[int] = []
        self.holdings: dict[str, set[Token]] = {}  # settled incident -> its tokens
        self.suspects: dict[str, set[Token]] = {}  # suspected incident -> its tokens
        self.suspect_roots: dict[int, str] = {}  # likeliest of the root's class -> suspected incident
        self.live: dict[str, None] = {}  # incidents that are open or clearing
        self.resolved: dict[str, None] = {}  # resolved ones within the window for a return
        self.waiting: dict[str, None] = {}  # complaints about the network that no incident explains
        self.news: list[News] = []  # what the alarms of this step changed, for the incidents to heed
        self.units = 0  # counted work of the solve under way
        self._call_scores: dict[int, tuple[int, int]] = {}  # candidate -> (holds until, E_r)
        self.joint_impacts: dict[tuple[int, ...], tuple[np.ndarray, np.ndarray]] = {}  # what failed -> down, at risk
        self.wounds = Wounds(topology)
        self.probes = Probes(topology)
        self.solved = 0  # the step whose rows the last solve has seen
        self._priors: dict[int, int] = {}
        self._rings: dict[int, frozenset[int]] = {}
        self._leaves: dict[int, bool] = {}
        self._classes: dict[int, tuple[int, tuple[int, ...], int]] = {}

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
        self._give(token, self.free, self.free_worth)
        if token.kind == "link_end":
            self.dark_links[token.link] = self.dark_links.get(token.link, 0) + 1
        elif token.kind == "device":
            self._lost(token.device, 1)
        elif token.kind == "card":
            self.partial.add(token.key[1])
        elif token.kind == "gasp":
            self._gasp(token.device, 1)

    def _leave(self, token: Token) -> None:
        if token.owner is None:
            self.suspect(token, None)
            self._take(token, self.free, self.free_worth)
        else:
            self.holdings[token.owner].discard(token)
            self._take(token, self.owned, self.owned_worth)
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
        elif token.kind == "gasp":
            self._gasp(token.device, -1)

    def _lost(self, device: int, flag: int) -> None:
        change = set.add if flag else set.discard
        change(self.lost_devices, device)
        if self.topology.role_of(device) not in LEAVES:
            change(self.lost_nodes, device)
        position = self.topology.position.item(device)
        if position >= 0:
            self.lost_at[position] = flag

    def _give(self, token: Token, sets: dict[int, set[Token]], worth: dict[int, int]) -> None:
        value = token.worth
        for candidate in token.credit:
            held = sets.get(candidate)
            if held is None:
                sets[candidate] = {token}
                worth[candidate] = value
            else:
                held.add(token)
                worth[candidate] += value
        if token.kind in ("power", "gasp"):
            sets.setdefault(EXTERNAL, set()).add(token)
            worth[EXTERNAL] = worth.get(EXTERNAL, 0) + self.scores.external

    def _take(self, token: Token, sets: dict[int, set[Token]], worth: dict[int, int]) -> None:
        value = token.worth
        for candidate in token.credit:
            held = sets[candidate]
            held.discard(token)
            if held:
                worth[candidate] -= value
            else:
                del sets[candidate], worth[candidate]
        if token.kind in ("power", "gasp"):
            sets[EXTERNAL].discard(token)
            if sets[EXTERNAL]:
                worth[EXTERNAL] -= self.scores.external
            else:
                del sets[EXTERNAL], worth[EXTERNAL]

    def _gasp(self, device: int, by: int) -> None:
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
            self._take(token, self.free, self.free_worth)
            self._give(token, self.owned, self.owned_worth)
        else:
            self.holdings[token.owner].discard(token)
        self.suspect(token, None)
        token.owner = incident
        self.holdings.setdefault(incident, set()).add(token)

    def suspect(self, token: Token, incident: str | None) -> None:
        """Which suspected incident explains it so far."""
        if token.suspect is not None:
            self.suspects[token.suspect].discard(token)
        token.suspect = incident
        if incident is not None:
            self.suspects.setdefault(incident, set()).add(token)

    def disown(self, token: Token) -> None:
        if token.owner is not None:
            self.holdings[token.owner].discard(token)
            token.owner = None
            self._take(token, self.owned, self.owned_worth)
            self._give(token, self.free, self.free_worth)
            self.dirty.update(token.credit)

    def suffer(self, roots: Iterable[int]) -> list[Token]:
        """These have failed in meshed parts of the network: the tokens that others speak for now, or no longer."""
        intervals, links = self.wounds.suffer(roots)
        lost = np.frombuffer(self.lost_at, dtype=np.uint8)
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
                sets = (self.free, self.free_worth) if token.owner is None else (self.owned, self.owned_worth)
                self._take(token, *sets)
                token.credit = credit
                self._give(token, *sets)
                changed.append(token)
        return changed

    def number(self, incident: str) -> int:
        """A small number for an incident, for the arrays."""
        number = self.incident_numbers.get(incident)
        if number is None:
            number = self.incident_numbers[incident] = len(self._incident_names)
            self._incident_names.append(incident)
        return number

    def incident_of(self, number: int) -> str | None:
        return self._incident_names[number] if number >= 0 else None

    def claim(self, incident: str, roots: Iterable[int], intervals: Intervals, links: Iterable[int]) -> None:
        """From now on what these intervals and links would say is explained by the incident; the first one keeps."""
        number = self.number(incident)
        for root in roots:
            self.root_owner.setdefault(root, incident)
        for low, high in intervals:
            part = self.device_owner[low:high]
            part[part < 0] = number
        for link in links:
            self.link_owner.setdefault(link, incident)
        self._forget_counts()

    def forget_claims(self) -> None:
        """Nothing is explained by anyone; the claims that hold are made again, in their order."""
        self.device_owner[:] = -1
        self.root_owner.clear()
        self.link_owner.clear()
        self._forget_counts()

    def _forget_counts(self) -> None:
        self._free.clear()
        self._heard.clear()

    def owner_of(self, plan: Plan | Token) -> str | None:
        """The settled incident that explains such a token."""
        if plan.kind == "device":
            position = int(self.topology.position[plan.device])
            if position >= 0 and (number := int(self.device_owner[position])) >= 0:
                return self._incident_names[number]
        elif plan.kind == "link_end":
            owner = self.link_owner.get(plan.link)
            if owner is not None:
                return owner
        if self.root_owner:
            owners = self.root_owner
            for candidate in plan.credit:
                if candidate in owners:
                    return owners[candidate]
            for candidate in plan.explain:
                if candidate in owners:
                    return owners[candidate]
        return None

    # Silence

    @contextmanager
    def disregarding(self, incidents: Iterable[str]) -> Iterator[None]:
        """For the while, what these settled incidents explain counts as explained by nobody."""
        kept = self._free, self._heard
        self._free, self._heard = {}, {}
        self.disregarded = frozenset(incidents)
        self._disregarded_numbers = [self.number(name) for name in self.disregarded]
        try:
            yield
        finally:
            self.disregarded = frozenset()
            self._disregarded_numbers = []
            self._free, self._heard = kept

    def free_polled(self) -> np.ndarray:
        """Prefix sums, by position, of polled devices that are known and that no settled incident explains."""
        return self._prefix("polled", self._polled)

    def free_onts(self) -> np.ndarray:
        """The same of ONTs."""
        return self._prefix("onts", self._onts)

    def _prefix(self, name: str, who: np.ndarray) -> np.ndarray:
        known = self._free.get(name)
        if known is None:
            owned = self.device_owner >= 0
            if self._disregarded_numbers:
                owned &= ~np.isin(self.device_owner, self._disregarded_numbers)
            speaks = who & ~self.unknown & ~owned
            known = self._free[name] = np.concatenate(([0], np.cumsum(speaks, dtype=np.int64)))
        return known

    def set_unknown(self, devices: Iterable[int]) -> None:
        """These and only these devices are out of sight."""
        self.unknown[:] = False
        position = self.topology.position
        for device in devices:
            if position[device] >= 0:
                self.unknown[position[device]] = True
        self._blind = bool(self.unknown.any())
        self._forget_counts()

    def link_is_mute(self, link: int) -> bool:
        """No end of it can be seen."""
        if not self._blind:
            return False
        position = self.topology.position
        return all(
            position[end] < 0 or self.unknown[position[end]] or self.topology.role_of(end) in NEVER_OF_LINKS
            for end in self.topology.ends(link)
        )

    def onts_heard(self) -> bytes:
        """By position: 1 where an ONT's word or silence counts.

        It is in sight, and so is its speaker, and no settled incident explains it.
        """
        known = self._heard.get("onts")
        if known is None:
            owned = self.device_owner >= 0
            if self._disregarded_numbers:
                owned &= ~np.isin(self.device_owner, self._disregarded_numbers)
            heard = ~(owned | self.unknown)
            if self._blind:
                speaker = self.topology.places.speaker
                told = np.flatnonzero(speaker >= 0)
                heard[told] &= ~self.unknown[self.topology.position[speaker[told]]]
            known = self._heard["onts"] = heard.tobytes()
        return known

    def probes_up(self, intervals: Iterable[tuple[int, int]]) -> int:
        """Services there whose probes speak and find them up, where no settled incident explains what is down."""
        owner = self.device_owner.item
        positions = self.probes.up(intervals)
        return sum([1 for place in positions if owner(place) < 0 or owner(place) in self._disregarded_numbers])

    def predicted(self, candidate: int) -> Prediction | None:
        """None for what lies beyond the rows: the outside, a port that no row names."""
        if candidate < 0 or candidate >= len(self.topology.ids):
            return None
        if candidate in self.wounds.exposing:
            return self.wounds.joint(candidate)
        return prediction(self.topology, candidate)

    def rings(self, candidate: int) -> frozenset[int]:
        """The meshed parts of the network that lose a link by its failure: there it may close a cut with others."""
        known = self._rings.get(candidate)
        if known is None:
            blocks, base = self.topology.blocks, self.topology.first.device - 1
            rows = 0 <= candidate < len(self.topology.ids)
            links = prediction(self.topology, candidate).down if rows else None
            touched = (*links.links, *links.degraded) if links is not None else ()
            known = frozenset(block for link in touched if (block := blocks.block[link - base]) >= 0)
            self._rings[candidate] = known
        return known

    def is_leaf(self, candidate: int) -> bool:
        """It takes one ONT down and nothing else: whatever tells of that, the customer may have switched it off."""
        known = self._leaves.get(candidate)
        if known is None:
            known = self._leaves[candidate] = self._takes_one_ont(candidate)
        return known

    def _takes_one_ont(self, candidate: int) -> bool:
        if not 0 <= candidate < len(self.topology.ids):
            return False
        intervals = prediction(self.topology, candidate).down.intervals
        if len(intervals) != 1 or intervals[0][1] - intervals[0][0] != 1:
            return False
        return bool(self._onts[intervals[0][0]])

    # Priors and classes

    def prior(self, candidate: int) -> int:
        """alpha, in micro-nats, of the candidate alone."""
        known = self._priors.get(candidate)
        if known is None:
            known = self._priors[candidate] = self._prior(candidate)
        return known

    def _prior(self, candidate: int) -> int:
        policy, topology = self.policy, self.topology
        match self.planner.kind_of(candidate):
            case "span":
                return self.scores.fibre_prior(topology.length_km(candidate), conduit=False)
            case "conduit":
                return self.scores.fibre_prior(topology.length_km(candidate), conduit=True)
            case "site":
                return micro(policy.prior_site)
            case "splitter":
                return micro(policy.prior_splitter)
            case "port":
                return micro(policy.prior_port)
            case "link" if not topology.routes_of(candidate):
                return micro(policy.prior_patch)
            case "device" if topology.role_of(candidate) == "olt":
                return micro(policy.prior_olt)
            case _:
                return micro(policy.prior_other)

    def family(self, candidate: int) -> tuple[int, tuple[int, ...], int]:
        """(likeliest member, all members no evidence can tell apart, ln of their summed rates)."""
        known = self._classes.get(candidate)
        if known is not None:
            return known
        if candidate < 0 or candidate >= len(self.topology.ids):
            members: tuple[int, ...] = (candidate,)
        else:
            members = cover.equivalents(self.topology, candidate)
        name = self.planner.name_of
        best = min(members, key=lambda c: (-self.prior(c), name(c)))
        made = (best, members, self.scores.add(self.prior(c) for c in members))
        for member in members:
            self._classes[member] = made
        return made

    def twins(self, candidate: int) -> tuple[int, int]:
        """(likeliest, ln of the summed rates) of the members of its class for which the very same alarms speak now.

        No alarm of the usual kinds tells the members of a class apart; a direct one, as a fibre monitor's, does.
        """
        best, members, prior = self.family(candidate)
        if len(members) == 1:
            return best, prior
        worth, mine = self.free_worth.get(candidate, 0), self.free.get(candidate)
        worths = self.free_worth.get
        for member in members:
            if worths(member, 0) != worth:
                break
        else:
            return best, prior
        same = [member for member in members if self.free.get(member) == mine]
        name = self.planner.name_of
        return min(same, key=lambda c: (-self.prior(c), name(c))), self.scores.add(self.prior(c) for c in same)

    def is_hopeless(self, candidate: int, now_us: int) -> bool:
        """Even all that speaks for it, with no silence and no silent customer against it, leaves no gain."""
        prior = self._priors.get(candidate)
        bound = self.free_worth.get(candidate, 0) + (self.prior(candidate) if prior is None else prior) + SLACK
        if bound > 0:
            return False
        if candidate in self.hazards or candidate in self.planned:
            bound += self.bonus_of(candidate)
        if candidate in self.calls:
            bound += max(0, self.call_score(candidate, now_us) or 0)
        return bound <= 0

    def bonus_of(self, candidate: int) -> int:
        """As `bonus`, of one element."""
        planned = self.scores.planned if candidate in self.planned else 0
        hazard = self.hazards.get(candidate)
        return planned if hazard is None else planned + min(hazard * self.scores.hazard_each, self.scores.hazard_most)

    def bonus(self, members: tuple[int, ...]) -> int:
        """What planned work and precursors add to the prior."""
        if len(members) == 1:
            return self.bonus_of(members[0])
        planned = self.scores.planned if any(c in self.planned for c in members) else 0
        hazard = max((self.hazards.get(c, 0) for c in members), default=0)
        return planned + min(hazard * self.scores.hazard_each, self.scores.hazard_most)

    # Complaints

    def add_call(self, complaint: str, candidates: Iterable[int], at_us: int, weight: int) -> None:
        """The caller says on the complaint's row that it moved, so that a rebuild knows what is dirty."""
        for candidate in candidates:
            self.calls.setdefault(candidate, {})[complaint] = (at_us, weight)
            self._call_scores.pop(candidate, None)

    def drop_call(self, complaint: str, candidates: Iterable[int]) -> bool:
        """True where it counted."""
        counted = False
        for candidate in candidates:
            held = self.calls.get(candidate)
            if held is not None and held.pop(complaint, None) is not None:
                counted = True
                self._call_scores.pop(candidate, None)
                if not held:
                    del self.calls[candidate]
        return counted

    def call_score(self, candidate: int, now_us: int, explained: Mapping[str, int] = NOBODY) -> int | None:
        """E_r at now; None where nobody below called. `explained`: complaint -> the root that explains it already.

        Such complaints leave both the count and, with all customers of that root, the number below.
        """
        held = self.calls.get(candidate)
        if not held or candidate < 0 or candidate >= len(self.topology.ids):
            return None
        if not explained:
            until_us, score = self._call_scores.get(candidate, (0, 0))
            if now_us >= until_us:
                until_us, score = self._call_scores[candidate] = self._score_calls(candidate, held, now_us)
            return score
        told = [call for complaint, call in held.items() if complaint not in explained]
        roots = {explained[complaint] for complaint in held if complaint in explained}
        customers = customers_below(self.topology, candidate)
        customers -= sum(customers_below(self.topology, root) for root in sorted(roots))
        if not told or customers <= 0:
            return None
        return self.scores.calls(self._call_weights(told, now_us), customers)

    def _score_calls(self, candidate: int, held: Mapping[str, tuple[int, int]], now_us: int) -> tuple[int, int]:
        """(when the next call leaves a window, E_r till then)."""
        ends = [at_us + w * 1_000_000 for at_us, _ in held.values() for w in self.policy.call_windows_s]
        until_us = min((end for end in ends if end >= now_us), default=now_us + 10**15) + 1
        weights = self._call_weights(held.values(), now_us)
        return until_us, self.scores.calls(weights, customers_below(self.topology, candidate))

    def _call_weights(self, calls: Iterable[tuple[int, int]], now_us: int) -> tuple[int, ...]:
        """Thousandths, by window."""
        told = [(now_us - at_us, weight) for at_us, weight in calls]
        windows_us = [w * 1_000_000 for w in self.policy.call_windows_s]
        return tuple(sum([weight for age_us, weight in told if age_us <= window_us]) for window_us in windows_us)


def mind(draft: "Draft") -> Evidence:
    """The evidence of the state that the draft writes."""
    evidence = draft.state.evidence
    assert evidence is not None, "the kernel builds the evidence before the first step"
    return evidence
