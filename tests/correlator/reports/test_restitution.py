"""Minutes down by customer and service: they are the sum over the evidence, and never more than has passed."""

from random import Random
from typing import Any

import pytest

from correlator.events import MINUTE_US
from correlator.reports.recap import Recap
from correlator.reports.report import Row
from correlator.reports.restitution import RESTITUTION
from correlator.rows.service_desk import AffectedRow
from tests.correlator.reports.month import SERVICES, broke, complaint, hit, recap
from tests.correlator.reports.rows import at, period

EVERYBODY = {"IN-900001": hit("SV-1", "SV-2"), "IN-900002": hit("SV-1", "SV-2")}


def told(made: Recap, month: str = "2026-03") -> tuple[list[Row], list[Row]]:
    """Totals, evidence."""
    totals, evidence = RESTITUTION.tables(made, period(month))
    return list(totals.rows), list(evidence.rows)


def minutes(rows: list[Row], *keys: str) -> dict[Any, Any]:
    return {tuple(row[key] for key in keys): row["minutes"] for row in rows}


def test_an_outage_is_evidence_for_the_services_that_it_took_down() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00")
    totals, evidence = told(recap(cut, incidents=[about], affected=EVERYBODY))
    assert minutes(totals, "customer", "service") == {("CU-1", "SV-1"): 120, ("CU-2", "SV-2"): 120}
    assert evidence[0] == {
        "customer": "CU-1",
        "service": "SV-1",
        "number": "NT-20260301-900001",
        "root": "C-77",
        "start": at("03-09 10:00"),
        "end": at("03-09 12:00"),
        "over": "yes",
        "minutes": 120,
    }
    assert totals[0]["availability"] == 1_000_000 - round(120 * 1_000_000 / (31 * 1440))


def test_a_complaint_alone_that_nothing_works_is_evidence_too() -> None:
    totals, evidence = told(recap(complaint(1, "03-02 08:00", "03-02 10:00", service="SV-3")))
    assert minutes(totals, "customer", "service", "product") == {("CU-2", "SV-3", "vpn"): 120}
    assert evidence[0]["root"] is None


@pytest.mark.parametrize(
    "more",
    [
        {"severity": "Minor"},
        {"category": "billing"},
        {"closed_as": "no_fault"},
        {"closed_as": "duplicate"},
        {"customer": None},
    ],
)
def test_what_is_no_evidence_that_a_service_was_down(more: dict[str, Any]) -> None:
    assert told(recap(complaint(1, "03-02 08:00", "03-02 10:00", **more))) == ([], [])


def test_the_same_time_is_counted_once() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00")
    child = complaint(1, "03-09 10:30", "03-09 13:00", incident="IN-900001")
    unnamed = complaint(2, "03-09 10:40", "03-09 13:00")
    unnamed.service = None  # of the customer's only one, then
    totals, evidence = told(recap(cut, child, unnamed, incidents=[about], affected={"IN-900001": hit("SV-1")}))
    assert [row["minutes"] for row in evidence] == [120, 60, 0]
    assert minutes(totals, "service") == {("SV-1",): 180}


def test_only_what_lies_in_the_month_and_up_to_now_counts() -> None:
    cut, about = broke(900_001, "C-77", "02-28 22:00", "03-01 01:00")
    on, two = broke(900_002, "C-77", "04-05 07:00")
    made = recap(cut, on, incidents=[about, two], affected=EVERYBODY)
    assert minutes(told(made)[0], "service") == {("SV-1",): 60, ("SV-2",): 60}
    april = recap(cut, on, incidents=[about, two], affected=EVERYBODY, month="2026-04")
    totals, evidence = told(april, "2026-04")
    assert minutes(totals, "service") == {("SV-1",): 60, ("SV-2",): 60}
    assert [row["over"] for row in evidence] == ["no", "no"]


def test_where_the_inventory_knows_no_service_below_it_what_the_customer_named_counts() -> None:
    cut, about = broke(900_001, "gone", "03-09 10:00", "03-09 12:00")
    child = complaint(1, "03-09 11:00", "03-09 12:00", service="SV-3", incident="IN-900001")
    gone = {"IN-900001": AffectedRow(("CU-1", "CU-2"))}
    totals, _ = told(recap(cut, child, incidents=[about], affected=gone))
    assert minutes(totals, "customer", "service") == {("CU-1", None): 120, ("CU-2", "SV-3"): 120}
    assert totals[0]["product"] == "unknown"


