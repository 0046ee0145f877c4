"""The handover: what changed in the shift, what is open, what was promised and is late; rows in, tables out."""

from typing import Any

import numpy as np

from correlator.customers import pack
from correlator.events import HOUR_US
from correlator.reports.handover import HANDOVER, Shift, since
from correlator.reports.report import Row
from correlator.rows.incidents import WindowRow
from correlator.rows.service_desk import CapaAction, Clock, Owed, WaitingNoticeRow
from tests.correlator.reports.month import broke, complaint
from tests.correlator.reports.rows import NAMED, at, rca

NOW_US = at("03-09 15:00")


def told(name: str, **rows: Any) -> list[Row]:
    shift = Shift(NOW_US, NOW_US + 8 * HOUR_US, **rows)
    [report] = [one for one in HANDOVER.sections if one.name == name]
    return list(report.table(shift, since(at("03-09 07:00"), NOW_US)).rows)


def cells(rows: list[Row], *keys: str) -> list[tuple[object, ...]]:
    return [tuple(row[key] for key in keys) for row in rows]


def test_an_idle_shift_says_so() -> None:
    assert [told(section.name) for section in HANDOVER.sections[1:]] == [[]] * 5
    assert set(told("summary")[0].values()) == {0}


def test_what_is_open_the_worst_and_eldest_first_and_what_ended() -> None:
    small, one = broke(900_001, "DPS-OLT1", "03-09 06:00")
    great, two = broke(900_002, "C-77", "03-09 10:00")
    over, three = broke(900_003, "S-1", "03-09 08:00", "03-09 09:00")
    one.severity, two.severity, three.status = "Minor", "Critical", "resolved"
    two.down_now, one.assigned_to = 340, None
    one.opened_us, two.opened_us, three.opened_us = (at(f"03-09 {hour}:00") for hour in ("06", "10", "08"))
    rows: dict[str, Any] = {"tickets": [small, great, over], "incidents": [one, two, three]}
    assert cells(told("open", **rows), "incident", "number", "severity", "down", "assigned") == [
        ("IN-900002", "NT-20260301-900002", "Critical", 340, NAMED),
        ("IN-900001", "NT-20260301-900001", "Minor", 0, None),
    ]
    assert cells(told("ended", **rows), "incident", "status") == [("IN-900003", "resolved")]
    summary = told("summary", customers_down=300, **rows)
    assert cells(summary, "opened", "resolved", "open", "down") == [(2, 1, 2, 300)]  # 40 of them by both


def test_what_is_back_is_so_since_it_is_back_as_on_the_board() -> None:
    cut, about = broke(900_001, "C-77", "03-09 08:00")
    about.back_us = at("03-09 10:00")
    assert cells(told("open", tickets=[cut], incidents=[about]), "since") == [(at("03-09 10:00"),)]


def test_what_was_promised_and_what_is_late() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00")
    about.estimate_us = at("03-09 18:00")
    cut.clocks = [Clock("response", 0, at("03-09 10:30")), Clock("resolution", 0, at("03-10 10:00"))]
    paused = complaint(1, "03-09 10:00")
    paused.clocks = [Clock("resolution", 0, at("03-09 16:00"), paused_since_us=1)]
    met = complaint(2, "03-09 10:00")
    met.clocks = [Clock("response", 0, at("03-09 16:00"), at("03-09 11:00"))]
    closed = complaint(3, "03-09 10:00", stage="closed")
    closed.clocks = [Clock("stage_confirmation", 0, at("03-09 16:00"))]
    steps = (CapaAction("mark the duct", NAMED, at("03-09 17:00")), CapaAction("done", NAMED, 1, 2), CapaAction("?"))
    owed = [Owed("filling", at("03-09 12:00"), "technical"), Owed("corrective", 1, "technical", "told by its action")]
    rows = told(
        "due",
        tickets=[cut, paused, met, closed],
        incidents=[about],
        updates_us={about.id: at("03-09 16:00")},
        rcas=[rca(1, preventive=steps, owed=owed), rca(2, state="closed", preventive=steps)],
    )
    assert cells(rows, "due", "late", "what", "about", "who") == [
        (at("03-09 10:30"), "yes", "response", "NT-20260301-900001", "noc_operator"),
        (at("03-09 12:00"), "yes", "filling", "RCA-1", "technical"),
        (at("03-09 16:00"), "no", "update", "NT-20260301-900001", "noc_operator"),
        (at("03-09 17:00"), "no", "preventive", "RCA-1", NAMED),
        (at("03-09 18:00"), "no", "estimate", "NT-20260301-900001", "noc_operator"),
    ]


