"""`simpul inventory suspicions`, as it is typed: a dependency that the inventory lacks is proposed, nothing else."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.streams.cli.everything import app
from tests.streams.cli.learning.weeks import LONG, Weeks, half_a_year
from topology.loaders import load

TRUE, GAP = ("SP-w-up1", "SP-w-side3"), ("SP-w-up1",)
NIGHTS = 6
Told = Callable[[Weeks, Any], None]


def suspicions(folder: Path, told: Weeks, *long: str, out: Path | None = None) -> Result:
    network, events = told.write(folder, *long)
    more = [] if out is None else ["--out", str(out)]
    given = ["--inventory", str(network), "--events", str(events), *more]
    return CliRunner().invoke(app, ["inventory", "suspicions", *given])


def patched(rows: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    """By RFC 6902, as far as it is used here."""
    rows = copy.deepcopy(rows)
    for one in operations:
        *path, last = one["path"].split("/")[1:]
        at: Any = rows
        for part in path:
            at = at[int(part)] if isinstance(at, list) else at[part]
        if one["op"] == "test":
            assert at[last] == one["value"]
        elif isinstance(at, list):
            at.insert(len(at) if last == "-" else int(last), one["value"])
        else:
            at[last] = one["value"]
    return rows


def nights(with_it: Told, seed: int = 2) -> Weeks:
    """Four weeks of true faults and babble, and some nights in which a span with the long link on it is cut."""
    told = half_a_year(4)
    for number, day in enumerate(told.days(NIGHTS)):
        if number % 7 == 3:
            at = day + timedelta(hours=20, minutes=told.rng.uniform(0, 59))
            told.side_cut(at, "w", LONG)
            with_it(told, at + timedelta(seconds=2))
    return told


def both_ends(told: Weeks, at: Any) -> None:
    """An incident of its own."""
    for name in ("CORE/long", "HUB-w/long"):
        told.alarm(at, 3, "nms-w", name, "link_down")


def one_end(told: Weeks, at: Any) -> None:
    """An alarm that nothing explains."""
    told.alarm(at, 3, "nms-w", "CORE/long", "link_down")


@pytest.mark.parametrize("with_it", [both_ends, one_end])
def test_the_span_that_a_route_lacks_is_proposed_and_nothing_else(tmp_path: Path, with_it: Told) -> None:
    out = tmp_path / "after.json"
    told = nights(with_it)
    ran = suspicions(tmp_path, told, *GAP, out=out)
    assert ran.exit_code == 0, ran.output
    before = json.loads((tmp_path / "inventory.json").read_text())
    [place] = [place for place, row in enumerate(before["links"]) if row["id"] == "LK-long"]
    assert json.loads(ran.stdout) == [
        {"op": "test", "path": f"/links/{place}/id", "value": "LK-long"},
        {"op": "add", "path": f"/links/{place}/routes", "value": [list(TRUE)]},
    ]
    assert f"LK-long began with SP-w-side3 {NIGHTS} of {NIGHTS} times" in ran.stderr
    assert patched(before, json.loads(ran.stdout)) == json.loads(out.read_text())
    assert [link.routes for link in load(out).links if link.id == "LK-long"] == [(TRUE,)]
    again = suspicions(tmp_path, told, *TRUE)
    assert again.stdout == "", "with it the link is explained"
    assert "no suspicion" in again.stderr


def test_a_station_that_hangs_on_another_by_what_no_row_says_shares_a_risk_group(tmp_path: Path) -> None:
    told = half_a_year(4)
    for number, day in enumerate(told.days(NIGHTS)):
        if number % 7 == 3:
            at = day + timedelta(hours=20)
            told.station_lost(at, "w", 3, alone=False)
            told.alarm(at + timedelta(seconds=25), 4, "poll-w", "BTS-w-9", "device_unreachable")
    ran = suspicions(tmp_path, told)
    assert ran.exit_code == 0, ran.output
    [first, group] = json.loads(ran.stdout)
    assert first == {"op": "add", "path": "/risk_groups", "value": []}
    assert group["path"] == "/risk_groups/-"
    assert "BTS-w-9" in group["value"]["members"]
    assert group["value"]["members"][0] in ("BTS-w-3", "T-w-3", "SP-w-bts3", "LK-w-bts3")


def test_what_goes_together_twice_or_by_chance_is_no_suspicion(tmp_path: Path) -> None:
    told = half_a_year(4)
    for number, day in enumerate(told.days(2)):
        if number % 7 == 3:
            told.side_cut(day, "w", LONG)
            one_end(told, day)
    assert suspicions(tmp_path, told, *GAP).stdout == ""


def test_half_a_year_of_faults_and_babble_gives_none(tmp_path: Path) -> None:
    assert suspicions(tmp_path, half_a_year(), *TRUE).stdout == ""
