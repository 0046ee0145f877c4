"""Minutes down by customer and service: they are the sum over the evidence, and never more than has passed."""

from random import Random
from typing import Any

import pytest

from correlator.events import MINUTE_US
from correlator.reports.recap import Recap
from correlator.reports.report import Row
from correlator.reports.restitution import RESTITUTION
from tests.correlator.reports.month import SERVICES, broke, complaint, recap
from tests.correlator.reports.rows import at, period

EVERYBODY = {"IN-900001": ["CU-1", "CU-2"], "IN-900002": ["CU-1", "CU-2"]}


def told(made: Recap, month: str = "2026-03") -> tuple[list[Row], list[Row]]:
    """Totals, evidence."""
    totals, evidence = RESTITUTION.tables(made, period(month))
    return list(totals.rows), list(evidence.rows)


def minutes(rows: list[Row], *keys: str) -> dict[Any, Any]:
    return {tuple(row[key] for key in keys): row["minutes"] for row in rows}


def test_an_outage_is_evidence_for_the_services_below_it() -> None:
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
    totals, evidence = told(recap(cut, child, unnamed, incidents=[about], affected={"IN-900001": ["CU-1"]}))
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
    totals, _ = told(recap(cut, child, incidents=[about], affected=EVERYBODY))
    assert minutes(totals, "customer", "service") == {("CU-1", None): 120, ("CU-2", "SV-3"): 120}
    assert totals[0]["product"] == "unknown"


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
            hit = [service]
        else:
            row, about = broke(900_000 + number, chance.choice(("C-77", "DPS-OLT1")), "03-01 00:00")
            row.opened_us = about.down_since_us = start_us
            row.repaired_us = end_us
            incidents.append(about)
            hit = ["SV-1", "SV-2"] if about.root == "C-77" else ["SV-1"]
        rows.append(row)
        for name in hit:
            covered[name].update(range(since, since + lasted))
    affected = {about.id: ["CU-1", "CU-2"] if about.root == "C-77" else ["CU-1"] for about in incidents}
    made = recap(*rows, incidents=incidents, affected=affected)
    totals, evidence = told(made)
    found = {str(row["service"]): int(row["minutes"] or 0) for row in totals}
    assert found == {name: len(minutes) for name, minutes in covered.items() if minutes}
    for name, down in found.items():
        assert down == sum(int(row["minutes"] or 0) for row in evidence if row["service"] == name)
    assert sum(found.values()) == sum(one.minutes for one in made.evidence)
