"""All that an engine knows: the network, what is told in it, who accounts for it, who is silent.

Rebuilt from rows after a crash; nothing decided depends on the order in which it was filled.
"""

from correlator.inference.evidence import KIND, POINTING, SILENCES, device, fibre
from correlator.inference.evidence.complaint import Callers
from correlator.inference.evidence.kind import Evidence, Meaning
from correlator.inference.evidence.known_good import Probes
from correlator.inference.likelihood import Scores
from correlator.inference.silence import Silent
from correlator.inference.situation import credit
from correlator.inference.situation.candidates import Candidates
from correlator.inference.situation.dark import DarkLinks
from correlator.inference.situation.failed_context import FailedContext
from correlator.inference.situation.held import Claims, let_go
from correlator.inference.situation.life import Life
from correlator.inference.situation.meanings import Meanings
from correlator.inference.situation.memo import Memo
from correlator.inference.situation.names import Names
from correlator.inference.situation.strays import Strays, group_of
from correlator.inference.situation.support import Support
from correlator.inference.situation.told import Told
from correlator.inference.situation.vendor import Vendor
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from correlator.world import Share
from topology.around import AT_HOME
from topology.graph import Topology
from topology.model import Role


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
        self.told = Told(
            Callers(topology, policy, self.scores),
            Probes(topology),
            Life(topology),
            Vendor(policy),
            DarkLinks(topology),
        )
        self.support = Support(self.told, self.candidates, self.scores)
        self.claims = Claims(Strays(topology, self.scores, share))
        self.silence = Silent(topology, self.told.life.tellers.regions, polled=policy.polled)
        self.failed = FailedContext(topology, related.ties)  # what live incidents expose may be told
        self.standing = self.failed  # ... those that do not clear
        self.apart = FailedContext(topology, related.ties)  # where these differ
        self.touched: set[int] = set()  # candidates for which something changed since the last search
        self.memo = Memo()

    def told_by(self, alarm: str, meaning: Meaning, first_us: int, heard_us: int) -> Evidence:
        """An alarm counts from now on; its observation, new or known. `heard_us`: by our clock."""
        told = self.told.observations.get(meaning.key)
        if told is None:
            role = self.names.role_of(meaning.device)
            told = self.told.observations[meaning.key] = evidence_of(meaning, credit.adds(self, meaning), role)
            told.first_us = told.onset_us = first_us
            told.heard_us = heard_us
            told.words = None if meaning.word is None else {alarm: meaning.word}
            self.claims.strays.count(told, 1)
            self.support.set_free(told)
            KIND[told.kind].turned(self, told, 1)
            self._line_told(told, 1)
            credit.turned(self, told)
            if meaning.doubted:
                self.told.doubted[told] = None
            self.told.life.judge(told)
            self._beside_the_other_end(told)
        else:
            if told.words is not None and meaning.word is not None:
                told.words[alarm] = meaning.word
            if told.worths is not None or meaning.worth != told.worth or _by_two_words(told):
                self._worth_of(told, alarm, meaning)
            _hear(told, alarm, heard_us)
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
            if told.heards is not None:
                told.heards.pop(alarm, None)
            self._begun(told)
            if told.words is not None:
                told.words.pop(alarm, None)
            if told.worths is not None:
                told.worths.pop(alarm, None)
                self._best_word(told)
            return None
        self.told.doubted.pop(told, None)
        self.told.work.told.discard(told)
        self.told.life.let_go(told)
        del self.told.observations[told.key]
        if told.owner is None:
            self.claims.suspect(told, None)
            self.claims.strays.count(told, -1)
            self.support.take_free(told)
        else:
            self.claims.strays.version += 1
            let_go(told, told.owner, self.claims.holdings)
            self.support.take_owned(told)
        KIND[told.kind].turned(self, told, -1)
        self._line_told(told, -1)
        credit.turned(self, told)
        self._beside_the_other_end(told)
        return told

    def _other_end(self, told: Evidence) -> Evidence | None:
        """Of a link between devices of the network, what is told at its other end."""
        kind, link, end = told.key
        return self.told.observations.get((kind, link, 1 - end)) if told.words is not None else None

    def _beside_the_other_end(self, told: Evidence) -> None:
        """It came, or went."""
        other = self._other_end(told)
        if other is not None and _by_two_words(other):
            self._best_word(other)

    def _line_told(self, told: Evidence, by: int) -> None:
        if KIND[told.kind].down:
            self.told.callers.lines.told(told.key[1], by)

    def _worth_of(self, told: Evidence, alarm: str, meaning: Meaning) -> None:
        """Sources, or types, that are not worth the same tell one thing."""
        if told.worths is None:
            told.worths = dict.fromkeys(told.alarms, told.worth)
        told.worths[alarm] = meaning.worth
        if not meaning.doubted and self.told.doubted.pop(told, told) is None:
            self.claims.strays.version += 1
        self._best_word(told)

    def _best_word(self, told: Evidence) -> None:
        """It is worth what the best of those that tell it is worth; more where one end tells it, by two types."""
        best = max((told.worths or {}).values(), default=told.worth)
        if _by_two_words(told) and self._other_end(told) is None:
            best += self.scores.twice
        if best != told.worth:
            support, free = self.support, told.owner is None
            (support.take_free if free else support.take_owned)(told)
            told.worth = best
            (support.set_free if free else support.set_owned)(told)

    def date(self, alarm: str, first_us: int) -> None:
        """When an alarm that counts began."""
        told = self.told.by_alarm.get(alarm)
        if told is not None:
            told.alarms[alarm] = first_us
            self._begun(told)

    def _begun(self, told: Evidence) -> None:
        """It is as old as the oldest of its alarms that stand, and is counted as stray as of then."""
        told.first_us = min(told.alarms.values())
        before = told.onset_us, told.heard_us
        told.onset_us, told.heard_us = told.begun_us, min((told.heards or {}).values(), default=told.heard_us)
        if (told.onset_us, told.heard_us) != before and told.owner is None and told.suspect is None:
            self.claims.strays.count(told, -1)
            self.claims.strays.count(told, 1)
        self.told.work.dated(told)


def _by_two_words(told: Evidence) -> bool:
    return told.words is not None and len(told.words) > 1 and len(set(told.words.values())) > 1


def _hear(told: Evidence, alarm: str, heard_us: int) -> None:
    """One more of its alarms was told, or one that was told before is told anew."""
    if told.heards is None and (heard_us != told.heard_us or alarm not in told.alarms):
        told.heards = dict.fromkeys(told.alarms, told.heard_us)
    if told.heards is not None:
        told.heards[alarm] = heard_us


def evidence_of(meaning: Meaning, more: tuple[int, ...] = (), role: Role | None = None) -> Evidence:
    """`more`: whom else it speaks for while others have failed. `role`: of the device, where it tells of one."""
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
        slow=meaning.kind == fibre.NAME or (meaning.kind == device.NAME and role != "ont"),
        home=role in AT_HOME,
        group=group_of(meaning.kind, role, feeder=meaning.feeder),
    )
