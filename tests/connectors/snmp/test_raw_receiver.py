"""An edge and traps: it looks at sender, size and community, keeps what is left, answers an inform that is kept."""

import asyncio
from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from pysnmp.proto import rfc1902

from connectors.formats.raw_frames import Datagram
from connectors.listeners.port import Limits
from connectors.listeners.source import Admission
from connectors.listeners.udp import UdpListener, UdpSettings
from connectors.metrics import DATAGRAMS_POSTED, DATAGRAMS_RECEIVED, DATAGRAMS_REFUSED, INFORMS
from connectors.ports import JournalFull
from connectors.snmp.receiving import RawTrapReceiver, Trusted
from connectors.snmp.trap import SNMP_TRAP_COMMUNITY, Trap, parse
from connectors.telemetry.metrics import MemoryCounter
from tests.connectors.snmp import oracle
from tests.connectors.snmp.test_golden import octets
from tests.connectors.snmp.test_listen import LINK_DOWN, LOOPBACK, ONCE, V2C, answer, knock, needs_net_snmp, says

T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z
SETTINGS = UdpSettings(addresses=((LOOPBACK, 0),))


@dataclass
class Kept:
    """A `RawInlet` that keeps what it is given. Set `full` and it has no room."""

    taken: list[Datagram] = field(default_factory=list)
    full: bool = False
    some: asyncio.Event = field(default_factory=asyncio.Event)

    def post(self, some: Iterable[Datagram]) -> None:
        if self.full:
            raise JournalFull("No space is left for raw frames")
        self.taken += some
        self.some.set()

    async def put(self, datagram: Datagram) -> None:
        self.post([datagram])


@dataclass
class Post:
    """A listener with such an inlet; the second can be moved."""

    limits: Limits = field(default_factory=Limits)
    now_us: int = T0
    inlet: Kept = field(default_factory=Kept)
    counter: MemoryCounter = field(default_factory=MemoryCounter)

    def __post_init__(self) -> None:
        admission = Admission(lambda: self.now_us, self.limits)
        receiver = RawTrapReceiver(self.inlet, self.counter, admission, Trusted(frozenset({b"public"})))
        self.listener = UdpListener(receiver, self.counter, SETTINGS)

    @property
    def address(self) -> tuple[str, int]:
        host, port, _ = self.listener.bound[0]
        return host, port

    def refused(self) -> dict[str, int]:
        return self.counter.by_label(DATAGRAMS_REFUSED, "snmp")


def during(act: Callable[[Post], Awaitable[None]], limits: Limits | None = None) -> Post:
    async def run() -> Post:
        post = Post(limits or Limits())
        await post.listener.start()
        try:
            await act(post)
        finally:
            await post.listener.close()
        return post

    return asyncio.run(run())


def kept(datagram: bytes) -> bytes:
    """Without its community."""
    return datagram.replace(b"public", b"******", 1)


def test_datagrams_are_handed_on_as_they_came_but_for_the_community() -> None:
    names = ("link-down-v1", "link-up", "ups-on-battery", "unknown-enterprise")

    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            for name in names:
                sender.send(octets(name))

    post = during(act)
    assert post.inlet.taken == [Datagram(LOOPBACK, T0 + n, kept(octets(name))) for n, name in enumerate(names, 1)]
    assert (post.counter.counted(DATAGRAMS_RECEIVED, "snmp"), post.counter.counted(DATAGRAMS_POSTED, "snmp")) == (4, 4)
    assert post.refused() == {}


def test_no_two_come_at_once_whatever_the_clock_says() -> None:
    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            for later_us in (0, 0, -5, 3):
                post.now_us += later_us
                post.inlet.some.clear()
                for _ in range(10):
                    sender.send(octets("link-up"))
                await asyncio.wait_for(post.inlet.some.wait(), 20)

    times = [one.at_us for one in during(act).inlet.taken]
    assert len(times) == 40
    assert sorted(set(times)) == times


def test_junk_is_refused_by_reason_and_what_follows_is_heard() -> None:
    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            for junk in (b"", b"hello", bytes(1_000), octets("link-up")[:-1]):
                sender.send(junk)
            sender.send(octets("link-up").replace(b"public", b"secret"))
            sender.send(octets("link-up") + bytes(500))
            sender.send(octets("link-up"))

    post = during(act, Limits(octets=500))
    assert post.refused() == {"truncated": 3, "wrong_community": 1, "too_long": 2}
    assert [one.octets for one in post.inlet.taken] == [kept(octets("link-up"))]


