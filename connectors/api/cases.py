"""What reports are made of: the cases of a month, from the live rows and the archive."""

from itertools import chain
from typing import Any

import msgspec

from connectors.api.affected import Worlds
from connectors.api.rows import Known, Rows, is_mirror
from connectors.telemetry import tallies
from correlator.deadlines import Deadlines
from correlator.reports.facts import Facts
from correlator.reports.figures import lived
from correlator.reports.handover import Shift
from correlator.reports.lines import ticket_line
from correlator.reports.network import Network
from correlator.reports.report import Cases, Period
from correlator.reports.totals import Months, Totals
from correlator.rows import audiences
from correlator.rows.incidents import LIVE
from correlator.rows.service_desk import AffectedRow, TicketRow
from correlator.service_desk.notices.campaigns import UPDATE_KIND
from correlator.service_desk.tickets import number_key
from correlator.world import World
from topology.graph import Topology


def cases_of(rows: Rows, period: Period) -> Cases:
    """All tickets that lived in the month, of all domains, each once, with what belongs to them."""
    tickets: dict[str, TicketRow] = {}
    for row in rows.ever("tickets", period.start_us):
        if not lived(row, period):
            continue
        if row.moved_to is None:
            tickets[row.number] = row
        else:  # on its way to another domain: as it left, until it is there
            tickets.setdefault(row.number, row)
    about = {row.incident for row in tickets.values()}
    incidents = {
        row.id: row for row in rows.ever("incidents", period.start_us) if row.id in about and not is_mirror(row)
    }
    rcas = {row.id: row for row in rows.ever("rcas", period.start_us) if row.incident in incidents}
    return Cases(list(tickets.values()), list(incidents.values()), list(rcas.values()))


def facts_of(rows: Rows, first: Period, last: Period, world: World) -> Facts:
    """What a document of some months is made of, as it stands now."""
    incidents = {row.id: row for row in rows.ever("incidents", first.start_us) if not is_mirror(row)}
    return Facts(
        moment_us=rows.clock(),
        network=Network(world.topology),
        divisions=world.policy.care.owners,
        totals=_totals(rows, Months(first.number, last.number)),
        incidents=list(incidents.values()),
        affected=_affected(rows, last, world.topology),
        surveys=_live(rows, "surveys"),
        surveyed=_live(rows, "surveyed"),
        improvements=_live(rows, "improvements"),
    )


def _totals(rows: Rows, months: Months) -> Totals:
    """With the tickets that are on their way to another domain: as they left, until they are there."""
    found = rows.totals(months)
    there = rows.having("texts", [number_key(number) for number in found.moved])
    for number in dict.fromkeys(number for number in found.moved if not there.get(number_key(number))):
        row = rows.ticket(number)
        if row is not None and row.moved_to is not None:
            found.add_ticket(ticket_line(msgspec.structs.replace(row, moved_to=None), None), months)
    return found


def customers_down(known: Known, worlds: Worlds) -> int:
    """How many are down now, each once, under whichever of the incidents that are open."""
    opened = [name for name, row in known.incidents.items() if row.status in LIVE and name in known.down]
    return tallies.customers((worlds[known.domain[name]]().topology, known.down[name]) for name in opened)


def shift_of(rows: Rows, soon_us: int, worlds: Worlds) -> Shift:
    """What lives, of all domains; a ticket that went over is told by the domain that has it."""
    lines = {table: _live(rows, table) for table in ("tickets", "incidents", "rcas", "waiting_notices", "windows")}
    return Shift(
        moment_us=rows.clock(),
        soon_us=soon_us,
        tickets=[row for row in lines["tickets"] if row.moved_to is None],
        incidents=[row for row in lines["incidents"] if not is_mirror(row)],
        rcas=lines["rcas"],
        waiting=lines["waiting_notices"],
        windows=list({row.id: row for row in lines["windows"]}.values()),  # each domain is told of all
        updates_us={row.subject: row.due_us for row in _live(rows, "deadlines", Deadlines.key(UPDATE_KIND, ""))},
        customers_down=customers_down(rows.known(), worlds),
    )


def _live(rows: Rows, table: str, prefix: str = "") -> list[Any]:
    return [row for domain in rows.domains for _, row in rows.live(domain).each(table, prefix)]


def _affected(rows: Rows, period: Period, topology: Topology) -> dict[str, AffectedRow]:
    """Incident -> whom it took down: archived ones by id, live ones by number; each domain has its own part."""
    found: dict[str, AffectedRow] = {}
    for domain in rows.domains:
        live = ((name, audiences.by_name(topology, row)) for name, row in rows.live(domain).each("audiences"))
        for name, row in chain(rows.archived(domain, "affected", period.start_us), live):
            found[name] = _together(found[name], row) if name in found else row
    return found


def _together(one: AffectedRow, other: AffectedRow) -> AffectedRow:
    customers = tuple(dict.fromkeys((*one.customers, *other.customers)))
    return AffectedRow(customers, (*one.spells, *other.spells))
