"""Asks one system again and again, and says to the journal what changed: raises, clears, and that the source lives.

The first answer, each one after the source was away, and one an hour are compared with what stands: what the source
told of first and does not hold active any more is cleared as `resync`. Such a clear has the time before the question,
so that what the source raised meanwhile stays.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import structlog

from connectors.formats.dead_letters import described
from connectors.metrics import POLLS
from connectors.polls.port import Answer, Asked, Standing, Unanswered
from connectors.ports import Counter, Inlet, PortError
from correlator.alarms.states import key_of
from correlator.events import Alarm, Incoming, SourceHeard, Time, moment

RESYNC = timedelta(hours=1)
TOGETHER = 500  # events that are handed in at once
NAMED = 1000  # devices in one event

log = structlog.get_logger("polls")


@dataclass(frozen=True, slots=True)
class PollPorts:
    """`standing`: alarms that stand and that a source told of first; it reads the store, in another thread."""

    inlet: Inlet
    standing: Callable[[str], Sequence[Standing]]
    clock: Callable[[], int]  # microseconds since 1970
    counter: Counter


@dataclass(frozen=True, slots=True)
class Poll:
    """`name`: of its part of the settings; `source`: as its alarms name it; `confirm`: raised after so many rounds."""

    name: str
    source: str
    every_s: int
    confirm: int = 1


class Poller:
    def __init__(self, poll: Poll, asked: Asked, ports: PollPorts) -> None:
        self._poll = poll
        self._asked = asked
        self._ports = ports
        self._told: dict[str, Alarm] = {}  # what we raised, or found raised, by key
        self._seen: dict[str, int] = {}  # rounds in a row in which it was wrong
        self._well: set[str] = set()
        self._devices: frozenset[str] | None = None
        self._resynced: Time | None = None  # None: it has to be
        self._away = ""

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                await self._guarded()
                await asyncio.sleep(self._poll.every_s)
        finally:
            await self._asked.close()

    async def _guarded(self) -> None:
        """What breaks in one poll is no matter of the others, nor of who listens beside them."""
        try:
            await self.turn()
        except Exception as error:  # noqa: BLE001  # a programmer's error: told and counted, and the others go on
            self._resynced = None
            self._ports.counter.count(POLLS, self._poll.name, "broke")
            log.error("poll_broke", poll=self._poll.name, error=described(error))

    async def turn(self) -> None:
        """Ask once. What cannot be written now is said in the next turn."""
        now = moment(self._ports.clock())
        try:
            answer = await self._asked.ask(now)
        except Unanswered as error:
            self._missed(error)
            return
        if self._away:
            log.info("poll_answers", poll=self._poll.name)
        self._away = ""
        due = self._resynced is None or now - self._resynced >= RESYNC
        try:
            standing = await asyncio.to_thread(self._ports.standing, self._poll.source) if due else None
            await self._say(answer, standing, now)
        except PortError as error:  # the journal is full, or the store away
            self._resynced = None
            self._ports.counter.count(POLLS, self._poll.name, "not_written")
            log.warning("poll_not_written", poll=self._poll.name, what=error.what)
            return
        self._ports.counter.count(POLLS, self._poll.name, "answered")
        if due:
            self._resynced = now

    def _missed(self, error: Unanswered) -> None:
        self._ports.counter.count(POLLS, self._poll.name, "unanswered")
        if self._away != error.what:
            log.warning("poll_unanswered", poll=self._poll.name, what=error.what, remedy=error.remedy)
        self._away, self._resynced = error.what, None

    async def _say(self, answer: Answer, standing: Sequence[Standing] | None, now: Time) -> None:
        """`standing`: given where all is compared."""
        active = {key_of(alarm): alarm for alarm in answer.active}
        self._seen = {key: self._seen.get(key, 0) + 1 for key in active}
        known = set(self._told) if standing is None else {one.key for one in standing}
        raised = [alarm for key, alarm in active.items() if key not in known and self._seen[key] >= self._poll.confirm]
        ended = [] if standing is None else [self._clear(one, now) for one in standing if answer.holds(one) is False]
        over = [] if standing is not None else [one for key, one in self._told.items() if self._is_over(answer, key)]
        ended += [self._clear(_standing(alarm), now, because=None) for alarm in over]
        well = [alarm for alarm in answer.well if key_of(alarm) not in self._well]
        devices = answer.devices if standing is not None or answer.devices != self._devices else None
        lives = self._lives(devices, now, resynced=standing is not None)
        await self._put([*raised, *ended, *well, *lives])
        told = known - {key_of(one) for one in ended}
        self._told = {key: active.get(key) or self._told[key] for key in told if key in active or key in self._told}
        self._told |= {key_of(alarm): alarm for alarm in raised}
        self._well = {key_of(alarm) for alarm in answer.well}
        self._devices = answer.devices

    def _is_over(self, answer: Answer, key: str) -> bool:
        return answer.holds(_standing(self._told[key])) is False

    def _clear(self, one: Standing, now: Time, because: str | None = "resync") -> Alarm:
        """It is not held active any more."""
        cleared = {
            "id": f"{self._poll.source}/{now.timestamp():.6f}/{one.key.replace(chr(0x1F), '/')}",
            "time": now,
            "source": self._poll.source,
            "object": one.object,
            "qualifier": one.qualifier,
            "alarm_type": one.alarm_type,
            "state": "cleared",
            "because": because,
        }
        return msgspec.convert(cleared, Alarm)

    def _lives(self, devices: frozenset[str] | None, now: Time, *, resynced: bool) -> Iterator[SourceHeard]:
        """That it does, and which devices it asks, where that is new."""
        named = sorted(devices or ())
        parts = [tuple(named[at : at + NAMED]) for at in range(0, len(named), NAMED)] or [()]
        for number, part in enumerate(parts):
            yield SourceHeard(
                id=f"{self._poll.source}/{now.timestamp():.6f}/lives.{number}",
                time=now,
                source=self._poll.source,
                polls=part,
                anew=devices is not None and number == 0,
                every_s=self._poll.every_s,
                resynced=resynced and number == 0,
            )

    async def _put(self, events: Sequence[Incoming]) -> None:
        """In their order. Raises JournalFull."""
        for at in range(0, len(events), TOGETHER):
            await self._ports.inlet.put_all(events[at : at + TOGETHER], self._poll.source)


def _standing(alarm: Alarm) -> Standing:
    return Standing(key_of(alarm), alarm.object, alarm.alarm_type, alarm.qualifier)
