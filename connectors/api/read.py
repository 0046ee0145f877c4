"""The read side: incidents, tickets and explanations from the rows of the store, without a look at every alarm.

All domains are one list here, and a thing is found by its id or number, wherever it is.
"""

from collections.abc import Callable, Collection, Sequence
from heapq import nlargest
from typing import Any, cast

from connectors.api import views
from connectors.api.affected import Affected, Worlds
from connectors.api.alarms import Explained
from connectors.api.cases import cases_of, customers_down, facts_of, shift_of
from connectors.api.desk.lists import Lists
from connectors.api.desk.record import Records
from connectors.api.lists.alarms import AlarmPages
from connectors.api.lists.counted import Counted
from connectors.api.lists.pages import INCIDENTS, PLANNED, Page, after, cut
from connectors.api.lists.rcas import RcaPages
from connectors.api.quality.reading import Quality
from connectors.api.questions.waiting import Questions
from connectors.api.rows import Found, Known, Rows, ticket_in
from connectors.formats.documents.rca import Case
from connectors.ports import Directory, Store
from connectors.telemetry import tallies
from correlator.alarms.voices import limit
from correlator.customers import unpack
from correlator.effects import Noted, Rejected
from correlator.events import HOUR_US, SECOND_US
from correlator.policy.care import CarePolicy
from correlator.reports.handover import Shift
from correlator.reports.recap import Recap, recap_of
from correlator.reports.report import Cases, Period, months_before
from correlator.rows.incidents import LIVE, IncidentRow, IncidentStatus
from correlator.rows.service_desk import AffectedRow, AudienceRow, RcaRow, TicketRow
from correlator.rows.sources import VoiceRow
from correlator.rows.subscriptions import SubscriptionRow
from correlator.service_desk.rca import about_key

MOST_CUSTOMERS = 1000  # that an incident lists (contract)
MOST_DECISIONS = 2000  # newest effects looked through for an explanation
UNKNOWN = "unknown_target"  # what a kernel says of a target that it does not have
UNEXPLAINED_US = 5 * SECOND_US  # these are counted at most so often
COMES_US = 5 * SECOND_US  # what goes to several domains is folded by all within so long


