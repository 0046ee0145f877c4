"""A new source of datagrams is one folder and one line: the example of the docs, by real sockets, in both runtimes."""

import ast
import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
import msgspec
import pytest

from connectors.formats.dead_letters import MemoryDeadLetters
from connectors.formats.raw_frames import Datagram, RawFrame, pack, unpack
from connectors.journal.memory import MemoryJournal
from connectors.journal.sqlite import SqliteJournal
from connectors.listeners.listener import close_all, start_all
from connectors.listeners.port import Context
from connectors.metrics import DATAGRAMS_REFUSED, LISTENER_UNRESOLVED
from connectors.ports import Unusable
from connectors.rawlog.memory import MemoryRawLog
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm
from correlator.wire import BadInput
from streams import bootstrap
from streams.bootstrap import listeners
from streams.bootstrap.edge import edge_before
from streams.bootstrap.member import parser
from streams.bootstrap.topics import topics
from streams.doctor.ports import doors
from streams.files import Files
from streams.processes.intake import process
from streams.processes.table import Ready
from streams.processes.worker.inflow import Inflow, InflowPorts, Raw
from streams.settings import Database, Http, Kafka, Listener, Settings, Snmp
from tests.connectors.channels.peers import unused_port
from tests.connectors.listeners import lines
from tests.streams.small import DOMAIN, INVENTORY, world
from tests.streams.test_parsing import T0, Record
from topology.loaders.dump import to_json

ROOT = Path(__file__).parents[3]
Kind = Literal["udp", "tcp"]
Address = tuple[str, int]

SAID = (b"SBY-1/2 link_down raised\nDPS-1 device_unreachable raised\n", b"nonsense\n", b"SBY-1/2 link_down cleared\n")
MORE = (b"Nobody-7 on_battery raised\n",)
EXPECTED = [
    ("SBY-1/2", "link_down", "raised"),
    ("DPS-1", "device_unreachable", "raised"),
    ("SBY-1/2", "link_down", "cleared"),
    ("Nobody-7", "on_battery", "raised"),
]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line."""
    monkeypatch.setattr(listeners, "LISTENERS", (*listeners.LISTENERS, "tests.connectors.listeners.lines"))


def given(folder: Path, **more: Any) -> Settings:
    path = folder / "inventory.json"
    path.write_bytes(to_json(INVENTORY))
    return Settings(
        data=folder / "data",
        inventory=path,
        http=Http(port=0, open_metrics=True),
        snmp=Snmp(port=0),
        listeners={"lines": Listener(port=0)},
        **more,
    )


def send(kind: Kind, address: Address) -> None:
    """By UDP a datagram each; by TCP in pieces that end anywhere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as sender:
        sender.connect(address)
        if kind == "udp":
            for datagram in (*SAID, *MORE):
                sender.send(datagram)
        else:
            whole = b"".join((*SAID, *MORE))
            for start in range(0, len(whole), 11):
                sender.send(whole[start : start + 11])


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not what():  # noqa: ASYNC110  # other threads write
            await asyncio.sleep(0.01)


def alarms_of(journal: Any) -> list[Alarm]:
    return [event for _, frame in journal.read(DOMAIN, 0) for event in frame.events if isinstance(event, Alarm)]


@dataclass
class Heard:
    alarms: Sequence[Alarm]
    metrics: str


def embedded(folder: Path, kind: Kind) -> Heard:
    """Through the intake process, as `simpul run` has it."""
    settings = given(folder)
    bootstrap.prepare(settings)

    async def run() -> Heard:
        stop, said = asyncio.Event(), asyncio.Queue[Ready]()
        working = asyncio.create_task(process.start(settings, stop, said.put_nowait))
        ready = await asyncio.wait_for(said.get(), 20)
        assert ready.http is not None
        assert ready.listeners.keys() == {"snmp", "lines"}
        await asyncio.to_thread(send, kind, ready.listeners["lines"].address)
        journal = SqliteJournal(Files(settings.data).journal, readonly=True)
        await until(lambda: len(alarms_of(journal)) == len(EXPECTED))
        url = settings.http.url(ready.http)
        async with httpx.AsyncClient(trust_env=False) as client:
            metrics = (await client.get(f"{url}/metrics")).text
        stop.set()
        await asyncio.wait_for(working, 20)
        alarms = alarms_of(journal)
        journal.close()
        return Heard(alarms, metrics)

    return asyncio.run(run())


