"""Pattern files: what is shipped is sound, what is wrong is listed whole, an operator's own come on top."""

from pathlib import Path

import pytest

from connectors.syslog.patterns import SHIPPED, Fault, PatternError, compiled, load
from connectors.syslog.patterns.language import pattern

GOOD = b"""
vendor = "example"
title = "Example"
source = "made up"

[form]
styles = ["bsd", "iso"]
app = "none"
lines = ["%{key}: "]

[[lines]]
keys = ["LINK-DOWN"]
texts = ["port {port} is {state=down|up}"]

[[lines.alarms]]
alarm_type = "link_down"
state = "cleared"
object = "port"
name = "{port}"
when = { state = "up" }

[[lines.alarms]]
alarm_type = "link_down"
state = "raised"
severity = "major"
object = "port"
name = "{port}"
when = { state = "down" }
"""


def faults(contents: bytes) -> list[Fault]:
    with pytest.raises(PatternError) as caught:
        compiled([{"mine.toml": contents}])
    return list(caught.value.faults)


def changed(old: bytes, new: bytes) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_what_is_shipped() -> None:
    shelf = load()
    assert shelf.vendors.keys() == {path.stem for path in SHIPPED.glob("*.toml")}
    assert len(shelf.vendors) == 11
    assert shelf.version == load().version


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("port {port} is {state=down|up}", "port ge-0/0/1.0:  is down", None),
        ("port {port} is {state=down|up}", "port   ge-0/0/1  is DOWN, says who", {"port": "ge-0/0/1", "state": "DOWN"}),
        ("port {port} is {state=down|up}", "port x is downhearted", None),
        ("{...}: {port} is down", "a: b c: d is down", None),  # the first that follows, and no other
        ("{...} port {port}", "so it is: port 7", {"port": "7"}),
        ("reason {why:text}; {n:number}", "reason a b c; 7", {"why": "a b c", "n": "7"}),
        ("said {what:text}", "said all of it", {"what": "all of it"}),
        ("({peer})", "(2001:db8::1)", {"peer": "2001:db8::1"}),
        ("to {peer}: {state=up}", "to 2001:db8::1: up", {"peer": "2001:db8::1", "state": "up"}),
        ("[a.b] {key:caps}: ", "[a.b] X_Y1: z", {"key": "X_Y1"}),
        ("{key:topics} ", "interface,info ether1", {"key": "interface,info"}),
        ("%{port:text} }} to {{ id: {peer} }}", "a%ISP one } to { id: 10.0.0.2 }", None),
        ("{...}%{port:text} }} to {{ id: {peer} }}", "a%ISP one } to { id: 1.2 }", {"port": "ISP one", "peer": "1.2"}),
    ],
)
def test_the_language(text: str, line: str, found: dict[str, str] | None) -> None:
    match = pattern(text).match(line)
    assert (match.groupdict() if match else None) == found


@pytest.mark.parametrize(
    "text", ["{port", "port}", "{}", "{1a}", "{port:colour}", "{port=}", "{a:text}{b}", "{...}{b}", "{a} {a}"]
)
def test_what_is_no_pattern(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|write|kind|words|behind|twice"):
        pattern(text)


@pytest.mark.parametrize(
    ("contents", "key", "part"),
    [
        (b"\xff", "", "not UTF-8 at octet 0"),
        (b"vendor = ", "", "not TOML"),
        (b'vendor = "x"\n', "title", "required"),
        (changed(b'"example"', b'"Example Ltd"'), "vendor", "small letters"),
        (changed(b'["bsd", "iso"]', b'["american"]'), "form.styles[0]", "'bsd'"),
        (changed(b'app = "none"', b'app = "some"'), "form.app", '"any"'),
        (changed(b'"%{key}: "', b'"%{mnemonic}: "'), "form", "{key}"),
        (changed(b'["LINK-DOWN"]', b"[]"), "lines[0].keys", "at least 1"),
        (changed(b"{port} is", b"{port is"), "lines[0].texts", "a brace has no partner"),
        (changed(b'"raised"', b'"up"'), "lines[0].alarms[1].state", "'raised' or 'cleared'"),
        (changed(b'severity = "major"\n', b""), "lines[0].alarms[1]", "needs a severity"),
        (changed(b'name = "{port}"', b'name = "{where}"'), "lines[0].alarms[0].name", "where is in none of the texts"),
        (changed(b'name = "{port}"\n', b""), "lines[0].alarms[0]", "`name` goes with"),
        (changed(b"when = { state =", b"when = { colour ="), "lines[0].alarms[0].when", "colour is in none"),
        (changed(b'title = "Example"', b'title = "Example"\ncolour = 1'), "colour", "not permitted"),
    ],
)
def test_a_fault_names_file_key_and_remedy(contents: bytes, key: str, part: str) -> None:
    found = faults(contents)
    assert (found[0].file, found[0].key) == ("mine.toml", key)
    assert part in found[0].reason
    assert str(found[0]).startswith("mine.toml")


def test_every_fault_is_listed() -> None:
    broken = GOOD.replace(b'"raised"', b'"up"').replace(b'"bsd"', b'"x"').replace(b"[[lines]]\nkeys", b"[[lines]]\nkey")
    assert len(faults(broken)) >= 3


def test_two_files_of_one_vendor() -> None:
    with pytest.raises(PatternError) as caught:
        compiled([{"a.toml": GOOD, "b.toml": GOOD}])
    assert [str(fault) for fault in caught.value.faults] == ["b.toml, vendor: example is in a.toml already"]


def test_an_operators_own_file_replaces_its_vendors(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(GOOD.replace(b'"example"', b'"frr"'))
    shelf = load(tmp_path)
    assert shelf.vendors["frr"].title == "Example"
    assert shelf.version != load().version


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match="no such folder"):
        load(tmp_path / "none")
