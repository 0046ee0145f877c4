"""What a benchmark tells: one figure a row, with the limit it has to keep where there is one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`limit` is the greatest value allowed, or for a rate (unit `.../s`) the least; None: told only."""

    what: str
    figure: float
    unit: str
    limit: float | None
    note: str = ""
