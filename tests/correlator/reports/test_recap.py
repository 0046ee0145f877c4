"""The monthly recap: it is the sum over tickets, in every table; months follow one another without a gap."""

from collections import Counter
from itertools import pairwise
from typing import get_args, get_type_hints

import pytest

from connectors.formats.documents.page import Grid, Heading, Paragraph, blocks_of
from connectors.formats.report_tables import document_csv, document_json
from correlator.effects import NoticeKind
from correlator.events import Category, Channel, StaffRole
from correlator.reports import DOCUMENTS
from correlator.reports.handover import WAITS
from correlator.reports.recap import MONTHLY, Recap, recap_of, words
from correlator.reports.recap.groups import BY
from correlator.reports.report import Row, months_before
from correlator.rows.service_desk import (
    AffectedRow,
    CampaignRow,
    CapaAction,
    CauseCategory,
    Clock,
    TicketRow,
    WaitingNoticeRow,
)
from correlator.service_desk.stages import BY_CLOCK
from tests.correlator.reports.month import broke, complaint, drawn, facts, hit, recap
from tests.correlator.reports.rows import NAMED, at, period, rca, ticket
from topology.model import Language, Product

SEEDS = range(5)


def told(made: Recap, section: str, month: str = "2026-03") -> list[Row]:
    [report] = [one for one in MONTHLY.sections if one.name == section]
    return list(report.table(made, period(month)).rows)


def cells(rows: list[Row], *keys: str) -> list[tuple[object, ...]]:
    return [tuple(row[key] for key in keys) for row in rows]


def total(rows: list[Row], key: str) -> int:
    return sum(int(row[key] or 0) for row in rows)


# Laws


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("report", [one for one in BY if one.name.startswith("complaints")], ids=lambda one: one.name)
def test_each_table_is_the_sum_over_the_tickets(seed: int, report: object) -> None:
    rows, march = drawn(seed, 120), period()
    found = told(recap(*rows), report.name)  # type: ignore[attr-defined]  # a report
    assert total(found, "opened") == sum(march.holds(row.opened_us) for row in rows)
    assert total(found, "closed") == sum(row.closed_us is not None and march.holds(row.closed_us) for row in rows)
    stay = [
        row for row in rows if row.opened_us < march.end_us and (row.closed_us is None or row.closed_us >= march.end_us)
    ]
    assert total(found, "open") == len(stay) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_clocks_are_the_sum_over_the_tickets_of_the_month(seed: int) -> None:
    rows = drawn(seed, 120)
    mine = [clock for row in rows if period().holds(row.opened_us) for clock in row.clocks]
    found = told(recap(*rows), "clocks")
    for name in ("response", "resolution", "stage_receipt"):
        by_clock = [row for row in found if row["clock"] == name]
        clocks = [clock for clock in mine if clock.name == name]
        assert total(by_clock, "breached") == sum(clock.breached for clock in clocks)
        assert total(by_clock, "kept") == sum(clock.met_us is not None and not clock.breached for clock in clocks)
        assert sum(total(by_clock, state) for state in ("kept", "breached", "running")) == len(clocks) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_open_and_came_is_closed_or_stays(seed: int) -> None:
    trend = told(recap(*drawn(seed, 200), month="2026-04", months=12), "trend", "2026-04")
    first = min(row.opened_us for row in drawn(seed, 200))
    known = [one.month for one in months_before(period("2026-04"), 12) if one.end_us > first]
    assert [row["month"] for row in trend] == known
    for before, row in pairwise(trend):
        assert int(before["open"] or 0) + int(row["opened"] or 0) - int(row["closed"] or 0) == row["open"]
    assert total(trend, "opened") == sum(row.opened_us < period("2026-04").end_us for row in drawn(seed, 200))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_of_the_trend_is_that_month_s_recap(seed: int) -> None:
    rows = drawn(seed, 100)
    trend = told(recap(*rows, month="2026-04", months=12), "trend", "2026-04")
    [march] = [row for row in trend if row["month"] == "2026-03"]
    [alone] = [row for row in told(recap(*rows), "tickets") if row["kind"] == "complaint"]
    assert {key: march[key] for key in alone if key != "kind"} == {key: alone[key] for key in alone if key != "kind"}


def test_what_was_never_known_is_nothing_to_compare_with() -> None:
    """A service that began in February has no nought of January."""
    rows = [complaint(1, "02-09 08:00"), complaint(2, "03-02 08:00")]
    trend = next(one for one in MONTHLY.tables(recap(*rows, months=12), period()) if one.report.name == "trend")
    assert [row["month"] for row in trend.rows] == ["2026-02", "2026-03"]
    assert trend.note == trend.report.note
    assert trend.chart is not None


