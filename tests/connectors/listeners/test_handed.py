"""Sockets that were opened before us: they are taken by address, and what the kernel threw away meanwhile is told."""

import asyncio
import socket
from pathlib import Path

import pytest

from connectors.listeners.handed import FROM_PARENT, Handed, Held, for_child, inherited
from connectors.listeners.listener import Listener
from connectors.listeners.port import Place
from connectors.listeners.sockets import Door, opened, told_dropped
from connectors.metrics import DATAGRAMS_DROPPED, DATAGRAMS_RECEIVED
from tests.connectors.listeners.test_tcp import SOURCE, Scene

HERE = "127.0.0.1"
SENT = 2_000


def test_what_came_before_is_read_and_what_did_not_fit_is_counted() -> None:
    place, [held] = opened("says", Place(buffer_bytes=65_536))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(SENT):
            sender.sendto(b"a", (HERE, place.port))
        told_before = held.dropped = told_dropped(held.socket)
        for _ in range(SENT):
            sender.sendto(b"a", (HERE, place.port))
    assert told_before > 0

    async def run() -> Scene:
        scene = Scene(place)
        listener = Listener(SOURCE, place, scene.receiver, scene.counter)
        await listener.start(Handed([held]))
        assert listener.listens.port == place.port
        await listener.close()
        return scene

    scene = asyncio.run(run())
    received = scene.counter.counted(DATAGRAMS_RECEIVED, "says")
    dropped = scene.counter.counted(DATAGRAMS_DROPPED, "says")
    assert received > 0
    assert received + told_before + dropped == 2 * SENT, "each is read, or told to be lost, once"


def test_a_connection_that_came_before_is_accepted() -> None:
    place, held = opened("says", Place(transport="tcp"))

    async def run() -> list[str]:
        scene = Scene(place)
        with socket.create_connection((HERE, place.port)) as early:
            early.send(b"early\n")
            listener = Listener(SOURCE, place, scene.receiver, scene.counter)
            await listener.start(Handed(held))
            await scene.inlet.until(taken=1)
            await listener.close()
        return scene.objects

    assert asyncio.run(run()) == ["early"]


def test_each_is_taken_once_and_by_its_own_address() -> None:
    door = Door("says", (HERE, 0), 65_536)
    handed = Handed([door.held])
    assert handed.take("tcp", (HERE, door.port)) is None
    assert handed.take("udp", ("127.0.0.2", door.port)) is None
    assert handed.take("udp", (HERE, 0)) is None
    assert handed.take("udp", ("localhost", door.port)) is door.held
    assert handed.take("udp", (HERE, door.port)) is None
    assert handed.left == []
    door.socket.close()


def test_a_socket_of_another_kind_is_left(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(str(tmp_path / "door"))
        handed = Handed([Held(other)])
        assert handed.take("tcp", (HERE, 8088)) is None
        assert [one.place[0] for one in handed.left] == [None]


def test_what_is_handed_to_a_child_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door("says", (HERE, 0), 65_536)
    monkeypatch.setenv(FROM_PARENT, for_child([Held(door.socket, dropped=7)]))
    [found] = inherited().left
    assert (found.place, found.dropped) == (("udp", HERE, door.port), 7)
    assert inherited().left == []
    found.socket.detach()
    door.socket.close()


def test_what_systemd_opened_for_another_process_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_PID", "1")
    monkeypatch.setenv("LISTEN_FDS", "2")
    assert inherited().left == []
