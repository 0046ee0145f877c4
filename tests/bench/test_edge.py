"""What the edge's bench counts as lost and as doubled."""

from dataclasses import dataclass

import pytest

from bench.edge import Record, parsed
from bench.senders.traps import Sent, batch
from bench.storm.national import national
from connectors.formats.raw_frames import Datagram, RawFrame, pack
from correlator.policy import Policy
from correlator.world import World
from streams.settings import Settings
from topology.compile import compile_inventory

INVENTORY = national(4_000, seed=1)
TRAPS = batch(INVENTORY, devices=5, ports_each=4)


@dataclass(frozen=True)
class Case:
    there: tuple[int, ...]  # numbers of the datagrams that the topic has
    sent: int
    lost: int = 0
    doubled: int = 0


@pytest.mark.parametrize(
    "case",
    [
        Case((0, 1, 2, 3), 4),
        Case((0, 3), 4, lost=2),
        Case((0, 1, 1, 2), 3, doubled=1),
        Case((), 2, lost=2),
    ],
)
def test_what_the_topic_lacks_or_has_twice(case: Case) -> None:
    records = [
        Record(pack(RawFrame("snmp", f"e/{place}", [Datagram("127.0.0.1", 1, TRAPS.datagrams[n])])), f"record {place}")
        for place, n in enumerate(case.there)
    ]
    world = World(compile_inventory(INVENTORY), Policy())
    lost, doubled, spent_s = parsed(Settings(), world, records, (TRAPS, Sent(case.sent, 1.0, 0.1, 0.0)))
    assert (lost, doubled) == (case.lost, case.doubled)
    assert spent_s >= 0
