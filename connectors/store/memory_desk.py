"""The memory twin of the desk's lines: they are made of the rows each time somebody asks."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from connectors.desk_ports import (
    OPEN,
    STATES,
    WAITS_FOR_CUSTOMER,
    Standing,
    TicketCount,
    TicketLine,
    TicketsAsked,
    archived_line,
    line_of,
    place_of,
)
from correlator.rows.service_desk import TicketRow


class MemoryDesk:
    """`rows`: the tickets of a domain; `archived`: those that are over for long."""

    def __init__(
        self, rows: Callable[[str], Iterable[TicketRow]], archived: Callable[[str], Iterable[TicketRow]]
    ) -> None:
        self._rows = rows
        self._archived = archived

    def tickets(self, asked: TicketsAsked) -> list[TicketLine]:
        lines = [line for line in self._lines(asked.domains) if _holds(line, asked)]
        rising, after = asked.sort == "due", asked.after
        if after is not None:
            lines = [line for line in lines if (after < place_of(line, asked.sort)) is rising]
            lines = [line for line in lines if place_of(line, asked.sort) != after]
        lines.sort(key=lambda line: place_of(line, asked.sort), reverse=not rising)
        return lines[asked.offset : asked.offset + asked.limit]

    def how_many(self, asked: TicketsAsked) -> int:
        return min(asked.limit, sum(_holds(line, asked) for line in self._lines(asked.domains)))

    def counts(self, domains: Sequence[str], now_us: int) -> list[TicketCount]:
        kinds: dict[tuple[str, str, str], Counter[str]] = {}
        for line in self._lines(domains):
            if line.open == OPEN:
                kinds.setdefault((line.owner, line.stage, line.severity), Counter()).update(
                    tickets=1, overdue=int(line.due_us < now_us), unassigned=int(line.assigned_to is None)
                )
        return [TicketCount(*by, *(many[key] for key in TicketCount._fields[3:])) for by, many in sorted(kinds.items())]

    def _lines(self, domains: Sequence[str]) -> Iterable[TicketLine]:
        for domain in domains:
            yield from (line_of(domain, row) for row in self._rows(domain))
            yield from (archived_line(domain, row) for row in self._archived(domain))


def _holds(line: TicketLine, asked: TicketsAsked) -> bool:
    return (
        line.open in STATES[asked.state]
        and (asked.due_before_us is None or line.due_us < asked.due_before_us)
        and all(getattr(line, name) in values for name, values in asked.equal.items())
        and asked.words.casefold() in line.said
        and (not asked.stands or any(_stands(line, one) for one in asked.stands))
    )


def _stands(line: TicketLine, how: Standing) -> bool:
    pause = {None: "none", WAITS_FOR_CUSTOMER: "customer"}.get(line.paused_for, "other")
    return line.stage in how.stages and how.pause in (None, pause)
