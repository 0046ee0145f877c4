"""The player at doors that are real sockets, with a service behind them that only takes notes."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from connectors.listeners.places import TopologyPlaces
from connectors.resolver import InventoryResolver
from connectors.snmp.catalogue import SHIPPED, load
from connectors.snmp.translate import Translator
from connectors.snmp.trap import Malformed, parse
from connectors.telemetry.metrics import PrometheusCounter
from correlator.events import Alarm, moment
from streams.demo.doors import Address, DemoFailed, Doors
from streams.demo.play import Player
from streams.demo.storm import Said
from streams.demo.story import Story
from topology.graph import Topology

BEGAN_US = 1_770_000_000_000_000


@dataclass
class Service:
    """Takes notes; `refuses` paths are answered 422."""

    now_us: int = BEGAN_US
    bodies: list[tuple[str, Any]] = field(default_factory=list)
    refuses: str | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        path, body = request.url.path, json.loads(request.content)
        self.bodies.append((path, body))
        if path == self.refuses:
            return httpx.Response(422, json={"error": {"field": "text", "reason": "unfit", "remedy": "mend"}})
        if path == "/complaints":
            return httpx.Response(201, json={"number": f"NT-{len(self.bodies):03}", "known_incident": None})
        return httpx.Response(202, json={})

    def at(self, path: str) -> list[Any]:
        return [body for asked, body in self.bodies if asked == path]

    def clock(self) -> int:
        return self.now_us

    def nap(self, seconds: float) -> None:
        self.now_us += round(seconds * 30e6)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def traps() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(5)
        yield door


@pytest.fixture
def player(service: Service, traps: socket.socket) -> Iterator[Player]:
    address = Address(traps.getsockname(), "http://service.test", "simpul_1_secret", service.clock)
    client = httpx.Client(base_url=address.url, transport=httpx.MockTransport(service.answer))
    with Doors(address, client) as doors:
        player = Player(doors, BEGAN_US, service.nap)
        player.incident = "IN-000001"
        yield player


def play_all(told: Story, player: Player) -> None:
    for chapter in told.chapters:
        player.play(chapter)


def test_every_step_goes_out(told: Story, service: Service, player: Player) -> None:
    play_all(told, player)
    said = [step.act for step in told.steps if isinstance(step.act, Said)]
    over_http = [row for body in service.at("/alarms") for row in body]
    assert {(row["object"], row["alarm_type"], row["state"]) for row in over_http} == {
        (one.object, one.alarm_type, one.state) for one in said if not one.is_trap
    }
    assert player.alarms == len(said)
    assert len(service.at("/complaints")) == len(told.calls)
    assert [body["action"] for body in service.at("/commands")] == ["acknowledge"]
    assert [body["type"] for body in service.at("/events")] == ["restored", "reply"]


def test_traps_mean_what_the_story_says(told: Story, topology: Topology, player: Player, traps: socket.socket) -> None:
    """Read by the service's own listener: the device by its address, the port by its name."""
    play_all(told, player)
    wanted = [step.act for step in told.steps if isinstance(step.act, Said) and step.act.is_trap]
    heard = [alarm for _ in wanted for alarm in read(traps.recv(2048), topology)]
    assert [(one.source, one.object, one.alarm_type, one.state, one.qualifier) for one in heard] == [
        (one.source, one.object, one.alarm_type, one.state, one.qualifier) for one in wanted
    ]


def read(datagram: bytes, topology: Topology) -> list[Alarm]:
    trap = parse(datagram)
    assert not isinstance(trap, Malformed)
    resolver = InventoryResolver(topology, {})
    translator = Translator(load(SHIPPED), resolver, PrometheusCounter(), TopologyPlaces(topology))
    return translator.alarms(trap, "127.0.0.1", moment(BEGAN_US))


def test_steps_wait_for_their_time(told: Story, service: Service, player: Player) -> None:
    play_all(told, player)
    last_s = told.steps[-1].at_s
    assert service.now_us >= BEGAN_US + last_s * 1_000_000
    times = [body["time"] for body in service.at("/events")]
    assert times == sorted(times)


def test_the_reply_names_the_number_that_was_answered(told: Story, service: Service, player: Player) -> None:
    play_all(told, player)
    reply = service.at("/events")[-1]
    assert reply["ticket"] == player.taken["phone"].number
    assert reply["customer"] == player.taken["phone"].call.customer


def test_nothing_is_said_twice_under_one_id(told: Story, service: Service, player: Player) -> None:
    play_all(told, player)
    ids = [body["id"] for body in service.at("/events")]
    assert len(set(ids)) == len(ids)


def test_a_refusal_is_told_in_the_services_words(told: Story, service: Service, player: Player) -> None:
    service.refuses = "/complaints"
    with pytest.raises(DemoFailed, match=r"POST /complaints: 422 .*unfit"):
        play_all(told, player)


def test_no_service_is_told(traps: socket.socket, service: Service) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
        address = Address(traps.getsockname(), f"http://{host}:{port}", "t", service.clock)
        with Doors(address) as doors, pytest.raises(DemoFailed, match="does not answer"):
            doors.post("/alarms", [])


def test_an_order_needs_an_incident(told: Story, player: Player) -> None:
    player.incident = None
    with pytest.raises(DemoFailed, match="no incident"):
        play_all(told, player)
