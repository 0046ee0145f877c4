"""Who accounts for what (port: `inference.port.Accounts`)."""

from collections.abc import Iterable
from typing import cast

from correlator.inference import claims
from correlator.inference.changes import explainers, outside
from correlator.inference.evidence.device import loss_of
from correlator.inference.evidence.kind import Evidence
from correlator.inference.port import (
    Observation,
    Standing,
)
from correlator.inference.situation.situation import Situation


class NoisyOrAccounts:
    """Implements `Accounts`."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    def own(self, observation: Observation, incident: str | None) -> None:
        told, support, accounts = cast("Evidence", observation), self._situation.support, self._situation.claims
        if incident is not None:
            if told.owner is None:
                support.take_free(told)
                support.set_owned(told)
            accounts.hold(told, incident)
        elif told.owner is not None:  # it is looked at anew
            accounts.release(told)
            support.take_owned(told)
            support.set_free(told)
            self._situation.touched.update(told.credit, told.explain, outside(told.kind))

    def suspect(self, observation: Observation, incident: str | None) -> None:
        self._situation.claims.suspect(cast("Evidence", observation), incident)

    def held_by(self, incident: str) -> set[Observation]:
        return cast("set[Observation]", self._situation.claims.holdings.get(incident, set()))

    def suspected_by(self, incident: str) -> set[Observation]:
        return cast("set[Observation]", self._situation.claims.suspects.get(incident, set()))

    def forget(self, incident: str) -> None:
        self._situation.claims.holdings.pop(incident, None)
        self._situation.claims.suspects.pop(incident, None)

    def owner_of(self, observation: Observation) -> str | None:
        return claims.owner_of(self._situation, cast("Evidence", observation))

    def clearing_of(self, observation: Observation) -> list[str]:
        told, ending = cast("Evidence", observation), self._situation.claims.ending
        return [ending[c] for c in (*told.plain, *told.explain) if c in ending] if ending else []

    def over(self, services: Iterable[int]) -> tuple[list[str], list[str]]:
        owner = self._situation.claims.root_owner
        over = (owner.get(c) for c in explainers(self._situation.topology, services))
        return [name for name in over if name is not None], list(self._situation.claims.ending.values())

    def lost_since(self, services: Iterable[int], since_us: int) -> bool:
        ways = explainers(self._situation.topology, services)
        words = [loss_of(self._situation, way) for way in ways]
        return any(one is not None and one.owner is None and one.begun_us > since_us for one in words)

    def takes_down(self, standing: Standing, services: Iterable[int]) -> bool:
        roots = self._situation.claims.ending if standing.clearing else self._situation.claims.root_owner
        return any(roots.get(c) == standing.incident for c in explainers(self._situation.topology, services))

    def clears(self, element: int) -> bool:
        return element in self._situation.claims.ending

    def claim(self, standing: Standing, others: Iterable[Standing]) -> None:
        claims.claim(self._situation, standing, others)

    def reclaim(self, standing: Iterable[Standing]) -> None:
        claims.reclaim(self._situation, standing)

    def expose(self, standing: Iterable[Standing]) -> list[Observation]:
        return list(claims.expose(self._situation, standing))

    def absorbed(self, standing: Standing) -> list[Observation]:
        return list(claims.absorbed(self._situation, standing))

    def met(self, standing: Standing, others: Iterable[Standing]) -> list[Observation]:
        return list(claims.met(self._situation, standing, others))
