"""`inventory.json`: what is read, and what is said of a file or a row that cannot be."""

import gc
from typing import Any

import pytest

from tests.topology.loaders.small import Rows, plus, said, short, sound, text
from topology.loaders import load_json
from topology.model import Customer, Inventory, Link, Site, Span


def test_each_row_is_read_as_it_is_written() -> None:
    inventory = load_json(text(sound()))
    assert inventory.sites[0] == Site(id="P1", kind="pop", name="Jakarta", region="Jawa", lat=-6.2, lon=106.82)
    assert inventory.links[0].routes == (("S1",), ("S2",))
    assert inventory.devices[0].gateway is True
    assert inventory.services[0].attach == ("R1/ge-0/0/9", "R2", "SPL")
    assert inventory.customers[1] == Customer(id="C2", segment="residential")
    assert [len(rows) for rows in (inventory.sites, inventory.spans, inventory.risk_groups)] == [3, 3, 1]


@pytest.mark.parametrize("rest", [{}, {"sites": None}, {"sites": [], "risk_groups": None}])
def test_every_list_may_be_absent_or_null(rest: Rows) -> None:
    assert load_json(text({"format": "simpul-inventory/1", **rest})) == Inventory()


@pytest.mark.parametrize(
    "more",
    [
        {"length_km": None, "conduits": None},
        {"length_km": None, "conduits": []},
        {},
    ],
)
def test_null_empty_and_absent_say_the_same(more: Rows) -> None:
    inventory = load_json(text(plus("spans", id="S9", a="P1", b="P1", tier="metro", **more)))
    assert inventory.spans[-1] == Span(id="S9", a="P1", b="P1", tier="metro")


def test_an_empty_name_is_none() -> None:
    assert load_json(text(plus("sites", id="P9", kind="tower", name="", region=""))).sites[-1].name is None


def test_a_byte_order_mark_does_no_harm() -> None:
    assert load_json(b"\xef\xbb\xbf" + text(sound())) == load_json(text(sound()))


def test_a_whole_number_may_have_a_point() -> None:
    rows = sound()
    rows["services"][0]["need"] = 2.0
    assert load_json(text(rows)).services[0].need == 2


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_is_left_as_it_was(was_on: bool) -> None:
    (gc.enable if was_on else gc.disable)()
    try:
        load_json(text(sound()))
        said(lambda: load_json(b"{"))
        assert gc.isenabled() is was_on
    finally:
        gc.enable()


# The file as a whole


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "line 1 column 1: this is not JSON: it ends too early"),
        (b'{"format": "simpul-inventory/1",\n "sites": [', "line 2 column 12: this is not JSON: it ends too early"),
        (b'{"format":\n false, x}', "line 2 column 9: this is not JSON: "),
        (b'{"format": "simpul-inventory/1"} and more', "line 1 column 35: this is not JSON: trailing characters"),
        (b'{"sites": [\n{"id": "P1", "lat": NaN}]}', "line 2 column 21: this is not JSON: NaN and Infinity are no"),
        (b'{"sites": [{"lat": Infinity}]}', "line 1 column 20: this is not JSON: NaN and Infinity are no numbers"),
        (b'{"format":\n "\xff"}', "line 2 column 3: this is not UTF-8"),
        (rb'{"sites": [{"id": "\ud800", "kind": "pop"}]}', "line 1 column 26: this is not JSON: "),
        (b"[]", "the file: an inventory is an object with lists in it"),
        (b'{"format": ' + b"[" * 100_000, "the file: lists or objects lie too deep in each other"),
    ],
    ids=short,
)
def test_what_is_no_json_is_refused_with_its_place(data: bytes, line: str) -> None:
    (fault,) = said(lambda: load_json(data))
    assert fault.startswith(line)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"format": "simpul-inventory/999"}, 'the file, format: the format "simpul-inventory/999" is unknown'),
        ({"format": None}, "the file, format: format is missing"),
        ({"format": ["simpul-inventory/1"]}, "the file, format: the format a list is unknown"),
        ({"cards": []}, "the file, cards: the field cards is unknown. Take it out; the lists are sites, conduits,"),
        ({"conduits": {}}, "the file, conduits: conduits is not a list"),
    ],
    ids=short,
)
def test_the_file_as_a_whole(change: Rows, line: str) -> None:
    (fault,) = said(lambda: load_json(text(sound() | change)))
    assert fault.startswith(line)


