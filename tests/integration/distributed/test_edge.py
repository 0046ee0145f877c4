"""A real edge before a real broker: what it counts as taken is in the topic, in order, whatever is killed meanwhile."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import msgspec
import pytest

from connectors.formats.dead_letters import MemoryDeadLetters
from connectors.formats.raw_frames import pack
from connectors.metrics import (
    DATAGRAMS_READ,
    DATAGRAMS_RECEIVED,
    DATAGRAMS_REFUSED,
    EDGE_DATAGRAMS_TAKEN,
    EDGE_FRAMES,
    EDGE_SPOOL_BYTES,
    EDGE_SPOOL_FULL,
    EDGE_WAITING,
)
from connectors.rawlog.spool import Spool
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm, moment
from streams.bootstrap.member import parser
from streams.files import Files, world_of
from tests.connectors.channels.peers import unused_port
from tests.integration.command import environment
from tests.integration.distributed.outpost import Agents, Outpost, full_disk, outpost
from tests.integration.house import LINK_DOWN, LINK_UP, SIMPUL, TRAP_ADDRESS, living, settings, until
from tests.services import WORKER, address, kill, own, services
from tests.streams.test_parsing import Record

_prefixes = count(1)


@pytest.fixture
def agents() -> Iterator[Agents]:
    made = Agents()
    yield made
    made.close()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Outpost]:
    """Before the brokers that all tests share, with topics of its own."""
    made = Outpost(tmp_path, address("kafka"), f"edge-{WORKER}-{next(_prefixes)}.")
    made.make_topics()
    with outpost(made):
        yield made


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Outpost]:
    """Before a broker that is this test's alone, to be killed."""
    made = Outpost(tmp_path, own("kafka", tmp_path / "services"))
    made.make_topics()
    with outpost(made):
        yield made
    services("stop", "--forget", folder=tmp_path / "services")


def says(tool: str, to: tuple[str, int], kind: str, port: int) -> int:
    """One notification by net-snmp, of a router of the small town."""
    varbinds = [
        (f"1.3.6.1.2.1.2.2.1.1.{port}", "i", str(port)),
        (f"1.3.6.1.2.1.31.1.1.1.1.{port}", "s", f"ge-0/0/{port}"),
        (TRAP_ADDRESS, "a", "10.0.0.2"),
    ]
    command = [tool, "-v", "2c", "-c", "public", "-r", "0", "-t", "3", f"{to[0]}:{to[1]}", "", kind]
    return subprocess.run([*command, *(word for one in varbinds for word in one)], check=False).returncode


def in_order(post: Outpost, agents: Agents) -> None:
    """Every trap of every agent is there; but for repeats, in the order in which it was sent."""
    found = post.numbers()
    for agent, sent in agents.sent.items():
        assert list(dict.fromkeys(found[agent])) == list(range(1, sent + 1)), agent


def told(alarms: list[Alarm]) -> list[Alarm]:
    """But for what is each one's own: id and time."""
    return [msgspec.structs.replace(alarm, id="", time=moment(0)) for alarm in alarms]


