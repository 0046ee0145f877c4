"""Real senders at real sockets: util-linux's logger, rsyslog and syslog-ng as relays, by UDP, TCP and mutual TLS."""

import asyncio
import shlex
import shutil
import socket
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.listeners.framing import MOST_OCTETS
from connectors.listeners.listener import Listener
from connectors.listeners.port import Limits, Place, Tls
from connectors.listeners.port import Transport as Listens
from connectors.listeners.source import Admission, AlarmReceiver
from connectors.metrics import DATAGRAMS_REFUSED, LISTENER_CONNECTIONS
from connectors.syslog.listener import LISTENER
from connectors.telemetry.metrics import MemoryCounter
from streams import clock
from streams.processes.tls import Certificate
from tests.certificates import Authority
from tests.connectors.snmp.house import MemoryInlet
from tests.connectors.syslog import peers
from tests.connectors.syslog.house import context, reader
from tests.connectors.syslog.peers import Towards, Transport

needs_logger = pytest.mark.skipif(shutil.which("logger") is None, reason="needs logger: apt install bsdutils")

IOS = "<187>45: R1: *Mar  1 00:00:07.003: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to {}"
JUNOS = (
    "<28>Mar  1 01:09:58 R1 mib2d[1]: SNMP_TRAP_LINK_{}: ifIndex 1, ifAdminStatus up(1), ifOperStatus {}(2), "
    "ifName ge-0/0/1"
)
HUAWEI = (
    "<187>Mar  1 2026 01:09:58 R1 %%01IFNET/4/LINK_STATE(l)[12]:The line protocol IP on the interface 10GE1/0/1 has "
    "entered the DOWN state."
)
SAID = (IOS.format("down"), JUNOS.format("DOWN", "down"), HUAWEI, IOS.format("up"), JUNOS.format("UP", "up"))
EXPECTED = [
    ("R1/Gi0/1", "link_down", "raised"),
    ("R1/ge-0/0/1", "link_down", "raised"),
    ("R1/10GE1/0/1", "link_down", "raised"),
    ("R1/Gi0/1", "link_down", "cleared"),
    ("R1/ge-0/0/1", "link_down", "cleared"),
]


@dataclass
class Post:
    """A listener as the intake has it, with an inlet that keeps what it is given."""

    listener: Listener[object]
    inlet: MemoryInlet
    counter: MemoryCounter = field(default_factory=MemoryCounter)

    @property
    def port(self) -> int:
        listens = self.listener.listens
        return listens.tls_port or listens.port


def during(act: Callable[[Post], Awaitable[None]], transport: Listens, tls: ssl.SSLContext | None = None) -> Post:
    async def run() -> Post:
        counter, inlet = MemoryCounter(), MemoryInlet()
        around = context(counter)
        admission = Admission(clock.wall_us, Limits(MOST_OCTETS))
        receiver = AlarmReceiver(reader(around=around), around, inlet, admission)
        place = Place(transport=transport, tls=Tls(0, tls) if tls is not None else None)
        post = Post(Listener(LISTENER, place, receiver, counter), inlet, counter)  # type: ignore[arg-type]
        await post.listener.start()
        try:
            await act(post)
        finally:
            await post.listener.close()
        return post

    return asyncio.run(run())


def heard(post: Post) -> list[tuple[str, str, str]]:
    return [(alarm.object, alarm.alarm_type, alarm.state) for alarm in post.inlet.taken]


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("name", ["rsyslog", "syslog-ng"])
def test_through_a_relay(name: str, transport: Transport, tmp_path: Path) -> None:
    """What routers said to it comes on as they said it."""
    tls = pair = None
    if transport == "tls":
        made, ours, pair = peers.authority(tmp_path)
        tls = Certificate(ours.certificate, ours.key, made.file).context

    async def act(post: Post) -> None:
        towards = Towards(transport, post.port, tmp_path / "ca.pem" if pair else None, pair)
        with peers.relay(name, towards, tmp_path) as address:
            for number, line in enumerate(SAID, 1):  # one after the other: relays keep no order by UDP
                peers.say(address, line)
                await post.inlet.until(taken=number)

    post = during(act, transport, tls)
    assert heard(post) == EXPECTED
    assert {alarm.source for alarm in post.inlet.taken} == {"syslog:R1"}


@needs_logger
@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("framing", [[], ["--octet-count"]])
def test_logger_says_what_the_page_prints(transport: Listens, framing: list[str]) -> None:
    if transport == "udp" and framing:
        framing = ["--rfc3164"]  # a datagram has no frame: once more
    [printed] = [line for line in peers.block("changed state to down").splitlines() if line.startswith("logger")]

    async def act(post: Post) -> None:
        for number, text in enumerate((printed, printed.replace("to down", "to up")), 1):
            command = shlex.split(text.replace("1514", str(post.port)).replace("--udp", f"--{transport}"))
            await asyncio.to_thread(subprocess.run, [*command, *framing], check=True)
            await post.inlet.until(taken=number)

    post = during(act, transport)
    assert heard(post) == [("CORE-A/east", "link_down", "raised"), ("CORE-A/east", "link_down", "cleared")]


