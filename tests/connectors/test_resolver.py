"""One place resolves what sources call things: by id, name, address, and with a port behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from connectors.resolver import MOST_UNRESOLVED, InventoryResolver


@dataclass(frozen=True)
class Network:
    ids: Sequence[str] = ("JKT-CR1", "SBY-CR1", "10.9.9.9", "C-77", "JKT-CR1/ae0", "SBY-CR1/ae0")
    addresses: Mapping[str, int] = field(default_factory=lambda: {"10.0.0.1": 0, "2001:db8::1": 1})


NAMES = {"JKT-CR1": "cr1.jakarta", "SBY-CR1": "Core-Surabaya", "10.9.9.9": "twin", "C-77": "TWIN"}


@pytest.fixture
def resolver() -> InventoryResolver:
    return InventoryResolver(Network(), NAMES, clock=lambda: 7)


@pytest.mark.parametrize(
    ("name", "object_id"),
    [
        ("JKT-CR1", "JKT-CR1"),
        ("C-77", "C-77"),
        (" JKT-CR1 ", "JKT-CR1"),
        ("JKT-CR1/xe-0/0/1", "JKT-CR1/xe-0/0/1"),  # any port of a known device exists
        ("core-surabaya", "SBY-CR1"),
        ("CORE-SURABAYA/ae0", "SBY-CR1/ae0"),
        ("cr1.jakarta", "JKT-CR1"),
        ("core-surabaya.net.example.id", "SBY-CR1"),
        ("jkt-cr1.net.example.id", None),  # an id is exact, a name is not
        ("JKT-CR1.net.example.id/xe-1", "JKT-CR1/xe-1"),
        ("10.0.0.1", "JKT-CR1"),
        ("10.0.0.1/xe-0/0/1", "JKT-CR1/xe-0/0/1"),
        ("10.0.0.2", None),  # 10 is no host name's first label
        ("2001:DB8:0::1", "SBY-CR1"),
        ("[2001:db8::1]/ae0", "SBY-CR1/ae0"),
        ("10.9.9.9", "10.9.9.9"),
        ("twin", None),  # two devices share it
        ("nobody", None),
        ("", None),
    ],
)
def test_a_name_resolves(resolver: InventoryResolver, name: str, object_id: str | None) -> None:
    assert resolver.object_named(name) == object_id


def test_an_address_resolves_to_its_device(resolver: InventoryResolver) -> None:
    assert resolver.device_at("10.0.0.1") == "JKT-CR1"
    assert resolver.device_at("2001:0db8::0001") == "SBY-CR1"
    assert resolver.device_at("10.0.0.9") is None


def test_what_did_not_resolve_is_reported_newest_first(resolver: InventoryResolver) -> None:
    for name in ("ghost", "spirit", "ghost"):
        resolver.object_named(name)
    resolver.device_at("10.0.0.9")
    assert resolver.missed == 4
    assert [tuple(row) for row in resolver.unresolved(last=2)] == [
        ("10.0.0.9", "address", 1, 7),
        ("ghost", "name", 2, 7),
    ]


def test_a_port_that_no_row_names_is_its_devices_and_reported(resolver: InventoryResolver) -> None:
    """An index for a name is the commonest mistake: the alarm counts for its device, and the port can be mended."""
    assert resolver.object_named("core-surabaya/if-44") == "SBY-CR1/if-44"
    assert resolver.object_named("core-surabaya/ae0") == "SBY-CR1/ae0"
    assert [tuple(row) for row in resolver.unresolved()] == [("SBY-CR1/if-44", "port", 1, 7)]
    assert resolver.lists("SBY-CR1/ae0")
    assert not resolver.lists("SBY-CR1/if-44")


def test_the_report_is_bounded(resolver: InventoryResolver) -> None:
    for number in range(MOST_UNRESOLVED + 5):
        resolver.object_named(f"ghost-{number}")
    report = resolver.unresolved(last=MOST_UNRESOLVED * 2)
    assert len(report) == MOST_UNRESOLVED
    assert report[-1].name == "ghost-5"
    assert resolver.missed == MOST_UNRESOLVED + 5
