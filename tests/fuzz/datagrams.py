"""Random and mutated datagrams at the trap decoder and the translator: nothing crashes, each is counted.

`python -m tests.fuzz.datagrams 1000000 7` draws a million with seed 7 and prints what became of them. A sample is read
by pysnmp as well. Where both understand a datagram they must agree; where pysnmp understands one that we refuse, the
reason must be one of those that we mean to be stricter in.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
from pysnmp.proto import rfc1902

from connectors.snmp.translate import Translator
from connectors.snmp.trap import Envelope, Malformed, Trap, envelope, parse, without_community
from connectors.telemetry.metrics import MemoryCounter
from tests.connectors.snmp import oracle
from tests.connectors.snmp.house import NOW, translator
from tests.connectors.snmp.test_golden import GOLDEN, octets
from tests.fuzz.throwing import Cost, throw

SAMPLE = 10  # one in so many is read by pysnmp
# What we refuse although pysnmp reads it: subidentifiers beyond 32 bits or padded (RFC 2578, 7.1.3; X.690, 8.19.2), and
# generic trap numbers that RFC 1157 does not have
STRICTER = {"bad_oid", "bad_generic_trap"}
INTERESTING = bytes((0, 1, 2, 4, 5, 6, 0x30, 0x40, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xA2, 0xA4, 0xA6, 0xA7, 0xFE, 0xFF))

Mutation = Callable[[random.Random, bytearray], None]


@dataclass
class Outcome:
    """What became of them: how many were read, how many refused by reason, alarms, how many pysnmp judged."""

    drawn: int = 0
    read: int = 0
    alarms: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    agreed: int = 0
    stricter: Counter[str] = field(default_factory=Counter)  # refused by us, read by pysnmp, and meant so
    differences: list[str] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)


def run(count: int, seed: int, sample: int = SAMPLE) -> Outcome:
    """Draw `count` datagrams. Raises whatever the code under test raises, with the datagram in a note."""
    outcome, told = Outcome(), translator(MemoryCounter())
    outcome.cost = throw(datagrams(count, seed), lambda one: judge(one, told, outcome), bytes.hex, count)
    for number, datagram in enumerate(datagrams(count, seed)):
        if number % sample == 0:
            compare(datagram, parse(datagram), outcome)
    return outcome


def judge(datagram: bytes, told: Translator, outcome: Outcome) -> None:
    trap = parse(datagram)
    outcome.drawn += 1
    seen_from_outside(datagram, envelope(datagram), trap)
    if isinstance(trap, Malformed):
        outcome.refused[trap.reason] += 1
    else:
        outcome.read += 1
        alarms = told.alarms(trap, "10.0.0.1", NOW)
        assert alarms, "a trap without an alarm"
        msgspec.msgpack.encode(alarms)  # also a text that is no UTF-8 would show here
        assert all(alarm.object and alarm.qualifier != "" for alarm in alarms)
        outcome.alarms += len(alarms)


def seen_from_outside(datagram: bytes, envelope: Envelope | Malformed, whole: Trap | Malformed) -> None:
    """What an edge refuses nobody could read, for the same reason; what is read is what the edge took it for. What it
    keeps says the same to who reads it later, but for the community.
    """
    if isinstance(envelope, Malformed):
        assert envelope == whole, "an edge would lose it"
    elif isinstance(whole, Trap):
        assert (envelope.community, envelope.inform) == (whole.community, whole.acknowledgement is not None)
    if isinstance(envelope, Envelope):
        later = parse(without_community(datagram, envelope))
        assert unsigned(later) == unsigned(whole)


def unsigned(trap: Trap | Malformed) -> Trap | Malformed:
    """But for the password, and the answer that holds it."""
    if isinstance(trap, Malformed):
        return trap
    return msgspec.structs.replace(trap, community=b"", acknowledgement=None)


def compare(datagram: bytes, ours: Trap | Malformed, outcome: Outcome) -> None:
    theirs = oracle.read(datagram)
    if theirs is None:
        return
    outcome.judged += 1
    if isinstance(ours, Malformed):
        if ours.reason in STRICTER:
            outcome.stricter[ours.reason] += 1
        else:
            outcome.differences.append(f"refused as {ours.reason}: {datagram.hex()}")
    elif msgspec.structs.replace(ours, meaning=b"", acknowledgement=None) == theirs:
        outcome.agreed += 1
    else:
        outcome.differences.append(f"{ours} is not {theirs}: {datagram.hex()}")


# Datagrams


def datagrams(count: int, seed: int) -> Iterator[bytes]:
    """A tenth is noise, the rest are real messages with one to eight mutations, or none."""
    draw = random.Random(seed)
    seeds = [*(octets(name) for name in sorted(GOLDEN)), *written()]
    for _ in range(count):
        if draw.random() < 0.1:
            yield noise(draw)
            continue
        datagram = bytearray(draw.choice(seeds))
        for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 4, 8))):
            draw.choice(MUTATIONS)(draw, datagram)
        yield bytes(datagram)


def noise(draw: random.Random) -> bytes:
    size = draw.choice((0, 1, 2, 20, 100, 500))
    body = draw.randbytes(size)
    return body if draw.random() < 0.5 else b"\x30\x82" + size.to_bytes(2) + body


def written() -> list[bytes]:
    """Messages that no captured one resembles: every type, many varbinds, long OIDs."""
    values = [
        rfc1902.Integer32(-(2**31)),
        rfc1902.OctetString(bytes(range(256))),
        rfc1902.ObjectIdentifier("1.3.6.1.4.1." + ".".join("4294967295" for _ in range(100))),
        rfc1902.IpAddress("255.255.255.255"),
        rfc1902.Counter64(2**64 - 1),
        rfc1902.Opaque(b"\x9f\x78\x04\x42\xf6\x00\x00"),
        rfc1902.Null(""),
    ]
    some = [(f"1.3.6.1.4.1.32473.1.{n}", value) for n, value in enumerate(values)]
    many = [(f"1.3.6.1.4.1.32473.2.{n}", rfc1902.Integer32(n)) for n in range(250)]
    v1 = [pair for pair in some if not isinstance(pair[1], rfc1902.Counter64)]
    return [
        oracle.notification("1.3.6.1.4.1.32473.0.1", some),
        oracle.notification("1.3.6.1.4.1.32473.0.2", many, inform=True),
        oracle.trap_v1("1.3.6.1.4.1.32473", (6, 2**31 - 1), "10.0.0.1", v1),
    ]


def flip(draw: random.Random, datagram: bytearray) -> None:
    if datagram:
        datagram[draw.randrange(len(datagram))] ^= 1 << draw.randrange(8)


def overwrite(draw: random.Random, datagram: bytearray) -> None:
    if datagram:
        datagram[draw.randrange(len(datagram))] = draw.choice(INTERESTING)


def cut(draw: random.Random, datagram: bytearray) -> None:
    del datagram[draw.randrange(len(datagram) + 1) :]


def remove(draw: random.Random, datagram: bytearray) -> None:
    at = draw.randrange(len(datagram) + 1)
    del datagram[at : at + draw.randrange(1, 9)]


def insert(draw: random.Random, datagram: bytearray) -> None:
    at = draw.randrange(len(datagram) + 1)
    datagram[at:at] = draw.randbytes(draw.randrange(1, 9))


def repeat(draw: random.Random, datagram: bytearray) -> None:
    at = draw.randrange(len(datagram) + 1)
    datagram[at:at] = datagram[at : at + draw.randrange(1, 40)]


def pad_length(draw: random.Random, datagram: bytearray) -> None:
    """A length in its long form: allowed by BER, and what encloses it grows with it or not."""
    places = [
        at for at in range(1, len(datagram)) if datagram[at - 1] in (0x02, 0x04, 0x06, 0x30) and datagram[at] < 128
    ]
    if places:
        at = draw.choice(places)
        datagram[at : at + 1] = bytes((0x81, datagram[at]))
        if draw.random() < 0.5 and datagram[1] < 127:
            datagram[1] += 1


MUTATIONS: Sequence[Mutation] = (flip, flip, overwrite, overwrite, cut, remove, insert, repeat, pad_length)


def main(arguments: Sequence[str]) -> int:
    count, seed = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 1
    outcome = run(count, seed)
    print(f"{outcome.drawn} datagrams, seed {seed}: {outcome.read} read into {outcome.alarms} alarms; refused:")
    for reason, n in outcome.refused.most_common():
        print(f"  {reason:24}{n:9}")
    print(
        f"pysnmp read {outcome.judged} of its sample, {outcome.agreed} the same, {len(outcome.differences)} otherwise"
    )
    for reason, n in outcome.stricter.most_common():
        print(f"  refused by us alone, as meant: {reason} {n}")
    for difference in outcome.differences[:20]:
        print(" ", difference)
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
