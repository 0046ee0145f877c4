"""The outages of a month: rows in, table out."""

from correlator.events import HOUR_US
from correlator.reports import outages
from correlator.reports.recap import recap_of
from correlator.reports.regulator import REGULATOR
from correlator.reports.report import Cases, Row
from tests.correlator.reports.month import broke, facts
from tests.correlator.reports.rows import at, incident, outage, period, rca, ticket

CASES = Cases(
    (
        outage(900_002, "03-31 20:00", "04-01 02:00", severity="Major", paused_us=HOUR_US),
        outage(900_001, "03-09 10:00"),
        outage(900_003, "03-20 10:00", closed_as="duplicate", stage="closed"),
        outage(900_004, "04-02 10:00"),
        ticket(1, "03-09 10:05", incident="IN-900001"),
    ),
    (incident(900_001, "C-77", 340), incident(900_002, "OLT-3", 12, "03-31 19:00")),
    (rca(900_002, state="verified"),),
)


def told(cases: Cases, month: str = "2026-03") -> list[Row]:
    return list(outages.REPORT.table(cases, period(month)).rows)


def test_an_empty_month_has_no_rows() -> None:
    assert told(Cases()) == told(CASES, "2026-02") == []


def test_a_line_an_outage_eldest_first() -> None:
    assert told(CASES) == [
        {
            "number": "NT-20260301-900001",
            "severity": "Critical",
            "root": "C-77",
            "start": at("03-09 10:00"),
            "opened": at("03-09 10:00"),
            "repaired": None,
            "minutes": None,
            "customers_down": 340,
            "rca": None,
        },
        {
            "number": "NT-20260301-900002",
            "severity": "Major",
            "root": "OLT-3",
            "start": at("03-31 19:00"),
            "opened": at("03-31 20:00"),
            "repaired": at("04-01 02:00"),
            "minutes": 420,  # customers were down before the ticket, and are while the clock of the SLA is paused
            "customers_down": 12,
            "rca": "verified",
        },
    ]


def test_an_outage_of_whose_incident_nothing_is_known_is_still_listed() -> None:
    [row] = told(CASES, "2026-04")
    assert [row[key] for key in ("number", "root", "customers_down", "rca")] == ["NT-20260301-900004", None, None, None]


def test_an_outage_took_as_long_as_the_regulator_is_told() -> None:
    ticket_row, about = broke(900_001, "C-77", "03-09 09:00", "03-09 11:00")
    ticket_row.opened_us = at("03-09 10:00")
    [row] = told(Cases((ticket_row,), (about,)))
    [outages_of_month, _] = REGULATOR.tables(recap_of(facts([ticket_row], [about]), period(), 1), period())
    [reported] = outages_of_month.rows
    assert (row["start"], row["minutes"]) == (reported["start"], reported["minutes"]) == (at("03-09 09:00"), 120)


def test_a_repair_before_the_ticket_was_opened_took_no_time() -> None:
    [row] = told(Cases((outage(900_001, "03-09 10:00", "03-09 09:58"),)))
    assert row["minutes"] == 0
