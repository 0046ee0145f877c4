"""Compiled worlds as bytes: the same world comes back, and nothing else does."""

import hashlib
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topology.loaders.small import sound, text
from tests.topology.worlds import small_world
from topology import impact
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders import load_json
from topology.loaders.frozen import MAGIC, Unusable, freeze, thaw


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_comes_back_is_the_same(chance: Random) -> None:
    topology = compile_inventory(small_world(chance))
    again = thaw(freeze(topology))
    assert freeze(again) == freeze(topology)
    assert list(again.index.items()) == list(topology.index.items())
    assert list(again.customer_index.items()) == list(topology.customer_index.items())
    for element in range(len(topology.ids)):
        assert impact.down(again, (element,)) == impact.down(topology, (element,))
        assert [*impact.services_at_risk(again, impact.down(again, (element,)))] == [
            *impact.services_at_risk(topology, impact.down(topology, (element,)))
        ]


@pytest.fixture
def topology() -> Topology:
    return compile_inventory(load_json(text(sound())))


def test_answers_already_worked_out_are_left_behind(topology: Topology) -> None:
    before = freeze(topology)
    impact.customers_below(topology, topology.index["S3"])
    assert freeze(topology) == before


def test_damage_is_seen_wherever_it_is(topology: Topology) -> None:
    data = freeze(topology)
    for place in range(0, len(data), 97):
        damaged = bytearray(data)
        damaged[place] ^= 1
        with pytest.raises(Unusable):
            thaw(bytes(damaged))
    for length in (0, 5, len(MAGIC), len(MAGIC) + 32, len(data) - 1):
        with pytest.raises(Unusable):
            thaw(data[:length])


def changed(data: bytes, change: Any) -> bytes:
    """The same file with another content under a checksum that fits."""
    content = msgspec.msgpack.decode(data[len(MAGIC) + 32 :])
    change(content)
    payload = msgspec.msgpack.encode(content)
    return MAGIC + hashlib.sha256(payload).digest() + payload


def test_what_another_version_or_machine_wrote_is_refused(topology: Topology) -> None:
    for key in ("code", "order"):
        with pytest.raises(Unusable, match="another version"):
            thaw(changed(freeze(topology), lambda content, key=key: content.update({key: "other"})))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("world"),
        lambda content: content["world"].pop("plant"),
        lambda content: content["world"].update(plant=["Popen", "true"]),
        lambda content: content["world"].update(plant=["Plant"]),
        lambda content: content["world"].update(demand=7),
        lambda content: content["world"].update(blocks=msgspec.msgpack.Ext(9, b"")),
        lambda content: content["world"].update(more=1),
    ],
)
def test_content_that_is_no_world_is_refused(topology: Topology, change: Any) -> None:
    with pytest.raises(Unusable):
        thaw(changed(freeze(topology), change))
