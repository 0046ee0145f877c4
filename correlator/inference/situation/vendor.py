"""What sources make of the alarms that stand: which is the root cause, which belong together (TMF642, 3GPP 32.111)."""

from collections.abc import Iterable

from correlator.inference.likelihood import micro
from correlator.inference.port import AlarmHinted
from correlator.policy.faults import FaultPolicy


class Vendor:
    """By alarm; nothing is kept of alarms of which no source says such a thing."""

    def __init__(self, policy: FaultPolicy) -> None:
        self._policy = policy
        self.said: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {}  # alarm -> others, candidates it raises
        self.claims: dict[int, dict[str, int]] = {}  # candidate -> alarm that is called the root cause -> micro-nats
        self.named: dict[int, int] = {}  # of these candidates, the very ones that are called so: micro-nats, the most
        self.raised: dict[int, int] = {}  # candidate -> how many say something that bears on it
        self._root_of: dict[str, int] = {}
        self.most = 0  # what all this can add to one candidate

    def says(self, hint: AlarmHinted, speaks_for: Iterable[int], root: int | None, alike: Iterable[int]) -> None:
        """`root`: what is called the root cause; None: nothing is. `alike`: it, and what nothing tells from it."""
        self.drop(hint.alarm)
        roots = tuple(alike)
        if root is not None:
            self._root_of[hint.alarm] = root
        candidates = tuple(dict.fromkeys((*roots, *(speaks_for if hint.others else ()))))
        self.said[hint.alarm] = hint.others, candidates
        for candidate in candidates:
            self.raised[candidate] = self.raised.get(candidate, 0) + 1
        for candidate in roots:
            self.claims.setdefault(candidate, {})[hint.alarm] = self._claim(hint.source)
        self._name(root)
        self.most = micro(self._policy.root_claim_most + self._policy.kin_most)

    def drop(self, alarm: str) -> None:
        """It ended."""
        _, candidates = self.said.pop(alarm, ((), ()))
        root = self._root_of.pop(alarm, None)
        for candidate in candidates:
            self.raised[candidate] -= 1
            if not self.raised[candidate]:
                del self.raised[candidate]
            claims = self.claims.get(candidate)
            if claims is not None and claims.pop(alarm, None) is not None and not claims:
                del self.claims[candidate]
        if not self.said:
            self.most = 0
        self._name(root)

    def _name(self, root: int | None) -> None:
        if root is not None:
            claims = self.claims.get(root, {})
            found = [worth for alarm, worth in claims.items() if self._root_of.get(alarm) == root]
            self.named.pop(root, None)
            if found:
                self.named[root] = max(found)

    def _claim(self, source: str) -> int:
        known = self._policy.sources.get(source)
        worth = self._policy.root_claim if known is None or known.root_claim is None else known.root_claim
        return micro(min(max(worth, 0.0), self._policy.root_claim_most))
