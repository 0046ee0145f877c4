"""The trap sender: as many as asked for, each with its own identity, and what is lost can be named."""

import socket
from collections.abc import Iterator

import pytest

from bench.senders.traps import FIRST, Batch, batch, missing, patches, send
from bench.storm.national import national
from topology.model import device_of

INVENTORY = national(4_000, seed=1)


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


@pytest.fixture(scope="module")
def traps() -> Batch:
    return batch(INVENTORY, devices=5, ports_each=4)


def test_ports_are_of_devices_that_speak(traps: Batch) -> None:
    roles = {device.id: device.role for device in INVENTORY.devices}
    assert len(set(traps.ports)) == 20
    assert len({device_of(port) for port in traps.ports}) == 5
    assert {roles[device_of(port)] for port in traps.ports} <= {"core", "edge", "aggregation", "olt", "bts"}


@pytest.mark.parametrize("processes", [1, 2])
def test_each_datagram_is_its_own(door: socket.socket, traps: Batch, processes: int) -> None:
    sent = send(door.getsockname(), traps, rate_per_s=400, seconds=0.25, processes=processes)
    heard = [door.recv(2000) for _ in range(sent.traps)]
    numbers = {int.from_bytes(one[at : at + 4]) for one in heard for at in patches_of(one)}
    assert sent.traps == 100
    assert numbers == set(range(FIRST, FIRST + 100))


def test_many_addresses_send(door: socket.socket, traps: Batch) -> None:
    sent = send(door.getsockname(), traps, rate_per_s=400, seconds=0.25, sources=5)
    heard = [door.recvfrom(2000) for _ in range(sent.traps)]
    assert len({peer[0] for _, peer in heard}) == 5
    assert len({one for one, _ in heard}) == 100


def patches_of(datagram: bytes) -> list[int]:
    """Where request-id and sysUpTime lie, found anew in a patched datagram by the fields around them."""
    head = datagram.index(bytes((0x02, 0x04)))  # the first integer of four octets
    uptime = datagram.index(bytes((0x43, 0x04)))
    return [head + 2, uptime + 2]


def test_the_patches_are_found(traps: Batch) -> None:
    for datagram in traps.datagrams:
        assert list(patches(datagram)) == patches_of(datagram)


def test_what_is_lost_is_named(traps: Batch) -> None:
    said = [traps.said(n) for n in range(100)]
    assert missing(said, traps, 100) == {}
    assert missing(said[1:], traps, 100) == {said[0]: 1}
    assert missing([*said, said[3]], traps, 100) == {said[3]: -1}


def test_a_port_goes_down_before_it_comes_up(traps: Batch) -> None:
    states = [traps.said(n)[1] for n in range(80)]
    assert states == ["raised"] * 20 + ["cleared"] * 20 + ["raised"] * 20 + ["cleared"] * 20
