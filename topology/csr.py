"""Lists of ints in two flat arrays (compressed sparse rows): four bytes an entry, no object for each list."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]


def ints(values: Iterable[int]) -> "array[int]":
    """A flat int32 array; reading one entry gives a plain int, which numpy does not."""
    return array("i", values)


def flat(values: npt.NDArray[np.integer]) -> "array[int]":
    made = array("i")
    made.frombytes(np.ascontiguousarray(values, dtype=np.int32).tobytes())
    return made


def view(values: "array[int]") -> Ints:
    """The same memory, for numpy. Never written to."""
    seen = np.frombuffer(values, dtype=np.int32) if values else np.zeros(0, dtype=np.int32)
    seen.flags.writeable = False
    return seen


def how_often(values: Ints) -> dict[int, int]:
    """How often each comes, ascending; np.unique takes three times as long on few. The values are put in order."""
    values.sort()
    ends = [*(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)] if len(values) else []
    return {values.item(low): high - low for low, high in pairwise([0, *ends])}


@dataclass(frozen=True, slots=True)
class Csr:
    """`rows[i]` is the i-th list. `starts` has one entry more than there are lists."""

    starts: "array[int]"
    values: "array[int]"

    def __len__(self) -> int:
        return len(self.starts) - 1

    def size(self, row: int) -> int:
        """How long the list is, without a copy of it."""
        return self.starts[row + 1] - self.starts[row]

    def __getitem__(self, row: int) -> "array[int]":
        return self.values[self.starts[row] : self.starts[row + 1]]


def from_lists(lists: Iterable[Iterable[int]]) -> Csr:
    starts, values = ints([0]), ints([])
    for row in lists:
        values.extend(row)
        starts.append(len(values))
    return Csr(starts, values)


def from_pairs(rows: Ints, values: Ints, size: int) -> Csr:
    """Gathers (row, value) pairs; inside a row the pairs keep their order."""
    order = np.argsort(rows, kind="stable")
    starts = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=size), out=starts[1:])
    return Csr(flat(starts), flat(values[order]))


def inverse(lists: Csr, size: int) -> Csr:
    """For each value the rows that hold it, ascending; a row that holds it twice comes once."""
    rows = np.repeat(np.arange(len(lists), dtype=np.int64), np.diff(view(lists.starts)))
    pairs = np.unique(view(lists.values).astype(np.int64) * max(len(lists), 1) + rows)
    count = max(len(lists), 1)
    return from_pairs((pairs // count).astype(np.int32), (pairs % count).astype(np.int32), size)