def test_an_edge_and_a_parser_make_the_alarms_of_the_embedded_intake(post: Outpost, tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    town = settings(tmp_path / "town")
    said = [
        (tool, kind, port)
        for port in (1, 2, 30)
        for tool in ("snmptrap", "snmpinform")
        for kind in (LINK_DOWN, LINK_UP)
    ]
    with living(town) as live:
        assert live.running.snmp is not None
        assert [says(tool, live.running.snmp, kind, port) for tool, kind, port in said] == [0] * len(said)
        until("alarm of each", lambda: len([one for one in live.events() if isinstance(one, Alarm)]) == len(said))
        embedded = [one for one in live.events() if isinstance(one, Alarm)]
    assert [says(tool, post.traps, kind, port) for tool, kind, port in said] == [0] * len(said)
    assert post.calm()[EDGE_DATAGRAMS_TAKEN.name] == len(said)
    dead, counter = MemoryDeadLetters(), MemoryCounter()
    parse = parser(town, world_of(town, Files(town.data)), counter, dead)
    events = [event for frame in post.frames() for _, event in parse(Record(pack(frame)))]
    alarms = [event for event in events if isinstance(event, Alarm)]
    assert told(sorted(alarms, key=lambda alarm: alarm.time)) == told(embedded)
    assert (dead.kept, counter.counted(DATAGRAMS_READ, "snmp")) == ([], len(said))


def test_who_is_refused_is_counted_by_reason(post: Outpost) -> None:
    assert says("snmptrap", post.traps, LINK_DOWN, 1) == 0
    wrong = ["snmptrap", "-v", "2c", "-c", "guess", f"{post.traps[0]}:{post.traps[1]}", "", LINK_DOWN]
    assert subprocess.run(wrong, check=False).returncode == 0
    until("word of it", lambda: post.figures().get(f"{DATAGRAMS_REFUSED.name} snmp wrong_community") == 1)
    assert post.calm()[EDGE_DATAGRAMS_TAKEN.name] == 1


def test_traps_flow_on_while_the_broker_is_killed_and_comes_back(frontier: Outpost, agents: Agents) -> None:
    with agents.sending(frontier.traps):
        until("traps in the log", lambda: frontier.figures().get(f"{EDGE_FRAMES.name} log", 0) > 3)
        kill("kafka", frontier.folder / "services")
        until("frames on disk", lambda: frontier.figures().get(f"{EDGE_FRAMES.name} spool", 0) > 20)
        assert frontier.health()[0] == 200, "that is what the spool is for"
        assert says("snmpinform", frontier.traps, LINK_DOWN, 1) == 0, "what is on disk is safe"
        own("kafka", frontier.folder / "services")
        until("drained frames", lambda: frontier.figures().get(f"{EDGE_FRAMES.name} drained", 0) > 0)
    figures = frontier.calm()
    assert figures[EDGE_DATAGRAMS_TAKEN.name] == figures[f"{DATAGRAMS_RECEIVED.name} snmp"] == agents.total + 1
    in_order(frontier, agents)


def test_an_edge_that_is_killed_amid_draining_loses_nothing_that_it_took(frontier: Outpost) -> None:
    agents = Agents(octets=4_000)
    kill("kafka", frontier.folder / "services")
    with agents.sending(frontier.traps, each=10):
        until("some megabytes on disk", lambda: frontier.figures()[EDGE_SPOOL_BYTES.name] > 15_000_000)
    until("all of it on disk", lambda: frontier.figures()[EDGE_WAITING.name] == 0)
    before = frontier.figures()
    assert before[EDGE_DATAGRAMS_TAKEN.name] == agents.total
    own("kafka", frontier.folder / "services")
    until("the first drained", lambda: frontier.figures().get(f"{EDGE_FRAMES.name} drained", 0) > 0)
    frontier.kill()
    with closing(Spool(Files(frontier.settings.data).spool, 0)) as left:
        assert left.frames, "it was killed amid draining"
    frontier.start()
    agents.send(frontier.traps, 3)
    frontier.calm()
    agents.close()
    in_order(frontier, agents)


def test_an_edge_that_is_killed_has_what_it_counted(post: Outpost, agents: Agents) -> None:
    with agents.sending(post.traps):
        taken = until(
            "some taken", lambda: (found := post.figures()).get(EDGE_DATAGRAMS_TAKEN.name, 0) > 200 and found
        )[EDGE_DATAGRAMS_TAKEN.name]
        post.kill()
    assert sum(len(set(numbers)) for numbers in post.numbers().values()) >= taken
    post.start()
    assert says("snmpinform", post.traps, LINK_DOWN, 1) == 0


def test_a_full_disk_while_the_broker_is_away_acknowledges_nothing_and_loses_nothing(
    frontier: Outpost, agents: Agents
) -> None:
    agents.send(frontier.traps, 5)
    frontier.calm()
    kill("kafka", frontier.folder / "services")
    with full_disk(frontier):
        agents.send(frontier.traps, 5)
        _, checks = until("word of it", lambda: (found := frontier.health())[0] == 503 and found)
        assert "spool.db" in (checks["spool"] or "")
        assert frontier.figures()[EDGE_SPOOL_FULL.name] >= 1
        assert says("snmpinform", frontier.traps, LINK_DOWN, 1) != 0
        assert frontier.figures()[EDGE_DATAGRAMS_TAKEN.name] == agents.total / 2
    until("word that all is well", lambda: frontier.health()[0] == 200)
    until("all of it on disk", lambda: frontier.figures()[EDGE_WAITING.name] == 0)
    assert says("snmpinform", frontier.traps, LINK_DOWN, 2) == 0
    own("kafka", frontier.folder / "services")
    frontier.calm()
    in_order(frontier, agents)


def test_an_edge_begins_without_brokers_and_leaves_its_spool_to_the_next(tmp_path: Path, agents: Agents) -> None:
    folder = tmp_path / "services"
    servers = own("kafka", folder)
    made = Outpost(tmp_path, servers)
    made.make_topics()
    kill("kafka", folder)
    with outpost(made):
        agents.send(made.traps, 20)
        assert says("snmpinform", made.traps, LINK_DOWN, 1) == 0
        assert made.stop() == 0
        own("kafka", folder)
        made.start()
        agents.send(made.traps, 20)
        made.calm()
        in_order(made, agents)
    services("stop", "--forget", folder=folder)


def test_an_edge_without_its_topic_keeps_what_comes_and_says_what_to_do(tmp_path: Path, agents: Agents) -> None:
    made = Outpost(tmp_path, address("kafka"), f"none-{WORKER}-{next(_prefixes)}.")
    with outpost(made):
        agents.send(made.traps, 5)
        until("frames on disk", lambda: made.figures().get(EDGE_DATAGRAMS_TAKEN.name) == agents.total)
        made.make_topics()
        made.calm()
        in_order(made, agents)


@pytest.mark.parametrize("more", ["", '[kafka]\nservers = "127.0.0.1:1"\n[database]\nurl = "postgresql://x@y/z"\n'])
def test_what_an_edge_cannot_work_with_is_said(tmp_path: Path, more: str) -> None:
    """No brokers named; or a trap port that somebody has."""
    config = tmp_path / "edge.toml"
    port = unused_port()
    config.write_text(f'data = "{tmp_path / "data"}"\n{more}[snmp]\nhost = "192.0.2.1"\nport = {port}\n')
    command = [*SIMPUL, "edge", "--config", str(config)]
    ran = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode in (1, 2)
    assert ("cannot be bound" if more else "an edge needs [kafka]") in ran.stderr


def test_two_edges_do_not_share_a_folder(post: Outpost) -> None:
    other = subprocess.run(
        [*SIMPUL, "edge", "--config", str(post.folder / "edge.toml")],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (other.returncode, "Another service uses the data folder" in other.stderr) == (2, True)


def test_a_full_disk_is_no_trouble_while_the_broker_is_there(post: Outpost, agents: Agents) -> None:
    with full_disk(post):
        agents.send(post.traps, 50)
        assert post.calm()[EDGE_DATAGRAMS_TAKEN.name] == agents.total
        assert post.health()[0] == 200
    in_order(post, agents)