def distributed(folder: Path, kind: Kind) -> Heard:
    """Through an edge, a raw log and the parse stage of a worker."""
    kafka = Kafka(servers="127.0.0.1:1", raw_partitions=3)
    settings = given(folder, kafka=kafka, database=Database(url="postgresql://nobody@127.0.0.1/no"))
    settings.data.mkdir()
    log, journal, counter = MemoryRawLog(), MemoryJournal(), MemoryCounter()

    def frames() -> list[RawFrame]:
        return [unpack(body, "here") for bodies in log.kept.values() for body in bodies]

    async def run() -> str:
        house = edge_before(settings, log)
        works = [asyncio.create_task(one) for one in (*(relay.run() for relay in house.relays), house.log.run())]
        await start_all(house.listeners)
        address = next(one.listens.address for one in house.listeners if one.name == "lines")
        await asyncio.to_thread(send, kind, address)
        expected = len(SAID) + len(MORE) if kind == "udp" else len(EXPECTED) + 1
        await until(lambda: sum(len(frame.datagrams) for frame in frames()) == expected)
        await close_all(house.listeners)
        for relay in house.relays:
            await relay.close()
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
        await house.log.close()
        house.watching.close()
        assert {frame.kind for frame in frames()} == {"lines"}
        await parsed()
        return house.counter.exposition().decode()

    async def parsed() -> None:
        parse = parser(settings, world(), counter, MemoryDeadLetters())
        inflow = Inflow(InflowPorts(parse, journal, counter, lambda: T0))
        running = asyncio.create_task(inflow.run())
        for bodies in log.kept.values():
            for body in bodies:
                await inflow.take(Raw(body, "here", lambda: None))
        await until(lambda: len(alarms_of(journal)) == len(EXPECTED))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        inflow.close()

    metrics = asyncio.run(run())
    assert (
        counter.counted(DATAGRAMS_REFUSED, "lines", "no_such_line"),
        counter.counted(LISTENER_UNRESOLVED, "lines"),
    ) == (1, 1)
    return Heard(alarms_of(journal), metrics)


def told(alarms: Sequence[Alarm]) -> list[dict[str, Any]]:
    """But for ids, and when it came."""
    return [{**msgspec.structs.asdict(one), "id": "", "time": "", "received": ""} for one in alarms]


@pytest.mark.parametrize("kind", ["udp", "tcp"])
def test_both_runtimes_make_the_same_alarms(tmp_path: Path, kind: Kind) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    one, many = embedded(tmp_path / "one", kind), distributed(tmp_path / "many", kind)
    assert [(alarm.object, alarm.alarm_type, alarm.state) for alarm in one.alarms] == EXPECTED
    assert told(one.alarms) == told(many.alarms)
    for heard in (one, many):
        assert len({alarm.id for alarm in heard.alarms}) == len(EXPECTED)
        assert {alarm.source for alarm in heard.alarms} == {"lines:127.0.0.1"}
        assert all(alarm.received == alarm.time for alarm in heard.alarms)
    received = 4 if kind == "udp" else 5
    assert f'simpul_datagrams_received_total{{listener="lines",process="intake"}} {received}.0' in one.metrics
    refused = 'simpul_datagrams_refused_total{listener="lines",process="intake",reason="no_such_line"} 1.0'
    assert refused in one.metrics
    assert 'simpul_listener_objects_unresolved_total{listener="lines",process="intake"} 1.0' in one.metrics
    assert f'simpul_datagrams_posted_total{{listener="lines",process="edge"}} {received}.0' in many.metrics
    assert f'simpul_edge_datagrams_taken_total{{process="edge"}} {received}.0' in many.metrics


@dataclass
class Breaking:
    """A reader with a fault of its own."""

    asked: list[str] = field(default_factory=list)

    def read(self, datagram: Datagram, mark: str) -> Sequence[Alarm] | BadInput:
        self.asked.append(mark)
        raise KeyError(datagram.octets)


def test_what_a_reader_breaks_at_is_a_dead_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, dead, counter = Breaking(), MemoryDeadLetters(), MemoryCounter()
    monkeypatch.setattr(lines.LISTENER.__class__, "reader", lambda *_: reader)
    parse = parser(given(tmp_path), world(), counter, dead)
    assert parse(Record(pack(RawFrame("lines", "e/1", [Datagram("10.0.0.1", T0, b"a secret")])))) == []
    [letter] = dead.kept
    assert (letter.listener, letter.octets, reader.asked) == ("lines", b"a secret", ["e/1/0"])


def test_it_has_a_topic(tmp_path: Path) -> None:
    settings = given(
        tmp_path, kafka=Kafka(servers="127.0.0.1:1"), database=Database(url="postgresql://nobody@127.0.0.1/no")
    )
    assert "simpul.raw.lines" in {topic.name for topic in topics(settings)}


