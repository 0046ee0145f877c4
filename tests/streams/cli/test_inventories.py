"""`simpul inventory check` and `simpul whatif`, as they are typed."""

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result
from typer.testing import CliRunner

from correlator.policy import Policy
from tests.regions import DOMAINS, two_regions
from tests.streams.cli.everything import app
from tests.topology.loaders.small import SOUND
from topology.loaders import load_json
from topology.loaders.dump import to_csv, to_json
from topology.model import Inventory


def simpul(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def flat(text: str) -> str:
    """Without the frames of tables and the breaks inside them."""
    return " ".join(text.translate(dict.fromkeys(map(ord, "│┃|"), " ")).split())


@pytest.fixture
def sound(tmp_path: Path) -> str:
    path = tmp_path / "inventory.json"
    path.write_text(json.dumps(SOUND))
    return str(path)


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    rows: dict[str, Any] = copy.deepcopy(SOUND)
    rows["spans"][0]["b"] = "NOWHERE"
    rows["devices"][1]["role"] = "toaster"
    path = tmp_path / "faulty.json"
    path.write_text(json.dumps(rows))
    return str(path)


def test_a_good_inventory_is_shown_as_it_was_understood(sound: str) -> None:
    shown = simpul("inventory", "check", sound)
    text = flat(shown.stdout)
    assert shown.exit_code == 0
    assert "19 rows" in text
    for row in ("site 1 1 1 3", "splitter 1 1", "customer 2 2"):
        assert row in text
    assert "business 1 2" in text


def test_what_no_source_can_name_is_warned_of(tmp_path: Path) -> None:
    rows: dict[str, Any] = copy.deepcopy(SOUND)
    rows["conduits"].append({"id": " C-9\u00a0"})
    first, second = rows["devices"][:2]
    first["name"], second["name"] = "Core Bali", "CORE bali"
    path = tmp_path / "inventory.json"
    path.write_text(json.dumps(rows))
    shown = simpul("inventory", "check", str(path))
    assert shown.exit_code == 0
    assert 'conduit " C-9' in shown.stdout
    assert "the id has a blank at an end: no source can name it" in flat(shown.stdout)
    told = json.loads(simpul("inventory", "check", str(path), "--json").stdout)["warnings"]
    [shared] = [line for line in told if "the name" in line]
    assert shared.startswith(f"the name Core Bali is that of {first['id']}, {second['id']}: ")


def test_every_fault_is_listed_with_its_remedy(faulty: str) -> None:
    shown = simpul("inventory", "check", faulty)
    assert shown.exit_code == 2
    for words in ("S1, b: the site NOWHERE is not in the inventory. Add it to sites", "toaster", "Give one of core"):
        assert words in shown.stderr


def test_a_folder_without_one_of_its_files(tmp_path: Path) -> None:
    for name, data in to_csv(load_json(json.dumps(SOUND).encode())).items():
        if name != "sites.csv":
            (tmp_path / name).write_bytes(data)
    shown = simpul("inventory", "check", str(tmp_path))
    assert shown.exit_code == 2
    assert ": 1 fault\n  sites.csv: the file is missing, and spans.csv and devices.csv name its rows" in shown.stderr


def test_a_contact_that_reaches_nobody_is_warned_of_and_not_printed(tmp_path: Path) -> None:
    rows: dict[str, Any] = copy.deepcopy(SOUND)
    rows["customers"][0] |= {"phone": "nol delapan", "email": "bukan-mail"}
    rows["customers"][1] |= {"phone": "0812-3456-7890", "email": "Budi <budi@example.com>"}
    path = tmp_path / "inventory.json"
    path.write_text(json.dumps(rows))
    shown, data = (simpul("inventory", "check", str(path), *more) for more in ((), ("--json",)))
    assert (shown.exit_code, data.exit_code) == (0, 0)
    customer = rows["customers"][0]["id"]
    lines = [
        f"customer {customer}: the phone is no number. Write one, as 0812-3456-7890, or leave it out",
        f"customer {customer}: the email is no address. Write one, as name@example.com, or leave it out",
    ]
    assert json.loads(data.stdout)["warnings"] == lines
    assert all(line in flat(shown.stdout) for line in lines)
    assert not any(said in shown.output + data.output for said in ("delapan", "bukan", "budi@"))


@pytest.mark.parametrize("phone", ["+62 21 5550 100", "0812345", "(021) 555-0100 ext 12", "62812345678"])
def test_a_phone_as_people_write_it_is_no_warning(tmp_path: Path, phone: str) -> None:
    rows: dict[str, Any] = copy.deepcopy(SOUND)
    rows["customers"][0]["phone"] = phone
    path = tmp_path / "inventory.json"
    path.write_text(json.dumps(rows))
    assert "No warnings" in simpul("inventory", "check", str(path)).stdout


def test_an_empty_inventory_is_called_so_without_empty_tables(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_bytes(to_json(Inventory()))
    shown = simpul("inventory", "check", str(path))
    assert shown.exit_code == 0
    assert "is empty: 0 rows" in shown.stdout
    assert "it has no device" in shown.stdout
    for title in ("What is in it", "Services without redundancy"):
        assert title not in shown.stdout
    assert "it has no device" in simpul("inventory", "check", str(path), "--json").stdout


def test_faults_as_data(faulty: str) -> None:
    shown = simpul("inventory", "check", "--json", faulty)
    told = json.loads(shown.stdout)
    assert (shown.exit_code, told["good"]) == (2, False)
    assert [(fault["where"], fault["field"]) for fault in told["faults"]] == [
        ("spans[0] S1", "b"),
        ("devices[1] R2", "role"),
    ]
    assert all(fault["remedy"] for fault in told["faults"])


def test_what_was_understood_as_data(sound: str) -> None:
    told = json.loads(simpul("inventory", "check", "--json", sound).stdout)
    assert told["counts"]["link"] == {"metro": 1, "feeder": 1, "drop": 1}
    assert told["without_redundancy"] == {"business": {"services": 1, "of": 2}}
    assert ["H1", "L3", "ONT", "ONT/pon", "S3", "SPL/out-1"] in told["alike"]


@pytest.fixture
def regions(tmp_path: Path) -> tuple[str, str]:
    """A country of two regions, and who shares it."""
    inventory, policy = tmp_path / "country.json", tmp_path / "policy.json"
    inventory.write_bytes(to_json(two_regions()))
    regions = {**DOMAINS.regions, "Selatan": "timur"}
    rules = msgspec.structs.replace(DOMAINS, regions=regions)
    policy.write_bytes(msgspec.json.encode(Policy(domains=rules)))
    return str(inventory), str(policy)


def test_what_each_domain_would_decide_on(regions: tuple[str, str]) -> None:
    inventory, policy = regions
    text = flat(simpul("inventory", "check", inventory, "--policy", policy).stdout)
    assert "What each domain decides on" in text
    for row in ("nasional 2 2 1 1", "barat 20 20 12 12 Barat", "timur 20 20 12 12 Timur"):
        assert row in text
    assert "to domains that the inventory lacks: Selatan" in text
    assert "What each domain" not in simpul("inventory", "check", inventory).stdout


def test_what_each_domain_would_decide_on_as_data(regions: tuple[str, str]) -> None:
    inventory, policy = regions
    told = json.loads(simpul("inventory", "check", "--json", inventory, "--policy", policy).stdout)["domains"]
    assert [(one["domain"], one["customers"], one["regions"]) for one in told] == [
        ("nasional", 1, []),
        ("barat", 12, ["Barat"]),
        ("timur", 12, ["Timur"]),
    ]


@pytest.mark.parametrize("command", [("inventory", "check"), ("inventory", "check", "--json")])
def test_a_file_that_is_not_there(command: tuple[str, ...]) -> None:
    shown = simpul(*command, "no-such-file.json")
    assert shown.exit_code == 2
    assert "no-such-file.json" in shown.output
    assert "it cannot be read: No such file or directory" in shown.output


def test_who_is_down_and_who_hangs_by_a_thread(sound: str) -> None:
    told = json.loads(simpul("whatif", "L3", "--inventory", sound, "--json").stdout)
    assert (told["failed"], told["devices"], told["services"], told["customers"]) == (["L3"], ["ONT"], ["SV2"], ["C1"])
    assert told["customers_by_segment"] == {"business": 1}
    told = json.loads(simpul("whatif", "S1", "--inventory", sound, "--json").stdout)
    assert (told["services_down"], told["unprotected"], told["at_risk"]) == (0, ["L1"], ["SV2"])
    told = json.loads(simpul("whatif", "S1", "S2", "--inventory", sound, "--json").stdout)
    assert (told["links"], told["services"], told["at_risk"]) == (["L1"], ["SV2"], ["SV1"])


def test_a_compiled_network_is_kept_and_asked_again(sound: str, tmp_path: Path) -> None:
    asked = ("whatif", "L3", "--inventory", sound, "--cache", str(tmp_path / "cache"), "--json")
    first, second = simpul(*asked), simpul(*asked)
    assert first.stdout == second.stdout
    (kept,) = (tmp_path / "cache").glob("*.world")
    kept.write_bytes(b"rubbish")
    third = simpul(*asked)
    assert third.stdout == first.stdout
    assert "compiled again" in third.stderr


def test_what_if_as_a_table(sound: str) -> None:
    text = flat(simpul("whatif", "R2/pon-1", "--inventory", sound, "--limit", "1").stdout)
    assert "devices down 2 SPL and 1 more" in text
    assert "Customers down by segment: 1 business" in text


def test_any_port_of_a_known_device_exists_and_one_without_rows_carries_nothing(sound: str) -> None:
    shown = simpul("whatif", "R1/ge-9/9/9", "--inventory", sound, "--json")
    assert (shown.exit_code, json.loads(shown.stdout)["services_down"]) == (0, 0)


def test_elements_that_are_not_in_the_inventory_are_all_named(sound: str) -> None:
    shown = simpul("whatif", "r", "C1", "S1", "--inventory", sound)
    assert shown.exit_code == 2
    assert "r is not in the inventory. Did you mean R1, R2, R1/ge-0/0/1?" in shown.stderr
    assert "C1 is not in the inventory. It is a customer" in shown.stderr


def test_the_help_names_the_part_of_the_policy() -> None:
    assert "[domains]" in simpul("inventory", "check", "--help").output
