"""Ids, references and ranges: one bad row, and the one line that is said of it."""

import pytest

from tests.topology.loaders.small import Rows, plus, said, short, sound, text
from topology.loaders import load_json

SPAN = {"id": "S9", "a": "P1", "b": "P2", "tier": "metro"}
DEVICE = {"id": "R9", "site": "P1", "role": "edge", "tier": "metro"}
LINK = {"id": "L9", "a": "R1/9", "b": "R2/9", "tier": "metro"}
SERVICE = {"id": "SV9", "customer": "C1", "product": "dia", "attach": ["R1"]}
GROUP = {"id": "G9", "kind": "other", "members": ["P1"]}


def lines_of(list_name: str, row: Rows) -> list[str]:
    return said(lambda: load_json(text(plus(list_name, **row))))


@pytest.mark.parametrize(
    ("list_name", "row", "line"),
    [
        (
            "spans",
            SPAN | {"a": "NO"},
            "spans[3] S9, a: the site NO is not in the inventory. Add it to sites, or correct",
        ),
        (
            "spans",
            SPAN | {"b": "R1"},
            "spans[3] S9, b: R1 is a device, and a site must stand here. Name a row of sites",
        ),
        ("spans", SPAN | {"b": "p2"}, "spans[3] S9, b: the site p2 is not in the inventory. Write it as P2"),
        ("spans", SPAN | {"b": "P2 "}, 'spans[3] S9, b: the site "P2 " is not in the inventory. Write it as P2'),
        ("spans", SPAN | {"b": ""}, 'spans[3] S9, b: the site "" is not in the inventory'),
        ("spans", SPAN | {"conduits": ["CD-1", "NO"]}, "spans[3] S9, conduits[1]: the conduit NO is not in the invent"),
        ("spans", SPAN | {"b": "\0"}, "spans[3] S9, b: the site \\x00 is not in the inventory"),
        ("spans", SPAN | {"id": "\0"}, "spans[3] \\x00, id: the id \\x00 holds a control character"),
        ("services", SERVICE | {"customer": "\0"}, "services[2] SV9, customer: the customer \\x00 is not in the"),
        ("devices", DEVICE | {"site": "NO"}, "devices[4] R9, site: the site NO is not in the inventory"),
        ("links", LINK | {"a": "NO/ge-0/0/1"}, "links[3] L9, a: the device NO is not in the inventory"),
        ("links", LINK | {"b": "P1/1"}, "links[3] L9, b: P1 is a site, and a device must stand here"),
        ("links", LINK | {"b": "R2"}, "links[3] L9, b: R2 names no port. Write device-id/port-name"),
        ("links", LINK | {"b": "R2/"}, "links[3] L9, b: R2/ names no port"),
        ("links", LINK | {"routes": [["S1"], ["S2", "NO"]]}, "links[3] L9, routes[1][1]: the span NO is not in the"),
        (
            "services",
            SERVICE | {"customer": "NO"},
            "services[2] SV9, customer: the customer NO is not in the inventory",
        ),
        ("services", SERVICE | {"attach": ["R1", "NO"]}, "services[2] SV9, attach[1]: the device NO is not in the inv"),
        ("services", SERVICE | {"attach": ["NO/1"]}, "services[2] SV9, attach[0]: the device NO is not in the invent"),
        ("services", SERVICE | {"attach": ["R1/"]}, "services[2] SV9, attach[0]: R1/ names no port"),
        ("services", SERVICE | {"attach": ["P1"]}, "services[2] SV9, attach[0]: P1 is a site, and a device must stand"),
        ("risk_groups", GROUP | {"members": ["P1", "NO"]}, "risk_groups[1] G9, members[1]: NO is not in the inventory"),
        ("risk_groups", GROUP | {"members": ["NO/1"]}, "risk_groups[1] G9, members[0]: NO/1 is no row of the invento"),
        ("risk_groups", GROUP | {"members": ["R1/"]}, "risk_groups[1] G9, members[0]: R1/ is no row of the inventory"),
    ],
    ids=short,
)
def test_a_reference_that_misses(list_name: str, row: Rows, line: str) -> None:
    (fault,) = lines_of(list_name, row)
    assert fault.startswith(line)


@pytest.mark.parametrize("member", ["P1", "CD-1", "S1", "R1", "L1", "SV1", "C1", "G1", "R1/ge-0/0/1"])
def test_a_group_may_hold_an_id_of_any_kind_or_a_port(member: str) -> None:
    assert lines_of("risk_groups", GROUP | {"members": [member]}) == []


