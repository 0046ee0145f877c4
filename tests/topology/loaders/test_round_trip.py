"""Written and read again, an inventory is the same; damaged on the way, it is refused and never breaks the reader."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topology.loaders.small import faults_of, sound, text
from topology.loaders import load_csv, load_graphml, load_json
from topology.loaders.dump import to_csv, to_json
from topology.model import Inventory, RiskGroup, Site

SOUND = load_json(text(sound()))
FILES = to_csv(SOUND)
GRAPH = b"""<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key attr.name="label" attr.type="string" for="node" id="d1"/><key attr.name="Latitude" attr.type="double" for="node"
 id="d2"/><graph edgedefault="undirected"><node id="0"><data key="d1">A</data><data key="d2">1.0</data></node>
<node id="1"/><edge source="0" target="1" id="e1"/><edge source="1" target="0"/></graph></graphml>"""

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
degrees = st.floats(-90, 90)


@given(name=names, lat=degrees, length=st.floats(0, allow_infinity=False))
def test_any_text_and_number_comes_back(name: str, lat: float, length: float) -> None:
    site = msgspec.structs.replace(SOUND.sites[0], name=name, lat=lat)
    span = msgspec.structs.replace(SOUND.spans[0], length_km=length)
    inventory = msgspec.structs.replace(SOUND, sites=(site, *SOUND.sites[1:]), spans=(span, *SOUND.spans[1:]))
    assert load_json(to_json(inventory)) == inventory
    assert load_csv(to_csv(inventory)) == inventory


def test_an_inventory_of_nothing_comes_back() -> None:
    assert load_json(to_json(Inventory())) == load_csv(to_csv(Inventory())) == Inventory()


@pytest.mark.parametrize("name", ["a;b", "a|b"])
def test_an_id_that_a_cell_cannot_hold_is_refused_when_written(name: str) -> None:
    group = RiskGroup(id="G1", kind="other", members=(name,))
    with pytest.raises(ValueError, match="holds a sign that divides the ids"):
        to_csv(Inventory(sites=(Site(id=name, kind="pop"),), risk_groups=(group,)))


SPLINTERS = (b"", b"null", b"1e999", b"[", b"{", b'"', b",", b"\xff", b"\\ud800", b"-1", b"true", b"\0", b"\n", b";")
MORE = (b"|", b"/", b"<", b">", b"<port/>", b"&x;", b'directed="true"', b"</node>", b"external", b"R1", b"9" * 400)
Damage = tuple[float, int, bytes]
"""Where, as a part of the whole; how many bytes are lost; what stands there now."""

damages = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from([0, 1, 4, 30]), st.sampled_from(SPLINTERS + MORE)),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, damage: list[Damage]) -> bytes:
    for where, length, splinter in damage:
        at = int(where * len(data))
        data = data[:at] + splinter + data[at + length :]
    return data


def is_told(load: Callable[[], Inventory]) -> bool:
    """No other error comes out than the one that lists faults, and each fault says what is wrong and what to do."""
    return all(fault.where and fault.reason and fault.remedy for fault in faults_of(load))


@settings(max_examples=100, deadline=None)
@given(damage=damages)
def test_damaged_json(damage: list[Damage]) -> None:
    assert is_told(lambda: load_json(damaged(text(sound()), damage)))


@settings(max_examples=100, deadline=None)
@given(damage=damages)
def test_damaged_graphml(damage: list[Damage]) -> None:
    assert is_told(lambda: load_graphml(damaged(GRAPH, damage)))


@settings(max_examples=100, deadline=None)
@given(damage=damages, name=st.sampled_from(sorted(FILES)))
def test_damaged_csv(damage: list[Damage], name: str) -> None:
    assert is_told(lambda: load_csv(FILES | {name: damaged(FILES[name], damage)}))
