"""Addresses of both kinds at one port, and sources of both kinds that are believed."""

import asyncio
import socket
from ipaddress import ip_network

import pytest

from connectors.listeners.listener import Listener
from connectors.listeners.port import Place, Transport
from connectors.metrics import DATAGRAMS_REFUSED
from connectors.telemetry.metrics import MemoryCounter
from tests.connectors.listeners.test_tcp import SOURCE, Scene

BOTH = "127.0.0.1, ::1"


def say(what: str, host: str, port: int, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as sender:
        sender.connect((host, port))
        sender.send(what.encode())


def heard(place: Place, *said: tuple[str, str], taken: int) -> tuple[list[str], MemoryCounter]:
    """(what, to which host) in turn, and what was taken of it."""

    async def run() -> Scene:
        scene = Scene(place)
        listener = Listener(SOURCE, place, scene.receiver, scene.counter)
        await listener.start()
        try:
            for what, host in said:
                if place.transport == "tcp":
                    await asyncio.to_thread(say, f"{what}\n", host, listener.listens.port, socket.SOCK_STREAM)
                else:
                    say(what, host, listener.listens.port, socket.SOCK_DGRAM)
            await scene.inlet.until(taken=taken)
        finally:
            await listener.close()
        return scene

    scene = asyncio.run(run())
    return scene.objects, scene.counter


def free_port() -> int:
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        probe.bind(("::", 0))  # of both kinds, where nothing else is said
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_both_kinds_at_one_port(transport: Transport) -> None:
    place = Place(host=BOTH, port=0 if transport == "udp" else free_port(), transport=transport)
    objects, _ = heard(place, ("four", "127.0.0.1"), ("six", "::1"), taken=2)
    assert sorted(objects) == ["four", "six"]


def test_whom_it_believes_by_ipv6() -> None:
    sources = (ip_network("127.0.0.0/8"), ip_network("2001:db8::/32"))
    place = Place(host=BOTH, transport="udp", sources=sources)
    objects, counter = heard(place, ("six", "::1"), ("four", "127.0.0.1"), taken=1)
    assert objects == ["four"]
    assert counter.counted(DATAGRAMS_REFUSED, "says", "wrong_address") == 1