@pytest.mark.parametrize(
    ("list_name", "row", "line"),
    [
        ("sites", {"id": "P1", "kind": "pop"}, "sites[3] P1, id: the id P1 is already that of sites[0]"),
        (
            "customers",
            {"id": "P1", "segment": "business"},
            "customers[2] P1, id: the id P1 is already that of sites[0]",
        ),
        ("sites", {"id": "", "kind": "pop"}, "sites[3], id: the id is empty"),
        ("sites", {"id": "a\nb", "kind": "pop"}, r"sites[3] a\nb, id: the id a\nb holds a control character"),
        ("sites", {"id": "a\x85b", "kind": "pop"}, r"sites[3] a\x85b, id: the id a\x85b holds a control character"),
        ("sites", {"id": "external", "kind": "pop"}, "sites[3] external, id: the id external is reserved"),
        ("devices", DEVICE | {"id": "R/9"}, "devices[4] R/9, id: the id R/9 holds a slash"),
        (
            "sites",
            {"id": "R1/x", "kind": "pop"},
            "sites[3] R1/x, id: the id R1/x is also the name of a port of the dev",
        ),
        ("links", LINK | {"b": "R2/a\tb"}, r"links[3] L9, b: the port name R2/a\tb holds a control character"),
        (
            "services",
            SERVICE | {"attach": ["R2/\x07"]},
            r"services[2] SV9, attach[0]: the port name R2/\x07 holds a co",
        ),
    ],
    ids=short,
)
def test_an_id_that_cannot_be(list_name: str, row: Rows, line: str) -> None:
    (fault,) = lines_of(list_name, row)
    assert fault.startswith(line)


def test_a_slash_in_the_id_of_anything_but_a_device_is_an_id_like_any() -> None:
    rows = plus("sites", id="Jakarta/Utara", kind="pop")
    rows["devices"].append(DEVICE | {"site": "Jakarta/Utara"})
    assert said(lambda: load_json(text(rows))) == []


@pytest.mark.parametrize(
    ("list_name", "row", "line"),
    [
        ("sites", {"id": "P9", "kind": "pop", "lat": 90.5}, "sites[3] P9, lat: the latitude 90.5 is not between"),
        ("sites", {"id": "P9", "kind": "pop", "lon": -181}, "sites[3] P9, lon: the longitude -181.0 is not between"),
        ("spans", SPAN | {"length_km": -1}, "spans[3] S9, length_km: the length -1.0 is not a number of kilometres"),
        ("devices", DEVICE | {"addresses": ["::1", "10.0.0.1/24"]}, 'devices[4] R9, addresses[1]: "10.0.0.1/24" is no'),
        ("devices", DEVICE | {"addresses": ["10.0.0.256"]}, 'devices[4] R9, addresses[0]: "10.0.0.256" is not an IP'),
        ("links", LINK | {"b": "R1/9"}, "links[3] L9, b: both ends are the port R1/9"),
        ("links", LINK | {"routes": [["S1"], []]}, "links[3] L9, routes[1]: the route is empty"),
        ("services", SERVICE | {"attach": []}, "services[2] SV9, attach: attach is empty"),
        ("services", SERVICE | {"need": 2}, "services[2] SV9, need: a need of 2 is out of reach with attach points: 1"),
        ("services", SERVICE | {"need": 0}, "services[2] SV9, need: a need of 0 is out of reach"),
        ("risk_groups", GROUP | {"members": []}, "risk_groups[1] G9, members: members is empty"),
    ],
    ids=short,
)
def test_a_value_that_cannot_be(list_name: str, row: Rows, line: str) -> None:
    (fault,) = lines_of(list_name, row)
    assert fault.startswith(line)


@pytest.mark.parametrize(
    ("list_name", "row"),
    [
        ("sites", {"id": "P9", "kind": "pop", "lat": -90, "lon": 180}),
        ("spans", SPAN | {"length_km": 0}),
        ("devices", DEVICE | {"addresses": ["255.255.255.255", "2001:db8::1", "fe80::1%eth0"]}),
        ("services", SERVICE | {"attach": ["R1", "R2/x"], "need": 2}),
    ],
)
def test_the_edges_of_what_can_be(list_name: str, row: Rows) -> None:
    assert lines_of(list_name, row) == []


def test_three_rows_with_one_id_are_two_faults() -> None:
    rows = sound()
    rows["sites"] += [{"id": "P9", "kind": "pop"}] * 3
    assert [line.split(".")[0] for line in said(lambda: load_json(text(rows)))] == [
        "sites[4] P9, id: the id P9 is already that of sites[3]",
        "sites[5] P9, id: the id P9 is already that of sites[3]",
    ]