@pytest.mark.parametrize("field", ["format", "sites", "risk_groups"])
@pytest.mark.parametrize("times", [2, 3])
def test_a_field_of_the_file_is_written_once(field: str, times: int) -> None:
    """Else the last alone would be read, and the rows of the others be lost without a word."""
    rows = sound()
    again = b"".join(b'"%b" :%b,' % (field.encode(), text(rows[field])) for _ in range(times - 1))
    (fault,) = said(lambda: load_json(b"{" + again + text(rows).removeprefix(b"{")))
    assert (
        fault
        == f"the file, {field}: the field {field} is given more than once. Write it once, with all that belongs in it"
    )


def test_a_field_given_again_hides_no_other_fault() -> None:
    rows = text(plus("sites", id="P9", kind="hut"))
    assert [line.split(":")[0] for line in said(lambda: load_json(b'{"spans": [], ' + rows.removeprefix(b"{")))] == [
        "the file, spans",
        "sites[3] P9, kind",
    ]


@pytest.mark.parametrize("name", ["sites", '"sites"', '" "sites": [] "', "format"])
def test_what_is_called_as_a_list_is_given_once(name: str) -> None:
    rows = plus("sites", id="P9", kind="tower", name=name, region=name)
    assert load_json(text(rows)).sites[-1].name == name


def test_a_missing_format_hides_no_other_fault() -> None:
    rows = plus("sites", id="P9", kind="hut")
    del rows["format"]
    assert [line.split(":")[0] for line in said(lambda: load_json(text(rows)))] == [
        "the file, format",
        "sites[3] P9, kind",
    ]


# Rows

SITE = {"id": "P9", "kind": "pop"}
DEVICE = {"id": "R9", "site": "P1", "role": "edge", "tier": "metro"}
SERVICE = {"id": "SV9", "customer": "C1", "product": "dia", "attach": ["R1"]}
LINK = {"id": "L9", "a": "R1/9", "b": "R2/9", "tier": "metro"}


def without(row: Rows, field: str) -> Rows:
    return {key: value for key, value in row.items() if key != field}


@pytest.mark.parametrize(
    ("list_name", "row", "line"),
    [
        (
            "sites",
            SITE | {"kind": "hut"},
            'sites[3] P9, kind: "hut" is no kind that is known. Give one of pop, datacenter',
        ),
        ("sites", SITE | {"kind": None}, "sites[3] P9, kind: kind is missing"),
        ("sites", SITE | {"door": "red"}, "sites[3] P9, door: the field door is unknown. Take it out; the fields here"),
        ("sites", SITE | {"lat": "-6,2"}, 'sites[3] P9, lat: "-6,2" is not a number. Give a number'),
        ("sites", SITE | {"lat": True}, "sites[3] P9, lat: true is not a number"),
        ("sites", without(SITE, "id"), "sites[3], id: id is missing"),
        ("sites", SITE | {"id": 7}, "sites[3], id: 7 is not a text"),
        ("devices", DEVICE | {"gateway": "perhaps"}, 'devices[4] R9, gateway: "perhaps" is not true or false'),
        ("devices", DEVICE | {"gateway": 1}, "devices[4] R9, gateway: 1 is not true or false"),
        ("devices", without(DEVICE, "role"), "devices[4] R9, role: role is missing. Give one of core, edge"),
        (
            "devices",
            DEVICE | {"addresses": [1]},
            "devices[4] R9, addresses[0]: a list is not all through a list of ids",
        ),
        ("devices", DEVICE | {"addresses": "::1"}, 'devices[4] R9, addresses: "::1" is not a list of ids'),
        ("services", SERVICE | {"need": 1.5}, "services[2] SV9, need: 1.5 is not a whole number"),
        ("services", SERVICE | {"attach": [None]}, "services[2] SV9, attach[0]: a list is not all through a list of"),
        ("services", without(SERVICE, "attach"), "services[2] SV9, attach: attach is missing. Give a list of ids"),
        (
            "links",
            LINK | {"routes": [["S1"], "S2"]},
            "links[3] L9, routes[1]: a list is not all through a list of rout",
        ),
        ("links", LINK | {"routes": {}}, "links[3] L9, routes: an object is not a list of routes"),
    ],
    ids=short,
)
def test_a_field_that_cannot_be_read(list_name: str, row: Rows, line: str) -> None:
    (fault,) = said(lambda: load_json(text(plus(list_name, **row))))
    assert fault.startswith(line)


