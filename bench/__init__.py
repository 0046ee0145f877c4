"""What is measured, and with what: seeded inventories, event mixes and a trap sender. Results lie in RESULTS.md."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`limit` is the greatest value allowed, or for a rate (unit `.../s`) the least; None: told only."""

    what: str
    figure: float
    unit: str
    limit: float | None
    note: str = ""
