"""Who accounts for what: the claims of settled incidents, and the observations that incidents hold."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from correlator.inference.evidence.kind import Evidence
from correlator.inference.situation.strays import Strays

Holdings = dict[str, set[Evidence]]


@dataclass(slots=True)
class Claims:
    strays: Strays
    root_owner: dict[int, str] = field(default_factory=dict)  # root of a settled incident, or what is like it
    link_owner: dict[int, str] = field(default_factory=dict)
    card_owner: dict[int, str] = field(default_factory=dict)  # device with a dead card that an incident is about
    groups: dict[str, tuple[int, int]] = field(default_factory=dict)  # incident -> its root, a risk group; opened_us
    streets: dict[int, str] = field(default_factory=dict)  # where homes hang that have no mains -> the incident
    ending: dict[int, str] = field(default_factory=dict)  # members of the roots of incidents that clear
    disregarded: frozenset[str] = frozenset()  # for the while, these explain nothing
    holdings: Holdings = field(default_factory=dict)  # settled incident -> what it explains
    suspects: Holdings = field(default_factory=dict)  # suspected incident -> what it explains so far

    def claim(self, incident: str, roots: Iterable[int], links: Iterable[int]) -> None:
        """What these would say is explained by the incident; the first claim keeps."""
        for root in roots:
            self.root_owner.setdefault(root, incident)
        for link in links:
            self.link_owner.setdefault(link, incident)

    def forget(self) -> None:
        """Nothing is explained by anyone; the claims that hold are made again, in their order."""
        for owners in (self.root_owner, self.link_owner, self.card_owner, self.groups, self.streets, self.ending):
            owners.clear()

    def suspect(self, one: Evidence, incident: str | None) -> None:
        """Which suspected incident explains it so far."""
        if one.suspect is not None:
            let_go(one, one.suspect, self.suspects)
        if one.owner is None and (one.suspect is None) != (incident is None):
            self.strays.count(one, 1 if incident is None else -1)
        one.suspect = incident
        if incident is not None:
            self.suspects.setdefault(incident, set()).add(one)

    def hold(self, one: Evidence, incident: str) -> None:
        """The settled incident explains it; no suspicion rests on it any more."""
        if one.owner is not None:
            let_go(one, one.owner, self.holdings)
        self.suspect(one, None)
        if one.owner is None:
            self.strays.count(one, -1)
        one.owner = incident
        self.holdings.setdefault(incident, set()).add(one)

    def held_by(self, incident: str) -> Collection[Evidence]:
        """What it explains; suspected, so far."""
        return self.holdings.get(incident) or self.suspects.get(incident) or ()

    def release(self, one: Evidence) -> None:
        """No settled incident explains it."""
        if one.owner is not None:
            let_go(one, one.owner, self.holdings)
            one.owner = None
            self.strays.count(one, 1)


def let_go(one: Evidence, incident: str, held: Holdings) -> None:
    """The incident holds it no more; one that holds nothing is left out."""
    rest = held.get(incident)
    if rest is not None:
        rest.discard(one)
        if not rest:
            del held[incident]
