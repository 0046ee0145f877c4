"""Of a group that lost its mains: where something is lost, and who is down by that."""

import pytest

from tests.scenarios.stage import network
from topology.cover import lost_places
from topology.domains import element_of

NET = network("gardu")


@pytest.mark.parametrize(
    ("told_of", "places"),
    [
        pytest.param("OLT-A", ["ST-A"], id="a device, at its site"),
        pytest.param("CORE-G/b", ["ST-B"], id="a port: who tells lives, so it is the other end"),
        pytest.param("OLT-C/up", [], id="a port of a member: the other end is none"),
        pytest.param("ONT-A-01", ["ST-A"], id="a home, by the member that cuts it off"),
        pytest.param("ST-B", ["ST-B"], id="a member itself"),
        pytest.param("SV-C-02", ["ST-C"], id="a service, by where it hangs"),
        pytest.param("OLT-D", [], id="no member cuts it off"),
    ],
)
def test_where_something_is_lost(told_of: str, places: list[str]) -> None:
    group, element = NET.find("GARDU-1"), element_of(NET, told_of)
    assert group is not None
    assert [NET.ids[place] for place in lost_places(NET, group, element)] == places
