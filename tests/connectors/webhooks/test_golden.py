"""What each system posts, and what it becomes: `tests/golden/webhooks`."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.formats.json_rows import Envelope
from connectors.resolver import InventoryResolver
from connectors.webhooks import grafana, librenms, prtg, zabbix
from correlator.events import Alarm, moment
from tests.connectors.house import NOW_US, WORLD

GOLDEN = Path(__file__).parents[2] / "golden/webhooks"
PARSERS: dict[str, Any] = {
    "grafana": grafana.parse,
    "librenms": librenms.parse,
    "prtg": prtg.parse,
    "zabbix": zabbix.parse,
}
CASES = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case['says']}")
    for file in sorted(GOLDEN.glob("*.toml"))
    for case in tomllib.loads(file.read_text())["body"]
]


def told(alarm: Alarm, resolver: InventoryResolver) -> dict[str, Any]:
    found = resolver.object_named(alarm.object)
    row = {name: getattr(alarm, name) for name in ("alarm_type", "state", "severity", "qualifier", "text")}
    row |= {"object": found or alarm.object, "unresolved": found is None or None}
    row["time"] = None if alarm.time == alarm.received else alarm.time
    return {name: value for name, value in row.items() if value is not None}


@pytest.mark.parametrize(("name", "case"), CASES)
def test_it_becomes_what_the_file_says(name: str, case: dict[str, Any]) -> None:
    resolver = InventoryResolver(WORLD.topology, {"JKT-CR1": "cr1.jakarta"})
    rows = PARSERS[name](case["body"].encode(), Envelope(moment(NOW_US), "nms", known=resolver.knows))
    assert isinstance(rows, list), rows
    wanted = [
        {name: datetime.fromisoformat(value) if name == "time" else value for name, value in alarm.items()}
        for alarm in case["alarms"]
    ]
    assert [told(row, resolver) for row in rows] == wanted
    assert {row.source for row in rows} <= {f"{name}:nms"}


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_a_clear_is_of_an_alarm_that_was_raised(name: str) -> None:
    """By the identity that the contract knows: object, and qualifier or type."""
    resolver = InventoryResolver(WORLD.topology, {})
    raised, cleared = set(), set()
    for _, case in (param.values for param in CASES if param.values[0] == name):
        rows = PARSERS[name](case["body"].encode(), Envelope(moment(NOW_US), "nms", known=resolver.knows))
        for row in rows:
            key = resolver.object_named(row.object) or row.object, row.qualifier or row.alarm_type
            (raised if row.state == "raised" else cleared).add(key)
    assert cleared
    assert name == "grafana" or cleared <= raised  # of Grafana's the raise was told an hour before


def test_every_file_has_its_provenance() -> None:
    page = (GOLDEN / "README.md").read_text()
    assert sorted(PARSERS) == sorted(file.stem for file in GOLDEN.glob("*.toml"))
    assert all(f"| {name}.toml |" in page for name in PARSERS)
    assert all(case["from"] for _, case in (param.values for param in CASES))
