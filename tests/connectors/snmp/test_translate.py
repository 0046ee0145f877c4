"""Whose trap it is, which port it means, what is remembered, what is counted."""

from datetime import timedelta
from ipaddress import IPv4Address

import msgspec
import pytest

from connectors.listeners.places import NoPlaces, TopologyPlaces
from connectors.metrics import CLAIMS, LISTENER_UNRESOLVED, TRAPS_UNKNOWN
from connectors.resolver import InventoryResolver
from connectors.snmp.ber import Varbind
from connectors.snmp.translate import REMEMBERED_FOR, Translator
from connectors.snmp.trap import SNMP_TRAP_ADDRESS, SNMP_TRAP_COMMUNITY, Trap
from connectors.telemetry.metrics import MemoryCounter
from tests.connectors.snmp.house import INVENTORY, NOW, TOPOLOGY, resolver, shipped, translator
from topology.compile import compile_inventory

LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
IF_INDEX, IF_DESCR, IF_NAME = "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.31.1.1.1.1"
IF_ALIAS, IF_OPER = "1.3.6.1.2.1.31.1.1.1.18", "1.3.6.1.2.1.2.2.1.8"


def trap(*varbinds: Varbind, oid: str = LINK_DOWN, agent: str | None = None) -> Trap:
    return Trap("v2c", b"public", oid, 1, varbinds, repr((oid, agent, varbinds)).encode(), agent)


@pytest.mark.parametrize(
    ("address", "varbinds", "port"),
    [
        ("10.0.0.1", [(f"{IF_NAME}.5", b"ge-0/0/1")], "R1/ge-0/0/1"),
        ("10.0.0.1", [(f"{IF_NAME}.5", b"ge-9/9/9")], "R1/ge-9/9/9"),  # any port of a known device exists
        ("10.0.0.1", [(f"{IF_NAME}.5", b"x"), (f"{IF_DESCR}.5", b"ge-0/0/1")], "R1/ge-0/0/1"),
        ("10.0.0.1", [(f"{IF_NAME}.5", b"x"), (f"{IF_DESCR}.5", b"y")], "R1/x"),
        ("10.0.0.1", [(f"{IF_NAME}.5", b"ge-0/0/1\0")], "R1/ge-0/0/1"),
        ("10.0.0.1", [(f"{IF_NAME}.5", b"")], "R1/1.3.6.1.6.3.1.1.5.3"),
        ("10.0.0.1", [(f"{IF_INDEX}.5", 5)], "R1/if-5"),
        ("10.0.0.2", [(f"{IF_INDEX}.7", 7)], "R2/7"),
        ("10.0.0.1", [(f"{IF_OPER}.5", 2)], "R1/if-5"),
        ("10.0.0.1", [(f"{IF_ALIAS}.5", b"Bu Sari, 0812")], "R1/if-5"),
        ("2001:db8::1", [(f"{IF_NAME}.5", b"ge-0/0/1")], "R1/ge-0/0/1"),
        ("2001:db8::1%eth0", [(f"{IF_NAME}.5", b"ge-0/0/1")], "R1/ge-0/0/1"),
        ("192.0.2.1", [(f"{IF_NAME}.5", b"ge-0/0/1")], "192.0.2.1/ge-0/0/1"),
    ],
)
def test_which_port(address: str, varbinds: list[Varbind], port: str) -> None:
    (alarm,) = translator(MemoryCounter()).alarms(trap(*varbinds), address, NOW)
    if alarm.alarm_type == "other":  # it names no port: kept
        assert (alarm.object, alarm.qualifier) == tuple(port.split("/"))
    else:
        assert (alarm.object, alarm.qualifier, alarm.alarm_type) == (port, None, "link_down")
    assert "Sari" not in (alarm.text or "")


