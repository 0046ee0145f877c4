"""The auditor judges by itself: it reads rows and the words of the contract, never how the service reasons."""

import ast
from pathlib import Path

import pytest

SIMULATE = Path(__file__).parents[2] / "streams" / "simulation"
TRUTH = ("faults", "networks", "physics", "telling", "voices")  # what breaks, and what is then true and said
JUDGES = ("disorder", "finding", "laws")
ROWS = {"correlator.events", "correlator.times", "topology.model"}  # the contract's words, the inventory's rows
OUTCOME = {"correlator.rows.incidents", "correlator.state"}  # ... and the rows that came out, for those who judge them
ROOMS = ("connectors", "correlator", "topology")


def rooms_of(module: str) -> set[str]:
    """What the module imports of the service's own rooms."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((SIMULATE / f"{module}.py").read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name for name in found if name.partition(".")[0] in ROOMS}


@pytest.mark.parametrize("module", TRUTH)
def test_what_is_true_is_worked_out_from_rows_alone(module: str) -> None:
    assert rooms_of(module) <= ROWS


@pytest.mark.parametrize("module", JUDGES)
def test_who_judges_sees_what_came_out_and_not_why(module: str) -> None:
    assert rooms_of(module) <= ROWS | OUTCOME
