"""Walks of an agent's tables, by pysnmp: version 2c by community, version 3 by a user of ours."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any

from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    Udp6TransportTarget,
    UdpTransportTarget,
    UsmUserData,
    bulk_cmd,
)

from connectors.polls.port import Unanswered

AT_ONCE = 25  # rows in one answer
MOST_ROWS = 20_000  # of one column

Value = int | bytes | str | IPv4Address | None  # str: an object identifier
Column = Mapping[tuple[int, ...], Value]  # by instance


@dataclass(frozen=True, slots=True)
class User:
    """Of version 3, with pysnmp's names of the protocols; none: it does not sign, or not encrypt."""

    name: str
    auth: tuple[int, ...] | None = None
    auth_password: str = field(default="", repr=False)
    priv: tuple[int, ...] | None = None
    priv_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Agent:
    """`part`: of the settings, for words."""

    part: str
    host: str
    port: int = 161
    community: str = field(default="public", repr=False)
    user: User | None = None
    timeout_s: float = 3.0
    retries: int = 2


class Engine:
    """Of pysnmp, for any number of walkers of one loop: half a second of work when it is first used."""

    def __init__(self) -> None:
        self._opened: SnmpEngine | None = None

    @property
    def opened(self) -> SnmpEngine:
        if self._opened is None:
            self._opened = SnmpEngine()
        return self._opened

    async def close(self) -> None:
        if self._opened is not None:
            self._opened.close_dispatcher()
            self._opened = None
            await asyncio.sleep(0)


class Walker:
    """One agent's."""

    def __init__(self, agent: Agent, engine: Engine) -> None:
        self._agent = agent
        self._engine = engine

    async def column(self, oid: str, *, whole: bool = False) -> Column:
        """All instances of a column, in order; of an agent that breaks the order, or has too many, those up to there.
        `whole`: such a one has not answered. Raises Unanswered."""
        start = tuple(map(int, oid.split(".")))
        found: dict[tuple[int, ...], Value] = {}
        at = start
        while True:
            rows = await self._after(at)
            for name, value in rows:
                if name[: len(start)] != start:
                    return found
                if name <= at or len(found) >= MOST_ROWS:
                    if whole and name != at:  # some say the last one again where they should say that there is no more
                        raise self._unanswered(f"{oid} has more than {MOST_ROWS:,} rows, or they are in no order")
                    return found
                found[name[len(start) :]] = value
                at = name
            if not rows:
                return found

    async def sees(self, oid: str) -> bool:
        """Whether anything lies below it. Raises Unanswered."""
        start = tuple(map(int, oid.split(".")))
        return any(name[: len(start)] == start for name, _ in await self._after(start))

    def unseen(self, what: str) -> Unanswered:
        """It answers, and shows no such objects."""
        agent = self._agent
        what = f"the agent at {agent.host}:{agent.port} shows nothing of {what}"
        return Unanswered(what, f"Let the view of {agent.part}'s community or user have it, or take the part out")

    async def _after(self, at: tuple[int, ...]) -> list[tuple[tuple[int, ...], Value]]:
        """The next rows, of whatever column; none where the agent has no more."""
        asked = ObjectType(ObjectIdentity(at))
        try:
            target = await self._target()
            failed, status, _, pairs = await bulk_cmd(
                self._engine.opened, self._who(), target, ContextData(), 0, AT_ONCE, asked, lookupMib=False
            )
        except OSError as error:
            raise self._unanswered(str(error)) from None
        if failed:
            raise self._unanswered(str(failed))
        if int(status):
            raise self._unanswered(f"error status {int(status)}")
        read = [(tuple(name), value_of(value)) for name, value in pairs]
        ends = next((n for n, (_, value) in enumerate(pairs) if type(value).__name__ in ENDS), len(read))
        return read[:ends]

    def _unanswered(self, why: str) -> Unanswered:
        agent = self._agent
        what = f"the agent at {agent.host}:{agent.port} does not answer: {why[:200]}"
        return Unanswered(what, f"Look at {agent.part}: address, community or user; and at what the agent lets us see")

    async def _target(self) -> Any:
        agent = self._agent
        kind = Udp6TransportTarget if ":" in agent.host else UdpTransportTarget
        return await kind.create((agent.host, agent.port), timeout=agent.timeout_s, retries=agent.retries)

    def _who(self) -> Any:
        user = self._agent.user
        if user is None:
            return CommunityData(self._agent.community, mpModel=1)  # noqa: S508  # what the agent speaks
        given: dict[str, Any] = {}
        if user.auth is not None:
            given |= {"authKey": user.auth_password, "authProtocol": user.auth}
        if user.priv is not None:
            given |= {"privKey": user.priv_password, "privProtocol": user.priv}
        return UsmUserData(user.name, **given)  # noqa: S509  # at the level that the user was made with


ENDS = ("EndOfMibView", "NoSuchObject", "NoSuchInstance")


def value_of(value: Any) -> Value:
    """As a trap's varbind would have it."""
    match type(value).__name__:
        case "ObjectIdentifier" | "ObjectIdentity":
            return ".".join(map(str, tuple(value)))
        case "IpAddress":
            return IPv4Address(bytes(value))
        case "OctetString" | "Opaque" | "Bits":
            return bytes(value)
        case "Null" | "EndOfMibView" | "NoSuchObject" | "NoSuchInstance":
            return None
        case _:
            return int(value)
