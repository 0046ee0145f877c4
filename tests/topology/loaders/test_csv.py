"""A folder of CSV files says the same as the JSON, and its faults are told with file and line."""

import pytest

from tests.topology.loaders.small import said, short, sound, text
from topology.loaders import load_csv, load_json
from topology.loaders.dump import to_csv
from topology.model import Inventory, RiskGroup, Site

FILES = to_csv(load_json(text(sound())))


def test_the_same_content_is_the_same_inventory() -> None:
    assert load_csv(FILES) == load_json(text(sound()))


def test_no_file_is_an_empty_list() -> None:
    assert load_csv({}) == Inventory()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"id,kind,name\nP1,pop,Jakarta\n", "Jakarta"),
        (b"name,kind,id\nJakarta,pop,P1\n", "Jakarta"),
        (b"\xef\xbb\xbfid,kind,name\r\nP1,pop,Jakarta\r\n", "Jakarta"),
        (b"id,kind,name\n\n,,\nP1,pop,Jakarta", "Jakarta"),
        (b" id, kind ,name\nP1,pop,Jakarta\n", "Jakarta"),
        (b"id,kind\nP1,pop\n", None),
        (b"id,kind,name\nP1,pop\n", None),
        (b"id,kind,name\nP1,pop,,,\n", None),
        (b'id,kind,name\nP1,pop,"Jakarta, ""Kota""\r\nUtara"\n', 'Jakarta, "Kota"\r\nUtara'),
        ("id,kind,name\nP1,pop,São Paulo\n".encode(), "São Paulo"),
    ],
    ids=short,
)
def test_the_ways_of_spreadsheets(data: bytes, name: str | None) -> None:
    assert load_csv({"sites.csv": data}).sites == (Site(id="P1", kind="pop", name=name),)


@pytest.mark.parametrize(("cell", "lat"), [("-6", -6.0), ("+6.25", 6.25), (".5", 0.5), ("1e1", 10.0), ("-6.2", -6.2)])
def test_numbers(cell: str, lat: float) -> None:
    assert load_csv({"sites.csv": f"id,kind,lat\nP1,pop,{cell}\n".encode()}).sites[0].lat == lat


@pytest.mark.parametrize(("cell", "gateway"), [("true", True), ("TRUE", True), ("false", False), ("", None)])
def test_flags(cell: str, gateway: bool | None) -> None:
    files = FILES | {"devices.csv": FILES["devices.csv"] + f"R9,P1,edge,metro,,{cell},\r\n".encode()}
    assert load_csv(files).devices[-1].gateway is gateway


@pytest.mark.parametrize(
    ("cell", "routes"),
    [("", None), ("S1", (("S1",),)), ("S1;S3", (("S1", "S3"),)), ("S1;S3|S2", (("S1", "S3"), ("S2",)))],
)
def test_routes(cell: str, routes: object) -> None:
    files = FILES | {"links.csv": FILES["links.csv"] + f"L9,R1/9,R2/9,metro,{cell}\r\n".encode()}
    assert load_csv(files).links[-1].routes == routes


def test_a_cell_may_be_longer_than_the_csv_module_likes() -> None:
    ids = tuple(f"SITE-{number:06}" for number in range(15_000))
    sites = "id,kind\n" + "".join(f"{name},tower\n" for name in ids)
    groups = "id,kind,members\nG1,power," + ";".join(ids) + "\n"
    inventory = load_csv({"sites.csv": sites.encode(), "risk_groups.csv": groups.encode()})
    assert inventory.risk_groups == (RiskGroup(id="G1", kind="power", members=ids),)


