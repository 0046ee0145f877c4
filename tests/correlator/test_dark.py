"""Whose service is down by what stands: a link dark at both ends, or at one while the other device is lost."""

import pytest

from correlator import dark
from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import BELOW_A, BELOW_M, TOPOLOGY

A_LOST = ("AGG", "device_unreachable")
M_LOST = ("HUB", "device_unreachable")


def told(*alarms: tuple[str, str]) -> tuple[str, ...]:
    """Customers who are down by these alarms alone, by id."""
    night = Night()
    night.raised(*alarms)
    down = dark.customers(TOPOLOGY, night.state)
    return tuple(TOPOLOGY.customer_ids[number] for number in down)


def both_ways(*ends: str) -> tuple[tuple[str, str], ...]:
    return tuple((end, "loss_of_signal") for end in ends)


@pytest.mark.parametrize(
    ("alarms", "customers"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param(both_ways("CORE/a", "AGG/up"), (), id="one of two links at both ends"),
        pytest.param(both_ways("CORE/a", "CORE/a2"), (), id="both links at one end"),
        pytest.param(both_ways("CORE/a", "CORE/a2", "AGG/up", "AGG/up2"), BELOW_A, id="both links at both ends"),
        pytest.param((*both_ways("CORE/a", "CORE/a2"), A_LOST), BELOW_A, id="one end, and the device beyond is lost"),
        pytest.param((*both_ways("CORE/a"), A_LOST), BELOW_A, id="the device is lost, and one of its links is dark"),
        pytest.param((A_LOST,), BELOW_A, id="a device of two links, by a poller alone"),
        pytest.param((*both_ways("CORE/m", "CORE/m2"), M_LOST), BELOW_M, id="the other ring"),
        pytest.param((*both_ways("CORE/a", "CORE/a2"), M_LOST), BELOW_M, id="dark here, and a device lost elsewhere"),
        pytest.param(both_ways("AGG/b"), ("CU-5",), id="the last link of a way, at one end"),
        pytest.param((("BALI", "device_unreachable"),), ("CU-5",), id="the last device of a way"),
        pytest.param((("SV-1", "service_down"),), ("CU-1",), id="a probe of one service"),
        pytest.param((("AGG", "high_temperature"),), (), id="a word that takes nothing down"),
    ],
)
def test_who_is_down(alarms: tuple[tuple[str, str], ...], customers: tuple[str, ...]) -> None:
    assert told(*alarms) == customers


@pytest.mark.parametrize(
    ("sign", "customers"),
    [
        pytest.param(("BALI", "device_unreachable"), (), id="a device behind it"),
        pytest.param(("AGG/b", "loss_of_signal"), (), id="a port of it"),
        pytest.param(("HUB", "device_unreachable"), BELOW_A, id="a device elsewhere"),
    ],
)
def test_what_is_told_well_behind_it_is_a_sign_that_it_is_back(
    sign: tuple[str, str], customers: tuple[str, ...]
) -> None:
    night = Night()
    night.raised(A_LOST, sign)
    night.at(600)
    night.cleared(sign)
    down = dark.customers(TOPOLOGY, night.state)
    assert tuple(TOPOLOGY.customer_ids[number] for number in down) == customers


def test_until_it_ends() -> None:
    night = Night()
    night.raised(*both_ways("CORE/a", "CORE/a2"), A_LOST)
    night.at(60)
    night.cleared(A_LOST)
    assert dark.customers(TOPOLOGY, night.state).size == 0
