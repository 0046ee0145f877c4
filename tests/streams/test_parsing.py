"""The parse stage: from raw frames to the alarms that the embedded intake would have made, the same each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import pytest

from connectors.formats.dead_letters import MemoryDeadLetters
from connectors.formats.raw_frames import Datagram, RawFrame, pack
from connectors.listeners.port import Reader
from connectors.metrics import DATAGRAMS_PUT_ASIDE, DATAGRAMS_READ, DATAGRAMS_REFUSED
from connectors.ports import Unusable
from connectors.snmp.reader import TrapReader
from connectors.snmp.trap import Trap, parse
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm, Event, moment
from correlator.wire import BadInput
from streams.processes.worker.parsing import Parser, ParserPorts
from tests.connectors.snmp.house import translator
from tests.connectors.snmp.test_golden import GOLDEN, octets

NAMES = sorted(GOLDEN)
T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z
GIVEN_UP = T0 + 5_000_000


@dataclass(frozen=True)
class Record:
    """Of the raw topic."""

    body: bytes
    where: str = "raw.snmp, partition 3, record 7"


@dataclass
class Post:
    """A parser and what is around it."""

    reader: Reader | None = None
    counter: MemoryCounter = field(default_factory=MemoryCounter)
    dead: MemoryDeadLetters = field(default_factory=MemoryDeadLetters)

    def __post_init__(self) -> None:
        reader = self.reader or TrapReader(translator(self.counter))
        ports = ParserPorts({"snmp": reader}, lambda _: "java", self.dead, self.counter, lambda: GIVEN_UP)
        self.parser = Parser(ports)

    def parse(self, body: bytes) -> list[tuple[str, Event]]:
        return self.parser(Record(body))


def frame(*datagrams: bytes, kind: str = "snmp", peer: str = "10.0.0.1") -> RawFrame:
    return RawFrame(kind, "jkt-1/4f", [Datagram(peer, T0 + n // 2, one) for n, one in enumerate(datagrams)])


def alarms_of(events: Sequence[tuple[str, Event]]) -> list[Alarm]:
    return [event for _, event in events if isinstance(event, Alarm)]


def told(alarm: Alarm) -> Alarm:
    """But for its id."""
    return msgspec.structs.replace(alarm, id="")


def test_the_alarms_are_those_of_the_embedded_intake() -> None:
    post, embedded = Post(), translator(MemoryCounter())
    expected = []
    for n, name in enumerate(NAMES):
        trap = parse(octets(name))
        assert isinstance(trap, Trap)
        expected += embedded.alarms(trap, "10.0.0.1", moment(T0 + n // 2))
    events = post.parse(pack(frame(*map(octets, NAMES))))
    assert {domain for domain, _ in events} == {"java"}
    assert [told(alarm) for alarm in alarms_of(events)] == [told(alarm) for alarm in expected]
    assert len({alarm.id for alarm in alarms_of(events)}) == len(expected)
    assert post.counter.counted(DATAGRAMS_READ, "snmp") == len(NAMES)


def test_the_same_frame_gives_the_same_events_in_every_process() -> None:
    body = pack(frame(*map(octets, NAMES)))
    one, other = Post(), Post()
    other.parse(pack(frame(octets("link-up"))))  # it has done something before
    assert one.parse(body) == other.parse(body) == one.parse(body)


def test_what_cannot_be_read_is_counted_by_reason_and_the_rest_is_read() -> None:
    post = Post()
    events = post.parse(pack(frame(b"", octets("link-up"), octets("link-up")[:-9], b"hello", octets("link-up"))))
    assert len(events) == 2
    assert post.counter.counted(DATAGRAMS_REFUSED, "snmp", "truncated") == 3
    assert post.dead.kept == []


class Breaks:
    """A reader with a fault of its own."""

    def read(self, datagram: Datagram, mark: str) -> Sequence[Alarm] | BadInput:
        if datagram.octets == b"the secret of Budi":
            raise KeyError(mark, datagram.octets)
        return BadInput(None, "fine")


def test_where_we_break_the_datagram_is_put_aside_and_the_others_go_on() -> None:
    post = Post(Breaks())
    assert post.parse(pack(frame(b"a", b"the secret of Budi", b"b", peer="10.0.0.9"))) == []
    (letter,) = post.dead.kept
    assert (letter.listener, letter.frame, letter.index, letter.peer) == ("snmp", "jkt-1/4f", 1, "10.0.0.9")
    assert (letter.octets, letter.received, letter.given_up) == (b"the secret of Budi", moment(T0), moment(GIVEN_UP))
    assert letter.error.startswith("KeyError at test_parsing.py:")
    assert "Budi" not in letter.error, "an exception's text may quote the input"
    assert (post.counter.counted(DATAGRAMS_PUT_ASIDE), post.counter.counted(DATAGRAMS_REFUSED, "snmp", "fine")) == (
        1,
        2,
    )


def test_a_damaged_frame_is_put_aside() -> None:
    post = Post()
    body = pack(frame(octets("link-up")))[:-5]
    assert post.parse(body) == []
    (letter,) = post.dead.kept
    assert (letter.frame, letter.octets) == ("raw.snmp, partition 3, record 7", body)
    assert letter.error.startswith("Damaged")


@pytest.mark.parametrize(
    "body", [b"\x02" + pack(frame(octets("link-up")))[1:], pack(frame(octets("link-up"), kind="syslog"))]
)
def test_what_a_newer_edge_wrote_waits_for_a_newer_worker(body: bytes) -> None:
    post = Post()
    with pytest.raises(Unusable, match=r"[Ss]tart"):
        post.parse(body)
    assert post.dead.kept == []
