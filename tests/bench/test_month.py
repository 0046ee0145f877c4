"""A month of an operator holds all laws, and the auditor who says so sees each of them broken."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from bench.month import auditor
from bench.month.month import PERIOD, facts, messages, verdict
from bench.month.office import Month, Office
from bench.national import national
from correlator.effects import Alert
from correlator.reports.recap import MONTHLY, recap_of
from correlator.reports.restitution import RESTITUTION
from correlator.service_desk import outputs
from topology.compile import compile_inventory

Row = dict[str, Any]


@cache
def played() -> tuple[Office, Month]:
    office = Office(compile_inventory(national(2_000, 5)), 400, 6, 5)
    return office, office.play()


def test_no_law_is_broken() -> None:
    wrong, counts = verdict(*played())
    assert wrong == []
    assert counts["tickets"] >= 400
    for name in ("closed", "incidents opened", "climbs", "services restituted", "messages"):
        assert counts[name], name


def test_the_same_seed_is_the_same_month() -> None:
    first, second = (Office(compile_inventory(national(2_000, 5)), 30, 1, 9).play() for _ in range(2))
    assert first.commands == second.commands
    assert [effect.id for effect in first.run.effects] == [effect.id for effect in second.run.effects]


# Each law, broken by hand


def seen() -> tuple[list[Row], list[Row], list[Row]]:
    office, month = played()
    state = month.run.state
    tickets = [outputs.ticket_json(state, row) for _, row in sorted(state.tickets.items())]
    alerts = [outputs.alert_json(one) for one in month.run.effects if isinstance(one, Alert)]
    return deepcopy(tickets), alerts, messages(office, month)


def one(tickets: list[Row], **wanted: Any) -> Row:
    return next(row for row in tickets if all(row[key] == value for key, value in wanted.items()))


def twice(tickets: list[Row]) -> None:
    tickets[0]["number"] = tickets[1]["number"]


def lost(tickets: list[Row]) -> None:
    tickets.remove(one(tickets, kind="complaint"))


def jumps(tickets: list[Row]) -> None:
    moved = next(line for row in tickets for line in row["trail"] if line["from"] == "assignment")
    moved["from"] = "receipt"


def unsaid(tickets: list[Row]) -> None:
    one(tickets, kind="complaint", closed_as="confirmed")["customer"] = None


def too_early(tickets: list[Row]) -> None:
    row = one(tickets, kind="complaint", closed_as="confirmed", parent=None)
    row["closed_as"], row["id"] = "unconfirmed", "TK-0"


def leaps(tickets: list[Row]) -> None:
    climbed = next(line for row in tickets for line in row["trail"] if line["action"] == "escalate")
    climbed["to"] = "operations_director"


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (twice, "2 times"),
        (lost, "has 0 tickets"),
        (jumps, "moved from receipt"),
        (unsaid, "nobody said so"),
        (too_early, "unconfirmed after"),
        (leaps, "climbed to operations_director"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_auditor_sees_a_law_broken(break_it: Callable[[list[Row]], None], says: str) -> None:
    tickets, alerts, told = seen()
    month = played()[1]
    assert auditor.judged(tickets, alerts, told, month.replies, month.complaints) == []
    break_it(tickets)
    found = auditor.judged(tickets, alerts, told, month.replies, month.complaints)
    assert any(says in line for line in found), found[:5]


def test_the_auditor_sees_a_climb_that_nobody_was_told_of() -> None:
    tickets, alerts, told = seen()
    month = played()[1]
    kept = [row for row in alerts if row["kind"] != "escalation"]
    found = auditor.judged(tickets, kept, told, month.replies, month.complaints)
    assert any("nobody there was told" in line for line in found)


def test_the_auditor_adds_up_recap_and_restitution_by_itself() -> None:
    office, month = played()
    recap = recap_of(facts(office, month), PERIOD, 1)
    tables = {table.report.name: [dict(row) for row in table.rows] for table in MONTHLY.tables(recap, PERIOD)}
    tickets = seen()[0]
    assert auditor.sums(tickets, tables, "2026-10") == []
    tables["complaints_by_class"][0]["opened"] += 1
    assert len(auditor.sums(tickets, tables, "2026-10")) == 2
    totals, evidence = ([dict(row) for row in table.rows] for table in RESTITUTION.tables(recap, PERIOD))
    assert auditor.restitution(totals, evidence) == []
    evidence[0]["minutes"] += 1
    assert auditor.restitution(totals, evidence)
