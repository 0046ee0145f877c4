"""What one shift tells the next: what changed since a moment, what is open, what was promised. For staff alone.

It names who works on what, and no customer.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from correlator.customers import unpack
from correlator.reports.figures import SEVERITIES
from correlator.reports.recap.words import CLOCKS, DIVISIONS, NOTICES
from correlator.reports.report import Cell, Column, Document, Period, Report, Row, Words
from correlator.rows.incidents import LIVE, IncidentRow, WindowRow
from correlator.rows.service_desk import RcaRow, TicketRow, WaitingNoticeRow

SOON_H = 8  # a shift
STATES: dict[str, Words] = {
    "suspected": {"id": "dugaan", "en": "suspected"},
    "open": {"id": "terbuka", "en": "open"},
    "clearing": {"id": "memulih", "en": "clearing"},
    "resolved": {"id": "pulih", "en": "resolved"},
    "closed": {"id": "ditutup", "en": "closed"},
    "merged": {"id": "digabungkan", "en": "merged"},
}
PROMISES: dict[str, Words] = {
    **CLOCKS,
    "estimate": {"id": "perkiraan pulih kepada pelanggan", "en": "repair time told to customers"},
    "update": {"id": "kabar lanjutan kepada pelanggan", "en": "update to customers"},
    "corrective": {"id": "tindakan korektif", "en": "corrective action"},
    "preventive": {"id": "tindakan pencegahan", "en": "preventive action"},
    "filling": {"id": "pengisian RCA/CAPA", "en": "filling in of the RCA/CAPA"},
    "verification": {"id": "verifikasi RCA/CAPA", "en": "verification of the RCA/CAPA"},
}
WAITS: dict[str, Words] = {
    "quiet": {"id": "jam tenang", "en": "quiet hours"},
    "size": {"id": "jumlah penerima", "en": "its size"},
    "noc": {"id": "ditahan NOC", "en": "held by the NOC"},
    "others": {"id": "menunggu domain lain", "en": "other domains"},
    "clearing": {"id": "gangguannya mungkin segera pulih", "en": "the outage clears"},
    "dark": {"id": "layanannya masih terputus", "en": "their service is still down"},
}


class Shift(NamedTuple):
    """The rows that live, as they stand at `moment_us`; `soon_us`: till when what falls due is named."""

    moment_us: int
    soon_us: int
    tickets: Sequence[TicketRow] = ()
    incidents: Sequence[IncidentRow] = ()
    rcas: Sequence[RcaRow] = ()
    waiting: Sequence[WaitingNoticeRow] = ()
    windows: Sequence[WindowRow] = ()
    updates_us: Mapping[str, int] = MappingProxyType({})  # incident -> when its customers hear more, as they were told
    customers_down: int = 0  # each once, under whichever of the incidents

    @property
    def by_incident(self) -> Mapping[str, TicketRow]:
        """Outage tickets."""
        return {row.incident: row for row in self.tickets if row.kind == "outage" and row.incident is not None}


def since(start_us: int, moment_us: int) -> Period:
    """A shift is no month; it has no name."""
    return Period("", start_us, moment_us)


def _summary(shift: Shift, period: Period) -> list[Row]:
    complaints = [row for row in shift.tickets if row.kind == "complaint" and row.follows is None]
    opened = [row for row in shift.incidents if row.opened_us is not None and row.status != "merged"]
    live = [row for row in shift.incidents if row.status in LIVE]
    clocks = [clock for row in shift.tickets for clock in row.clocks if clock.due_us is not None and clock.breached]
    return [
        {
            "opened": sum(_within(row.opened_us, period) for row in opened),
            "resolved": sum(_within(row.resolved_us, period) for row in opened),
            "open": len(live),
            "down": shift.customers_down,
            "complaints": sum(_within(row.opened_us, period) for row in complaints),
            "answered": sum(_within(row.closed_us, period) for row in complaints),
            "waiting": sum(row.stage != "closed" for row in complaints),
            "breached": sum(_within(clock.due_us, period) for clock in clocks),
        }
    ]


def _within(at_us: int | None, period: Period) -> bool:
    return at_us is not None and period.holds(at_us)


def _open(shift: Shift, period: Period) -> list[Row]:
    del period
    order = list(SEVERITIES)  # the worst first
    rows = [row for row in shift.incidents if row.status in ("suspected", *LIVE)]
    rows.sort(key=lambda row: (order.index(row.severity), row.suspected_us, row.id))
    tickets = shift.by_incident
    return [_incident(row, tickets.get(row.id)) for row in rows]


def _ended(shift: Shift, period: Period) -> list[Row]:
    """What opened; a suspicion that came to nothing was no outage."""
    opened = [row for row in shift.incidents if row.opened_us is not None]
    ended = [row for row in opened if _within(row.resolved_us, period) or _within(row.closed_us, period)]
    tickets = shift.by_incident
    return [_incident(row, tickets.get(row.id)) for row in sorted(ended, key=lambda row: row.id)]


def _incident(row: IncidentRow, ticket: TicketRow | None) -> dict[str, Cell]:
    return {
        "incident": row.id,
        "number": None if ticket is None else ticket.number,
        "severity": row.severity,
        "root": row.root,
        "status": row.status,
        "since": row.since_us,
        "down": row.down_now,
        "estimate": row.estimate_us,
        "assigned": row.assigned_to,
    }


def _due(shift: Shift, period: Period) -> list[Row]:
    """What is late comes first."""
    del period
    every = (*_clocks(shift), *_told(shift), *_steps(shift), *_records(shift))
    found = [row for row in every if int(row["due"] or 0) <= shift.soon_us]
    return sorted(found, key=lambda row: (int(row["due"] or 0), str(row["about"]), str(row["what"])))


def _clocks(shift: Shift) -> Iterator[Row]:
    for ticket in shift.tickets:
        if ticket.stage == "closed":
            continue
        for clock in ticket.clocks:
            if clock.runs and clock.due_us is not None:
                yield _promise(shift, clock.name, ticket.number, ticket.owner, clock.due_us)


def _told(shift: Shift) -> Iterator[Row]:
    tickets = shift.by_incident
    for row in shift.incidents:
        ticket = tickets.get(row.id)
        if ticket is None:
            continue
        if row.status in LIVE and row.estimate_us is not None:
            yield _promise(shift, "estimate", ticket.number, ticket.owner, row.estimate_us)
        if row.id in shift.updates_us:
            yield _promise(shift, "update", ticket.number, ticket.owner, shift.updates_us[row.id])


def _steps(shift: Shift) -> Iterator[Row]:
    for record in shift.rcas:
        if record.state == "closed":
            continue
        for what, steps in (("corrective", record.corrective), ("preventive", record.preventive)):
            for step in steps:
                if step.done_us is None and step.due_us is not None:
                    yield _promise(shift, what, record.id, step.owner, step.due_us)


def _records(shift: Shift) -> Iterator[Row]:
    """To be filled or verified: a line for each who owes it, since there is a record of each lone complaint."""
    owed: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for record in shift.rcas:
        for one in record.owed:
            if one.action is None and one.due_us <= shift.soon_us:
                owed[one.what, one.role].append((one.due_us, record.id))
    for (what, role), found in owed.items():
        due_us, name = min(found)
        yield _promise(shift, what, name if len(found) == 1 else f"{len(found)} RCA/CAPA", role, due_us)


def _promise(shift: Shift, what: str, about: str, who: str | None, due_us: int) -> Row:
    late = "yes" if due_us < shift.moment_us else "no"
    return {"due": due_us, "late": late, "what": what, "about": about, "who": who}


def _held(shift: Shift, period: Period) -> list[Row]:
    del period
    numbers = {row.id: row.number for row in shift.tickets}
    rows: list[Row] = []
    for row in sorted(shift.waiting, key=lambda row: (row.ticket or row.incident, row.kind, row.update)):
        about = numbers.get(row.ticket, row.ticket) or row.incident
        many = len(unpack(row.audience)) if row.audience else 1
        told: Row = {"about": about, "kind": row.kind, "why": row.why, "customers": many}
        rows.append({**told, "until": row.until_us or None})
    return rows


def _work(shift: Shift, period: Period) -> list[Row]:
    del period
    rows = [row for row in shift.windows if row.end_us > shift.moment_us and row.start_us <= shift.soon_us]
    return [
        {
            "window": row.id,
            "start": row.start_us,
            "end": row.end_us,
            "objects": ", ".join(row.objects),
            "reason": row.reason,
        }
        for row in sorted(rows, key=lambda row: (row.start_us, row.id))
    ]


INCIDENT = (
    Column("incident", {"id": "Insiden", "en": "Incident"}),
    Column("number", {"id": "Nomor tiket", "en": "Ticket number"}),
    Column("severity", {"id": "Tingkat", "en": "Class"}, values=SEVERITIES),
    Column("root", {"id": "Akar masalah", "en": "Root"}),
    Column("status", {"id": "Status", "en": "State"}, values=STATES),
    Column("since", {"id": "Sejak", "en": "Since"}, "time"),
    Column("down", {"id": "Pelanggan terputus", "en": "Customers down"}, "count"),
    Column("estimate", {"id": "Perkiraan pulih", "en": "Estimate"}, "time"),
    Column("assigned", {"id": "Ditangani", "en": "Assigned to"}),
)
LATE: dict[str, Words] = {"yes": {"id": "LEWAT", "en": "LATE"}, "no": {"id": "–", "en": "–"}}
HANDOVER: Document[Shift] = Document(
    "handover",
    {"id": "Serah terima sif", "en": "Shift handover"},
    (
        Report(
            "summary",
            {"id": "Sif ini", "en": "This shift"},
            (
                Column("opened", {"id": "Gangguan dibuka", "en": "Outages opened"}, "count"),
                Column("resolved", {"id": "Gangguan pulih", "en": "Outages resolved"}, "count"),
                Column("open", {"id": "Gangguan berjalan", "en": "Outages open"}, "count"),
                Column("down", {"id": "Pelanggan terputus sekarang", "en": "Customers down now"}, "count"),
                Column("complaints", {"id": "Keluhan masuk", "en": "Complaints received"}, "count"),
                Column("answered", {"id": "Keluhan ditutup", "en": "Complaints closed"}, "count"),
                Column("waiting", {"id": "Keluhan terbuka", "en": "Complaints open"}, "count"),
                Column("breached", {"id": "Pelanggaran SLA", "en": "SLA breaches"}, "count"),
            ),
            _summary,
        ),
        Report("open", {"id": "Yang masih berjalan", "en": "What is open"}, INCIDENT, _open),
        Report(
            "due",
            {"id": "Yang dijanjikan", "en": "What was promised"},
            (
                Column("due", {"id": "Tenggat", "en": "Due"}, "time"),
                Column("late", {"id": "Lewat", "en": "Late"}, values=LATE),
                Column("what", {"id": "Apa", "en": "What"}, values=PROMISES),
                Column("about", {"id": "Tentang", "en": "About"}),
                Column("who", {"id": "Pemilik", "en": "Owner"}, values=DIVISIONS),
            ),
            _due,
        ),
        Report("ended", {"id": "Yang berakhir", "en": "What ended"}, INCIDENT, _ended),
        Report(
            "held",
            {"id": "Pesan yang menunggu", "en": "Messages that wait"},
            (
                Column("about", {"id": "Tentang", "en": "About"}),
                Column("kind", {"id": "Pesan", "en": "Message"}, values=NOTICES),
                Column("why", {"id": "Sebab", "en": "Why"}, values=WAITS),
                Column("customers", {"id": "Pelanggan", "en": "Customers"}, "count"),
                Column("until", {"id": "Sampai", "en": "Until"}, "time"),
            ),
            _held,
        ),
        Report(
            "work",
            {"id": "Pekerjaan terencana", "en": "Planned work"},
            (
                Column("window", {"id": "Jendela", "en": "Window"}),
                Column("start", {"id": "Mulai", "en": "From"}, "time"),
                Column("end", {"id": "Sampai", "en": "To"}, "time"),
                Column("objects", {"id": "Objek", "en": "Objects"}),
                Column("reason", {"id": "Alasan", "en": "Reason"}),
            ),
            _work,
        ),
    ),
)
