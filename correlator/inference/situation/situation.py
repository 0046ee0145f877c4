"""All that an engine knows: the network, what is told in it, who accounts for it, who is silent.

Rebuilt from rows after a crash; nothing decided depends on the order in which it was filled.
"""

import numpy as np

from correlator.inference.evidence import KIND, POINTING, SILENCES
from correlator.inference.evidence.complaint import Callers
from correlator.inference.evidence.kind import Evidence, Meaning
from correlator.inference.evidence.known_good import Probes
from correlator.inference.likelihood import Scores
from correlator.inference.silence import Silent
from correlator.inference.situation.candidates import Candidates
from correlator.inference.situation.failed_context import FailedContext
from correlator.inference.situation.held import Claims, let_go
from correlator.inference.situation.life import Life
from correlator.inference.situation.meanings import Meanings
from correlator.inference.situation.names import Names
from correlator.inference.situation.strays import Strays
from correlator.inference.situation.support import Support
from correlator.inference.situation.told import Told
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from correlator.world import Share
from topology.graph import Topology


class Situation:
    def __init__(self, topology: Topology, policy: FaultPolicy, related: Related, share: Share | None) -> None:
        self.topology = topology
        self.policy = policy
        self.related = related
        self.share = share
        self.scores = Scores(policy, {silence.name: silence.model(policy) for silence in SILENCES})
        self.names = Names(topology)
        self.meanings = Meanings(topology, self.scores, self.names)
        self.candidates = Candidates(topology, policy, self.scores, self.names)
        self.told = Told(Callers(topology, policy, self.scores), Probes(topology))
        self.support = Support(self.told, self.candidates, self.scores)
        self.strays = Strays(topology, self.scores)
        self.claims = Claims(self.strays)
        self.silence = Silent(topology, polled=policy.polled)
        self.failed = FailedContext(topology, related.ties)  # what live incidents expose may be told
        self.standing = self.failed  # ... those that do not clear
        self.apart = FailedContext(topology, related.ties)  # where these differ
        self.life = Life(topology)
        self.unreached: dict[
            str | None, list[Evidence]
        ] = {}  # by region, as the last search saw it: only a poller is lost
        self.looked = (0, 0)  # when, and at which strays, it was last looked how much is told by chance
        self.islands: list[tuple[set[int], list[int]]] = []  # of lost devices behind dark links, as of `islands_at`
        self.islands_at = -1
        self._places_in: dict[str | None, np.ndarray] = {}
        self.touched: set[int] = set()  # candidates for which something changed since the last search
        self.units = 0  # counted work of the search under way

    def told_by(self, alarm: str, meaning: Meaning, first_us: int) -> Evidence:
        """An alarm counts from now on; its observation, new or known."""
        told = self.told.observations.get(meaning.key)
        if told is None:
            home = self.is_home(meaning.device)
            told = self.told.observations[meaning.key] = evidence_of(meaning, self.adds(meaning), home=home)
            told.first_us = first_us
            self.strays.count(told, 1)
            self.support.set_free(told)
            KIND[told.kind].turned(self, told, 1)
        self.told.by_alarm[alarm] = told
        self.date(alarm, first_us)
        return told

    def told_no_more(self, alarm: str) -> Evidence | None:
        """An alarm no longer counts; its observation where that was its last alarm (it keeps its owner's name)."""
        told = self.told.by_alarm.pop(alarm, None)
        if told is None:
            return None
        del told.alarms[alarm]
        told.last_us.pop(alarm, None)
        told.freed_us.pop(alarm, None)
        if told.alarms:
            self._begun(told)
            return None
        del self.told.observations[told.key]
        if told.owner is None:
            self.claims.suspect(told, None)
            self.strays.count(told, -1)
            self.support.take_free(told)
        else:
            self.strays.version += 1
            let_go(told, told.owner, self.claims.holdings)
            self.support.take_owned(told)
        KIND[told.kind].turned(self, told, -1)
        return told

    def date(self, alarm: str, first_us: int) -> None:
        """When an alarm that counts began."""
        told = self.told.by_alarm.get(alarm)
        if told is not None:
            told.alarms[alarm] = first_us
            self._begun(told)

    def _begun(self, told: Evidence) -> None:
        """It is as old as the oldest of its alarms that stand."""
        first_us = min(told.alarms.values())
        if first_us != told.first_us:
            unexplained = told.owner is None and told.suspect is None
            if unexplained:
                self.strays.count(told, -1)
            told.first_us = first_us
            if unexplained:
                self.strays.count(told, 1)

    def adds(self, what: Meaning | Evidence) -> tuple[int, ...]:
        """For whom it speaks beyond what it does in a sound network: live incidents have failed, or a card is dead."""
        return self.failed.adds(what) + KIND[what.kind].hurt(self, what)

    def speaks_anew(self, one: Evidence) -> bool:
        """Something else has failed, or a card is dead: whom it speaks for now; True where that changed."""
        credit = one.plain + self.adds(one)
        if credit == one.credit:
            return False
        support = self.support
        free = one.owner is None
        out, back = (support.take_free, support.set_free) if free else (support.take_owned, support.set_owned)
        out(one)
        one.credit = credit
        back(one)
        return True

    def places_in(self, region: str | None) -> "np.ndarray":
        """The positions of the devices of a region."""
        known = self._places_in.get(region)
        if known is None:
            devices = self.topology.device_at.tolist()
            inside = [place for place, one in enumerate(devices) if self.topology.region_of(one) == region]
            known = self._places_in[region] = np.array(inside, dtype=np.int64)
        return known

    def is_home(self, device: int) -> bool:
        """A customer's own device."""
        return device >= 0 and self.topology.role_of(device) in ("ont", "cpe")


def evidence_of(meaning: Meaning, more: tuple[int, ...] = (), *, home: bool = False) -> Evidence:
    """`more`: whom else it speaks for while others have failed."""
    return Evidence(
        key=meaning.key,
        kind=meaning.kind,
        points=meaning.kind in POINTING,
        worth=meaning.worth,
        credit=meaning.credit + more,
        explain=meaning.explain,
        device=meaning.device,
        link=meaning.link,
        speaker=meaning.speaker,
        plain=meaning.credit,
        home=home,
    )
