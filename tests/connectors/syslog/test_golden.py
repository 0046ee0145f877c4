"""Lines of every vendor: what must come of each, and that no other vendor's patterns read it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from connectors.formats.raw_frames import Datagram
from connectors.syslog.line import Line, parse
from connectors.syslog.patterns import Patterns, compiled
from connectors.syslog.stamps import UTC
from correlator.events import Alarm, microseconds
from tests.connectors.syslog.house import NOW, SHIPPED, context, reader

FOLDER = Path(__file__).parents[2] / "golden" / "syslog"
GOLDEN: dict[str, list[dict[str, Any]]] = {
    path.stem: tomllib.loads(path.read_text())["lines"] for path in sorted(FOLDER.glob("*.toml"))
}
LINES = [(vendor, golden) for vendor, lines in GOLDEN.items() for golden in lines]
TOLD = ("object", "qualifier", "alarm_type", "severity", "state", "text")
BEGINNINGS = ("published", "captured by others", "made of ", "made from ", "the kernel's driver")


def alarms(line: str, patterns: Patterns = SHIPPED, **sender: Any) -> list[Alarm]:
    read = reader(patterns, **sender).read(Datagram("10.0.0.1", microseconds(NOW), line.encode()), "m")
    assert isinstance(read, list), read
    return read


def told(said: list[Alarm]) -> list[dict[str, Any]]:
    return [{key: value for key in TOLD if (value := getattr(alarm, key)) is not None} for alarm in said]


def line_of(golden: dict[str, Any]) -> Line:
    line = parse(golden["line"].encode(), UTC, NOW)
    assert isinstance(line, Line)
    return line


def test_every_vendor_has_lines() -> None:
    assert GOLDEN.keys() == SHIPPED.vendors.keys()
    assert all(len(lines) >= 10 for lines in GOLDEN.values())


@pytest.mark.parametrize(("vendor", "golden"), LINES, ids=lambda one: one if isinstance(one, str) else one["line"][:60])
def test_what_comes_of_it(vendor: str, golden: dict[str, Any]) -> None:
    """Whether its vendor is told by the settings or by its own form."""
    assert golden["provenance"].startswith(BEGINNINGS)
    assert told(alarms(golden["line"])) == golden["alarms"]
    assert told(alarms(golden["line"], vendor=vendor)) == golden["alarms"]


@pytest.mark.parametrize(("vendor", "golden"), LINES, ids=lambda one: one if isinstance(one, str) else one["line"][:60])
def test_no_other_vendors_patterns_read_it(vendor: str, golden: dict[str, Any]) -> None:
    line = line_of(golden)
    assert [name for name, one in SHIPPED.vendors.items() if one.read(line) is not None] == [vendor]


@pytest.mark.parametrize(("vendor", "golden"), LINES, ids=lambda one: one if isinstance(one, str) else one["line"][:60])
def test_a_relay_that_writes_the_header_anew_makes_it_no_other_vendors(vendor: str, golden: dict[str, Any]) -> None:
    """The time's style is lost then: either the same comes of it, or it is left unread."""
    line = line_of(golden)
    tag = f"{line.app}: " if line.app else ""
    for header in (f"<189>Mar  1 01:10:00 R1 {tag}", f"<189>1 2026-03-01T01:10:00Z R1 {line.app or '-'} - - - "):
        assert told(alarms(header + line.body)) in (golden["alarms"], [])
    said = {name: one.read(line, sure=True) for name, one in SHIPPED.vendors.items()}
    assert said[vendor] is not None


def pairs() -> list[tuple[str, str, set[str]]]:
    """(vendor, kind, states) of the alarms of all lines, by what tells one alarm from another."""
    found: dict[tuple[str, str, str, str], set[str]] = {}
    for vendor, golden in LINES:
        for one in golden["alarms"]:
            key = (vendor, one["alarm_type"], one["object"], one.get("qualifier", one["alarm_type"]))
            found.setdefault(key, set()).add(one["state"])
    return [(vendor, kind, states) for (vendor, kind, _, _), states in found.items()]


@pytest.mark.parametrize("vendor", sorted(GOLDEN))
def test_what_is_evidence_is_raised_and_cleared_under_one_name(vendor: str) -> None:
    of_an_olt = ("loss_of_signal", "device_unreachable", "dying_gasp")
    for kind in of_an_olt if vendor == "huawei-olt" else ("link_down", "neighbor_down"):
        assert any(states == {"raised", "cleared"} for who, what, states in pairs() if (who, what) == (vendor, kind)), (
            kind
        )


@pytest.mark.parametrize("vendor", sorted(GOLDEN))
def test_every_raise_in_a_file_has_its_clear(vendor: str) -> None:
    """Of what has a state: an alarm that nothing ends would stand for ever."""
    rules = [rule for entries in SHIPPED.vendors[vendor].entries.values() for entry in entries for rule in entry.rules]

    def ends(state: str) -> set[tuple[object, ...]]:
        return {
            (rule.alarm_type, rule.object, rule.qualifier)
            for rule in rules
            if rule.state == state and rule.alarm_type not in ("other", "device_restart")
        }

    assert ends("raised") == ends("cleared")


def test_what_two_files_would_read_differently_is_left_unread() -> None:
    """A line of IOS through a relay, and a file whose form fits as well but that means another thing by it."""
    other = SHIPPED.vendors["cisco-ios"]
    folder = Path(__file__).parents[3] / "connectors/syslog/patterns"
    mine = (folder / "cisco-ios.toml").read_text().replace('vendor = "cisco-ios"', 'vendor = "mine"')
    shipped = {path.name: path.read_bytes() for path in folder.glob("*.toml")}
    changed = mine.replace(
        '"link_down", state = "raised", severity = "major"', '"link_down", state = "raised", severity = "minor"'
    )
    line = "<189>45: R1: Mar  1 01:09:58: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down"
    same = compiled([shipped, {"mine.toml": mine.encode()}])
    assert told(alarms(line, same)) == told(alarms(line)) != []
    two = compiled([shipped, {"mine.toml": changed.encode()}])
    around = context()
    read = reader(two, around).read(Datagram("10.0.0.1", microseconds(NOW), line.encode()), "m")
    assert read == []
    assert [(group.why, group.times) for group in around.unread.groups()] == [("two_readings", 1)]
    assert told(alarms(line, two, vendor=other.name)) == told(alarms(line))
