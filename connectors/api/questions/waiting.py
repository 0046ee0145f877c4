"""Which ticket an answer is about: by its number, by the notice that asked, or by whom the contact belongs to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from connectors.api.rows import Rows
from connectors.ports import Directory
from connectors.privacy.directory import all_whose
from correlator.deadlines import Deadlines
from correlator.rows.service_desk import Stage, TicketRow
from correlator.service_desk.notices.single_notices import ASK_KIND
from correlator.service_desk.surveys.survey import key


class Brief(msgspec.Struct, frozen=True):
    """Of a ticket what tells whose answer it may wait for."""

    id: str
    stage: Stage
    opened_us: int
    customer: str | None = None
    asked_via: str | None = None  # another ticket of theirs asked for this one


@dataclass(frozen=True, slots=True)
class Meant:
    """The ticket that an answer is taken to be about. `sure`: nobody else's waits for an answer from that contact."""

    ticket: TicketRow
    sure: bool


@dataclass(frozen=True, slots=True)
class AskedBySurvey:
    """Whose score a survey waits for."""

    survey: str
    customer: str


class Questions:
    """Safe to use from several threads."""

    def __init__(self, rows: Rows, directory: Directory) -> None:
        self._rows = rows
        self._directory = directory

    def ticket(self, name: str) -> TicketRow | None:
        """By id or number; None where there is none."""
        return self._rows.ticket(name)

    def survey_waits(self, survey: str, customer: str) -> bool:
        """Whether this survey asked the customer, and has no answer yet."""
        row = self._rows.find("surveys", survey)
        asked = None if row is None else row.source.one("surveyed", key(survey, customer))
        if row is None or row.row.state != "running" or asked is None:
            return False
        return asked.answered_us is None and not asked.declined

    def survey_of(self, contact: str) -> AskedBySurvey | None:
        """The running survey that waits for this person's score. None: none does, or a ticket's question waits too."""
        persons = frozenset(all_whose(contact, self._directory))
        if not persons or _theirs(self._asked(), persons):
            return None
        for domain in self._rows.domains:
            for name, row in self._rows.live(domain).each("surveys", ""):
                asked = [one for one in sorted(persons) if row.state == "running" and self.survey_waits(name, one)]
                if asked:
                    return AskedBySurvey(name, asked[0])
        return None

    def of_notice(self, notice: str) -> TicketRow | None:
        """The one that a message to one person was about."""
        found = self._rows.find("campaigns", notice)
        return None if found is None else self._rows.ticket(found.row.ticket, found.domain)

    def of_contact(self, contact: str) -> Meant | None:
        """The one that waits for this person's word; else the newest that is worked on. None: nothing is open."""
        persons = frozenset(all_whose(contact, self._directory))
        if not persons:
            return None
        waiting = _theirs(self._asked(), persons)
        if not waiting:
            opened = _theirs(self._open(), persons)
            waiting = [row for row in opened if row.stage == "confirmation"] or opened
        newest = max(waiting, key=lambda row: (row.opened_us, row.id), default=None)
        ticket = None if newest is None else self._rows.ticket(newest.id)
        return None if ticket is None else Meant(ticket, len({row.customer for row in waiting}) == 1)

    def _asked(self) -> Iterator[Brief]:
        """Tickets whose next reminder is due some day: few of many."""
        for domain in self._rows.domains:
            live = self._rows.live(domain)
            for _, row in live.each("deadlines", Deadlines.key(ASK_KIND, "")):
                ticket = live.one("tickets", row.subject)
                if ticket is not None and ticket.stage == "confirmation":
                    yield Brief(ticket.id, ticket.stage, ticket.opened_us, ticket.customer, ticket.asked_via)

    def _open(self) -> Iterator[Brief]:
        return (row for row in self._rows.briefly("tickets", Brief) if row.stage != "closed")


def _theirs(rows: Iterable[Brief], persons: frozenset[str]) -> list[Brief]:
    """Those that asked for an answer themselves."""
    return [row for row in rows if row.customer in persons and row.asked_via is None]
