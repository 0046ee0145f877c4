"""Faults as rows of a table."""

from topology.loaders.report import faults_table
from topology.model import Fault


def test_a_fault_is_a_row_in_the_order_given() -> None:
    faults = [
        Fault(where="sites[3] P9", field="kind", reason="kind is missing", remedy="Give one"),
        Fault(where="the file", field=None, reason="this is not UTF-8", remedy="Save it anew"),
    ]
    assert faults_table(faults) == [
        ("sites[3] P9", "kind", "kind is missing", "Give one"),
        ("the file", "", "this is not UTF-8", "Save it anew"),
    ]
