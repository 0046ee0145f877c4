"""Asks devices for the names of their ports, and says again what was told of a port before its name was known.

What an alarm says goes to the journal at once, under the name that came. When the device has answered, and a row has
the port, the alarm is cleared under that name and raised under the row's; a clear is said again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

import msgspec
import structlog

from connectors.formats.dead_letters import described
from connectors.metrics import PORT_TABLES
from connectors.polls.port import Unanswered
from connectors.polls.port_names import PortNames, walked
from connectors.polls.snmp import Engine, Walker
from connectors.ports import Accepted, Counter, Inlet, PortError, Resolver
from correlator.alarms.states import key_of
from correlator.events import Alarm, Incoming, moment
from correlator.wire import BadInput
from topology.model import device_of

EACH_S = 1.0  # one device a second at most
SETTLES_S = 30.0  # after a start: what the journal has is in the store by then
MOST_KEPT = 1_000  # words of a device that wait for its answer; the oldest are left as they were said

log = structlog.get_logger("ports")


class PortAsker:
    """Implements `Inlet`: hands on what comes, and keeps what stands under a name that no row has."""

    def __init__(
        self,
        names: PortNames,
        resolver: Resolver,
        inlet: Inlet,
        counter: Counter,
        standing: Callable[[], Sequence[Alarm]],
    ) -> None:
        """`resolver`: that `names` are told to; `standing`: alarms of ports that stand; it reads the store, in another
        thread."""
        self._names = names
        self._resolver = resolver
        self._inlet = inlet
        self._counter = counter
        self._standing = standing
        self._kept: dict[str, dict[str, Alarm]] = {}  # device -> key -> what was said of it last
        self._away: dict[str, str] = {}
        self._engine = Engine()

    # What comes

    @property
    def waiting(self) -> int:
        return self._inlet.waiting

    def post(self, alarms: Iterable[Alarm]) -> None:
        """Raises JournalFull."""
        given = list(alarms)
        self._inlet.post(given)
        for alarm in given:
            self._heed(alarm)

    async def put(self, event: Incoming, sender: str | None = None) -> Accepted | BadInput:
        answer = await self._inlet.put(event, sender)
        if isinstance(event, Alarm):
            self._heed(event)
        return answer

    async def put_all(self, events: Sequence[Incoming], sender: str | None = None) -> Sequence[Accepted | BadInput]:
        answers = await self._inlet.put_all(events, sender)
        for event in events:
            if isinstance(event, Alarm):
                self._heed(event)
        return answers

    def _heed(self, alarm: Alarm) -> None:
        device = device_of(alarm.object)
        if device not in self._names.asked:
            return
        if device == alarm.object:
            if alarm.alarm_type == "device_restart" and alarm.state == "raised":
                self._names.restarted(device)
        elif not self._resolver.lists(alarm.object):
            self._keep(device, alarm)

    def _keep(self, device: str, alarm: Alarm) -> None:
        kept = self._kept.setdefault(device, {})
        kept.pop(key_of(alarm), None)
        kept[key_of(alarm)] = alarm
        if len(kept) > MOST_KEPT:
            del kept[next(iter(kept))]

    # Who is asked

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            await asyncio.sleep(SETTLES_S)
            await self._guarded(self.look_back)
            while True:
                await asyncio.sleep(EACH_S)
                await self._guarded(self.turn)
        finally:
            await self.close()

    async def close(self) -> None:
        await self._engine.close()

    async def _guarded(self, act: Callable[[], Awaitable[None]]) -> None:
        """What breaks here is no matter of who listens."""
        try:
            await act()
        except Exception as error:  # noqa: BLE001  # a programmer's error: told and counted, and the others go on
            self._counter.count(PORT_TABLES, "broke")
            log.error("ports_broke", error=described(error))

    async def look_back(self) -> None:
        """At what stands since before this process under a name that no row has."""
        for alarm in await asyncio.to_thread(self._standing):
            device = device_of(alarm.object)
            known = key_of(alarm) in self._kept.get(device, ())
            if device in self._names.asked and not known and not self._resolver.lists(alarm.object):
                self._keep(device, alarm)
                self._listed(alarm)  # its device is asked where the name is not known

    async def turn(self) -> None:
        """Say again what can be said by now; then ask the device that is due, if one is."""
        try:
            for device in sorted(self._kept):
                if not self._names.wanted(device):
                    await self._say(device)
            due = self._names.next_due()
            if due is not None:
                self._names.put_off(due)  # also where we break
                await self._ask(due)
        except PortError as error:  # the journal is full, or the disk
            self._counter.count(PORT_TABLES, "not_written")
            log.warning("ports_not_written", what=error.what)

    async def _ask(self, device: str) -> None:
        """Raises JournalFull."""
        try:
            walker = Walker(self._names.asked[device].agent, self._engine)
            table = await walked(walker, self._names.now_us())
        except Unanswered as error:
            self._counter.count(PORT_TABLES, "unanswered")
            if self._away.get(device) != error.what:
                log.warning("ports_unanswered", device=device, what=error.what, remedy=error.remedy)
            self._away[device] = error.what
            return
        self._away.pop(device, None)
        self._counter.count(PORT_TABLES, "answered")
        await asyncio.to_thread(self._names.keep, device, table)
        self._names.learn(device, table)
        await self._say(device)

    async def _say(self, device: str) -> None:
        """Raises JournalFull; then all is kept."""
        kept = self._kept.pop(device, {})
        said = [event for alarm in kept.values() for event in self._again(alarm)]
        try:
            if said:
                await self._inlet.put_all(said)
        except PortError:
            self._kept[device] = {**kept, **self._kept.get(device, {})}
            raise

    def _again(self, alarm: Alarm) -> Iterator[Alarm]:
        """Under the name that a row has; nothing where none has it all the same."""
        found = self._listed(alarm)
        if found is None:
            return
        if alarm.state == "raised":
            now = moment(self._names.now_us())
            yield Alarm(
                id=f"{alarm.id}/unnamed",
                time=now,
                source=alarm.source,
                object=alarm.object,
                qualifier=alarm.qualifier,
                alarm_type=alarm.alarm_type,
                state="cleared",
            )
        yield msgspec.structs.replace(alarm, id=f"{alarm.id}/named", object=found)

    def _listed(self, alarm: Alarm) -> str | None:
        device, _, port = alarm.object.partition("/")
        return self._resolver.listed_port(device, [port])
