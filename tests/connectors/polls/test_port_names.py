"""net-snmp's snmpd has an IF-MIB, and a trap has a port's number alone: whose port it is, before and after the answer.

R1's port ge-0/0/1 is a row of the inventory; its agent calls it 501, ge-0/0/1 and GigabitEthernet 0/0/1.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.listeners.places import TopologyPlaces
from connectors.metrics import PORT_TABLES
from connectors.polls import port_names as mib
from connectors.polls.port_asker import PortAsker
from connectors.polls.port_names import PortNames
from connectors.ports import Unusable
from connectors.resolver import InventoryResolver
from connectors.snmp.translate import Translator
from connectors.snmp.trap import Trap
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm
from streams.bootstrap.ports import port_names
from streams.bootstrap.snmp.users import add_snmp_user
from streams.poll_settings import Ports
from streams.settings import Settings
from tests.connectors.polls.peers import free_port
from tests.connectors.polls.snmpd import COMMUNITY, snmpd
from tests.connectors.snmp.house import NOW, MemoryInlet, shipped
from tests.connectors.snmp.usm.station import SEALS, SIGNS
from topology.compile import compile_inventory
from topology.model import Device, Inventory, Link, Site

TREES = ("1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1")
OWN = ("smux", "ifTable", "ifXTable")  # of net-snmp: it would answer with this machine's
LINK_DOWN, LINK_UP, COLD_START = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4", "1.3.6.1.6.3.1.1.5.1"
DAYS = timedelta(days=9)
TOPOLOGY = compile_inventory(
    Inventory(
        sites=(Site(id="JKT", kind="pop"),),
        devices=(
            Device(id="R1", site="JKT", role="core", tier="backbone", gateway=True, addresses=("127.0.0.1",)),
            Device(id="R2", site="JKT", role="core", tier="backbone", addresses=("127.0.0.2",)),
        ),
        links=(
            Link(id="L1", a="R1/ge-0/0/1", b="R2/ge-0/0/1", tier="backbone"),
            Link(id="L2", a="R1/ge-0/0/2", b="R2/to Surabaya", tier="backbone"),
        ),
    )
)
Port = tuple[str, str, str]  # ifDescr, ifName, ifAlias
PORTS: dict[int, Port] = {
    501: ("GigabitEthernet 0/0/1", "ge-0/0/1", ""),
    502: ("GigabitEthernet 0/0/2", "ge-0/0/2", ""),
}


class House:
    """An agent, what asks it, and what becomes of traps. Its clock is moved by hand; the agent is up since it began."""

    def __init__(self, folder: Path, **part: object) -> None:
        self.folder, self.port = folder, free_port()
        self.now = NOW
        self.inlet, self.counter = MemoryInlet(), MemoryCounter()
        given = {"devices": ["127.0.0.1"], "community": COMMUNITY, "port": self.port, **part}
        self.settings = Settings(data=folder / "data", ports={"core": Ports.model_validate(given)})
        self.stands: list[Alarm] = []
        self.rows = folder / "rows.json"
        self.has(PORTS)

    def has(self, ports: dict[int, Port]) -> None:
        columns = list(zip((mib.DESCR, mib.NAME, mib.ALIAS), zip(*ports.values(), strict=True), strict=True))
        rows = [
            (f"{column}.{number}", "string", name)
            for column, names in columns
            for number, name in zip(ports, names, strict=True)
        ]
        self.rows.write_text(json.dumps(rows))

    def start(self) -> None:
        """As a process does; a second time: after a restart."""
        names = port_names(self.settings, TOPOLOGY, lambda: round(self.now.timestamp() * 1e6))
        assert names is not None
        self.names: PortNames = names
        self.resolver = InventoryResolver(TOPOLOGY, {}, ports=names)
        self.translator = Translator(shipped(), self.resolver, self.counter, TopologyPlaces(TOPOLOGY))
        self.asker = PortAsker(names, self.resolver, self.inlet, self.counter, lambda: self.stands)

    def at_work(self) -> AbstractContextManager[None]:
        return snmpd(self.folder, self.port, TREES, self.rows, OWN)

    def trap(self, oid: str, number: int = 501, up: timedelta = DAYS, sender: str = "127.0.0.1") -> None:
        varbinds = () if oid == COLD_START else ((f"1.3.6.1.2.1.2.2.1.1.{number}", number),)
        trap = Trap("v2c", b"", oid, round(up.total_seconds() * 100), varbinds, f"{oid} {number}".encode())
        self.asker.post(self.translator.alarms(trap, sender, self.now))

    async def turn(self, after: timedelta = timedelta(seconds=1)) -> None:
        self.now += after
        await self.asker.turn()

    @property
    def said(self) -> list[tuple[str, str]]:
        """What the journal has, since it was asked last."""
        taken = [(one.object, one.state) for one in self.inlet.taken]
        self.inlet.taken.clear()
        return taken

    @property
    def asked(self) -> int:
        return self.counter.counted(PORT_TABLES, "answered")


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.start()
    return made


def played(house: House, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        await act()
        await house.asker.close()

    with house.at_work():
        asyncio.run(whole())


def test_what_came_before_the_answer_is_said_again_under_the_name_of_the_row(house: House) -> None:
    async def act() -> None:
        house.trap(LINK_DOWN)
        raised = house.inlet.taken[0]
        assert house.said == [("R1/if-501", "raised")], "in the journal at once, and nothing is guessed"
        await house.turn()
        [_, again] = house.inlet.taken
        assert house.said == [("R1/if-501", "cleared"), ("R1/ge-0/0/1", "raised")]
        assert (again.time, again.source, again.alarm_type) == (raised.time, "snmp:127.0.0.1", "link_down")
        house.trap(LINK_UP)
        house.trap(LINK_DOWN, 502)
        await house.turn()
        assert house.said == [("R1/ge-0/0/1", "cleared"), ("R1/ge-0/0/2", "raised")]

    played(house, act)
    assert house.asked == 1


def test_it_is_kept_over_a_restart_and_so_is_what_stood_before(house: House) -> None:
    async def before() -> None:
        house.trap(LINK_DOWN)
        house.stands = list(house.inlet.taken)
        await house.turn()

    played(house, before)
    house.said  # noqa: B018  # what was said before the restart is lost with it
    house.names.close()
    house.start()

    async def after() -> None:
        await house.asker.look_back()
        await house.turn()
        assert house.said == [("R1/if-501", "cleared"), ("R1/ge-0/0/1", "raised")]
        house.trap(LINK_UP)
        assert house.said == [("R1/ge-0/0/1", "cleared")]

    asyncio.run(after())  # with no agent at all
    assert house.counter.counted(PORT_TABLES, "unanswered") == 0


@pytest.mark.parametrize("how", ["it says so", "its uptime does"])
def test_after_a_restart_of_the_device_no_number_is_believed_until_it_is_asked_anew(house: House, how: str) -> None:
    async def act() -> None:
        house.trap(LINK_DOWN)
        await house.turn()
        house.has({501: PORTS[502], 502: PORTS[501]})  # numbered anew
        house.said  # noqa: B018
        house.now += timedelta(hours=3)
        if how == "it says so":
            house.trap(COLD_START)
            assert house.said == [("R1", "raised")]
        house.trap(LINK_UP, 502, up=timedelta(seconds=20))
        assert house.said == [("R1/if-502", "cleared")]
        await house.turn()
        assert house.asked == 1, "its ports still come up one by one"
        await house.turn(timedelta(minutes=2))
        assert house.said == [("R1/ge-0/0/1", "cleared")], "a clear is not lost either"

    played(house, act)
    assert house.asked == 2


def test_after_a_day_it_is_asked_anew_and_what_was_known_holds_meanwhile(house: House) -> None:
    async def act() -> None:
        house.trap(LINK_DOWN)
        await house.turn()
        house.said  # noqa: B018
        house.now += timedelta(hours=25)
        house.trap(LINK_DOWN, 502)
        assert house.said == [("R1/ge-0/0/2", "raised")]
        await house.turn()

    played(house, act)
    assert house.asked == 2


def test_a_name_that_two_ports_share_is_nobody_s(house: House) -> None:
    house.has({501: ("uplink", "ge-0/0/1", ""), 502: ("uplink", "ge-0/0/2", ""), 9: ("stack", "501", "")})

    async def act() -> None:
        house.trap(LINK_DOWN)
        await house.turn()
        assert house.names.others("R1", "uplink") == ()
        assert house.said == [("R1/if-501", "raised"), ("R1/if-501", "cleared"), ("R1/ge-0/0/1", "raised")]
        assert "501" not in house.names.others("R1", "if-501")

    played(house, act)


def test_lines_and_webhooks_find_it_by_any_of_its_names(house: House) -> None:
    house.has({7: ("GigabitEthernet0/2", "Gi0/2", "ge-0/0/2")})

    async def act() -> None:
        house.trap(LINK_DOWN, 7)
        await house.turn()
        assert house.resolver.object_named("R1/GigabitEthernet0/2") == "R1/ge-0/0/2"
        assert house.resolver.object_named("127.0.0.1/Gi0/2") == "R1/ge-0/0/2"
        assert house.resolver.object_named("R1/Gi0/3") == "R1/Gi0/3", "as it was said"

    played(house, act)


def test_one_that_does_not_answer_is_asked_again_later_and_its_words_wait(house: House) -> None:
    async def away() -> None:
        house.trap(LINK_DOWN)
        await house.turn()
        await house.turn()
        assert house.counter.counted(PORT_TABLES, "unanswered") == 1, "not again at once"
        assert house.said == [("R1/if-501", "raised")]
        await house.asker.close()

    async def back() -> None:
        await house.turn(timedelta(minutes=6))
        assert house.said == [("R1/if-501", "cleared"), ("R1/ge-0/0/1", "raised")]

    asyncio.run(away())
    played(house, back)


def test_while_the_journal_is_full_nothing_is_lost(house: House) -> None:
    async def act() -> None:
        house.trap(LINK_DOWN)
        house.inlet.full = True
        await house.turn()
        assert house.counter.counted(PORT_TABLES, "not_written") == 1
        house.inlet.full = False
        await house.turn()
        assert house.said == [("R1/if-501", "raised"), ("R1/if-501", "cleared"), ("R1/ge-0/0/1", "raised")]

    played(house, act)


def test_nobody_is_asked_whom_the_settings_do_not_name(house: House) -> None:
    async def act() -> None:
        house.trap(LINK_DOWN, sender="127.0.0.2")
        house.trap(LINK_DOWN, sender="127.0.0.3")
        await house.turn()
        assert house.said == [("R2/if-501", "raised"), ("127.0.0.3/if-501", "raised")]

    played(house, act)
    assert house.asked == 0


def test_by_a_user_of_version_3(tmp_path: Path) -> None:
    house = House(tmp_path, community=None, username="noc")
    add_snmp_user(house.settings, ("SHA-256", SIGNS), ("AES-128", SEALS), "noc")
    house.start()

    async def act() -> None:
        house.trap(LINK_DOWN)
        await house.turn()

    played(house, act)
    assert house.said[-1] == ("R1/ge-0/0/1", "raised")


def test_a_user_that_nobody_made(tmp_path: Path) -> None:
    house = House(tmp_path, community=None, username="nobody")
    with pytest.raises(Unusable, match=r"ports.core.username is nobody"):
        house.start()


@pytest.mark.parametrize("given", [{}, {"community": "a", "username": "b"}])
def test_a_part_has_one_of_community_and_user(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="give one of community and username"):
        Ports.model_validate({"devices": ["10.0.0.0/8"], **given})
