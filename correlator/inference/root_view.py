"""What is known of a root (port: `inference.port.Roots`)."""

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from correlator.events import SECOND_US
from correlator.inference import planned_work, rerooting
from correlator.inference.evidence import card, direct, link
from correlator.inference.evidence.kind import Evidence
from correlator.inference.port import (
    Observation,
)
from correlator.inference.situation import answers
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.quiet import quiet
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.whose import is_anothers
from topology.down import Down, Intervals, down_alone
from topology.failure import expand

AS_LATE_US = 10 * SECOND_US  # before the last word: what was said earlier is no sign of life


def evidence_in(told: Iterable[Observation]) -> list[Evidence]:
    return cast("list[Evidence]", list(told))


class NoisyOrRoots:
    """Implements `Roots`.

    Of a root that has left the inventory while its fault stood no question fails: it is like itself alone, nothing
    speaks for it, no work accounts for it, it explains nothing, and who decides on what is outside decides on it.
    """

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    def alike(self, root: str) -> tuple[str, ...]:
        name, candidate = self._situation.names.name_of, self._situation.names.candidate(root)
        if candidate is None:
            return (root,)
        return tuple(name(member) for member in self._situation.candidates.class_of(candidate).members)

    def broken(self, roots: Iterable[str], cards: Collection[str] = (), incident: str = "") -> tuple[int, ...]:
        situation = self._situation
        whole = {one for one in map(situation.topology.index.get, roots) if one is not None}
        partial = cards or situation.told.partial
        partly = [one for one in sorted(whole) if card.only_that(situation, one, cards)] if partial else []
        parts = (each.out(situation, one, incident) for one in partly for each in (card, direct))
        return tuple(sorted(whole.difference(partly).union(*parts)))

    def partly_broken(self, root: str, cards: Collection[str] = ()) -> bool:
        situation, candidate = self._situation, self._situation.names.candidate(root)
        return candidate is not None and card.only_that(situation, candidate, cards)

    def hides(self, root: str) -> bool:
        situation, candidate = self._situation, self._situation.names.candidate(root)
        if candidate is None or not situation.candidates.is_row(candidate):
            return False
        return any(link in situation.told.dark_links for link in down_alone(situation.topology, candidate).degraded)

    def turned(self) -> set[str]:
        """Devices of which more, or less, is broken than before: asked once."""
        turned, self._situation.told.cards_turned = self._situation.told.cards_turned, set()
        return {self._situation.names.name_of(device) for device in turned}

    def quiet(self, fallen: Down, age_us: int, *, told: bool, alone: bool) -> Intervals:
        return quiet(self._situation, fallen, age_us, told=told, alone=alone)

    def belied(self, told: Iterable[Observation], answered: Mapping[str, int], *, of_links: bool) -> list[Observation]:
        return list(answers.belied(self._situation, list(evidence_in(told)), answered, of_links=of_links))

    def tells_itself(self, root: str, told: Iterable[Observation]) -> bool:
        situation, candidate = self._situation, self._situation.names.candidate(root)
        if candidate is None or not situation.candidates.is_row(candidate) or self.partly_broken(root):
            return False
        dead, words = expand(situation.topology, [candidate]).devices, evidence_in(told)
        since_us = max((one.onset_us for one in words), default=0) - AS_LATE_US
        links = sorted({one.link for one in words if one.link >= 0}) if dead else []
        own = [one for each in links for one in link.told_of(situation, each) if one.key[2] != link.BY_MANAGER]
        return any(one.onset_us >= since_us and link.teller(situation.topology, one) in dead for one in own)

    def carried(self, answered: Mapping[str, int], told: Iterable[Observation]) -> Intervals:
        return answers.carried(self._situation, answered, evidence_in(told))

    def still_broken(self, failed: Collection[int], well: Iterable[int]) -> tuple[int, ...]:
        return answers.still_broken(self._situation, failed, well)

    def is_ours(self, root: str) -> bool:
        candidate = self._situation.names.candidate(root)
        return not is_anothers(self._situation, EXTERNAL if candidate is None else candidate)

    def planned_until_us(self, root: str) -> int:
        candidate = self._situation.names.candidate(root)
        return 0 if candidate is None else planned_work.covered_until_us(self._situation, candidate)

    def complaints_for(self, root: str) -> dict[str, int]:
        candidate = self._situation.names.candidate(root)
        calls = {} if candidate is None else self._situation.told.callers.calls.get(candidate, {})
        return {complaint: at_us for complaint, (at_us, _) in calls.items()}

    def free_for(self, root: str) -> list[Observation]:
        """What speaks for it and no settled incident explains."""
        candidate = self._situation.names.candidate(root)
        return [] if candidate is None else list(self._situation.support.free.get(candidate, ()))

    def speaks_for(self, root: str, told: Observation) -> bool:
        return self._situation.names.candidate(root) in cast("Evidence", told).credit

    def names_root(self, root: str, told: Iterable[Observation]) -> bool:
        candidate = self._situation.names.candidate(root)
        if candidate is None:
            return False
        words, own = evidence_in(told), self._situation.candidates.class_of(candidate).members
        return any(one.key[1] in own or direct.of_card(self._situation, candidate, one) for one in words)

    def beyond(self, root: str, told: Iterable[Observation]) -> list[Observation]:
        candidate = self._situation.names.candidate(root)
        if candidate is None:
            return list(told)
        return list(rerooting.unexplained(self._situation, candidate, evidence_in(told)))
