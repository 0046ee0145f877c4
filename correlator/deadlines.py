"""Time acts only through deadlines: (due, kind, subject), the least first. Nothing sweeps."""

from heapq import heapify, heappop, heappush

import msgspec


class DeadlineRow(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    subject: str
    due_us: int


class Deadlines:
    """The armed deadlines; the rows are the truth, the heap is a cache with stale entries skipped."""

    __slots__ = ("_heap", "rows")

    def __init__(self, rows: dict[str, DeadlineRow]) -> None:
        self.rows = rows
        self._heap = [(row.due_us, row.kind, row.subject) for row in rows.values()]
        heapify(self._heap)

    @staticmethod
    def key(kind: str, subject: str) -> str:
        return f"{kind}\x1f{subject}"

    def arm(self, kind: str, subject: str, due_us: int) -> str:
        """Set or move one; the key of its row is returned."""
        key = self.key(kind, subject)
        self.rows[key] = DeadlineRow(kind, subject, due_us)
        heappush(self._heap, (due_us, kind, subject))
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
