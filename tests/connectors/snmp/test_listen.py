"""Real senders (net-snmp's snmptrap and snmpinform) at a real socket; only the journal behind it is a fake."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

import pytest

from connectors.listeners.sockets import granted_buffer
from connectors.listeners.udp import UdpListener, UdpSettings
from connectors.metrics import (
    DATAGRAMS_DROPPED,
    DATAGRAMS_RECEIVED,
    DATAGRAMS_REFUSED,
    INFORMS,
    LISTENER_ALARMS,
    LISTENER_JOURNAL_FULL,
    LISTENER_LOST,
)
from connectors.ports import PortError
from connectors.snmp.receiving import TrapReceiver, Trusted
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm
from tests.connectors.snmp import oracle
from tests.connectors.snmp.house import NOW, MemoryInlet, translator
from tests.connectors.snmp.test_golden import octets

needs_net_snmp = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="needs net-snmp: apt install snmp")
LOOPBACK = "127.0.0.1"
LINK_DOWN = ["4711", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.5", "i", "5"]
LINK_DOWN += ["1.3.6.1.2.1.31.1.1.1.1.5", "s", "ge-0/0/1", "1.3.6.1.6.3.18.1.3.0", "a", "10.0.0.1"]
COLD_START_V1 = ["1.3.6.1.4.1.32473", "10.0.0.2", "0", "0", "4711"]
V2C, V1 = ["-v", "2c", "-c", "public"], ["-v", "1", "-c", "public"]
ONCE = ["-r", "0", "-t", "1"]


@dataclass
class Post:
    """A listener, what is behind it, and who knocks."""

    listener: UdpListener[Alarm]
    inlet: MemoryInlet = field(default_factory=MemoryInlet)
    counter: MemoryCounter = field(default_factory=MemoryCounter)

    @property
    def address(self) -> tuple[str, int]:
        host, port, _ = self.listener.bound[0]
        return host, port

    async def says(self, tool: str, options: list[str], what: list[str]) -> int:
        return await says(tool, options, self.address, what)


async def says(tool: str, options: list[str], address: tuple[str, int], what: list[str]) -> int:
    """Run net-snmp's sender; its exit status."""
    place = f"{address[0]}:{address[1]}"
    sender = await asyncio.create_subprocess_exec(tool, *options, place, *what, stderr=asyncio.subprocess.DEVNULL)
    return await asyncio.wait_for(sender.wait(), 20)


def receiver(inlet: MemoryInlet, counter: MemoryCounter) -> TrapReceiver:
    return TrapReceiver(translator(counter), inlet, counter, lambda: NOW, Trusted(frozenset({b"public"})))


@asynccontextmanager
async def listening(settings: UdpSettings | None = None) -> AsyncIterator[Post]:
    inlet, counter = MemoryInlet(), MemoryCounter()
    settings = settings or UdpSettings(addresses=((LOOPBACK, 0),))
    listener = UdpListener(receiver(inlet, counter), counter, settings)
    await listener.start()
    try:
        yield Post(listener, inlet, counter)
    finally:
        await listener.close()


def during(act: Callable[[Post], Awaitable[None]], settings: UdpSettings | None = None) -> Post:
    async def run() -> Post:
        async with listening(settings) as post:
            await act(post)
        return post

    return asyncio.run(run())


async def answer(sender: socket.socket) -> bytes:
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(sender, 65_535), 20)


def knock(address: tuple[str, int]) -> socket.socket:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setblocking(False)
    sender.connect(address)
    return sender


@needs_net_snmp
def test_snmptrap_v2c_and_v1() -> None:
    async def act(post: Post) -> None:
        assert await post.says("snmptrap", V2C, LINK_DOWN) == 0
        await post.inlet.until(taken=1)
        assert await post.says("snmptrap", V1, COLD_START_V1) == 0
        await post.inlet.until(taken=2)

    post = during(act)
    down, restart = post.inlet.taken
    assert (down.source, down.object, down.alarm_type, down.state) == (
        "snmp:10.0.0.1",
        "R1/ge-0/0/1",
        "link_down",
        "raised",
    )
    assert (restart.source, restart.object, restart.alarm_type) == ("snmp:10.0.0.2", "R2", "device_restart")
    assert (post.counter.counted(DATAGRAMS_RECEIVED, "snmp"), post.counter.counted(LISTENER_ALARMS, "snmp")) == (2, 2)


@needs_net_snmp
def test_snmpinform_is_acknowledged_when_the_journal_has_it() -> None:
    async def act(post: Post) -> None:
        assert await post.says("snmpinform", [*V2C, *ONCE], LINK_DOWN) == 0
        assert [alarm.object for alarm in post.inlet.taken] == ["R1/ge-0/0/1"]

    assert during(act).counter.counted(INFORMS, "taken") == 1


