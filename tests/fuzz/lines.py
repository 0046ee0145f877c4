"""Random and mutated syslog at the line parser, the patterns and the reader: nothing crashes, each is counted.

`python -m tests.fuzz.lines 1000000 7` draws a million with seed 7 and prints what became of them. `test_lines.py` has
what Hypothesis draws for each parser.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from connectors.formats.raw_frames import Datagram
from connectors.listeners.unread import MOST_CHARACTERS, template_of
from connectors.metrics import SYSLOG_LINES
from connectors.syslog.line import MOST_OCTETS, Malformed, parse
from connectors.syslog.reader import LineReader
from connectors.syslog.stamps import MOST_APART, UTC
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import microseconds, moment
from correlator.wire import BadInput
from tests.connectors.syslog.house import NOW, context, reader
from tests.connectors.syslog.test_golden import LINES
from tests.fuzz.throwing import Cost, throw

SEEDS = [golden["line"].encode() for _, golden in LINES]
# where a pattern that went back on what it took would never end
HOSTILE = (b" ", b".", b":", b"(", b"[", b"%", b"-", b"a ", b"a:", b", ", b"\xff", b"\xc3\xa9", b"\\", b'"', b"Mar  1 ")
WORDS = (b"<189>", b"1 ", b": ", b"%", b"Interface ", b"changed state to down", b"RP/0/RP0/CPU0:", b"\n", b"2026 ")
NOW_US = microseconds(NOW)


@dataclass
class Outcome:
    """What became of them: refused by reason, the others by outcome; how many alarms."""

    drawn: int = 0
    alarms: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    cost: Cost = field(default_factory=Cost)


def run(count: int, seed: int) -> Outcome:
    """Draw `count` lines. Raises whatever the code under test raises, with the line in a note."""
    outcome, counter = Outcome(), MemoryCounter()
    by = reader(around=context(counter))
    outcome.cost = throw(lines(count, seed), lambda octets: judge(octets, by, outcome), repr, count)
    for vendor in (*(one for one in {vendor for vendor, _ in LINES}), "none"):
        outcome.read.update(counter.by_label(SYSLOG_LINES, vendor))
    return outcome


def judge(octets: bytes, by: LineReader, outcome: Outcome) -> None:
    outcome.drawn += 1
    line = parse(octets, UTC, NOW)
    said = by.read(Datagram("10.0.0.1", NOW_US, octets), "m")
    if isinstance(line, Malformed):
        assert said == BadInput(None, line.reason)
        outcome.refused[line.reason] += 1
        return
    assert not isinstance(said, BadInput)
    assert line.body
    assert len(line.body) <= MOST_OCTETS + 64
    assert line.body.isprintable() or "\n" not in line.body
    assert line.at is None or abs(line.at - NOW) <= MOST_APART
    assert len(template_of(line.body)) <= 2 * MOST_CHARACTERS
    msgspec.msgpack.encode(said)  # also a text that is no UTF-8 would show here
    for alarm in said:
        assert alarm.object
        assert alarm.qualifier != ""
        assert alarm.received == moment(NOW_US)
        assert abs(alarm.time - NOW) <= timedelta(days=1)
    outcome.alarms += len(said)
    assert said == by.read(Datagram("10.0.0.1", NOW_US, octets), "m"), "the same line, another meaning"


def lines(count: int, seed: int) -> Iterator[bytes]:
    """A tenth is noise, a tenth one thing without end, the rest golden lines with some mutations, or none."""
    draw = random.Random(seed)
    for _ in range(count):
        kind = draw.random()
        if kind < 0.1:
            yield draw.randbytes(draw.choice((0, 1, 20, 200)))
        elif kind < 0.2:
            start = draw.choice(SEEDS)
            yield start[: draw.randrange(len(start))] + draw.choice(HOSTILE) * draw.choice((50, 3_000))
        else:
            octets = bytearray(draw.choice(SEEDS))
            for _ in range(draw.choice((0, 1, 1, 2, 4, 8))):
                mutate(draw, octets)
            yield bytes(octets)


def mutate(draw: random.Random, octets: bytearray) -> None:
    at = draw.randrange(len(octets) + 1)
    match draw.randrange(4):
        case 0:
            octets[at : at + 1] = bytes((draw.randrange(256),))
        case 1:
            del octets[at : at + draw.choice((1, 3, 20))]
        case 2:
            octets[at:at] = draw.choice(WORDS)
        case _:
            other = draw.choice(SEEDS)
            start = draw.randrange(len(other))
            octets[at:at] = other[start : start + draw.choice((2, 10, 40))]


if __name__ == "__main__":
    print(run(int(sys.argv[1]), int(sys.argv[2])))
