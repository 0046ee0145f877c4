"""`simpul learn`, as it is typed: weeks in, a diff of the policy out; and what that policy does, once applied."""

import tomllib
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from correlator.policy import Policy
from streams.host.worlds import read_policy
from streams.replay.replay import Given, replay
from tests.streams.cli.everything import app
from tests.streams.cli.learning.weeks import START, Weeks, half_a_year, inventory
from topology.compile import compile_inventory

TOPOLOGY = compile_inventory(inventory())
DARK, LOST = "link_down", "device_unreachable"
ENOUGH = 10  # weeks that show what a source is worth, where it is not asked how much


def learn(folder: Path, told: Weeks, *more: str) -> Result:
    network, events = told.write(folder)
    return CliRunner().invoke(app, ["learn", "--inventory", str(network), "--events", str(events), *more])


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The diff, and the file with the proposals in it."""
    folder = tmp_path_factory.mktemp("weeks")
    before, after = folder / "policy.toml", folder / "after.toml"
    before.write_text("# ours\nkeep_days = 60\n\n[faults]\nsettle_s = 45  # as agreed\n")
    ran = learn(folder, half_a_year(), "--policy", str(before), "--out", str(after))
    assert ran.exit_code == 0, ran.output
    assert before.read_text().count("\n") == 5, "nothing is applied by itself"
    return ran.stdout, after


def opened(policy: Policy, source: str, name: str, kind: str) -> list[str]:
    """Roots of the incidents that one lone word, on a quiet day, comes to."""
    told = Weeks()
    told.alarm(START, 0.6, source, name, kind)  # before it stands for so long that no policy is asked (`alone_min`)
    run = replay(Given([TOPOLOGY], [policy]), told.lines(), 3600)
    return [row.root for row in run.state.incidents.values() if row.opened_us is not None]


def test_the_proposal_tells_who_is_always_right_from_who_babbles(taught: tuple[str, Path]) -> None:
    diff, after = taught
    content = tomllib.loads(after.read_text())
    rates = {name: source["spurious"] for name, source in content["faults"]["sources"].items()}
    shipped = Policy().faults.types[DARK].spurious
    for sure, loud, kind in (("nms-w", "nms-e", DARK), ("poll-w", "poll-e", LOST)):
        assert rates[sure][kind] < shipped / 100 < shipped < rates[loud][kind]
    assert (content["keep_days"], content["faults"]["settle_s"]) == (60, 45)
    assert " settle_s = 45  # as agreed\n" in diff, "what a person wrote stays"
    [line] = [line for line in diff.splitlines() if line.startswith("+link_down") and "# 0 of " in line]
    assert "words stray" in line
    assert "90 %: " in line
    assert line.endswith("was 0.001")


@pytest.mark.parametrize(
    ("source", "name", "kind", "opens"),
    [
        ("nms-w", "AGG-w/s3", DARK, True),
        ("poll-w", "BTS-w-3", LOST, True),
        ("nms-e", "AGG-e/s3", DARK, False),
        ("poll-e", "BTS-e-3", LOST, False),
        ("unheard-of", "AGG-w/s3", DARK, False),
    ],
)
def test_applied_a_lone_word_opens_an_incident_where_its_source_is_always_right(
    taught: tuple[str, Path], source: str, name: str, kind: str, opens: bool
) -> None:
    assert opened(Policy(), source, name, kind) == [], "as shipped it gets no more than a light ticket"
    assert bool(opened(read_policy(taught[1]), source, name, kind)) == opens


def test_a_week_is_too_little_to_change_what_sources_are_worth(tmp_path: Path) -> None:
    out = tmp_path / "after.toml"
    ran = learn(tmp_path, half_a_year(1), "--out", str(out))
    assert ran.exit_code == 0, ran.output
    found = tomllib.loads(out.read_text())["faults"].get("sources", {}) if out.exists() else {}
    assert "poll-w" not in found
    assert "nms-w" not in found


def test_where_nothing_happened_nothing_is_proposed(tmp_path: Path) -> None:
    told = Weeks()
    told.side_cut(START + timedelta(days=1), "w", 1)
    ran = learn(tmp_path, told)
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert "nothing to propose" in ran.stderr


def test_a_policy_that_is_written_in_another_way_is_left_to_a_person(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('faults.sources = {"nms-w" = {root_claim = 1.0}}\n')
    ran = learn(tmp_path, half_a_year(ENOUGH), "--policy", str(policy))
    assert ran.exit_code == 2
    assert "faults.sources.nms-w.spurious.link_down: 0.001 to " in ran.stdout
    assert "tables with one key a line" in ran.stderr


def test_of_a_policy_in_json_the_numbers_are_shown_and_no_file_is_promised(tmp_path: Path) -> None:
    policy, out = tmp_path / "policy.json", tmp_path / "after.toml"
    policy.write_text("{}")
    shown = learn(tmp_path, half_a_year(ENOUGH), "--policy", str(policy))
    assert shown.exit_code == 0, shown.output
    assert "faults.sources.nms-w.spurious.link_down: 0.001 to " in shown.stdout
    refused = learn(tmp_path, half_a_year(ENOUGH), "--policy", str(policy), "--out", str(out))
    assert refused.exit_code == 2, "it was told to write a file and wrote none"
    assert "TOML" in refused.stderr
    assert not out.exists()


def test_what_a_source_claims_is_learned(tmp_path: Path) -> None:
    told = Weeks()
    for number, day in enumerate(told.days(8)):
        for r in ("w", "e"):
            told.station_lost(day, r, number % 20, alone=False)
        for _, event in told.told[-8:]:
            is_port = event["object"].startswith("AGG-e")
            if event["state"] == "raised" and (event["source"] == "poll-w" or is_port):
                event["is_root_cause"] = True
    ran = learn(tmp_path, told)
    assert ran.exit_code == 0, ran.output
    tables = tomllib.loads(
        "\n".join(line[1:] for line in ran.stdout.splitlines() if line.startswith("+") and "+++" not in line)
    )
    claims = {name: one["root_claim"] for name, one in tables["faults"]["sources"].items() if "root_claim" in one}
    assert claims["poll-w"] > 1.5
    assert msgspec.convert(tables, Policy).faults.sources["poll-w"].root_claim == claims["poll-w"]
