"""What reports read of the rows, in one place: figures of a ticket and of an outage, without a word about a person."""

from collections.abc import Collection
from typing import NamedTuple

from correlator.events import MINUTE_US
from correlator.reports.report import Cases, Period, Words
from correlator.rows.service_desk import Clock, TicketRow

SLA_CLOCKS = ("response", "resolution")
KINDS: dict[str, Words] = {
    "complaint": {"id": "keluhan", "en": "complaint"},
    "outage": {"id": "gangguan", "en": "outage"},
    "light": {"id": "alarm tanpa penjelasan", "en": "unexplained alarm"},
}
SEVERITIES: dict[str, Words] = {name: {"id": name, "en": name} for name in ("Critical", "Major", "Minor")}
CATEGORIES: dict[str, Words] = {
    "network": {"id": "jaringan", "en": "network"},
    "service": {"id": "layanan", "en": "service"},
    "billing": {"id": "tagihan", "en": "billing"},
    "account": {"id": "akun", "en": "account"},
}
RCA_STATES: dict[str, Words] = {
    "draft": {"id": "draf", "en": "draft"},
    "analysed": {"id": "dianalisis", "en": "analysed"},
    "actions": {"id": "tindakan", "en": "actions"},
    "verified": {"id": "diverifikasi", "en": "verified"},
    "closed": {"id": "selesai", "en": "closed"},
}


class TicketFigures(NamedTuple):
    """Of one ticket. Times and spans in microseconds."""

    number: str
    kind: str  # of KINDS
    severity: str
    category: str
    incident: str | None
    opened_us: int
    repaired_us: int | None
    response_us: int | None  # how long it took; None until then
    repair_us: int | None  # ... without the pauses of its clock
    responded_in_time: bool
    resolved_in_time: bool
    breached: bool  # either clock


class OutageFigures(NamedTuple):
    """Of one outage: its ticket, with what its incident and its RCA/CAPA record say."""

    ticket: TicketFigures
    root: str | None
    began_us: int  # customers were down from then; where nothing is known of its incident, its ticket was opened
    customers_down: int | None  # at most
    rca: str | None  # state


def lived(ticket: TicketRow, period: Period) -> bool:
    """Open at some time of the month."""
    return ticket.opened_us < period.end_us and (ticket.closed_us is None or ticket.closed_us >= period.start_us)


def tickets(cases: Cases, period: Period) -> list[TicketFigures]:
    """Those opened in the month, as they stand now, eldest first; not those of outages that became part of another."""
    opened = [of_ticket(row) for row in cases.tickets if period.holds(row.opened_us) and not _merged(row)]
    return sorted(opened, key=lambda one: (one.opened_us, one.number))


def outages(cases: Cases, period: Period) -> list[OutageFigures]:
    """Those whose ticket was opened in the month, eldest first."""
    incidents = {row.id: row for row in cases.incidents}
    states = {row.incident: row.state for row in cases.rcas}
    found = []
    for ticket in tickets(cases, period):
        if ticket.kind == "outage" and ticket.incident is not None:
            incident = incidents.get(ticket.incident)
            root, down = (incident.root, incident.customers_down) if incident is not None else (None, None)
            began_us = incident.began_us if incident is not None else ticket.opened_us
            found.append(OutageFigures(ticket, root, began_us, down, states.get(ticket.incident)))
    return found


def of_ticket(row: TicketRow) -> TicketFigures:
    response, resolution = (row.clock(name) for name in SLA_CLOCKS)
    repair_us = None if row.repaired_us is None else row.repaired_us - row.opened_us
    if repair_us is not None:  # it may have been over before its ticket was opened
        repair_us = max(0, repair_us - (0 if resolution is None else resolution.paused_us))
    return TicketFigures(
        number=row.number,
        kind=row.kind if row.alarm is None else "light",
        severity=row.severity,
        category=row.category,
        incident=row.incident,
        opened_us=row.opened_us,
        repaired_us=row.repaired_us,
        response_us=None if row.responded_us is None else row.responded_us - row.opened_us,
        repair_us=repair_us,
        responded_in_time=_in_time(response),
        resolved_in_time=_in_time(resolution),
        breached=any(clock is not None and clock.breached for clock in (response, resolution)),
    )


def minutes(span_us: int | None) -> int | None:
    """Whole minutes, to the nearest. A repair that the network told before its ticket was opened took none."""
    return None if span_us is None else (max(0, span_us) + MINUTE_US // 2) // MINUTE_US


def ppm(part: int, whole: int) -> int | None:
    """The part as a share of the whole, in millionths, to the nearest; None where there is no whole."""
    return (part * 1_000_000 + whole // 2) // whole if whole else None


def median_us(spans_us: Collection[int | None]) -> int | None:
    """The middle one, or halfway between the two in the middle; of those that are known."""
    known = sorted(span for span in spans_us if span is not None)
    return (known[(len(known) - 1) // 2] + known[len(known) // 2]) // 2 if known else None


def _in_time(clock: Clock | None) -> bool:
    return clock is not None and clock.met_us is not None and not clock.breached


def _merged(row: TicketRow) -> bool:
    """Counted elsewhere: it went to another outage's ticket, or only followed another complaint."""
    return row.follows is not None or (row.kind == "outage" and row.alarm is None and row.closed_as == "duplicate")
