"""The storm says what the network would say: against the benchmark's plant, which shares no code with `topology`."""

import pytest

from bench.storm.plant import Condition, Plant
from streams.demo.backbone import LANDING
from streams.demo.storm import PROBED, UNWATCHED, Said, calm, failure, storm
from topology.graph import Topology
from topology.model import Inventory, device_of


@pytest.fixture(scope="module")
def plant(inventory: Inventory) -> Plant:
    return Plant(inventory)


@pytest.fixture(scope="module")
def now(plant: Plant) -> Condition:
    """The landing is cut."""
    return plant.condition(plant.failed([LANDING]))


@pytest.fixture(scope="module")
def raised(topology: Topology) -> list[Said]:
    return storm(failure(topology, LANDING))


@pytest.fixture(scope="module")
def cleared(topology: Topology) -> list[Said]:
    return calm(failure(topology, LANDING))


def objects(said: list[Said], alarm_type: str) -> set[str]:
    return {one.object for one in said if one.alarm_type == alarm_type}


def test_ports_that_can_still_speak_say_link_down(plant: Plant, now: Condition, raised: list[Said]) -> None:
    dark = [link for link, works in zip(plant.inventory.links, now.link_works, strict=True) if not works]
    speaking = {port for link in dark for port in (link.a, link.b) if now.reached[plant.device[device_of(port)]]}
    assert objects(raised, "link_down") == speaking
    assert len(speaking) >= 5


def test_each_lost_backbone_link_loses_its_session(raised: list[Said], topology: Topology) -> None:
    addresses = {topology.ids[number]: address for address, number in topology.addresses.items()}
    assert objects(raised, "neighbor_down") == objects(raised, "link_down")
    session = next(one for one in raised if one.object == "CORE-SUB/to-AMI" and one.qualifier)
    assert session.qualifier == f"bgp:{addresses['CORE-AMI']}"


def test_traps_come_from_the_devices_own_address(plant: Plant, raised: list[Said]) -> None:
    addresses = {device.id: (device.addresses or ("",))[0] for device in plant.inventory.devices}
    for said in raised:
        assert said.is_trap == (said.alarm_type in ("link_down", "neighbor_down"))
        if said.is_trap:
            assert said.source == f"snmp:{addresses[device_of(said.object)]}"


def test_the_poller_misses_every_device_that_is_cut_off(plant: Plant, now: Condition, raised: list[Said]) -> None:
    lost = {
        device.id
        for device, reached in zip(plant.inventory.devices, now.reached, strict=True)
        if not reached and device.role not in UNWATCHED
    }
    assert objects(raised, "device_unreachable") == lost
    assert {"CORE-AMI", "CORE-SWQ", "CORE-BMU"} <= lost


def test_links_that_lost_a_route_have_switched(plant: Plant, now: Condition, raised: list[Said]) -> None:
    switched = {link.id for link, on in zip(plant.inventory.links, now.switched, strict=True) if on}
    assert objects(raised, "protection_switch") == switched
    assert switched


def test_probes_miss_the_companies_services(plant: Plant, now: Condition, raised: list[Said]) -> None:
    services = zip(plant.inventory.services, now.service_works, strict=True)
    assert objects(raised, "service_down") == {row.id for row, works in services if not works and row.product in PROBED}


def test_the_cut_takes_more_than_a_thousand_services_down(topology: Topology, plant: Plant, now: Condition) -> None:
    services = zip(plant.inventory.services, now.service_works, strict=True)
    down = {row.id for row, works in services if not works}
    assert set(failure(topology, LANDING).services) == down
    assert len(down) > 1000


def test_the_repair_clears_everything_and_both_ends_speak(raised: list[Said], cleared: list[Said]) -> None:
    def keys(said: list[Said]) -> set[tuple[str, str]]:
        return {(one.object, one.alarm_type) for one in said if one.alarm_type != "neighbor_down"}

    assert all(one.state == "cleared" for one in cleared)
    far_ends = keys(cleared) - keys(raised)
    assert keys(raised) <= keys(cleared)
    assert far_ends == {
        ("CORE-AMI/to-DPS", "link_down"),
        ("CORE-AMI/to-SUB", "link_down"),
        ("CORE-SWQ/to-DPS", "link_down"),
    }


def test_in_order_of_time(raised: list[Said], cleared: list[Said]) -> None:
    for said in (raised, cleared):
        times = [one.at_s for one in said]
        assert times == sorted(times)
        assert times[0] >= 0
