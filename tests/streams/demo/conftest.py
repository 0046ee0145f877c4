"""The demo's network, drawn and compiled once."""

import pytest

from streams.demo.network import demo_inventory
from streams.demo.story import Story, story
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.model import Inventory


@pytest.fixture(scope="session")
def inventory() -> Inventory:
    return demo_inventory()


@pytest.fixture(scope="session")
def topology(inventory: Inventory) -> Topology:
    return compile_inventory(inventory)


@pytest.fixture(scope="session")
def told(topology: Topology) -> Story:
    return story(topology)