@pytest.mark.parametrize(
    ("address", "agent", "forwarded", "source", "device"),
    [
        ("10.0.0.1", None, None, "10.0.0.1", "R1"),
        ("10.9.9.9", "10.0.0.1", None, "10.0.0.1", "R1"),
        ("10.9.9.9", None, "10.0.0.1", "10.0.0.1", "R1"),
        ("10.9.9.9", "10.0.0.1", "10.0.0.2", "10.0.0.2", "R2"),
        ("10.0.0.1", "192.168.1.1", None, "10.0.0.1", "R1"),  # an agent that gives an inner address
        ("10.0.0.1", "127.0.0.1", "0.0.0.0", "10.0.0.1", "R1"),
        ("10.9.9.9", "10.8.8.8", None, "10.8.8.8", "10.8.8.8"),
        ("10.9.9.8", "10.8.8.8", None, "10.9.9.8", "10.9.9.8"),  # it is no relay
    ],
)
def test_whose_trap(address: str, agent: str | None, forwarded: str | None, source: str, device: str) -> None:
    told: list[Varbind] = [(SNMP_TRAP_ADDRESS, IPv4Address(forwarded))] if forwarded else []
    counter = MemoryCounter()
    (alarm,) = translator(counter).alarms(trap(*told, agent=agent, oid="1.3.6.1.6.3.1.1.5.1"), address, NOW)
    assert (alarm.source, alarm.object) == (f"snmp:{source}", device)
    assert counter.counted(LISTENER_UNRESOLVED, "snmp") == (device == source)


@pytest.mark.parametrize(
    ("address", "agent", "forwarded", "device", "claims"),
    [
        ("10.9.9.8", "10.0.0.1", None, "10.9.9.8", 1),  # nobody of ours
        ("10.9.9.8", None, "10.0.0.1", "10.9.9.8", 1),
        ("10.0.0.2", None, "10.0.0.1", "R2", 1),  # one of ours speaks for another
        ("10.0.0.1", None, "2001:db8::1", "R1", 0),  # its own other address
        ("10.0.0.1", "192.168.1.1", None, "R1", 0),
        ("10.9.9.9", None, "10.0.0.1", "R1", 0),
    ],
)
def test_who_is_no_relay_speaks_for_itself(
    address: str, agent: str | None, forwarded: str | None, device: str, claims: int
) -> None:
    told: list[Varbind] = [(SNMP_TRAP_ADDRESS, forwarded.encode())] if forwarded else []
    counter = MemoryCounter()
    by = translator(counter)
    for _ in range(2):  # what is remembered is counted as well
        (alarm,) = by.alarms(trap(*told, agent=agent, oid="1.3.6.1.6.3.1.1.5.1"), address, NOW)
        assert alarm.object == device
    assert counter.counted(CLAIMS, "snmp") == 2 * claims


@pytest.mark.parametrize(
    ("address", "varbinds", "listed"),
    [
        ("10.0.0.1", [(f"{IF_INDEX}.44", 44)], ["R1/if-44"]),
        ("10.0.0.1", [(f"{IF_NAME}.5", b"x"), (f"{IF_DESCR}.5", b"y")], ["R1/x"]),
        ("10.0.0.1", [(f"{IF_NAME}.5", b"x"), (f"{IF_DESCR}.5", b"ge-0/0/1")], []),
        ("10.0.0.2", [(f"{IF_INDEX}.7", 7)], []),
        ("10.0.0.3", [(f"{IF_NAME}.5", b"cust-1")], []),  # where a service is attached
        ("192.0.2.1", [(f"{IF_NAME}.5", b"x")], ["192.0.2.1"]),
    ],
)
def test_a_port_that_no_row_names_is_counted_and_listed(
    address: str, varbinds: list[Varbind], listed: list[str]
) -> None:
    counter, names = MemoryCounter(), resolver()
    told = Translator(shipped(), names, counter, TopologyPlaces(TOPOLOGY))
    told.alarms(trap(*varbinds), address, NOW)
    assert [row.name for row in names.unresolved()] == listed
    assert counter.counted(LISTENER_UNRESOLVED, "snmp") == len(listed)


