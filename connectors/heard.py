"""Who speaks: for each sender of each door when it was last heard, how much, and what of it could not be used.

A tally of one process since it started, beside what is counted for `/metrics`; memory is bounded, in senders and of
each. A shared seam beside `ports`: doors note, `GET /sources` tells.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from connectors.ports import Accepted, Inlet
from correlator.events import MINUTE_US, Alarm, Incoming, microseconds
from correlator.wire import BadInput

MOST_SENDERS = 2_000  # the one not heard for longest is forgotten first
MOST_STRANGERS = 200  # of whom nothing was ever believed: anybody can invent their addresses
MOST_NAMES = 5  # of a sender that did not resolve
MINUTES = 10  # over which a rate is told
OFFSET_US = 60 * MINUTE_US  # for so long the least delay is held against a clock
OURS = ("snmp",)  # doors at which the time of an alarm is that of its receipt
WINDOW = 64  # so many numbers back a message is known: one that was overtaken by fewer is not missing
SEEN = (1 << WINDOW) - 1
LEAP = 100_000  # numbers; from there on its counting began anew
LONGEST = 200  # characters that are kept of what a sender wrote


@dataclass(slots=True)
class Numbers:
    """What a sender's own numbers tell: each of its messages has one more than the one before."""

    last: int
    seen: int = SEEN  # one bit each of the last ones, the newest the lowest
    missing: int = 0

    def came(self, number: int) -> tuple[int, int]:
        """How many are missing before it that were not before, and how many of the missing this one is."""
        ahead = number - self.last
        if 0 < ahead <= LEAP:
            self.seen = (self.seen << ahead | 1) & SEEN if ahead < WINDOW else 1
            self.last = number
            self.missing += ahead - 1
            return ahead - 1, 0
        if -WINDOW < ahead <= 0:  # it was overtaken, or is there twice
            late = not self.seen >> -ahead & 1
            self.seen |= 1 << -ahead
            self.missing -= late
            return 0, int(late)
        self.last, self.seen = number, SEEN  # it was started again, or its numbers were
        return 0, 0


