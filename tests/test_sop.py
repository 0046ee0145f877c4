"""Each clause of the SOP has a proof that is there; what a clause lacks is named in the last lines of a run."""

import ast
from pathlib import Path

import pytest

from dev.sop.clauses import CLAUSES, node

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("proof", sorted({proof for clause in CLAUSES for proof in clause.proofs}))
def test_a_proof_is_there(proof: str) -> None:
    file, _, name = node(proof).partition("::")
    if "::" in proof:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
    else:
        assert (ROOT / "tests" / "scenarios" / f"{proof}.scn").exists()


def test_a_clause_is_proved_or_says_what_it_lacks() -> None:
    assert [clause.number for clause in CLAUSES if not (clause.proofs or clause.lacking)] == []


def test_every_clause_is_lived_as_a_whole() -> None:
    assert [clause.number for clause in CLAUSES if clause.lacking] == []


def test_every_section_of_the_sop_has_its_clauses() -> None:
    assert {clause.number.partition("-")[0] for clause in CLAUSES} == {
        *("1", "2", "3", "4.1", "4.2", "4.3", "5", "6", "7", "8", "9", "10"),
    }
