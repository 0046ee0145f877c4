"""The lines that the syslog bench sends say what it counts them for."""

from bench.senders.sysloglines import lines
from bench.storm.national import national
from connectors.formats.raw_frames import Datagram
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import microseconds
from correlator.policy import Policy
from correlator.world import World
from streams import bootstrap
from streams.settings import Settings
from tests.connectors.syslog.house import NOW
from topology.compile import compile_inventory


def test_each_line_is_the_alarm_that_is_looked_for() -> None:
    inventory = national(2_000, seed=1)
    said = lines(inventory, 9, NOW)
    world = World(compile_inventory(inventory), Policy())
    around = bootstrap.Around(world.topology, bootstrap.resolver_of(world, lambda: 1), MemoryCounter())
    reader = bootstrap.readers(Settings(), around)["syslog"]
    for n, octets in enumerate(said.datagrams):
        read = reader.read(Datagram("127.0.0.1", microseconds(NOW), octets), f"{n}")
        assert isinstance(read, list)
        [alarm] = read
        assert (alarm.object, alarm.state) == said.said(n)
    assert {one[:5] for one in said.datagrams} == {b"<28>M", b"<187>"}
    assert len(said.datagrams) == 2 * len(said.ports) == 2 * 9 * 8
