"""What a path holds is told by its name, else by its first sign."""

from pathlib import Path

import pytest

from tests.topology.loaders.small import said, sound, text
from topology.loaders import load, load_json
from topology.loaders.dump import to_csv

SOUND = load_json(text(sound()))
GRAPHS = Path(__file__).parent / "graphs"


@pytest.mark.parametrize("name", ["inventory.json", "network.JSON", "network"])
def test_a_json_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(text(sound()))
    assert load(tmp_path / name) == SOUND


def test_a_folder_of_csv_files_and_others(tmp_path: Path) -> None:
    for name, data in to_csv(SOUND).items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "README.md").write_text("Exported on Monday")
    assert load(tmp_path) == SOUND


@pytest.mark.parametrize("name", ["ring.graphml", "ring"])
def test_a_graphml_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes((GRAPHS / "ring.graphml").read_bytes())
    assert len(load(tmp_path / name).sites) == 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.json", "it cannot be read: No such file or directory"),
        ("empty", "the folder holds no CSV files. Put any of these there: sites.csv,"),
        ("sites.csv", "a CSV file holds one list, and an inventory is a folder of them. Give the folder"),
    ],
)
def test_a_path_that_holds_no_inventory(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "sites.csv").write_text("id,kind\n")
    (fault,) = said(lambda: load(tmp_path / name))
    assert fault.startswith(f"{tmp_path / name}: {words}")
