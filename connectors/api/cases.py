"""What reports are made of: the cases of a month, from the live rows and the archive."""

from connectors.api.rows import Rows, is_mirror
from correlator.reports.figures import lived
from correlator.reports.report import Cases, Period
from correlator.rows.service_desk import TicketRow


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