def test_an_unknown_trap_is_kept_without_what_people_typed() -> None:
    counter = MemoryCounter()
    told: list[Varbind] = [
        ("1.3.6.1.4.1.32473.1", b"temperature"),
        (f"{IF_ALIAS}.5", b"Bu Sari"),
        ("1.3.6.1.2.1.1.4.0", b"Pak Budi"),
        (SNMP_TRAP_COMMUNITY, b"secret"),
    ]
    (alarm,) = translator(counter).alarms(trap(*told, oid="1.3.6.1.4.1.32473.99"), "10.0.0.1", NOW)
    assert (alarm.object, alarm.qualifier, alarm.alarm_type) == ("R1", "1.3.6.1.4.1.32473.99", "other")
    assert alarm.text == "trap 1.3.6.1.4.1.32473.99; 1.3.6.1.4.1.32473.1 = temperature"
    assert counter.counted(TRAPS_UNKNOWN) == 1


def test_a_long_unknown_trap_is_cut() -> None:
    told = [(f"1.3.6.1.4.1.32473.{n}", b"x" * 5000) for n in range(200)]
    (alarm,) = translator(MemoryCounter()).alarms(trap(*told, oid="1.3.6.1.4.1.32473.99"), "10.0.0.1", NOW)
    assert len(alarm.text or "") == 400


def test_ids_are_unique_and_name_the_catalogue() -> None:
    counter = MemoryCounter()
    told = translator(counter)
    one = trap((f"{IF_NAME}.5", b"ge-0/0/1"))
    alarms = [
        alarm for now in (NOW, NOW, NOW + timedelta(microseconds=1)) for alarm in told.alarms(one, "10.0.0.1", now)
    ]
    assert len({alarm.id for alarm in alarms}) == 3
    assert {alarm.id.split("/")[:2] == ["snmp:10.0.0.1", shipped().version] for alarm in alarms} == {True}
    assert len({msgspec.structs.replace(alarm, id="", time=NOW) for alarm in alarms}) == 1


def test_an_inventory_that_changes_is_asked_anew() -> None:
    told = translator(MemoryCounter())
    one = trap((f"{IF_INDEX}.7", 7))
    assert told.alarms(one, "10.0.0.2", NOW)[0].object == "R2/7"
    fewer = compile_inventory(msgspec.structs.replace(INVENTORY, links=()))
    told.move(InventoryResolver(fewer, {}), TopologyPlaces(fewer))
    assert told.alarms(one, "10.0.0.2", NOW)[0].object == "R2/if-7"


def test_what_was_not_resolved_is_asked_again_after_a_minute() -> None:
    class Late(InventoryResolver):
        found: str | None = None

        def device_at(self, address: str) -> str | None:
            return self.found if address else None

    late = Late(TOPOLOGY, {})
    told = Translator(shipped(), late, MemoryCounter())
    one = trap(oid="1.3.6.1.6.3.1.1.5.1")
    assert told.alarms(one, "10.0.0.7", NOW)[0].object == "10.0.0.7"
    late.found = "R7"
    assert told.alarms(one, "10.0.0.7", NOW + timedelta(seconds=1))[0].object == "10.0.0.7"
    assert told.alarms(one, "10.0.0.7", NOW + REMEMBERED_FOR)[0].object == "R7"


def test_a_flood_of_different_traps_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.snmp.translate.REMEMBERED", 10)
    told = translator(MemoryCounter())
    names = [told.alarms(trap((f"{IF_NAME}.1", b"p%d" % n)), "10.0.0.1", NOW)[0].object for n in (*range(25), 3, 24)]
    assert names == [f"R1/p{n}" for n in (*range(25), 3, 24)]


def test_places_of_the_inventory() -> None:
    places = TopologyPlaces(TOPOLOGY)
    assert places.site_of("R2") == "SBY"
    assert places.site_of("nobody") is None
    assert places.site_of("L1") is None
    assert places.port_toward("R1", "R2") == "R1/ge-0/0/1"
    assert places.port_toward("R2", "R1") == "R2/GigabitEthernet0/1"
    assert places.port_toward("R2", "R3") is None  # two links
    assert places.port_toward("R1", "R3") is None  # none
    assert places.port_toward("R1", "R1") is None
    assert places.port_toward("R1", "nobody") is None


def test_without_an_inventory_nothing_is_known() -> None:
    none = NoPlaces()
    assert (none.site_of("R1"), none.port_toward("R1", "R2")) == (None, None)
