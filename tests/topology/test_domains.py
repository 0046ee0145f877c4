"""Who decides on which element, where several kernels share the network."""

import pytest

from bench.storm.national import national
from tests.regions import DOMAINS, two_regions
from topology.compile import compile_inventory
from topology.domains import Domains, partition
from topology.graph import Topology

TOPOLOGY = compile_inventory(two_regions())


def shared(topology: Topology) -> Domains:
    return partition(topology, DOMAINS.names, DOMAINS.regions)


@pytest.mark.parametrize(
    ("element", "domain"),
    [
        ("CD-SEA", "nasional"),  # between two regions
        ("S-BB1", "nasional"),
        ("BB-1", "nasional"),
        ("PE-T/1", "nasional"),
        ("PE-T", "nasional"),  # joined to another region
        ("PE-B", "nasional"),
        ("POP-T", "nasional"),  # houses what is joined to another region
        ("VPN-1", "nasional"),
        ("MT-T", "timur"),
        ("PE-T/8", "timur"),  # a port of a national device, of a link that stays in the region
        ("S-T", "timur"),
        ("AG-T", "timur"),
        ("MET-B", "barat"),
        ("OLT-B1", "barat"),
        ("SPL-T2", "timur"),
        ("ONT-B1-1", "barat"),  # a home of no region is where its line comes from
        ("HOME-B1-1", "barat"),
        ("BB-T1-1-net", "timur"),
    ],
)
def test_what_touches_one_region_is_that_domains(element: str, domain: str) -> None:
    assert shared(TOPOLOGY).name(TOPOLOGY.index[element]) == domain


def test_what_no_region_is_given_for_is_the_national_domains() -> None:
    names, regions = ("nasional", "barat"), {"Barat": "barat"}
    domains = partition(TOPOLOGY, names, regions)
    assert {domains.name(TOPOLOGY.index[name]) for name in ("AG-T", "OLT-T1", "ONT-T1-1")} == {"nasional"}
    assert domains.name(TOPOLOGY.index["AG-B"]) == "barat"


def test_what_lies_beyond_the_rows_is_the_national_domains() -> None:
    assert shared(TOPOLOGY).name(-1) == "nasional"


def test_what_cuts_off_another_region_is_national_wherever_it_stands() -> None:
    """Of an operator's whole network: whatever takes down a device of another region touches two."""
    topology = compile_inventory(national(10_000, 1))
    regions = {region: region.lower() for region in topology.plant.regions}
    domains = partition(topology, ("nasional", *sorted(regions.values())), regions)
    device = range(topology.first.device, topology.first.link)
    regional = [element for element in device if domains.number(element)]
    assert len(regional) > 0.9 * len(device)
    low, high = topology.blocks.low, topology.blocks.high
    for element in regional:
        vertex = element - topology.first.device + 1
        below = topology.device_at[low[vertex] : high[vertex]].tolist()
        assert {domains.name(element)} >= {regions[r] for d in below if (r := topology.region_of(d)) is not None}
