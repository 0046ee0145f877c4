"""Time acts only through deadlines: (due, kind, subject), the least first. Nothing sweeps."""

from heapq import heapify, heappop, heappush

import msgspec

SPARE = 1000  # stale entries that the heap may have beside as many as there are rows


class DeadlineRow(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    subject: str
    due_us: int


class Deadlines:
    """The armed deadlines; the rows are the truth, the heap is a cache with stale entries skipped.

    What is moved or disarmed leaves an entry until it would be due, days ahead for a ticket's clocks: where these are
    most of the heap, it is made anew.
    """

    __slots__ = ("_heap", "rows")

    def __init__(self, rows: dict[str, DeadlineRow]) -> None:
        self.rows = rows
        self._heap: list[tuple[int, str, str]] = []
        self._make()

    def _make(self) -> None:
        self._heap = [(row.due_us, row.kind, row.subject) for row in self.rows.values()]
        heapify(self._heap)

    @property
    def entries(self) -> int:
        """So many are in memory, stale ones with them."""
        return len(self._heap)

    @staticmethod
    def key(kind: str, subject: str) -> str:
        return f"{kind}\x1f{subject}"

    def arm(self, kind: str, subject: str, due_us: int) -> str:
        """Set or move one; the key of its row is returned."""
        key = self.key(kind, subject)
        self.rows[key] = DeadlineRow(kind, subject, due_us)
        heappush(self._heap, (due_us, kind, subject))
        if len(self._heap) > 2 * len(self.rows) + SPARE:
            self._make()
        return key

    def due_us(self, kind: str, subject: str) -> int | None:
        """When one is due; None where it is not armed."""
        row = self.rows.get(self.key(kind, subject))
        return row.due_us if row else None

    def next_due_us(self) -> int | None:
        """When the next one is due; None where none is armed."""
        heap, rows = self._heap, self.rows
        while heap:
            due_us, kind, subject = heap[0]
            row = rows.get(f"{kind}\x1f{subject}")
            if row is not None and row.due_us == due_us:
                return due_us
            heappop(heap)
        return None

    def pop(self) -> DeadlineRow:
        """Take the least one; only after `next_due_us` gave a time."""
        due_us, kind, subject = heappop(self._heap)
        return self.rows.pop(f"{kind}\x1f{subject}", DeadlineRow(kind, subject, due_us))
