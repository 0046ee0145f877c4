"""Faults as rows of a table: place, field, what is wrong, what to do. The command line draws it."""

from collections.abc import Iterable

from topology.model import Fault


def faults_table(faults: Iterable[Fault]) -> list[tuple[str, str, str, str]]:
    """(where, field or nothing, reason, remedy) of each fault, in the order given."""
    return [(fault.where, fault.field or "", fault.reason, fault.remedy) for fault in faults]
