"""The survey against the slow reading of the contract, on random small worlds that lie within its bounds."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topology.reference import Reference
from tests.topology.worlds import small_world
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.survey import survey

WORLDS = st.randoms(use_true_random=False)


def drawn(chance: Random) -> tuple[Reference, Topology]:
    inventory = small_world(chance)
    return Reference(inventory), compile_inventory(inventory)


def customers_down(reference: Reference, element: str) -> int:
    down = reference.services_down((element,))
    return len({row.customer for row in reference.rows.services if row.id in down})


def check_single_points(chance: Random) -> None:
    reference, topology = drawn(chance)
    found = survey(topology, shown=1000).single_points
    listed = {topology.ids[element]: point.customers for point in found for element in point.elements}
    services = {row.id for row in reference.rows.services}
    expected = {n: customers_down(reference, n) for n in reference.elements}
    assert {n: c for n, c in listed.items() if n not in services} == {
        n: c for n, c in expected.items() if c > 1 and n not in services
    }
    assert [point.customers for point in found] == sorted((point.customers for point in found), reverse=True)


def check_redundancy(chance: Random) -> None:
    reference, topology = drawn(chance)
    found = survey(topology).without_redundancy
    lonely = {row.id for row in reference.rows.services if row.id in reference.sound.services and leans(reference, row)}
    assert {topology.service_ids[service] for service in found} == lonely


def leans(reference: Reference, row: object) -> bool:
    """Whether something besides the service, its ports, devices and sites, and groups with one of them, ends it."""
    attach: tuple[str, ...] = row.attach  # type: ignore[attr-defined]  # a service
    devices = {point.split("/")[0] for point in attach}
    own = {row.id, *attach, *devices}  # type: ignore[attr-defined]  # a service
    own |= {reference.devices[device].site for device in devices}
    groups = {n for n in reference.members if own & reference.gone([n])}
    killers = {n for n in reference.elements if row.id in reference.services_down((n,))}  # type: ignore[attr-defined]
    return not killers <= own | groups


def check_alike(chance: Random) -> None:
    reference, topology = drawn(chance)
    found = survey(topology, shown=1000).alike
    kinds = {n: topology.kind_of(topology.index[n]) for n in reference.elements}
    classes = {frozenset(reference.equivalents(n)) for n in reference.elements}
    worth = {c for c in classes if sum(kinds[n] not in ("link", "port", "service") for n in c) > 1}
    assert Counter(frozenset(topology.ids[element] for element in members) for members in found) == Counter(worth)


@settings(max_examples=50, deadline=None)
@given(WORLDS)
def test_single_points_of_failure(chance: Random) -> None:
    check_single_points(chance)


@settings(max_examples=50, deadline=None)
@given(WORLDS)
def test_services_without_a_second_way(chance: Random) -> None:
    check_redundancy(chance)


@settings(max_examples=50, deadline=None)
@given(WORLDS)
def test_what_no_alarm_tells_apart(chance: Random) -> None:
    check_alike(chance)