class Reader:
    """Queries over the domains. Safe to call from several threads.

    `affected` knows who is out, `alarms` lists them, `explained` why no incident explains one, `questions` which ticket
    an answer is about; `lists` and `records` are the desk's; `rcas` lists RCA/CAPA records; `quality` has surveys and
    the register.
    """

    def __init__(self, store: Store, worlds: Worlds, clock: Callable[[], int], directory: Directory) -> None:
        """`worlds`: by domain the one in force there, the national one's first; `clock`: microseconds since 1970."""
        self._rows = Rows(store, list(worlds), clock)
        self._worlds = worlds
        self._world = next(iter(worlds.values()))
        self.affected = Affected(self._rows, worlds, directory)
        self.explained = Explained(self._rows, worlds)
        self.alarms = AlarmPages(self._rows)
        self.questions = Questions(self._rows, directory)
        self.lists = Lists(store, list(worlds), clock)
        self.records = Records(store, self._rows, worlds)
        self.quality = Quality(self._rows)
        self.rcas = RcaPages(self._rows)
        self._down: tuple[Known, int] | None = None
        self._unexplained = Counted(
            lambda: tallies.unexplained(store, self._rows.domains, clock()), clock, UNEXPLAINED_US
        )

    @property
    def care(self) -> CarePolicy:
        return self._world().policy.care

    @property
    def desk_phone(self) -> str:
        """The number under which customers reach us (policy)."""
        return self._world().policy.care.desk_phone

    def incidents(
        self, statuses: Sequence[IncidentStatus], limit: int, below: tuple[int, str] | None = None
    ) -> Page[dict[str, Any]]:
        """Newest first; all statuses where none is named."""
        known = self._rows.known()
        rows = (row for row in known.incidents.values() if not statuses or row.status in statuses)
        places = ((row.suspected_us, row.id) for row in rows)
        newest = nlargest(limit + 1, (place for place in places if below is None or place < below))
        page = cut(INCIDENTS, newest, limit, tuple)
        found = [(known.incidents[name], known.domain[name]) for _, name in page.rows]
        tickets, topology = self._tickets(found), self._world().topology
        return Page([views.incident_line(row, tickets.get(row.ticket or ""), topology) for row, _ in found], page.next)

    def names_fault(self, name: str) -> bool:
        """An incident that is not over has it as its root, or as what is like that."""
        rows = [row for row in self._rows.known().incidents.values() if row.status in ("suspected", *LIVE)]
        return any(name in (row.root, *row.equivalent) for row in rows)

    def _tickets(self, found: Sequence[tuple[IncidentRow, str]]) -> dict[str, TicketRow]:
        """Of these incidents, each with its domain, by id: one look for all of a domain."""
        tickets: dict[str, TicketRow] = {}
        for domain in {domain for _, domain in found}:
            names = {row.ticket for row, of in found if of == domain and row.ticket is not None}
            tickets |= self._rows.some(domain, "tickets", names)
        return tickets

    def customers_down(self) -> int:
        """How many are down now, each once, under whichever of the incidents that are open."""
        known, last = self._rows.known(), self._down
        if last is None or last[0] is not known:
            last = self._down = known, customers_down(known, self._worlds)
        return last[1]

    def planned(self, within_h: int | None, last: tuple[int, str] | None, limit: int) -> Page[dict[str, Any]]:
        """Planned work that is not over, what begins first at first; `within_h`: what begins by then, else all."""
        now_us = self._rows.clock()
        rows = [row for row in self._rows.known().windows.values() if now_us < row.end_us]
        if within_h is not None:
            rows = [row for row in rows if row.start_us <= now_us + within_h * HOUR_US]
        page = after(PLANNED, rows, lambda row: (row.start_us, row.id), last, limit)
        return Page([views.window(row, now_us) for row in page.rows], page.next)

    def tellers(self, keys: Collection[str]) -> dict[str, frozenset[str]]:
        """The sources that told of each of these alarms that stands."""
        found: dict[str, frozenset[str]] = {}
        for domain in self._rows.domains if keys else ():
            for key, row in self._rows.some(domain, "alarms", keys).items():
                if row.active:
                    found[key] = found.get(key, frozenset()).union(row.tellers)
        return found

    def habits(self) -> list[tuple[VoiceRow, int]]:
        """How each source speaks, by name, and after how long a silence it is quiet, in microseconds; 0: never. Where
        it speaks to several domains, to the one that heard it last."""
        policy, found = self._world().policy.sources, dict[str, VoiceRow]()
        for domain in self._rows.domains:
            for source, row in self._rows.live(domain).each("voices"):
                if source not in found or found[source].last_us < row.last_us:
                    found[source] = row
        return [(row, limit(policy, row)) for _, row in sorted(found.items())]

    def subscriptions(self) -> dict[str, SubscriptionRow]:
        """Who is told of tickets and alarms, by id; every domain has the same."""
        return dict(self._rows.live(self._rows.domains[0]).each("subscriptions"))

    def unexplained(self) -> int:
        """Major and critical alarms that no incident explains, as counted some seconds ago: each one is looked at."""
        return self._unexplained.now()

    def incident(self, name: str) -> dict[str, Any] | None:
        """One incident, whole; None where there is none of this id."""
        found = self._rows.find("incidents", name)
        if found is None:
            return None
        source, row = found.source, cast(IncidentRow, found.row)
        sources = [source, *(self._rows.live(domain) for domain in row.hearers if domain in self._rows.domains)]
        held = [member for one in sources for _, member in one.each("members", f"{name}\x1f")]
        alarms = {member.event for member in held if not member.older}
        named = (found for one in sources for found in one.naming("complaints", name))
        complaints = {key for key, complaint in named if complaint.incident == name}
        line = self._line(row, found.domain)
        whole = views.incident_whole(line, row, self._world().topology, sorted(alarms), sorted(complaints))
        whole["impact"]["customers"] = self._customers(found, name)
        whole["impact"]["customers_unsure"] = self._unsure(found, name) if row.status in LIVE else 0
        whole["told_from"] = self._world().policy.care.tell_from_confidence
        return whole

    def ticket_row(self, name: str) -> TicketRow | None:
        """By id or number; None where there is none."""
        return self._rows.ticket(name)

    def rca_case(self, name: str) -> Case | None:
        """An RCA/CAPA record with what it is about; None where there is none (yet).

        `name`: its own id, an incident's or ticket's id, or a ticket's number.
        """
        found = self._rows.find("rcas", name)
        record: RcaRow | None = None if found is None else found.row
        if found is None:
            ticket = self._rows.ticket(name)
            about = name if ticket is None else ticket.incident or ticket.id
            found = self._rows.find("texts", about_key(about))
            record = None if found is None else found.source.one("rcas", found.row.value)
        if found is None or record is None:
            return None
        incident: IncidentRow | None = found.source.one("incidents", record.incident) if record.incident else None
        of = incident.ticket if incident is not None else record.ticket
        return Case(record, incident, ticket_in(found.source, of))

    def cases(self, period: Period) -> Cases:
        """What the reports of a month are made of."""
        return cases_of(self._rows, period)

    def recap(self, period: Period, months: int) -> Recap:
        """What the documents of a month are made of; so many months, of which it is the last, are read."""
        first, *_ = months_before(period, months)
        return recap_of(facts_of(self._rows, first, period, self._world()), period, months)

    def shift(self, soon_us: int) -> Shift:
        """What a handover is made of; `soon_us`: how far ahead it looks."""
        return shift_of(self._rows, self._rows.clock() + soon_us, self._worlds)

    def command(self, name: str) -> dict[str, Any]:
        """Whether a command was folded, and what was said against it.

        One that names an alarm by an event goes to all domains: whoever has that alarm decides. One for all complaints
        of an outage is told ticket by ticket, as far as they are folded.
        """
        if rows := self._each(name):
            states = {row["state"] for row in rows}
            whole = states.pop() if len(states) == 1 else "partly"
            return {"id": name, "state": whole, "field": None, "reason": None, "rows": rows}
        seen, live = ("seen", f"command\x1f{name}"), self._rows.live
        folded = [row for domain in self._rows.holders(seen) if (row := live(domain).one(*seen)) is not None]
        refused = [row.refused for row in folded if row.refused is not None]
        state, said = "done" if folded else "waiting", None
        if folded and len(refused) == len(folded):
            said = min(refused, key=_knows_no_target)
            state = "rejected"
            if _knows_no_target(said) and self._may_be_known(said, len(folded)):
                state, said = "waiting", None
        return {"id": name, "state": state, **_why(said)}

    def _each(self, name: str) -> list[dict[str, Any]]:
        """By ticket, what became of a command for many."""
        start, found = f"command\x1f{name}:", dict[str, Rejected | None]()
        for domain in self._rows.domains:
            for key, row in self._rows.live(domain).each("seen", start):
                found[key.removeprefix(start)] = row.refused
        return [
            {"ticket": ticket, "state": "rejected" if no else "done", **_why(no)}
            for ticket, no in sorted(found.items())
        ]

    def _may_be_known(self, no: Rejected, folded: int) -> bool:
        """By a domain that has not come to it yet."""
        return folded < len(self._rows.domains) and self._rows.clock() < no.at_us + COMES_US

    def explanation(self, name: str) -> dict[str, Any] | None:
        """Why the service says so, and what it decided about it; None where there is no such incident."""
        found = self._rows.find("incidents", name)
        if found is None:
            return None
        row = cast(IncidentRow, found.row)
        about = {name, row.ticket}
        decisions = (
            {"at": views.at(one.at_us), "code": one.reason.code, "text": one.reason.text, "source": one.reason.source}
            for one in self._rows.effects(found.domain, ("noted",), MOST_DECISIONS)
            if isinstance(one, Noted) and one.about in about
        )
        return views.explanation(row, self._world().topology, decisions)

    def _line(self, row: IncidentRow, domain: str) -> dict[str, Any]:
        return views.incident_line(row, self._rows.ticket(row.ticket, domain), self._world().topology)

    def _unsure(self, found: Found, incident: str) -> int:
        """How many count as down and are told nothing, since that is not sure enough."""
        row: AudienceRow | None = found.source.one("audiences", incident)
        return 0 if row is None else len(unpack(row.unsure))

    def _customers(self, found: Found, incident: str) -> list[str]:
        affected: AffectedRow | None = found.source.one("affected", incident)
        if affected is not None:
            return sorted(affected.customers)[:MOST_CUSTOMERS]
        row = found.source.one("audiences", incident)
        if row is None:
            return []
        ids = self._worlds[found.domain]().topology.customer_ids
        return sorted(ids[number] for number in unpack(row.ever).tolist() if number < len(ids))[:MOST_CUSTOMERS]


def _knows_no_target(no: Rejected) -> bool:
    return no.reason.code == UNKNOWN


def _why(no: Rejected | None) -> dict[str, Any]:
    return {"field": no.field if no else None, "reason": no.reason.text if no else None}
