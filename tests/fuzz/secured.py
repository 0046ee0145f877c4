"""Random and mutated SNMPv3 messages at the USM: nothing crashes, each is counted, and none is admitted but as written.

`python -m tests.fuzz.secured 100000 7` draws so many with seed 7 and prints what became of them. Whatever of a signed
message is changed, it must not be admitted; what is admitted is what pysnmp wrote, once.
"""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connectors.metrics import SNMP_V3_REFUSED
from connectors.snmp.trap import Malformed, as_v2c, parse
from connectors.snmp.usm.engines import Engines
from connectors.snmp.usm.security import Refused, Trust, Usm
from connectors.telemetry.metrics import MemoryCounter
from tests.connectors.snmp.usm import peer
from tests.connectors.snmp.usm.station import ENGINE, T0, USERS, user
from tests.connectors.snmp.usm.test_security import INFORM, REPORTABLE, TRAP
from tests.fuzz.datagrams import MUTATIONS, noise
from tests.fuzz.throwing import Cost, throw

SENDER = bytes.fromhex(ENGINE)
SPEAKERS = [*USERS, user("long", "SHA-512", "AES-256"), user("old", "MD5", "DES"), user("cisco", "SHA", "AES-256-C")]
ORIGINALS = 300  # written by pysnmp; the rest are changed copies of them


@dataclass
class Outcome:
    """What became of them."""

    drawn: int = 0
    admitted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    cost: Cost = field(default_factory=Cost)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A datagram; `original`: what it was made of; none: nothing. `signed`: that one was."""

    octets: bytes
    original: bytes | None
    signed: bool


def run(count: int, seed: int) -> Outcome:
    """Raises whatever the code under test raises, with the datagram in a note."""
    outcome, counter = Outcome(), MemoryCounter()
    with tempfile.TemporaryDirectory() as folder:
        engines = Engines(Path(folder) / "snmp.db", T0)
        usm = Usm({one.name.encode(): one for one in SPEAKERS}, engines, Trust({}), counter)
        taken: set[bytes] = set()
        drawn = messages(count, seed, engines.own)
        outcome.cost = throw(drawn, lambda one: judge(one, usm, taken, outcome), lambda one: one.octets.hex(), count)
        usm.close()
    counted = sum(sum(counter.by_label(SNMP_V3_REFUSED, reason).values()) for reason in outcome.refused)
    assert counted == sum(n for reason, n in outcome.refused.items() if reason != "discovery")
    return outcome


def judge(one: Drawn, usm: Usm, taken: set[bytes], outcome: Outcome) -> None:
    found = usm.admit(one.octets, "10.0.0.1", T0)
    outcome.drawn += 1
    if isinstance(found, Refused):
        outcome.refused[found.reason] += 1
        outcome.reports += found.report is not None
        return
    outcome.admitted += 1
    octets = found.asked.octets
    if found.asked.flags & 1:
        assert one.signed, "who signed it?"
        assert octets == one.original, "it was changed, and admitted"
        if not found.asked.reportable:
            assert octets not in taken, "it was there before"
            taken.add(octets)
    trap = parse(as_v2c(found.pdu))
    if not isinstance(trap, Malformed) and trap.acknowledgement is not None:
        assert usm.response(found, TRAP, T0)


def messages(count: int, seed: int, own: bytes) -> Iterator[Drawn]:
    """A tenth is noise; the rest were written by pysnmp, and then changed in one to eight places, or in none."""
    draw = random.Random(seed)
    originals = [written(draw, own, number) for number in range(min(count, ORIGINALS))]
    for _ in range(count):
        if draw.random() < 0.1:
            yield Drawn(noise(draw), None, signed=False)
            continue
        original, signed = draw.choice(originals)
        octets = bytearray(original)
        for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 4, 8))):
            draw.choice(MUTATIONS)(draw, octets)
        yield Drawn(bytes(octets), original, signed)


def written(draw: random.Random, own: bytes, number: int) -> tuple[bytes, bool]:
    """A trap or an inform, and whether it is signed; some to us though we are not meant, or late."""
    speaker = draw.choice(SPEAKERS)
    informs = draw.random() < 0.5
    engine = draw.choice((own, own, own, SENDER, b"")) if informs else draw.choice((SENDER, SENDER, SENDER, own))
    boots, time = (1, draw.randrange(200)) if engine == own else (draw.choice((7, 7, 7, 8)), number)
    flags = peer.FLAGS[speaker.level] | (REPORTABLE if informs else 0)
    said = peer.Said(speaker, engine, boots, time, flags, number=number)
    return peer.message(said, INFORM if informs else TRAP), speaker.auth is not None


def main(arguments: Sequence[str]) -> int:
    count, seed = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 1
    outcome = run(count, seed)
    print(f"{outcome.drawn} messages, seed {seed}: {outcome.admitted} admitted, {outcome.reports} Reports; refused:")
    for reason, n in outcome.refused.most_common():
        print(f"  {reason:24}{n:9}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
