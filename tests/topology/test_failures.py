"""Every answer about failures against the slow reading of the contract, on random small worlds."""

from collections.abc import Iterable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topology.reference import Reference
from tests.topology.worlds import small_world
from topology import cover, impact
from topology.compile import compile_inventory
from topology.down import Intervals
from topology.graph import Topology
from topology.risk import Bounds

FAILURES = 12  # of each world: the slow reading tries every element beside each of them

WORLDS = st.randoms(use_true_random=False)


def drawn(chance: Random) -> tuple[Reference, Topology]:
    inventory = small_world(chance)
    return Reference(inventory), compile_inventory(inventory)


def some_failures(chance: Random, reference: Reference) -> list[tuple[str, ...]]:
    """Each element alone, and as many joint failures of two to four."""
    alone = [(name,) for name in reference.elements]
    return alone + [tuple(chance.choices(reference.elements, k=chance.randint(2, 4))) for _ in alone]


def numbers(topology: Topology, failed: tuple[str, ...]) -> list[int]:
    return [topology.index[name] for name in failed]


def services(topology: Topology, found: Iterable[int]) -> set[str]:
    listed = list(found)
    assert listed == sorted(set(listed))
    return {topology.service_ids[service] for service in listed}


def devices_in(topology: Topology, intervals: Intervals) -> set[str]:
    return {topology.ids[topology.device_at[position]] for low, high in intervals for position in range(low, high)}


def names(topology: Topology, elements: Iterable[int]) -> set[str]:
    return {topology.ids[element] for element in elements}


def check_down(chance: Random) -> None:
    reference, topology = drawn(chance)
    assert set(topology.ids) == set(reference.elements)
    for failed in some_failures(chance, reference):
        fallen = impact.down(topology, numbers(topology, failed))
        state = reference.state(failed)
        assert devices_in(topology, fallen.intervals) == reference.sound.reached - state.reached, failed
        assert names(topology, fallen.links) == state.stopped, failed
        assert names(topology, fallen.degraded) == state.degraded, failed
        down = impact.services_down(topology, fallen)
        assert services(topology, down) == reference.services_down(failed), failed
        owners = {row.customer for row in reference.rows.services if row.id in reference.services_down(failed)}
        assert {topology.customer_ids[customer] for customer in impact.customers_of(topology, down)} == owners


def check_risk(chance: Random) -> None:
    reference, topology = drawn(chance)
    bounds = chance.choice((Bounds(walked=1_000_000), Bounds(walked=0)))  # case by case, or as a whole
    failures = some_failures(chance, reference)
    for failed in chance.sample(failures, min(FAILURES, len(failures))):
        at_risk = impact.services_at_risk(topology, impact.down(topology, numbers(topology, failed)), bounds)
        assert services(topology, at_risk) == reference.services_at_risk(failed), failed


def check_covers(chance: Random) -> None:
    reference, topology = drawn(chance)
    states = {name: reference.state((name,)) for name in reference.elements}
    for device in reference.devices:
        expected = {name for name, state in states.items() if device in reference.sound.reached - state.reached}
        assert names(topology, cover.cuts_off(topology, topology.index[device])) == expected, device
    for row in reference.rows.links:
        link = topology.index[row.id]
        assert names(topology, cover.stops(topology, link)) == {n for n, s in states.items() if row.id in s.stopped}
        assert names(topology, cover.degrades(topology, link)) == {n for n, s in states.items() if row.id in s.degraded}
        assert names(topology, cover.severs(topology, link)) == cutting(reference, set().union(*(row.routes or ())))
    for span in reference.rows.spans:
        assert names(topology, cover.severs(topology, topology.index[span.id])) == cutting(reference, {span.id})
    for conduit in reference.rows.conduits:
        spans = {row.id for row in reference.rows.spans if conduit.id in (row.conduits or ())}
        found = names(topology, cover.severs(topology, topology.index[conduit.id]))
        assert found == cutting(reference, spans | {conduit.id})
    for service, row in enumerate(sorted(reference.rows.services, key=lambda row: row.id)):
        named = {name for name in reference.elements if row.id in reference.gone([name])}
        expected = {n for n, s in states.items() if row.id in reference.sound.services - s.services} | named
        assert names(topology, cover.fails_service(topology, service)) == expected, row.id


def cutting(reference: Reference, names_: set[str]) -> set[str]:
    return {name for name in reference.elements if names_ & reference.gone([name])}


def check_predictions(chance: Random) -> None:
    reference, topology = drawn(chance)
    speakers = {name: reference.speaker(name) for name, row in reference.devices.items() if row.role in ("ont", "cpe")}
    for name, speaker in speakers.items():
        found = cover.speaker(topology, topology.index[name])
        assert (None if found < 0 else topology.ids[found]) == speaker, name
    for name in reference.elements:
        state = reference.state((name,))
        lost = reference.sound.reached - state.reached
        predicted = impact.prediction(topology, topology.index[name])
        roles = {device: reference.devices[device].role for device in lost}
        assert names(topology, predicted.links) == {link for link in state.stopped if reference.told(link, state)}
        assert predicted.polled == sum(role not in ("splitter", "ont", "cpe") for role in roles.values())
        onts = {d for d, role in roles.items() if role == "ont" and speakers[d] in state.reached}
        inside = [place for low, high in predicted.onts for place in range(low, high)]
        told = {topology.ids[topology.device_at[place]] for place in inside}
        assert {device for device in told if reference.devices[device].role == "ont"} == onts, name
        owners = {row.customer for row in reference.rows.services if row.id in reference.services_down((name,))}
        assert impact.customers_below(topology, topology.index[name]) == len(owners)


def check_equivalents(chance: Random) -> None:
    reference, topology = drawn(chance)
    for name in reference.elements:
        found = cover.equivalents(topology, topology.index[name])
        assert [topology.ids[element] for element in found] == sorted(reference.equivalents(name)), name


@settings(max_examples=60, deadline=None)
@given(WORLDS)
def test_what_is_down_under_single_and_joint_failures(chance: Random) -> None:
    check_down(chance)


@settings(max_examples=40, deadline=None)
@given(WORLDS)
def test_who_hangs_by_a_thread(chance: Random) -> None:
    check_risk(chance)


@settings(max_examples=60, deadline=None)
@given(WORLDS)
def test_what_could_be_behind_it(chance: Random) -> None:
    check_covers(chance)


@settings(max_examples=60, deadline=None)
@given(WORLDS)
def test_what_would_be_told(chance: Random) -> None:
    check_predictions(chance)


@settings(max_examples=60, deadline=None)
@given(WORLDS)
def test_what_nobody_can_tell_apart(chance: Random) -> None:
    check_equivalents(chance)
