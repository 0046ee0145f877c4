"""A listener with users, and net-snmp's senders at its door."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from connectors.listeners.udp import UdpListener, UdpSettings
from connectors.metrics import DATAGRAMS_REFUSED, SNMP_REPORTS, SNMP_V3_REFUSED
from connectors.snmp.receiving import TrapReceiver, Trusted, Users
from connectors.snmp.usm.engines import Engines
from connectors.snmp.usm.protocols import AUTH, PRIV
from connectors.snmp.usm.security import Trust, Usm
from connectors.snmp.usm.users import User
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm
from tests.connectors.snmp.house import NOW, MemoryInlet, translator

LOOPBACK = "127.0.0.1"
T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z
ENGINE = "8000000001020304"
SIGNS, SEALS = "maplesyrup", "corn-on-the-cob"
LINK_DOWN = ["4711", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.5", "i", "5"]
LINK_DOWN += ["1.3.6.1.2.1.31.1.1.1.1.5", "s", "ge-0/0/1", "1.3.6.1.6.3.18.1.3.0", "a", "10.0.0.1"]
ONCE = ["-r", "0", "-t", "1"]


def user(name: str, auth: str = "", priv: str = "") -> User:
    level = "authPriv" if priv else "authNoPriv" if auth else "noAuthNoPriv"
    return User(name, level, AUTH.get(auth), PRIV.get(priv), SIGNS if auth else "", SEALS if priv else "")


USERS = [user("open"), user("signs", "SHA-256"), user("noc", "SHA-256", "AES-128")]


def speaks(name: str = "noc", auth: str = "SHA-256", priv: str = "AES-128", **other: str) -> list[str]:
    """net-snmp's options. `other`: `signs`, `seals` (passwords), `level`, `engine`, `clock`."""
    level = other.get("level", "authPriv" if priv else "authNoPriv" if auth else "noAuthNoPriv")
    said = ["-v", "3", "-u", name, "-l", level]
    if auth:
        said += ["-a", auth, "-A", other.get("signs", SIGNS)]
    if priv:
        said += ["-x", priv, "-X", other.get("seals", SEALS)]
    if "engine" in other:
        said += ["-e", "0x" + other["engine"]]
    if "clock" in other:
        said += ["-Z", other["clock"]]
    return said


@dataclass
class Station:
    """`now_us` may be moved."""

    folder: Path
    users: Sequence[User] = field(default_factory=lambda: USERS)
    trust: Trust = field(default_factory=lambda: Trust({}))
    host: str = LOOPBACK
    now_us: int = T0
    inlet: MemoryInlet = field(default_factory=MemoryInlet)
    counter: MemoryCounter = field(default_factory=MemoryCounter)

    def __post_init__(self) -> None:
        self.engines = Engines(self.folder / "snmp.db", self.now_us)
        usm = Usm({one.name.encode(): one for one in self.users}, self.engines, self.trust, self.counter)
        secured = Users(usm, self.counter, lambda: self.now_us)
        told = translator(self.counter)
        receiver = TrapReceiver(told, self.inlet, self.counter, lambda: NOW, Trusted(frozenset({b"public"}), secured))
        self.listener: UdpListener[Alarm] = UdpListener(
            receiver, self.counter, UdpSettings(addresses=((self.host, 0),))
        )

    @property
    def address(self) -> tuple[str, int]:
        host, port, _ = self.listener.bound[0]
        return host, port

    async def says(self, tool: str, options: list[str], what: list[str] = LINK_DOWN) -> int:
        """Run net-snmp's sender; its exit status. It keeps its own engine's boots in our folder."""
        host, port = self.address
        place = f"udp6:[{host}]:{port}" if ":" in host else f"{host}:{port}"
        kept = {"SNMP_PERSISTENT_DIR": str(self.folder / "sender"), "SNMPCONFPATH": str(self.folder)}
        sender = await asyncio.create_subprocess_exec(
            tool, *options, place, *what, stderr=asyncio.subprocess.DEVNULL, env={**os.environ, **kept}
        )
        return await asyncio.wait_for(sender.wait(), 20)

    async def heard(self) -> None:
        """All that was sent so far was looked at: what comes behind it is."""
        before = len(self.inlet.taken)
        await self.says("snmptrap", ["-v", "2c", "-c", "public"])
        await self.inlet.until(taken=before + 1)
        del self.inlet.taken[before:]

    def refused(self) -> dict[str, int]:
        return {reason: n for reason, n in self.counter.by_label(DATAGRAMS_REFUSED, "snmp").items() if n}

    def refused_of(self, reason: str) -> Mapping[str, int]:
        """By source."""
        return self.counter.by_label(SNMP_V3_REFUSED, reason)

    def reports(self) -> Mapping[str, int]:
        return self.counter.by_label(SNMP_REPORTS)


@asynccontextmanager
async def listening(station: Station) -> AsyncIterator[Station]:
    await station.listener.start()
    try:
        yield station
    finally:
        await station.listener.close()


def during(station: Station, act: Callable[[Station], Awaitable[None]]) -> Station:
    async def run() -> None:
        async with listening(station):
            await act(station)

    asyncio.run(run())
    return station


def named(**engines: str) -> Trust:
    """`source="hex"`; other engines are not learned."""
    return Trust({ip_address(source): bytes.fromhex(engine) for source, engine in engines.items()}, learn=False)