@pytest.mark.parametrize("rows", [[], [complaint(1, "03-02 08:00")]])
def test_the_first_month_says_that_there_is_none_to_compare_with(rows: list[TicketRow]) -> None:
    made = recap(*rows, months=12)
    trend = next(one for one in MONTHLY.tables(made, period()) if one.report.name == "trend")
    assert [row["month"] for row in trend.rows] == ["2026-03"]
    assert trend.note is not None
    said: dict[Language, str] = {"id": "Belum ada bulan sebelumnya", "en": "no earlier month to compare with"}
    for language, text in said.items():
        shown = [one for one in blocks_of(trend, language) if not isinstance(one, Grid | Heading)]
        assert [text in one.text for one in shown if isinstance(one, Paragraph)] == [True]
        assert len(shown) == 1, "no chart of one point"


def test_the_order_of_the_rows_does_not_matter_and_one_that_comes_twice_counts_once() -> None:
    rows = drawn(1, 60)
    march = period()
    assert MONTHLY.tables(recap(*rows), march) == MONTHLY.tables(recap(*rows[::-1], *rows[:20]), march)


# Figures


def test_a_month_of_complaints() -> None:
    rows = told(
        recap(
            complaint(1, "03-02 08:00", "03-02 10:00", closed_us=at("03-03 08:00")),
            complaint(2, "03-03 08:00", "03-03 18:00", closed_us=at("04-01 08:00"), channel="email"),
            complaint(3, "02-27 08:00", "03-01 08:00", closed_us=at("03-01 09:00"), service="SV-3"),
            complaint(4, "04-01 00:00"),
        ),
        "complaints_by_product",
    )
    assert cells(rows, "group", "opened", "closed", "open") == [("broadband", 2, 1, 1), ("vpn", 0, 1, 0)]
    assert cells(rows, "response_kept", "resolution_kept", "mtta", "mttr")[0] == (1_000_000, 500_000, 0, 360)
    assert cells(rows, "response_kept", "resolution_kept", "mtta", "mttr")[1] == (None, None, None, None)


def test_regions_are_those_of_the_service_and_of_the_root() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00", user_minutes=240)
    made = recap(complaint(1, "03-02 08:00"), complaint(2, "03-02 08:00", service="SV-4"), cut, incidents=[about])
    assert cells(told(made, "complaints_by_region"), "group", "opened") == [("Bali", 1), ("DKI Jakarta", 1)]
    assert cells(told(made, "outages_by_region"), "group", "opened") == [("Jawa Timur", 1)]


def test_who_investigates_is_the_division() -> None:
    made = recap(complaint(1, "03-02 08:00"), complaint(2, "03-02 08:00", category="billing"))
    assert cells(told(made, "complaints_by_division"), "group") == [("noc_operator",), ("billing_account",)]


def test_what_nobody_knows_stands_last() -> None:
    made = recap(complaint(1, "03-02 08:00", product=None), complaint(2, "03-02 08:00"))
    assert cells(told(made, "complaints_by_product"), "group") == [("broadband",), ("unknown",)]


def test_outages_with_their_roots_and_user_minutes() -> None:
    first, one = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00", user_minutes=240, customers=2)
    again, two = broke(900_002, "C-77", "03-20 10:00", "03-20 11:00", user_minutes=60, customers=1)
    other, three = broke(900_003, "DPS-CR1", "03-25 10:00", "03-25 11:00", user_minutes=90)
    made = recap(first, again, other, incidents=[one, two, three])
    rows = told(made, "roots")
    assert cells(rows, "root", "outages", "customers", "user_minutes") == [("C-77", 2, 2, 300), ("DPS-CR1", 1, 2, 90)]
    assert told(made, "impact")[0]["user_minutes"] == 390
    assert cells(told(made, "repeats"), "what", "once", "again", "most", "repeats")[1] == ("element", 1, 1, 2, 1)


def test_an_outage_that_lasts_is_counted_up_to_now() -> None:
    row, about = broke(900_001, "C-77", "04-05 07:00")
    about.down_now = 3
    assert told(recap(row, incidents=[about], month="2026-04"), "impact", "2026-04")[0]["user_minutes"] == 180


def test_a_merged_outage_and_its_customers_count_once() -> None:
    gone, about = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00", closed_as="duplicate", user_minutes=9)
    made = recap(gone, incidents=[about], affected={"IN-900001": hit("SV-1")})
    assert told(made, "tickets") == []
    assert told(made, "impact")[0]["restitution_minutes"] == 0


def test_customers_that_call_again() -> None:
    made = recap(*(complaint(n, "03-02 08:00") for n in (1, 2, 3)), complaint(4, "03-02 08:00", service="SV-2"))
    assert cells(told(made, "repeats"), "what", "once", "again", "most", "repeats")[0] == ("customer", 1, 1, 3, 2)


