"""What the benchmark sends means, to the service's own reader, the alarm that was meant."""

from datetime import UTC, datetime

import pytest

from bench.senders.northbound import MANAGER, TYPES, Key, catalogue, datagram
from connectors.listeners.places import TopologyPlaces
from connectors.resolver import InventoryResolver
from connectors.snmp.catalogue import load
from connectors.snmp.translate import Translator
from connectors.snmp.trap import Trap, parse
from connectors.telemetry.metrics import MemoryCounter
from streams.demo.network import demo_inventory
from topology.compile import compile_inventory
from topology.model import Inventory

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return demo_inventory()


@pytest.fixture(scope="module")
def translator(inventory: Inventory, tmp_path_factory: pytest.TempPathFactory) -> Translator:
    topology = compile_inventory(inventory)
    resolver, rules = InventoryResolver(topology, {}), load(catalogue(tmp_path_factory.mktemp("mibs")))
    return Translator(rules, resolver, MemoryCounter(), TopologyPlaces(topology))


def heard(translator: Translator, sent: bytes) -> tuple[str, str, str, str]:
    trap = parse(sent)
    assert isinstance(trap, Trap)
    (alarm,) = translator.alarms(trap, "127.0.0.1", NOW)
    return alarm.object, alarm.alarm_type, alarm.state, alarm.source


@pytest.mark.parametrize("state", ["raised", "cleared"])
@pytest.mark.parametrize("alarm_type", TYPES)
def test_a_manager_tells_of_anything(translator: Translator, inventory: Inventory, alarm_type: str, state: str) -> None:
    for about in (inventory.spans[0].id, inventory.links[0].a, inventory.services[0].id):
        key: Key = about, alarm_type  # type: ignore[assignment]  # of the literal's own values
        assert heard(translator, datagram(key, "ems:x", state, 5)) == (about, alarm_type, state, f"snmp:{MANAGER}")


@pytest.mark.parametrize("alarm_type", ["link_down", "loss_of_signal"])
def test_a_port_is_told_of_by_its_device(translator: Translator, inventory: Inventory, alarm_type: str) -> None:
    """IF-MIB has one word for both (RFC 2863)."""
    port = inventory.links[0].a
    device = next(device for device in inventory.devices if port.startswith(f"{device.id}/"))
    assert device.addresses
    source, key = f"snmp:{device.addresses[0]}", (port, alarm_type)
    for state in ("raised", "cleared"):
        sent = datagram(key, source, state, 5)  # type: ignore[arg-type]  # as above
        assert heard(translator, sent) == (port, "link_down", state, source)
