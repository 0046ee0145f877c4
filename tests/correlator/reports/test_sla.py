"""How the SLA was kept in a month: rows in, table out."""

from correlator.events import HOUR_US
from correlator.reports import sla
from correlator.reports.report import Cases, Row
from correlator.rows.service_desk import TicketRow
from tests.correlator.reports.rows import outage, period, ticket


def told(*tickets: TicketRow, month: str = "2026-03") -> list[Row]:
    return list(sla.REPORT.table(Cases(tickets), period(month)).rows)


def counts(row: Row) -> list[object]:
    """Tickets, in time (response, resolution), breached, medians (response, repair)."""
    return [row[column.key] for column in sla.REPORT.columns[3:]]


def test_an_empty_month_has_no_rows() -> None:
    assert told() == []
    assert told(ticket(1, "02-28 23:59"), ticket(2, "04-01 00:00")) == []


def test_a_month_by_kind_severity_and_category() -> None:
    rows = told(
        outage(900_001, "03-09 10:00", "03-09 12:00"),
        ticket(1, "03-02 08:00", "03-02 08:10", "03-02 10:00"),
        ticket(2, "03-03 08:00", "03-03 09:30", "03-03 18:00"),
        ticket(3, "03-04 08:00", "03-04 08:20"),
        ticket(4, "03-05 08:00", severity="Critical"),
        ticket(5, "03-05 08:00", "03-05 08:01", "03-05 08:02", category="billing"),
    )
    assert [tuple(row[key] for key in ("kind", "severity", "category")) for row in rows] == [
        ("complaint", "Critical", "network"),
        ("complaint", "Major", "network"),
        ("complaint", "Major", "billing"),
        ("outage", "Critical", "network"),
    ]
    assert [counts(row) for row in rows] == [
        [1, 0, 0, 0, None, None],
        [3, 2, 1, 1, 20, 360],  # 10, 20, 90 minutes; 2 and 10 hours
        [1, 1, 1, 0, 1, 2],
        [1, 1, 1, 0, 0, 120],
    ]


def test_what_was_over_before_its_ticket_was_opened_took_no_time() -> None:
    assert counts(told(outage(900_001, "03-09 11:00", "03-09 10:40", responded_us=None))[0])[-1] == 0


def test_light_tickets_are_counted_and_keep_no_sla() -> None:
    light = {"kind": "outage", "severity": "Minor", "alarm": "AGG\x1fother", "clocks": []}
    closed = {"stage": "closed", "closed_as": "duplicate"}
    rows = told(ticket(900_001, "03-02 08:00", **light), ticket(900_002, "03-02 08:00", **light, **closed))
    assert [(row["kind"], counts(row)) for row in rows] == [("light", [2, None, None, None, None, None])]


def test_months_are_those_of_wib() -> None:
    both = ticket(1, "03-01 00:00"), ticket(2, "03-31 23:59")
    assert counts(told(*both)[0])[0] == 2
    assert told(*both, month="2026-02") == told(*both, month="2026-04") == []


def test_a_ticket_repaired_in_the_next_month_counts_where_it_was_opened() -> None:
    row = ticket(1, "03-31 20:00", "03-31 20:30", "04-01 02:00")
    assert [counts(one) for one in told(row)] == [[1, 1, 1, 0, 30, 360]]
    assert told(row, month="2026-04") == []


def test_pauses_are_left_out_of_the_repair() -> None:
    row = ticket(1, "03-02 08:00", "03-02 08:10", "03-02 19:00", paused_us=4 * HOUR_US)
    assert [counts(one) for one in told(row)] == [[1, 1, 1, 0, 10, 420]]


def test_a_clock_that_still_stands_is_neither_in_time_nor_breached() -> None:
    row = ticket(1, "03-02 08:00", "03-02 08:10")
    row.clocks[1].paused_since_us = row.opened_us + HOUR_US
    assert [counts(one) for one in told(row)] == [[1, 1, 0, 0, 10, None]]


def test_a_ticket_whose_two_clocks_were_breached_counts_once() -> None:
    row = ticket(1, "03-02 08:00", "03-02 09:01", "03-02 18:00")
    assert [counts(one) for one in told(row)] == [[1, 0, 0, 1, 61, 600]]


def test_what_was_closed_without_a_repair_has_no_time_of_repair() -> None:
    row = ticket(1, "03-02 08:00", "03-02 08:10", closed_as="no_fault", stage="closed")
    row.clocks[1].met_us = row.opened_us + HOUR_US
    assert [counts(one) for one in told(row)] == [[1, 1, 1, 0, 10, None]]


def test_an_outage_that_became_part_of_another_is_not_counted_twice() -> None:
    assert told(outage(900_001, "03-09 10:00", closed_as="duplicate", stage="closed")) == []
    assert counts(told(ticket(1, "03-09 10:00", closed_as="duplicate", stage="closed"))[0])[0] == 1, "somebody called"