def test_the_doctor_looks_at_its_ports(tmp_path: Path) -> None:
    port = unused_port()
    settings = given(tmp_path).model_copy(update={"listeners": {"lines": Listener(port=port)}})
    found = [(one.part, one.state) for one in doors(settings, running=False)]
    assert found.count(("listeners.lines.port", "ok")) == 2, "by UDP and by TCP"
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        found = [(one.part, one.state) for one in doors(settings, running=False)]
    assert ("listeners.lines.port", "wrong") in found


def test_the_parent_holds_every_socket_at_ports_that_stay(tmp_path: Path) -> None:
    settings = given(tmp_path)
    places = {one.source.name: one.place.port for one in listeners.chosen(settings)}
    assert places == {"snmp": 0, "lines": 0}
    pinned, held = bootstrap.held_open(settings)
    try:
        found = {one.place for one in held}
        ports = {one.source.name: one.place.port for one in listeners.chosen(pinned)}
        here = "127.0.0.1"
        assert found == {
            ("tcp", here, pinned.http.port),
            ("udp", here, ports["snmp"]),
            ("tcp", here, ports["lines"]),
            ("udp", here, ports["lines"]),
        }
        assert 0 not in {port for _, _, port in found}
    finally:
        for one in held:
            one.socket.close()


def test_what_is_not_given_is_the_listeners_own(tmp_path: Path) -> None:
    settings = given(tmp_path).model_copy(update={"listeners": {"lines": Listener()}, "snmp": Snmp(enabled=False)})
    [one] = listeners.chosen(settings)
    assert (one.place.port, one.place.transport, one.part) == (1515, "both", "listeners.lines")
    assert [one.source.name for one in listeners.chosen(Settings())] == ["snmp"], "it listens where it is given"


def test_a_listener_that_there_is_not_is_named(tmp_path: Path) -> None:
    settings = given(tmp_path).model_copy(update={"listeners": {"linse": Listener()}})
    with pytest.raises(Unusable, match=r"no listener linse.*there are .*lines"):
        listeners.chosen(settings)
    assert ("listeners", "wrong") in [(one.part, one.state) for one in doors(settings, running=False)]


def test_an_edge_without_a_listener_does_not_start(tmp_path: Path) -> None:
    settings = given(
        tmp_path, kafka=Kafka(servers="127.0.0.1:1"), database=Database(url="postgresql://nobody@127.0.0.1/no")
    ).model_copy(update={"listeners": {}, "snmp": Snmp(enabled=False)})
    with pytest.raises(Unusable, match="listens to nothing"):
        edge_before(settings, MemoryRawLog())


def test_every_listener_has_a_name_of_its_own() -> None:
    names = listeners.kinds()
    assert len(set(names)) == len(names)
    assert all(name.isalnum() and name == name.lower() for name in names)


# Files that may name one listener: the registry, what gives SNMP its part of the settings, what those who start the
# service ask for, and what `simpul snmp` and the doctor ask of its users. All others know listeners by the registry
# alone.
MAY_NAME = {
    "connectors/formats/raw_frames.py",
    "streams/bootstrap/listeners.py",
    "streams/bootstrap/polls.py",  # what an agent holds active is read by the catalogues that read its traps
    "streams/bootstrap/snmp/catalogues.py",  # made of MIB files, and what staff have yet to say of theirs
    "streams/bootstrap/snmp/users.py",
    "streams/processes/parent.py",
    "streams/settings.py",
}
RUNTIME = ("connectors/formats", "connectors/listeners", "connectors/rawlog", "connectors/telemetry")
RUNTIME += ("streams/bootstrap", "streams/processes", "streams/doctor", "streams/cli", "streams/host", "dev")


def test_nothing_else_names_a_listener() -> None:
    files = [path for folder in RUNTIME for path in (ROOT / folder).rglob("*.py")]
    names = [str(path.relative_to(ROOT)) for path in files]
    found = {
        name
        for name, path in zip(names, files, strict=True)
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Constant) and node.value == "snmp")
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("connectors.snmp"))
    }
    assert found <= MAY_NAME


def test_a_name_that_the_inventory_lacks_is_counted() -> None:
    counter = MemoryCounter()

    class Knows:
        def object_named(self, name: str) -> str | None:
            return {"a": "A", "a/1": "A/1"}.get(name)

        def lists(self, object_id: str) -> bool:
            return object_id == "A"

    resolver: Any = Knows()
    topology: Any = None
    context = Context("lines", topology, resolver, counter)
    assert [context.object(name) for name in ("a", "a/1", "b")] == ["A", "A/1", "b"]
    assert counter.counted(LISTENER_UNRESOLVED, "lines") == 2