@dataclass(slots=True)
class Sender:
    """What is known of one. Times in microseconds since 1970."""

    door: str
    name: str
    first_us: int
    last_us: int = 0
    messages: int = 0
    alarms: int = 0
    refused: int = 0
    why: str = ""  # the last refusal, with its field
    unresolved: int = 0
    names: OrderedDict[str, None] = field(default_factory=OrderedDict)  # the last of them
    minutes: list[int] = field(default_factory=lambda: [0] * MINUTES)  # alarms, by minute
    minute: int = 0
    claims: int = 0  # messages in which it spoke for others, and is no relay
    claimed: str = ""  # ... for whom last
    numbers: Numbers | None = None  # of its messages, where it gives any
    shed: int = 0  # alarms that were thrown away since too much waited
    delay_us: int | None = None  # the least lately from its own time to receipt; below 0: its clock is ahead
    delay_at_us: int = 0

    def per_minute(self, now_us: int) -> float:
        """Alarms a minute, over the last `MINUTES` whole or begun."""
        self._turn(now_us)
        lived = min(MINUTES, max(1, now_us // MINUTE_US - self.first_us // MINUTE_US + 1))
        return sum(self.minutes) / lived

    def _turn(self, now_us: int) -> None:
        minute = now_us // MINUTE_US
        for gone in range(max(self.minute + 1, minute - MINUTES + 1), minute + 1):
            self.minutes[gone % MINUTES] = 0
        self.minute = max(self.minute, minute)

    def note(self, now_us: int, messages: int, alarms: int) -> None:
        self._turn(now_us)
        self.last_us = max(self.last_us, now_us)
        self.messages += messages
        self.alarms += alarms
        self.minutes[self.minute % MINUTES] += alarms

    def timed(self, said_us: int, now_us: int) -> None:
        delay = now_us - said_us
        if self.delay_us is None or delay <= self.delay_us or now_us - self.delay_at_us > OFFSET_US:
            self.delay_us, self.delay_at_us = delay, now_us

    def unlisted(self, name: str) -> None:
        self.unresolved += 1
        self.names.pop(name[:LONGEST], None)
        self.names[name[:LONGEST]] = None
        if len(self.names) > MOST_NAMES:
            self.names.popitem(last=False)


class Heard:
    """One thread's: the loop's of the doors. `lists`: whether a row of the inventory names an object."""

    def __init__(self, clock: Callable[[], int], lists: Callable[[str], bool]) -> None:
        self._clock = clock
        self._lists = lists
        self._senders: OrderedDict[tuple[str, str], Sender] = OrderedDict()
        self._strangers: OrderedDict[tuple[str, str], Sender] = OrderedDict()

    def said(self, door: str, name: str, alarms: Sequence[Alarm], messages: int = 1) -> None:
        """What was read of so many messages."""
        now_us = self._clock()
        sender = self._sender(door, name, now_us)
        sender.note(now_us, messages, len(alarms))
        for alarm in alarms:
            if door not in OURS and alarm.time != alarm.received:
                sender.timed(microseconds(alarm.time), now_us)
            if not self._lists(alarm.object):
                sender.unlisted(alarm.object)

    def refused(self, door: str, name: str, wrong: Iterable[BadInput]) -> None:
        """Rows, or whole messages, that were not taken."""
        now_us = self._clock()
        sender = self._sender(door, name, now_us)
        sender.last_us = max(sender.last_us, now_us)
        for one in wrong:
            sender.refused += 1
            sender.why = (f"{one.field}: {one.reason}" if one.field else one.reason)[:LONGEST]

    def unbelieved(self, door: str, name: str, why: str) -> None:
        """A message that a listener did not take. One of whom nothing was taken yet is kept apart from the others: so
        nobody drives them out by inventing senders."""
        now_us = self._clock()
        key = door, name[:LONGEST]
        among = self._senders if key in self._senders else self._strangers
        if key not in among:
            among[key] = Sender(door, key[1], now_us)
        among.move_to_end(key)
        if len(self._strangers) > MOST_STRANGERS:
            self._strangers.popitem(last=False)
        sender = among[key]
        sender.last_us = max(sender.last_us, now_us)
        sender.refused += 1
        sender.why = why[:LONGEST]

    def claimed(self, door: str, name: str, whom: str) -> None:
        """It spoke for another, and was not believed."""
        now_us = self._clock()
        sender = self._sender(door, name, now_us)
        sender.last_us = max(sender.last_us, now_us)
        sender.claims += 1
        sender.claimed = whom[:LONGEST]

    def numbered(self, door: str, name: str, number: int) -> tuple[int, int]:
        """A message with a number of its sender's came: see `Numbers.came`."""
        now_us = self._clock()
        sender = self._sender(door, name, now_us)
        sender.last_us = max(sender.last_us, now_us)
        if sender.numbers is None:
            sender.numbers = Numbers(number)
        return sender.numbers.came(number)

    def shed(self, source: str, number: int) -> None:
        """Alarms of this source that were thrown away, after they were heard: too much waited to be written."""
        door, _, name = source.partition(":")
        self._sender(door, name, self._clock()).shed += number

    def senders(self, last: int = 500) -> list[Sender]:
        """Those heard last, the newest first."""
        known = (*self._senders.values(), *self._strangers.values())
        return sorted(known, key=lambda one: (-one.last_us, one.door, one.name))[:last]

    def _sender(self, door: str, name: str, now_us: int) -> Sender:
        key = door, name[:LONGEST]
        found = self._senders.get(key)
        if found is None:
            before = self._strangers.pop(key) if key in self._strangers else None
            found = self._senders[key] = Sender(door, key[1], now_us) if before is None else before
            if len(self._senders) > MOST_SENDERS:
                self._senders.popitem(last=False)
        else:
            self._senders.move_to_end(key)
        return found


class HeardInlet:
    """Implements `Inlet` for the listeners: what they hand in is noted by its source, as `snmp:10.0.0.1`."""

    def __init__(self, inlet: Inlet, heard: Heard) -> None:
        self._inlet = inlet
        self._heard = heard

    @property
    def waiting(self) -> int:
        return self._inlet.waiting

    def post(self, alarms: Iterable[Alarm]) -> None:
        """Raises JournalFull: then nobody was heard, for it is posted again."""
        given = list(alarms)
        self._inlet.post(given)
        by: dict[str, list[Alarm]] = {}
        for alarm in given:
            by.setdefault(alarm.source, []).append(alarm)
        for source, said in by.items():
            self._note(source, said)

    async def put(self, event: Incoming, sender: str | None = None) -> Accepted | BadInput:
        [answer] = await self.put_all([event], sender)
        return answer

    async def put_all(self, events: Sequence[Incoming], sender: str | None = None) -> Sequence[Accepted | BadInput]:
        answers = await self._inlet.put_all(events, sender)
        for event in events:
            if isinstance(event, Alarm):
                self._note(event.source, [event])
        return answers

    def _note(self, source: str, said: Sequence[Alarm]) -> None:
        door, _, name = source.partition(":")
        self._heard.said(door, name, said, len(said))