@needs_net_snmp
def test_nothing_is_acknowledged_while_the_journal_is_full() -> None:
    async def act(post: Post) -> None:
        post.inlet.full = True
        assert await post.says("snmpinform", [*V2C, *ONCE], LINK_DOWN) == 1
        assert (post.inlet.asked, post.inlet.taken) == (1, [])

    assert during(act).counter.counted(INFORMS, "journal_full") == 1


@needs_net_snmp
def test_an_inform_is_taken_when_its_sender_repeats_it() -> None:
    async def act(post: Post) -> None:
        post.inlet.full = True
        patient = asyncio.create_task(post.says("snmpinform", [*V2C, "-r", "60", "-t", "0.2"], LINK_DOWN))
        await post.inlet.until(asked=3)
        post.inlet.full = False
        assert await patient == 0

    post = during(act)
    assert len(post.inlet.taken) == 1
    assert post.counter.counted(INFORMS, "journal_full") >= 3


def test_an_inform_whose_answer_was_lost_is_told_once_and_answered_again() -> None:
    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            sender.send(octets("link-down-inform"))
            first = await answer(sender)
            sender.send(octets("link-down-inform"))
            assert await answer(sender) == first
        request_id, *rest = oracle.response(first)
        assert (rest[0], rest[1]) == (0, 0)
        assert octets("link-down-inform").count(request_id.to_bytes(4)) == 1

    post = during(act)
    assert len(post.inlet.taken) == 1
    assert (post.counter.counted(INFORMS, "taken"), post.counter.counted(INFORMS, "repeated")) == (1, 1)


def test_the_same_inform_of_two_senders_is_told_twice() -> None:
    async def act(post: Post) -> None:
        for _ in range(2):
            with knock(post.address) as sender:
                sender.send(octets("link-down-inform"))
                await answer(sender)

    assert len(during(act).inlet.taken) == 2


@needs_net_snmp
def test_an_inform_that_the_inlet_refuses_is_counted_and_acknowledged() -> None:
    """It will be refused each time: a repeat would be for nothing."""

    async def act(post: Post) -> None:
        post.inlet.refuses = True
        assert await post.says("snmpinform", [*V2C, *ONCE], LINK_DOWN) == 0

    assert during(act).counter.counted(DATAGRAMS_REFUSED, "snmp", "inlet") == 1


def test_traps_wait_in_the_socket_while_the_journal_is_full() -> None:
    async def act(post: Post) -> None:
        post.inlet.full = True
        with knock(post.address) as sender:
            sender.send(octets("cold-start"))
            await post.inlet.until(asked=2)  # once, and again after a while
            assert post.listener.paused
            for _ in range(700):
                sender.send(octets("link-up"))
        assert post.counter.counted(DATAGRAMS_RECEIVED, "snmp") == 1
        post.inlet.full = False
        await post.inlet.until(taken=701)
        assert not post.listener.paused

    post = during(act)
    assert [alarm.alarm_type for alarm in post.inlet.taken[:2]] == ["device_restart", "link_down"]
    assert (post.counter.counted(DATAGRAMS_RECEIVED, "snmp"), post.counter.counted(LISTENER_ALARMS, "snmp")) == (
        701,
        701,
    )
    assert post.counter.counted(LISTENER_JOURNAL_FULL, "snmp") >= 2


def test_what_a_full_journal_never_took_is_counted_at_the_end() -> None:
    async def act(post: Post) -> None:
        post.inlet.full = True
        with knock(post.address) as sender:
            sender.send(octets("ont-online"))
            await post.inlet.until(asked=1)

    assert during(act).counter.counted(LISTENER_LOST, "snmp", "closed_while_journal_full") == 2


def test_what_lies_in_the_buffer_at_the_end_is_heard() -> None:
    async def act(post: Post) -> None:
        with knock(post.address) as sender:  # without giving way to the listener
            for _ in range(1_500):
                sender.send(octets("link-up"))

    assert len(during(act).inlet.taken) == 1_500


def test_what_the_kernel_drops_is_counted() -> None:
    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            for _ in range(2_000):
                sender.send(octets("link-up"))
        await post.inlet.until(taken=1)

    post = during(act, UdpSettings(addresses=((LOOPBACK, 0),), buffer_bytes=65_536))
    dropped = post.counter.counted(DATAGRAMS_DROPPED, "snmp")
    assert dropped > 0
    assert len(post.inlet.taken) + dropped == 2_000


@needs_net_snmp
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["-v", "2c", "-c", "guess"], "wrong_community"),
        (["-v", "3", "-l", "noAuthNoPriv", "-u", "noc", "-e", "0x8000000001020304"], "snmpv3_not_configured"),
    ],
)
def test_who_is_not_believed_is_counted(options: list[str], reason: str) -> None:
    async def act(post: Post) -> None:
        assert await post.says("snmptrap", options, LINK_DOWN) == 0
        assert await post.says("snmptrap", V2C, LINK_DOWN) == 0  # comes behind it
        await post.inlet.until(taken=1)

    post = during(act)
    assert post.counter.counted(DATAGRAMS_REFUSED, "snmp", reason) == 1
    assert len(post.inlet.taken) == 1