def test_each_service_counts_from_when_it_went_down_to_when_it_was_back() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 14:00")
    early = hit("SV-1", until="03-09 11:00")
    late = hit("SV-2", since="03-09 10:30")
    affected = {"IN-900001": AffectedRow((*early.customers, *late.customers), (*early.spells, *late.spells))}
    totals, evidence = told(recap(cut, incidents=[about], affected=affected))
    assert minutes(totals, "service") == {("SV-1",): 60, ("SV-2",): 210}
    assert [(row["start"], row["end"]) for row in evidence] == [
        (at("03-09 10:00"), at("03-09 11:00")),
        (at("03-09 10:30"), at("03-09 14:00")),
    ]


def test_an_outage_that_was_back_counts_no_minute_between() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 14:00")
    first, again = hit("SV-1", until="03-09 11:00"), hit("SV-1", since="03-09 13:00")
    affected = {"IN-900001": AffectedRow(first.customers, (*first.spells, *again.spells))}
    totals, evidence = told(recap(cut, incidents=[about], affected=affected))
    assert minutes(totals, "service") == {("SV-1",): 120}
    assert [row["minutes"] for row in evidence] == [60, 60]


def test_what_two_domains_know_of_one_outage_is_one_piece_of_evidence() -> None:
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00")
    one = hit("SV-1")
    affected = {"IN-900001": AffectedRow(one.customers, (*one.spells, *hit("SV-1", until="03-09 11:00").spells))}
    totals, evidence = told(recap(cut, incidents=[about], affected=affected))
    assert (len(evidence), minutes(totals, "service")) == (1, {("SV-1",): 120})


def test_what_planned_work_took_counts_from_its_end() -> None:
    """Who was told of the work, and whom it took down for longer."""
    called = complaint(1, "03-02 10:20", "03-02 12:00", work_until_us=at("03-02 11:00"))
    in_time = complaint(2, "03-02 10:20", "03-02 10:50", service="SV-2", work_until_us=at("03-02 11:00"))
    cut, about = broke(900_001, "C-77", "03-02 10:10", "03-02 12:00")
    about.work_until_us = at("03-02 11:00")
    made = recap(called, in_time, cut, incidents=[about], affected={"IN-900001": hit("SV-3")})
    assert minutes(told(made)[0], "service") == {("SV-1",): 60, ("SV-3",): 60}


@pytest.mark.parametrize("seed", range(8))
def test_minutes_are_the_sum_over_the_evidence_and_the_time_that_any_of_it_covers(seed: int) -> None:
    chance = Random(seed)
    rows, incidents, covered = [], [], {name: set[int]() for name in SERVICES}
    for number in range(30):
        since, lasted = chance.randrange(3000), chance.randrange(1, 500)
        start_us = at("03-01 00:00") + since * MINUTE_US
        end_us = start_us + lasted * MINUTE_US
        if chance.random() < 0.5:
            service = chance.choice(list(SERVICES))
            row = complaint(number + 1, "03-01 00:00", service=service, opened_us=start_us)
            row.repaired_us = end_us
            took = [service]
        else:
            row, about = broke(900_000 + number, chance.choice(("C-77", "DPS-OLT1")), "03-01 00:00")
            row.opened_us = about.down_since_us = start_us
            row.repaired_us = end_us
            incidents.append(about)
            took = ["SV-1", "SV-2"] if about.root == "C-77" else ["SV-1"]
        rows.append(row)
        for name in took:
            covered[name].update(range(since, since + lasted))
    affected = {about.id: hit("SV-1", "SV-2") if about.root == "C-77" else hit("SV-1") for about in incidents}
    made = recap(*rows, incidents=incidents, affected=affected)
    totals, evidence = told(made)
    found = {str(row["service"]): int(row["minutes"] or 0) for row in totals}
    assert found == {name: len(minutes) for name, minutes in covered.items() if minutes}
    for name, down in found.items():
        assert down == sum(int(row["minutes"] or 0) for row in evidence if row["service"] == name)
    assert sum(found.values()) == sum(one.minutes for one in made.evidence)