def test_one_that_only_follows_another_is_a_call_and_no_ticket_of_its_own() -> None:
    made = recap(complaint(1, "03-02 08:00"), complaint(2, "03-02 09:00", follows="TK-1"))
    assert told(made, "tickets")[0]["opened"] == 1
    assert cells(told(made, "repeats"), "what", "repeats")[0] == ("customer", 1)


def test_a_stage_that_was_passed_over_or_has_not_begun_is_neither_kept_nor_late() -> None:
    row = complaint(1, "03-02 08:00")
    row.clocks += [Clock("stage_receipt", 0, 1, skipped=True), Clock("stage_assignment", 0, 1, started=False)]
    assert [one["clock"] for one in told(recap(row), "clocks")] == ["response", "resolution"]


def test_availability_is_of_all_services_of_a_product() -> None:
    row, about = broke(900_001, "DPS-OLT1", "03-01 00:00", "03-02 00:00")
    made = recap(row, incidents=[about], affected={"IN-900001": hit("SV-1")})
    rows = told(made, "availability")
    assert cells(rows, "product", "services", "hit", "minutes")[:2] == [("dia", 2, 0, 0), ("broadband", 1, 1, 1440)]
    assert rows[1]["availability"] == 967_742  # 30 of 31 days
    assert rows[0]["availability"] == 1_000_000


def test_what_is_open_and_overdue_of_rca_and_capa() -> None:
    late = CapaAction("mark the duct", NAMED, at("04-01 08:00"))
    done = CapaAction("splice", NAMED, at("03-10 08:00"), at("03-09 08:00"))
    later = CapaAction("survey", NAMED, at("05-01 08:00"))
    records = [
        rca(1, state="actions", corrective=(done, late), preventive=(later,), opened_us=at("01-05 08:00")),
        rca(2, state="closed", opened_us=at("03-05 08:00"), cause_category="power"),
        rca(3, state="closed", opened_us=at("01-05 08:00"), corrective=(late,)),
    ]
    rows = {row["state"]: row for row in told(recap(rcas=records), "rca")}
    assert cells([rows["actions"]], "records", "of_month", "steps", "done", "overdue") == [(1, 0, 3, 1, 1)]
    assert cells([rows["closed"]], "records", "of_month") == [(1, 1)]
    assert told(recap(rcas=records), "causes") == [{"cause": "power", "outages": 1, "complaints": 0}]


def test_messages_by_kind() -> None:
    many = CampaignRow("N-1", "IN-1", "outage", 0, at("03-09 10:00"), 100, sent=90, delivered=80, failed=10)
    one = CampaignRow("N-2", "", "ack", 0, at("03-09 10:00"), 1, sent=1)
    before = CampaignRow("N-3", "", "ack", 0, at("02-09 10:00"), 1, sent=1)
    rows = told(recap(campaigns=[many, one, before, many]), "notices")
    assert cells(rows, "kind", "messages", "sent", "delivered", "failed") == [
        ("ack", 1, 1, 0, 0),
        ("outage", 100, 90, 80, 10),
    ]


# What all documents keep to


def test_no_document_but_that_of_restitution_names_a_customer() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00")
    made = recap_of(facts([ticket(1, "03-09 10:00"), cut], [about], {"IN-900001": AffectedRow((NAMED,))}), period(), 12)
    for document in DOCUMENTS:
        tables = document.tables(made, period())
        text = f"{document_json(document, tables, 'en')} {document_csv(tables, 'id')}"
        assert (NAMED in text) == document.personal


def test_every_code_has_its_words() -> None:
    assert set(words.PRODUCTS) == set(get_args(Product))
    assert set(words.CHANNELS) == set(get_args(Channel))
    assert set(words.DIVISIONS) == set(get_args(StaffRole))
    assert set(WAITS) == set(get_args(get_type_hints(WaitingNoticeRow)["why"]))
    assert set(words.NOTICES) == set(get_args(NoticeKind))
    assert set(words.CLOCKS) == {"response", "resolution", *BY_CLOCK}
    assert set(words.CAUSES) == set(get_args(CauseCategory))
    assert Counter(get_args(Category)) == Counter(dict.fromkeys(words.ORDER, 1)) & Counter(get_args(Category))


def test_every_table_has_rows_with_its_columns_and_words_in_both_languages() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00")
    made = recap_of(facts([complaint(1, "03-02 08:00"), cut], [about], {"IN-900001": hit("SV-1")}), period(), 12)
    for document in DOCUMENTS:
        names = [section.name for section in document.sections]
        assert len(names) == len(set(names))
        for table in document.tables(made, period()):
            keys = [column.key for column in table.report.columns]
            assert [list(row) for row in table.rows] == [keys] * len(table.rows), table.report.name
            said = [table.report.title, table.report.note or table.report.title]
            said += [column.words for column in table.report.columns]
            said += [word for column in table.report.columns for word in column.values.values()]
            assert all(set(one) == {"id", "en"} and all(one.values()) for one in said), table.report.name