@needs_net_snmp
def test_what_an_olt_writes_behind_the_community_does_not_make_it_another() -> None:
    """ZTE's OLTs write the event there, and nobody can configure the whole of it."""
    event = "@eventId=40366@eventLevel=minor@confirm@20260211174422"

    async def act(post: Post) -> None:
        assert await post.says("snmptrap", ["-v", "2c", "-c", f"guess{event}"], LINK_DOWN) == 0
        assert await post.says("snmpinform", ["-v", "2c", "-c", f"public{event}", *ONCE], LINK_DOWN) == 0
        await post.inlet.until(taken=1)

    post = during(act)
    assert post.counter.counted(DATAGRAMS_REFUSED, "snmp", "wrong_community") == 1
    assert len(post.inlet.taken) == 1


@needs_net_snmp
def test_a_wrong_community_is_not_acknowledged() -> None:
    async def act(post: Post) -> None:
        assert await post.says("snmpinform", ["-v", "2c", "-c", "guess", *ONCE], LINK_DOWN) == 1

    assert during(act).counter.counted(DATAGRAMS_REFUSED, "snmp", "wrong_community") >= 1


def test_rubbish_is_counted_and_what_follows_is_heard() -> None:
    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            for rubbish in (b"", b"\x30", b"hello", octets("link-up")[:-1], bytes(1_000)):
                sender.send(rubbish)
            sender.send(octets("link-up"))
            await post.inlet.until(taken=1)

    post = during(act)
    refused = sum(post.counter.by_label(DATAGRAMS_REFUSED, "snmp").values())
    assert (refused, len(post.inlet.taken), post.counter.counted(DATAGRAMS_RECEIVED, "snmp")) == (5, 1, 6)


def test_two_addresses_one_of_them_ipv6() -> None:
    async def act(post: Post) -> None:
        for host, port, _ in post.listener.bound:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(octets("cold-start"), (host, port))
        await post.inlet.until(taken=2)

    post = during(act, UdpSettings(addresses=((LOOPBACK, 0), ("::1", 0))))
    assert {alarm.source for alarm in post.inlet.taken} == {"snmp:127.0.0.1", "snmp:::1"}


def test_whom_it_does_not_believe_is_counted_and_never_read() -> None:
    async def act(post: Post) -> None:
        for address in ("127.0.0.1", "127.0.0.3", "127.0.0.2"):  # the last one is believed
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.bind((address, 0))
                sender.sendto(octets("link-down-inform" if address == "127.0.0.3" else "cold-start"), post.address)
        await post.inlet.until(taken=1)

    sources = (ip_network("10.0.0.0/8"), ip_network("127.0.0.2"))
    post = during(act, UdpSettings(addresses=((LOOPBACK, 0),), sources=sources))
    assert {alarm.source for alarm in post.inlet.taken} == {"snmp:127.0.0.2"}
    assert post.counter.counted(DATAGRAMS_REFUSED, "snmp", "wrong_address") == 2
    assert post.counter.counted(DATAGRAMS_RECEIVED, "snmp") == 3
    assert post.counter.counted(INFORMS, "taken") == 0


def test_more_informs_at_once_than_can_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.snmp.informs.MAX_WAITING", 3)

    async def act(post: Post) -> None:
        senders = [knock(post.address) for _ in range(5)]
        for sender in senders:
            sender.send(octets("link-down-inform"))
        for sender in senders[:3]:
            await answer(sender)
        senders[4].send(octets("link-down-inform"))  # it asks again, as senders do
        await answer(senders[4])
        for sender in senders:
            sender.close()

    post = during(act)
    assert (post.counter.counted(INFORMS, "too_many"), post.counter.counted(INFORMS, "taken")) == (2, 4)


@pytest.mark.parametrize(
    ("host", "part"),
    [(LOOPBACK, "See with `ss -lunp` who has it"), ("192.0.2.1", "cannot be bound"), ("nonsense:1", "cannot be bound")],
)
def test_an_address_that_cannot_be_bound(host: str, part: str) -> None:
    async def act(post: Post) -> None:
        _, taken = post.address
        settings = UdpSettings(addresses=((LOOPBACK, 0), (host, taken)))
        second = UdpListener(receiver(post.inlet, post.counter), post.counter, settings)
        with pytest.raises(PortError, match=part) as caught:
            await second.start()
        assert str(taken) in caught.value.what
        assert second.bound == []

    during(act)


def test_the_buffer_that_the_kernel_grants_is_told() -> None:
    assert granted_buffer(200_000).granted_bytes == 200_000
    assert granted_buffer(65_536) == granted_buffer(65_536)
