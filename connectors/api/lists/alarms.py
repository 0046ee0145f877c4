"""`GET /alarms`: the newest first, of what stands or of all that is kept; of one object or incident, where named."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.api.lists.counted import Counted
from connectors.api.lists.pages import Page, Placed, filled, newest
from connectors.api.rows import Rows
from connectors.api.views import alarm
from connectors.listed import STANDING
from connectors.ports import Listing, Place
from correlator.rows.incidents import AlarmRow

NAME = "alarms"  # of the list


@dataclass(frozen=True, slots=True)
class Wanted:
    """`of`: an object, with its ports. `standing`, `over`: only what stands, or what does not any more."""

    of: str | None = None
    incident: str | None = None
    standing: bool = True
    over: bool = False

    @property
    def lists(self) -> tuple[Listing, ...]:
        if self.incident is not None:
            return (Listing(NAME, self.incident, about=True),)
        names = () if self.over else STANDING
        return tuple(Listing(NAME, name) for name in (names if self.standing else (*names, "ended")))

    def takes(self, row: AlarmRow) -> bool:
        return (
            not (self.over if row.stands else self.standing)
            and (self.incident is None or row.incident == self.incident)
            and (self.of is None or row.object == self.of or row.object.startswith(f"{self.of}/"))
        )


def place_of(row: AlarmRow) -> Place:
    """In the list."""
    return Place(row.first_us, row.key)


class AlarmPages:
    """Over all domains. Safe to call from several threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        ways = ((True, False), (False, False), (False, True))
        self._all = {way: self._counting(Wanted(None, None, *way)) for way in ways}

    def page(self, wanted: Wanted, below: Place | None, limit: int) -> Page[AlarmRow]:
        def read(below: Place | None, most: int) -> list[Placed[AlarmRow]]:
            """With what other domains have of the same."""
            parts = (part for domain in self._rows.domains for part in self._parts(domain, wanted, below, most))
            return newest(parts, most)

        page = filled(NAME, below, limit, read, lambda more: self._each_once(wanted, more))
        return Page([one.row for one in page.rows], page.next)

    def told(self, wanted: Wanted, below: Place | None, limit: int) -> dict[str, Any]:
        """A page of them as `GET /alarms` tells it, but for how many there are (`count`): that may take longer."""
        page, now_us = self.page(wanted, below, limit), self._rows.clock()
        return {"alarms": [alarm(row, now_us) for row in page.rows], "next": page.next}

    def from_offset(self, wanted: Wanted, offset: int, limit: int, below: Place | None = None) -> Page[AlarmRow]:
        """Those behind so many of the newest; what two domains have counts twice among these."""
        if wanted.of is not None or below is not None:  # few, or nobody knows how many lie before that
            page = self.page(wanted, below, offset + limit)
            return Page(page.rows[offset:], page.next)
        below = self._rows.passed(wanted.lists, offset) if offset else None
        return Page([], None) if offset and below is None else self.page(wanted, below, limit)

    def count(self, wanted: Wanted) -> int:
        """How many there are; of all, as counted a moment ago, or before that while another asks for the count. One
        that two domains have counts twice there."""
        if wanted.of is not None:
            placed = (one for domain in self._rows.domains for one in self._on(domain, wanted))
            return len({one.row.key for one in placed})
        if wanted.incident is not None:
            return self._counted(wanted)
        return self._all[wanted.standing, wanted.over].now()

    def _counting(self, wanted: Wanted) -> Counted:
        return Counted(lambda: self._counted(wanted), self._rows.clock)

    def _counted(self, wanted: Wanted) -> int:
        return sum(self._rows.counted(domain, *wanted.lists) for domain in self._rows.domains)

    def _parts(self, domain: str, wanted: Wanted, below: Place | None, limit: int) -> Iterator[list[Placed[AlarmRow]]]:
        if wanted.of is not None:
            mine = sorted(self._on(domain, wanted), key=lambda one: one.place, reverse=True)
            yield [one for one in mine if below is None or one.place < below][:limit]
            return
        for listing in wanted.lists:
            found = self._rows.listed(domain, listing, below, limit)
            yield [Placed(place, domain, row) for place, row in found]

    def _on(self, domain: str, wanted: Wanted) -> Iterator[Placed[AlarmRow]]:
        """A look at each alarm of the object and of its ports."""
        live = self._rows.live(domain)
        for prefix in (f"{wanted.of}\x1f", f"{wanted.of}/"):
            for _, row in live.each(NAME, prefix):
                if wanted.takes(row):
                    yield Placed(place_of(row), domain, row)

    def _each_once(self, wanted: Wanted, placed: Sequence[Placed[AlarmRow]]) -> Iterable[Placed[AlarmRow]]:
        """One that was handed over: who explains it has it."""
        if len(self._rows.domains) == 1:
            return placed
        several = self._rows.having(NAME, [one.row.key for one in placed])
        return [one for one in placed if self._teller(wanted, one, several.get(one.row.key, ())) == one.domain]

    def _teller(self, wanted: Wanted, one: Placed[AlarmRow], domains: Sequence[str]) -> str:
        rows = {domain: self._rows.live(domain).one(NAME, one.row.key) for domain in domains if domain != one.domain}
        told = {domain: row for domain, row in rows.items() if row is not None and wanted.takes(row)}
        told[one.domain] = one.row
        return min(told, key=lambda domain: (told[domain].incident is None, self._rows.domains.index(domain)))