def test_records_that_wait_to_be_filled_are_a_line_for_each_division() -> None:
    records = [rca(n, owed=[Owed("filling", at("03-09 12:00") + n, "technical")]) for n in range(40)]
    other = rca(41, owed=[Owed("filling", at("03-09 13:00"), "billing_account")])
    far = rca(42, owed=[Owed("filling", at("03-11 12:00"), "technical")])
    assert cells(told("due", rcas=[*records, other, far]), "due", "late", "what", "about", "who") == [
        (at("03-09 12:00"), "yes", "filling", "40 RCA/CAPA", "technical"),
        (at("03-09 13:00"), "yes", "filling", "RCA-41", "billing_account"),
    ]


def test_complaints_of_the_shift() -> None:
    old = complaint(1, "03-08 10:00", closed_us=at("03-09 10:00"), stage="closed")
    new = complaint(2, "03-09 10:00")
    new.clocks = [Clock("response", 0, at("03-09 11:00"), breached=True), Clock("resolution", 0, 1, breached=True)]
    rows = told("summary", tickets=[old, new])
    assert cells(rows, "complaints", "answered", "waiting", "breached") == [(1, 1, 1, 1)]


def test_a_follow_up_is_no_complaint_of_its_own() -> None:
    """As in the month: who called again is told there as a caller."""
    again = complaint(2, "03-09 10:00", follows="TK-1", closed_us=at("03-09 10:00"), stage="closed")
    rows = told("summary", tickets=[complaint(1, "03-09 09:00"), again])
    assert cells(rows, "complaints", "answered", "waiting") == [(1, 0, 1)]


def test_what_was_merged_is_no_outage_of_its_own_and_what_never_opened_is_none() -> None:
    _, one = broke(900_001, "C-77", "03-09 08:00", "03-09 09:00")
    _, part = broke(900_002, "C-78", "03-09 08:00", "03-09 09:00")
    _, dissolved = broke(900_003, "C-79", "03-09 08:00")
    one.status, part.status, dissolved.status = "resolved", "merged", "closed"
    one.opened_us = part.opened_us = at("03-09 08:00")
    part.closed_us = dissolved.closed_us = at("03-09 09:00")
    rows = {"incidents": [one, part, dissolved]}
    assert cells(told("summary", **rows), "opened", "resolved") == [(1, 1)]
    assert cells(told("ended", **rows), "incident", "status") == [("IN-900001", "resolved"), ("IN-900002", "merged")]


def test_messages_that_wait_and_planned_work() -> None:
    audience = pack(np.asarray([3, 4], dtype=np.int32))
    ticket = complaint(1, "03-09 10:00")
    waiting = [
        WaitingNoticeRow("IN-2", "update", at("03-10 06:00"), "quiet", 1, audience),
        WaitingNoticeRow("", "restored", 0, "noc", ticket=ticket.id),
    ]
    assert cells(told("held", tickets=[ticket], waiting=waiting), "about", "kind", "why", "customers", "until") == [
        ("IN-2", "update", "quiet", 2, at("03-10 06:00")),
        ("NT-20260301-000001", "restored", "noc", 1, None),
    ]
    windows = [
        WindowRow("on", ("S-1", "L-1"), at("03-09 14:00"), at("03-09 18:00"), "splicing"),
        WindowRow("over", ("S-1",), at("03-09 10:00"), at("03-09 15:00"), "splicing"),
        WindowRow("far", ("S-1",), at("03-10 10:00"), at("03-10 15:00"), "splicing"),
    ]
    assert cells(told("work", windows=windows), "window", "objects") == [("on", "S-1, L-1")]


def test_no_customer_is_named() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00")
    shift = Shift(NOW_US, NOW_US, [cut, complaint(1, "03-09 10:00")], [about])
    tables = HANDOVER.tables(shift, since(0, NOW_US))
    assert "CU-1" not in str([table.rows for table in tables])