@needs_logger
def test_logger_in_the_words_of_rfc_5424() -> None:
    async def act(post: Post) -> None:
        command = ["logger", "--server", "127.0.0.1", "--port", str(post.port), "--tcp", "--rfc5424", "--octet-count"]
        told = "SNMP_TRAP_LINK_DOWN: ifIndex 1, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1"
        await asyncio.to_thread(subprocess.run, [*command, "--tag", "mib2d", told], check=True)
        await post.inlet.until(taken=1)

    [alarm] = during(act, "tcp").inlet.taken
    assert alarm.object.endswith("/ge-0/0/1")
    assert (alarm.alarm_type, alarm.state) == ("link_down", "raised")


def shaken(port: int, context: ssl.SSLContext | None) -> None:
    """One line by TLS, or in clear."""
    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        if context is None:
            plain.sendall(IOS.format("down").encode() + b"\n")
            plain.recv(1)
        else:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
                line = IOS.format("down").encode()
                tls.sendall(b"%d %s" % (len(line), line))
                tls.unwrap()


def test_who_has_no_certificate_or_a_strangers_is_counted_and_not_read(tmp_path: Path) -> None:
    made, ours, pair = peers.authority(tmp_path)
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other").pair("stranger")

    def client(certificate: Path | None, key: Path | None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(made.file))
        if certificate is not None:
            context.load_cert_chain(certificate, key)
        return context

    async def act(post: Post) -> None:
        for wrong in (None, client(None, None), client(stranger.certificate, stranger.key)):
            with suppress(OSError):  # it is told so by the end of the connection, or by an alert, or not at all
                await asyncio.to_thread(shaken, post.port, wrong)
        await asyncio.to_thread(shaken, post.port, client(pair.certificate, pair.key))
        await post.inlet.until(taken=1)

    post = during(act, "tls", Certificate(ours.certificate, ours.key, made.file).context)
    assert heard(post) == [EXPECTED[0]]
    assert post.counter.counted(DATAGRAMS_REFUSED, "syslog", "no_tls") == 3
    assert post.counter.counted(LISTENER_CONNECTIONS, "syslog", "opened") == 1


def test_a_connection_whose_tls_breaks_is_counted_and_others_go_on(tmp_path: Path) -> None:
    made, ours, pair = peers.authority(tmp_path)
    client = ssl.create_default_context(cafile=str(made.file))
    client.load_cert_chain(pair.certificate, pair.key)

    def broken(port: int) -> None:
        with (
            socket.create_connection(("127.0.0.1", port), 10) as plain,
            plain.dup() as beneath,
            client.wrap_socket(plain, server_hostname="127.0.0.1") as tls,
        ):
            beneath.sendall(b"no record of TLS")
            with suppress(OSError):  # an alert says so
                tls.recv(1)

    async def act(post: Post) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, said: wrong.append(said))
        await asyncio.to_thread(broken, post.port)
        await asyncio.to_thread(shaken, post.port, client)
        await post.inlet.until(taken=1)

    wrong: list[dict[str, object]] = []
    post = during(act, "tls", Certificate(ours.certificate, ours.key, made.file).context)
    assert post.counter.counted(LISTENER_CONNECTIONS, "syslog", "broken") == 1
    assert (heard(post), wrong) == ([EXPECTED[0]], [])


def test_a_sender_waits_while_the_journal_is_full(tmp_path: Path) -> None:
    """Under TLS as well: nothing is read, and nothing is lost."""
    made, ours, pair = peers.authority(tmp_path)
    client = ssl.create_default_context(cafile=str(made.file))
    client.load_cert_chain(pair.certificate, pair.key)
    line = (IOS.format("down") + " " + "." * 4000).encode()  # few, and yet more than the buffers on the way hold
    frame = b"%d %s" % (len(line), line)
    sent = 1

    async def act(post: Post) -> None:
        post.inlet.full = True
        _, writer = await asyncio.open_connection("127.0.0.1", post.port, ssl=client, server_hostname="127.0.0.1")
        writer.write(frame)
        await post.inlet.until(asked=2)  # once, and again after a while

        async def more() -> None:
            nonlocal sent
            while post.inlet.full:
                writer.write(frame * 10)
                sent += 10
                await writer.drain()

        saying, before = asyncio.create_task(more()), 0
        while before < sent:  # until nothing more goes for a second: the sender waits
            before = sent
            await asyncio.sleep(1)
        assert len(post.inlet.taken) == 0
        post.inlet.full = False
        await saying
        await post.inlet.until(taken=sent)
        writer.close()

    taken = during(act, "tls", Certificate(ours.certificate, ours.key, made.file).context).inlet.taken
    assert len(taken) == sent