def test_one_source_does_not_drown_the_others() -> None:
    """By the second: what is over its share is refused, and the next second is a new one."""

    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            for _ in range(8):
                sender.send(octets("link-up"))
            await asyncio.wait_for(post.inlet.some.wait(), 20)
            post.now_us += 1_000_000
            sender.send(octets("link-up"))

    post = during(act, Limits(source_per_s=5))
    assert (len(post.inlet.taken), post.refused()) == (6, {"too_many": 3})


def test_a_second_is_over_also_where_the_clock_was_set_back() -> None:
    now_us, refused = [T0], Tally[str]()
    admission = Admission(lambda: now_us[0], Limits(source_per_s=2))
    came: list[int] = []
    for back_us in (0, 3_600_000_000, 3_599_000_000):
        now_us[0] = T0 - back_us
        came += [at_us for _, _, at_us in admission.admitted([(b"", ("10.0.0.1", 162))] * 2, refused)]
    assert (len(came), refused) == (6, {})
    assert came == sorted(set(came)), "each has a time of its own"


@needs_net_snmp
def test_an_inform_is_answered_when_it_is_kept() -> None:
    async def act(post: Post) -> None:
        assert await says("snmpinform", [*V2C, *ONCE], post.address, LINK_DOWN) == 0
        assert len(post.inlet.taken) == 1

    assert during(act).counter.counted(INFORMS, "taken") == 1


@needs_net_snmp
def test_an_inform_is_not_answered_while_it_cannot_be_kept() -> None:
    async def act(post: Post) -> None:
        post.inlet.full = True
        assert await says("snmpinform", [*V2C, *ONCE], post.address, LINK_DOWN) == 1
        post.inlet.full = False
        assert await says("snmpinform", [*V2C, *ONCE], post.address, LINK_DOWN) == 0

    post = during(act)
    assert (post.counter.counted(INFORMS, "journal_full"), post.counter.counted(INFORMS, "taken")) == (1, 1)


def test_a_repeated_inform_is_kept_once_and_answered_again() -> None:
    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            sender.send(octets("link-down-inform"))
            first = await answer(sender)
            sender.send(octets("link-down-inform"))
            assert await answer(sender) == first

    assert len(during(act).inlet.taken) == 1


def test_the_answer_has_the_community_and_what_is_kept_has_not() -> None:
    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            sender.send(octets("link-down-inform"))
            assert b"public" in await answer(sender)

    assert [one.octets for one in during(act).inlet.taken] == [kept(octets("link-down-inform"))]


def test_what_an_olt_writes_behind_the_community_is_believed_and_goes_too() -> None:
    community = b"public@eventId=5401608@eventLevel=major@confirm@20260830224728"
    datagram = octets("zte-onu-down-recorded")
    assert community in datagram

    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            sender.send(datagram)

    post = during(act)
    assert post.refused() == {}
    assert [one.octets for one in post.inlet.taken] == [datagram.replace(community, b"*" * len(community))]


def test_a_community_that_a_proxy_hands_on_goes_too() -> None:
    hush = (SNMP_TRAP_COMMUNITY, rfc1902.OctetString(b"hush, hush"))
    rest = [("1.3.6.1.4.1.32473.1", rfc1902.OctetString(b"public")), ("1.3.6.1.4.1.32473.2", rfc1902.Integer32(7))]
    datagram = oracle.notification("1.3.6.1.4.1.32473.0.1", [hush, *rest, hush])

    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            sender.send(datagram)

    [taken] = during(act).inlet.taken
    told = parse(taken.octets)
    assert isinstance(told, Trap)
    assert told.varbinds == (
        (SNMP_TRAP_COMMUNITY, b"*" * 10),
        ("1.3.6.1.4.1.32473.1", b"public"),
        ("1.3.6.1.4.1.32473.2", 7),
        (SNMP_TRAP_COMMUNITY, b"*" * 10),
    )


def test_an_inform_that_nobody_can_read_is_refused_and_not_answered() -> None:
    inform = octets("link-down-inform")
    spoilt = inform.replace(b"\x06\x0a\x2b\x06\x01\x06\x03\x01\x01\x04", b"\x06\x0a\x2b\x06\x01\x06\x03\x01\x01\x84")
    assert spoilt != inform

    async def act(post: Post) -> None:
        with knock(post.address) as sender:
            sender.send(spoilt)

    post = during(act)
    assert (post.refused(), post.inlet.taken) == ({"missing_trap_oid": 1}, [])
