"""docs/add-evidence.md, done: its example is put beside the kinds that there are, as it says, and then it counts."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.correlator.inference.ring import HEARD, conclude

ROOT = Path(__file__).parents[4]
EXAMPLE = Path(__file__).with_name("adjacency.py").read_text()
PAGE = (ROOT / "docs/add-evidence.md").read_text()
IMPORT, LINE = "from correlator.inference.evidence import adjacency\n", "    adjacency.KIND,\n"

Told = Mapping[str, list[dict[str, Any]]]


def added(text: str, line: str, before: str) -> str:
    assert text.count(before) == 1
    return text.replace(before, line + before)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What a service concludes that has one file and one line more: a copy of the core, in a process of its own."""
    folder = tmp_path_factory.mktemp("more")
    shutil.copytree(ROOT / "correlator", folder / "correlator", ignore=shutil.ignore_patterns("__pycache__"))
    kinds = folder / "correlator/inference/evidence"
    (kinds / "adjacency.py").write_text(EXAMPLE)
    registry = kinds / "__init__.py"
    text = added(registry.read_text(), IMPORT, "from correlator.inference.evidence.kind import")
    registry.write_text(added(text, LINE, ")\nKIND:"))
    command = [sys.executable, "-m", "tests.correlator.inference.ring"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    found: Told = json.loads(done.stdout)
    return found


def test_the_page_shows_the_example_and_the_lines() -> None:
    assert f"```python\n{EXAMPLE}```" in PAGE
    assert IMPORT in PAGE
    assert LINE in PAGE


@pytest.mark.parametrize("name", HEARD)
def test_without_it_nothing_of_the_kind_is_said(name: str) -> None:
    assert not [line for row in conclude(HEARD[name]) for line in row["en"] if "neighbour" in line]


def test_it_raises_a_hypothesis_that_explains_it(told: Told) -> None:
    assert conclude(HEARD["both"]) == []  # one dark link end is too little
    [incident] = told["both"]
    assert incident["status"] == "open"
    assert "S23" in incident["alike"]
    assert "Explains 2 x neighbour lost (+13.6), as R2, R3." in incident["en"]
    assert "Menjelaskan 2 x tetangga hilang (+13,6), misalnya R2, R3." in incident["id"]


def test_its_silence_counts_and_is_said(told: Told) -> None:
    [incident] = told["one"]
    assert "S23" in incident["alike"]
    assert "Expected but silent (-2.3): 1 x core router that has lost no neighbour." in incident["en"]
    assert "Seharusnya melapor, tetapi tidak (-2,3): 1 x router core yang tidak kehilangan tetangga." in incident["id"]


def test_what_comes_later_belongs_to_the_incident_that_explains_it(told: Told) -> None:
    [incident] = told["late"]
    assert incident["explains"] == ["R2", "R2/3", "R3", "R3/2"]
