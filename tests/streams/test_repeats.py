"""What an edge repeats after a crash changes no decision: the same raw frames again, amid what came after them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors.formats.dead_letters import MemoryDeadLetters
from connectors.formats.raw_frames import Datagram, RawFrame, pack
from connectors.listeners.places import TopologyPlaces
from connectors.snmp.catalogue import load
from connectors.snmp.reader import TrapReader
from connectors.snmp.translate import Translator
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import SECOND_US, microseconds
from streams.bootstrap.listeners import resolver_of
from streams.demo.trapgen import Stamp, link_trap
from streams.processes.worker.parsing import Parser, ParserPorts
from tests.streams.small import DOMAIN, START, Bench, alarm, world
from tests.streams.test_parsing import Record

KINDS = ("alert", "campaign", "notice")
Port = tuple[str, int, bool]  # address, ifIndex, up


def said(number: int, *ports: Port) -> bytes:
    """A raw frame of link traps, which came within its minute."""
    came_us = microseconds(START) + (60 * number - 10) * SECOND_US
    traps = [link_trap(address, (index, f"{index}"), up, Stamp(1, 1)) for address, index, up in ports]
    return pack(
        RawFrame("snmp", f"sby-1/{number}", [Datagram("127.0.0.1", came_us + n, one) for n, one in enumerate(traps)])
    )


FRAMES = [
    said(1, ("10.0.0.2", 2, False), ("10.0.0.2", 8, False)),  # the fibre to Denpasar
    said(2, ("10.0.0.1", 1, False)),
    said(3, ("10.0.0.1", 1, True), ("10.0.0.2", 7, False), ("10.0.0.2", 7, True)),
    said(4, ("10.0.0.2", 2, True), ("10.0.0.2", 8, True)),
    said(5, ("10.0.0.2", 7, False)),
]
POLLED = {  # by minute: what another system says of the router behind it
    1: alarm("p-1", 55, "DPS-1", "device_unreachable"),
    4: alarm("p-2", 235, "DPS-1", "device_unreachable", "cleared"),
}
ONCE = [[0], [1], [2], [3], [4]]


def decided(folder: Path, minutes: Sequence[Sequence[int]]) -> dict[str, object]:
    """What stands and what was told when these frames came, some each minute."""
    bench, counter = Bench(folder), MemoryCounter()
    translator = Translator(load(), resolver_of(world(), bench.clock), counter, TopologyPlaces(world().topology))
    ports = ParserPorts({"snmp": TrapReader(translator)}, lambda _: DOMAIN, MemoryDeadLetters(), counter, bench.clock)
    parse, host = Parser(ports), bench.host()
    for minute in range(1, 20):
        bench.past(60 * minute)
        for number in minutes[minute - 1] if minute <= len(minutes) else ():
            bench.append(*(event for _, event in parse(Record(FRAMES[number]))))
        if minute in POLLED:
            bench.append(POLLED[minute])
        while host.turn() in ("worked", "fenced"):
            pass
    rows = {table: dict(bench.store.rows(DOMAIN, table)) for table in ("alarms", "incidents", "tickets")}
    return {
        "alarms": [
            (key, row.raised, row.active, row.flapping, row.period, row.first_id, row.first_us, row.cleared_us)
            for key, row in rows["alarms"].items()
        ],
        "incidents": rows["incidents"],
        "tickets": rows["tickets"],
        "told": bench.store.effects(DOMAIN, KINDS, last=1_000),
    }


@pytest.mark.parametrize(
    "minutes",
    [
        [[0], [0, 1], [2], [3], [4]],
        [[0], [1], [0, 1, 2], [3], [4]],
        [[0], [1], [2], [0, 1, 2, 3], [4]],
        [[0], [1], [2], [3], [0, 1, 2, 3, 4]],
        [[0], [1], [2], [3], [4], [4]],
    ],
)
def test_a_repeated_stretch_changes_nothing(tmp_path: Path, minutes: list[list[int]]) -> None:
    (tmp_path / "once").mkdir()
    (tmp_path / "again").mkdir()
    once = decided(tmp_path / "once", ONCE)
    assert once["incidents"]
    assert once["told"]
    assert decided(tmp_path / "again", minutes) == once