@pytest.mark.parametrize(
    ("name", "more", "line"),
    [
        ("sites", "P9,hut,,,,", 'sites.csv line 5 P9, kind: "hut" is no kind that is known. Give one of pop,'),
        ("sites", "P9,,,,,", "sites.csv line 5 P9, kind: kind is missing"),
        ("sites", "P9,pop,,,nan,", "sites.csv line 5 P9, lat: the latitude nan is not between -90 and 90"),
        ("sites", "P9,pop,,,1_0,", 'sites.csv line 5 P9, lat: "1_0" is not a number'),
        ("sites", 'P9,pop,,,"6,2",', 'sites.csv line 5 P9, lat: "6,2" is not a number'),
        ("sites", "P9,pop,,,1,2,3", "sites.csv line 5 P9: the row has 7 cells, and the header 6. Quote a cell that"),
        ("sites", 'P9,hut,"a\nb",,,', 'sites.csv line 5 P9, kind: "hut" is no kind'),
        ("sites", '\nP9,pop,"a"b,,,', "sites.csv line 6: this is not CSV: ',' expected after '\"'. A quote inside"),
        ("sites", 'P9,"a', "sites.csv line 5: this is not CSV: unexpected end of data"),
        ("sites", "P1,pop,,,,", "sites.csv line 5 P1, id: the id P1 is already that of sites.csv line 2"),
        ("spans", "S9,P1,NO,metro,,", "spans.csv line 5 S9, b: the site NO is not in the inventory"),
        ("spans", "S9,P1,P2,metro,,CD-1;NO", "spans.csv line 5 S9, conduits[1]: the conduit NO is not in the inven"),
        ("devices", "R9,P1,edge,metro,,yes,", 'devices.csv line 6 R9, gateway: "yes" is not true or false'),
        ("links", "L9,R1/9,R2/9,metro,S1||S2", "links.csv line 5 L9, routes[1]: the route is empty"),
        ("services", "SV9,C1,dia,,", "services.csv line 4 SV9, attach: attach is missing"),
        ("services", "SV9,C1,dia,R1,two", 'services.csv line 4 SV9, need: "two" is not a whole number'),
    ],
    ids=short,
)
def test_a_bad_row_is_told_with_file_and_line(name: str, more: str, line: str) -> None:
    files = FILES | {f"{name}.csv": FILES[f"{name}.csv"] + more.encode() + b"\n"}
    (fault,) = said(lambda: load_csv(files))
    assert fault.startswith(line)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"id,kind,door\nP1,pop,red\nP2,pop,blue\n", "sites.csv line 1, door: the field door is unknown"),
        (b"id,name\nP1,Jakarta\nP2,Bekasi\n", "sites.csv line 1, kind: the column kind is missing"),
        (b"kind\npop\n", "sites.csv line 1, id: the column id is missing"),
        (b"id,kind,kind\nP1,pop,pop\n", "sites.csv line 1, kind: the column kind is there twice"),
        (b"id;kind\nP1;pop\n", "sites.csv line 1: the columns are not divided by commas"),
        (b"id,kind\nP1,pop\nP\xff,pop\n", "sites.csv line 3: this is not UTF-8"),
    ],
    ids=short,
)
def test_a_bad_header_is_told_once(data: bytes, line: str) -> None:
    (fault,) = said(lambda: load_csv({"sites.csv": data}))
    assert fault.startswith(line)


@pytest.mark.parametrize("data", [b"id;kind\nP1;pop\n", b"\xff", b'id,kind\n"P1', b"kind\npop\n"])
def test_a_file_that_cannot_be_read_causes_no_false_faults(data: bytes) -> None:
    assert [line.split(" line")[0] for line in said(lambda: load_csv(FILES | {"sites.csv": data}))] == ["sites.csv"]


def test_a_file_of_another_name_is_no_list() -> None:
    (fault,) = said(lambda: load_csv(FILES | {"site.csv": b""}))
    assert fault.startswith(
        "site.csv: no list of the inventory has this name. Rename it or take it out; the files are si"
    )


@pytest.mark.parametrize(
    ("name", "namers"),
    [
        ("sites", "spans.csv and devices.csv name its rows"),
        ("conduits", "spans.csv names its rows"),
        ("spans", "links.csv names its rows"),
        ("devices", "links.csv and services.csv name its rows"),
        ("customers", "services.csv names its rows"),
    ],
)
def test_a_file_that_is_missing_is_told_without_what_follows_from_it(name: str, namers: str) -> None:
    rest = {file: data for file, data in FILES.items() if file != f"{name}.csv"}
    (fault,) = said(lambda: load_csv(rest))
    assert fault == f"{name}.csv: the file is missing, and {namers}. Put it into the folder, under this name"