@pytest.mark.parametrize(("row", "what"), [(7, "7"), (None, "null"), ([], "a list"), ("P9", '"P9"')])
def test_a_row_that_is_no_object(row: Any, what: str) -> None:
    rows = sound()
    rows["sites"].append(row)
    assert said(lambda: load_json(text(rows))) == [
        f"sites[3]: a row is an object with fields, this is {what}. Write it as {{...}}"
    ]


def test_a_number_that_no_reader_can_read_names_its_row() -> None:
    row = b'{"id": "P9", "kind": "pop", "lat": %s}' % (b"9" * 5000)
    (fault,) = said(lambda: load_json(b'{"format": "simpul-inventory/1", "sites": [%s]}' % row))
    assert fault.startswith("sites[0]: the row holds a number that cannot be read")


def test_a_number_beyond_all_numbers_names_its_row() -> None:
    (fault,) = said(lambda: load_json(text(plus("sites", **SITE, lat=0)).replace(b'"lat": 0', b'"lat": 1e999')))
    assert fault.startswith("sites[3] P9, lat: the latitude inf is not between -90 and 90")


def test_every_fault_of_a_row_is_told() -> None:
    rows = plus("devices", id="R9", role="toaster", site="NO-SITE", gateway="no", colour="red")
    assert [line.split(":")[0].split(", ")[1] for line in said(lambda: load_json(text(rows)))] == [
        "role",
        "tier",
        "gateway",
        "colour",
        "site",
    ]


def test_a_faulty_row_still_counts_as_there() -> None:
    rows = plus("sites", id="P9", kind="hut")
    rows["devices"].append(DEVICE | {"site": "P9", "role": "toaster"})
    rows["services"].append(SERVICE | {"attach": ["R9", "R9/eth0"]})
    assert [line.split(":")[0] for line in said(lambda: load_json(text(rows)))] == [
        "sites[3] P9, kind",
        "devices[4] R9, role",
    ]


def test_a_list_that_cannot_be_read_causes_no_false_faults() -> None:
    rows = plus("links", **LINK | {"b": "NO-DEVICE/1"}) | {"sites": "lost"}
    assert [line.split(":")[0] for line in said(lambda: load_json(text(rows)))] == ["the file, sites", "links[3] L9, b"]


@pytest.mark.parametrize("field", ["name", "phone", "email"])
def test_no_personal_value_is_repeated(field: str) -> None:
    (fault,) = said(lambda: load_json(text(plus("customers", id="C9", segment="business", **{field: 62215550100}))))
    assert fault == f"customers[2] C9, {field}: this value is not a text. Give a text"


def test_faults_come_in_the_order_of_the_lists() -> None:
    rows = plus("links", **LINK | {"tier": "x"})
    rows["sites"].insert(0, {"id": "P0", "kind": "x"})
    rows["sites"].append({"id": "P0", "kind": "pop"})
    rows["spans"].append({"id": "S9", "a": "NO", "b": "P1", "tier": "drop"})
    assert [line.split(":")[0] for line in said(lambda: load_json(text(rows)))] == [
        "sites[0] P0, kind",
        "sites[4] P0, id",
        "spans[3] S9, a",
        "links[3] L9, tier",
    ]


def test_links_that_share_a_port_or_lack_a_route_are_real_life() -> None:
    rows = sound()
    rows["links"] += [LINK, LINK | {"id": "L10"}, LINK | {"id": "L11", "routes": [["S1", "S3"]]}]
    assert load_json(text(rows)).links[-1] == Link(id="L11", a="R1/9", b="R2/9", tier="metro", routes=(("S1", "S3"),))
