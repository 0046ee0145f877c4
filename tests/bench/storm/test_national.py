"""National networks of any size: sound, seeded, of the size and the mix that was asked for."""

from collections import Counter

import pytest

from bench.storm.national import national
from tests.bench.sound import faults
from topology.model import Inventory


def size(inventory: Inventory) -> int:
    return sum(len(getattr(inventory, field)) for field in inventory.__struct_fields__)


@pytest.mark.parametrize("resources", [2_000, 10_000, 40_000])
def test_the_contract_is_kept(resources: int) -> None:
    assert faults(national(resources, seed=3)) == []


@pytest.mark.parametrize("resources", [10_000, 40_000])
def test_the_size_is_what_was_asked_for(resources: int) -> None:
    assert size(national(resources, seed=1)) == pytest.approx(resources, rel=0.02)


def test_one_seed_is_one_network() -> None:
    assert national(5_000, seed=7) == national(5_000, seed=7)
    assert national(5_000, seed=7) != national(5_000, seed=8)


def test_the_mix_has_everything_that_fails_in_its_own_way() -> None:
    inventory = national(100_000, seed=1)
    roles = Counter(device.role for device in inventory.devices)
    carried = Counter(conduit for span in inventory.spans for conduit in span.conduits or ())
    assert roles["core"] == 25
    assert {"edge", "aggregation", "olt", "splitter", "ont", "bts", "server", "cpe"} <= set(roles)
    assert {service.product for service in inventory.services} == {
        *("dia", "broadband", "vpn", "fiber", "tower", "wireless", "cloud", "uc", "iot")
    }
    assert sum(len(link.routes or ()) > 1 for link in inventory.links if link.tier == "backbone") > 30
    assert sum(2 <= spans <= 6 for spans in carried.values()) > 100
    assert any(service.need is not None and 1 < service.need < len(service.attach) for service in inventory.services)
    assert {"backbone", "metro", "feeder", "distribution", "drop"} == {span.tier for span in inventory.spans}
    assert {group.kind for group in inventory.risk_groups} == {"power"}
