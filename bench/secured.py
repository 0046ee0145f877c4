"""SNMPv3 traps, signed and encrypted, into `simpul run`: alone, and beside v2c at its full rate.

Each message is written before, under an engine of its own device, with the second at which it goes out. Counted in the
journal afterwards: what is not there was lost. `python -m bench.secured` runs it alone.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import Row
from bench.senders.traffic import Stream
from bench.senders.traps import SPEAKING, Batch, Sent, batch, send
from bench.storm.national import national
from bench.trapdoor import RATE as V2C_RATE
from bench.trapdoor import RESOURCES, SEED, heard
from bench.watching.process import cpu_s, dropped_datagrams, still
from connectors.journal.sqlite import SqliteJournal
from connectors.snmp.trap import pdu_of
from connectors.snmp.usm import message
from connectors.snmp.usm.message import AUTH, PRIV, USM, Message
from connectors.snmp.usm.protocols import AUTH as DIGESTS
from connectors.snmp.usm.protocols import PRIV as CIPHERS
from connectors.snmp.usm.users import User, write
from streams.demo.trapgen import Stamp, link_trap
from streams.files import Files
from streams.processes.parent import start
from streams.settings import Http, Settings, Snmp
from topology.loaders.dump import to_json
from topology.model import Inventory

RATE = 1_500  # signed and encrypted traps a second that are wanted beside the others
ALONE = 3_000  # that are sent where nothing else comes
SECONDS = {"smoke": 2.0, "quick": 10.0, "full": 30.0}
ENGINES = 50  # devices that speak version 3
PORTS = 8  # of each
USER = User("noc", "authPriv", DIGESTS["SHA-256"], CIPHERS["AES-128"], "maplesyrup", "corn-on-the-cob")


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one load."""

    v3: Sent
    v3_lost: int
    v2c: Sent | None
    v2c_lost: int
    cpu_s: float  # of the intake process
    dropped: int  # by the kernel


def run(scale: str) -> list[Row]:
    """`scale`: smoke (2 s), quick (10 s) or full (30 s), of each load."""
    inventory = national(RESOURCES.get(scale, RESOURCES["full"]), SEED)
    seconds = SECONDS.get(scale, SECONDS["full"])
    alone = loaded(inventory, ALONE, 0, seconds)
    beside = loaded(inventory, RATE, V2C_RATE, seconds)
    assert beside.v2c is not None, "it was sent"
    took_us = alone.cpu_s / max(1, alone.v3.traps - alone.v3_lost) * 1e6
    what, taken = "HMAC-SHA-256 and AES-128", beside.v3.traps - beside.v3_lost
    both = f"{beside.dropped} by the kernel; {beside.v2c.traps / beside.v2c.seconds:,.0f} v2c traps/s meanwhile"
    return [
        Row("CPU of the intake process, a v3 trap", took_us, "us/trap", 1e6 / RATE, f"{what}; {ALONE:,}/s, alone"),
        Row("v3 traps that a core could take", 1e6 / took_us, "traps/s", RATE, "by that CPU"),
        Row("v3 traps lost, alone", alone.v3_lost, "traps", 0, f"of {alone.v3.traps}"),
        Row("v3 traps beside v2c", taken / beside.v3.seconds, "traps/s", RATE * 0.99, what),
        Row("v3 traps lost beside v2c", beside.v3_lost, "traps", 0, f"of {beside.v3.traps}; {both}"),
        Row("v2c traps lost beside v3", beside.v2c_lost, "traps", 0, f"of {beside.v2c.traps}"),
    ]


def loaded(inventory: Inventory, v3_per_s: int, v2c_per_s: int, seconds: float) -> Heard:
    with tempfile.TemporaryDirectory() as folder:
        return at_work(Path(folder), inventory, (v3_per_s, v2c_per_s), seconds)


def at_work(folder: Path, inventory: Inventory, rates: tuple[int, int], seconds: float) -> Heard:
    v3_per_s, v2c_per_s = rates
    network = folder / "inventory.json"
    network.write_bytes(to_json(inventory))
    settings = Settings(data=folder / "data", inventory=network, http=Http(port=0), snmp=Snmp(port=0), log="error")
    write(Files(settings.data).snmp_users, USER)
    ours, others = devices(inventory), batch(inventory, 1_000)
    datagrams = list(sealed(ours, v3_per_s, int(v3_per_s * seconds)))
    running = start(settings)
    try:
        assert running.snmp is not None, "the trap door is open by default"
        journal = SqliteJournal(settings.data / "journal.db", readonly=True)
        spent = cpu_s(running.pids["intake"])
        stream = Stream(running.snmp, datagrams, v3_per_s)
        stream.start()
        v2c = send(running.snmp, others, v2c_per_s, seconds, processes=2) if v2c_per_s else None
        still(lambda: stream.sent)
        stream.stop()
        still(lambda: journal.end(settings.domain))
        spent = cpu_s(running.pids["intake"]) - spent
        dropped = dropped_datagrams(running.snmp[1])
    finally:
        running.stop()
    v3 = Sent(stream.sent, stream.seconds, 0.0, 0.0)
    v3_lost, _, _ = heard(journal, settings.domain, ours, v3)
    v2c_lost = heard(journal, settings.domain, others, v2c)[0] if v2c is not None else 0
    journal.close()
    return Heard(v3, v3_lost, v2c, v2c_lost, spent, dropped)


def devices(inventory: Inventory) -> Batch:
    """Ports that nobody else speaks of."""
    speaking = [one for one in inventory.devices if one.role in SPEAKING and one.addresses][:ENGINES]
    ports = [(f"{one.id}/v3-{n}", (one.addresses or ("",))[0], 900 + n) for n in range(PORTS) for one in speaking]
    datagrams = tuple(
        link_trap(address, (index, name.partition("/")[2]), up, Stamp(1, 1, b"*"))
        for up in (False, True)
        for name, address, index in ports
    )
    return Batch(tuple(name for name, _, _ in ports), datagrams)


def sealed(traps: Batch, rate_per_s: int, count: int) -> Iterator[bytes]:
    """The n-th is what `Batch.said` says of it."""
    assert USER.auth is not None
    assert USER.priv is not None
    for n in range(count):
        engine = bytes.fromhex("80000000") + b"\x05" + (n % len(traps.ports) % ENGINES).to_bytes(4)
        second, salt = 1 + n // rate_per_s, n.to_bytes(8)
        plain = message.scoped_octets(engine, b"", pdu_of(traps.datagrams[n % len(traps.datagrams)]))
        data, salt = USER.priv.encrypted(USER.priv_key(engine), (1, second), salt, plain)
        said = Message(
            b"", n + 1, AUTH | PRIV, USM, engine, 1, second, b"noc", bytes(24), 0, salt, sealed=True, data=b""
        )
        whole, at = message.written(said, data)
        yield whole[:at] + USER.auth.digest(USER.auth_key(engine), whole) + whole[at + 24 :]


def main(arguments: Sequence[str]) -> None:
    for row in run(arguments[0] if arguments else "full"):
        limit = "" if row.limit is None else f"  (limit {row.limit:g})"
        print(f"{row.what:40}{row.figure:12,.1f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main(sys.argv[1:])
