"""`simpul prepare`: before the processes of several machines start; the token goes to a file, once."""

from pathlib import Path

from typer.testing import CliRunner

from streams.files import Files
from tests.services import empty_database
from tests.streams.cli.everything import app
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

SETTINGS = """
data = "{folder}/data"
inventory = "{folder}/{inventory}"
[kafka]
servers = "127.0.0.1:1"
[database]
url = "{url}"
"""


def test_it_can_be_run_again_and_makes_the_token_once(tmp_path: Path) -> None:
    config, url = tmp_path / "simpul.toml", empty_database()
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    config.write_text(SETTINGS.format(folder=tmp_path, inventory="inventory.json", url=url))
    ran = [CliRunner().invoke(app, ["prepare", "--config", str(config)]) for _ in range(2)]
    assert [one.exit_code for one in ran] == [0, 0], ran[0].output
    file = Files(tmp_path / "data").first_token
    assert file.read_text().startswith("simpul_")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [file.name in one.output for one in ran] == [True, False]
    assert not any("simpul_" in one.output for one in ran)


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text(SETTINGS.format(folder=tmp_path, inventory="none.json", url="postgresql://127.0.0.1:1/x"))
    ran = CliRunner().invoke(app, ["prepare", "--config", str(config)])
    assert ran.exit_code == 2
    assert "none.json" in ran.stderr


def test_a_remedy_in_brackets_is_printed_as_it_is(tmp_path: Path) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text(f'data = "{tmp_path}/data"\ninventory = "{tmp_path}/[channels.smtp].json"\n')
    ran = CliRunner().invoke(app, ["prepare", "--config", str(config)])
    assert ran.exit_code == 2
    assert "[channels.smtp].json" in ran.stderr


def test_a_policy_that_shares_the_network_otherwise_than_the_settings_is_told(tmp_path: Path) -> None:
    config, policy = tmp_path / "simpul.toml", tmp_path / "policy.toml"
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    policy.write_text('[domains]\nnames = ["nasional", "timur"]\n')
    settings = SETTINGS.format(folder=tmp_path, inventory="inventory.json", url="postgresql://127.0.0.1:1/x")
    config.write_text(f'policy = "{policy}"\n{settings}')
    ran = CliRunner().invoke(app, ["prepare", "--config", str(config)])
    assert ran.exit_code == 2
    assert "The settings name the domains id, the policy nasional, timur" in ran.stderr
    assert "kafka.domains" in ran.stderr
