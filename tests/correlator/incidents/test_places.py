"""Of a group that lost its mains: where something is lost, and who is down by that."""

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import NETWORKS, network
from topology.compile import compile_inventory
from topology.cover import lost_places
from topology.domains import element_of
from topology.loaders import load
from topology.model import RiskGroup

NET = network("gardu")


@pytest.mark.parametrize(
    ("told_of", "places"),
    [
        pytest.param("OLT-A", ["ST-A"], id="a device, at its site"),
        pytest.param("CORE-G/b", ["ST-B"], id="a port: who tells lives, so it is the other end"),
        pytest.param("OLT-C/up", [], id="a port of a member: the other end is none"),
        pytest.param("ONT-A-01", [], id="a home: its OLT tells, and lives"),
        pytest.param("ST-B", ["ST-B"], id="a member itself"),
        pytest.param("SV-C-02", [], id="a service at a home"),
        pytest.param("OLT-D", [], id="no member cuts it off"),
    ],
)
def test_where_something_is_lost(told_of: str, places: list[str]) -> None:
    group, element = NET.find("GARDU-1"), element_of(NET, told_of)
    assert group is not None
    assert [NET.ids[place] for place in lost_places(NET, group, [element])] == places


def test_of_a_chain_the_nearest_member_is_lost() -> None:
    """All in one group of towers; the one behind them is lost."""
    inventory = load(NETWORKS / "rantai.json")
    sites = {row.id: row.site for row in inventory.devices}
    group = RiskGroup(id="GARDU", kind="power", members=(sites["BTS-1"], sites["BTS-2"]))
    topology = compile_inventory(replace(inventory, risk_groups=(group,)))
    found = topology.find("GARDU")
    assert found is not None
    lost = lost_places(topology, found, [topology.index["BTS-3"]])
    assert [topology.ids[place] for place in lost] == [sites["BTS-2"]]
