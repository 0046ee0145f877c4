"""Compiling anew after a change: what did not change is taken over, and the answer is the same to the bit."""

from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topology.worlds import draw_groups, draw_services, small_world
from topology import impact
from topology.compile import compile_inventory
from topology.loaders.frozen import freeze
from topology.model import Customer, Inventory

WORLDS = st.randoms(use_true_random=False)


def with_other_services(inventory: Inventory, chance: Random) -> Inventory:
    customers = (*inventory.customers, Customer(id="C-NEW", segment="business", strategic=True))
    services = draw_services(chance, inventory.devices, inventory.links, customers)
    changed = msgspec.structs.replace(inventory, customers=customers, services=services)
    return msgspec.structs.replace(changed, risk_groups=draw_groups(chance, changed))


@settings(max_examples=60, deadline=None)
@given(WORLDS)
def test_other_services_leave_the_graph_as_it_is(chance: Random) -> None:
    inventory = small_world(chance)
    before = compile_inventory(inventory)
    for element in range(len(before.ids)):  # answers that the old world has worked out stay there
        impact.services_at_risk(before, impact.down(before, (element,)))
    changed = with_other_services(inventory, chance)
    after = compile_inventory(changed, before)
    assert freeze(after) == freeze(compile_inventory(changed))
    assert after.blocks is before.blocks
    assert after.hash != before.hash


@settings(max_examples=60, deadline=None)
@given(WORLDS, WORLDS)
def test_another_network_takes_nothing_over(one: Random, other: Random) -> None:
    before, inventory = compile_inventory(small_world(one)), small_world(other)
    assert freeze(compile_inventory(inventory, before)) == freeze(compile_inventory(inventory))


@settings(max_examples=60, deadline=None)
@given(WORLDS)
def test_the_order_of_rows_says_nothing(chance: Random) -> None:
    inventory = small_world(chance)
    lists = {name: list(getattr(inventory, name)) for name in inventory.__struct_fields__}
    for rows in lists.values():
        chance.shuffle(rows)
    shuffled = Inventory(**{name: tuple(rows) for name, rows in lists.items()})
    assert freeze(compile_inventory(shuffled)) == freeze(compile_inventory(inventory))


def test_a_length_is_the_same_however_it_is_written() -> None:
    inventory = small_world(Random(1))
    whole = tuple(msgspec.structs.replace(span, length_km=430) for span in inventory.spans)
    broken = tuple(msgspec.structs.replace(span, length_km=430.0) for span in inventory.spans)
    assert whole
    hashes = {compile_inventory(msgspec.structs.replace(inventory, spans=spans)).hash for spans in (whole, broken)}
    assert len(hashes) == 1
