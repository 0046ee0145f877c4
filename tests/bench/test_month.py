"""A month of an operator holds all laws, and the auditor who says so sees each of them broken."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, get_args

import pytest

from bench.month import auditor
from bench.month.month import PERIOD, facts, messages, verdict
from bench.month.office import Month, Office
from bench.storm.national import national
from correlator.effects import Alert
from correlator.events import StaffRole
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
    for name in ("closed", "incidents opened", "climbs", "services restituted", "messages", "of them refused"):
        assert counts[name], name
    assert {one["role"] for one in played()[1].commands} == set(get_args(StaffRole))


def test_the_same_seed_is_the_same_month() -> None:
    first, second = (Office(compile_inventory(national(2_000, 5)), 30, 1, 9).play() for _ in range(2))
    assert first.commands == second.commands
    assert [effect.id for effect in first.run.effects] == [effect.id for effect in second.run.effects]


# Each law, broken by hand


def seen() -> tuple[list[Row], list[Row], list[Row]]:
    office, month = played()
    state = month.run.state
    tickets = [outputs.ticket_json(row) for _, row in sorted(state.tickets.items())]
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


def over_their_head(tickets: list[Row]) -> None:
    row = one(tickets, closed_as="unconfirmed", kind="complaint")
    [*_, closed] = (line for line in row["trail"] if line["action"] == "close")
    closed["actor"] = "customer_care-a"


def climbs(tickets: list[Row]) -> list[list[Row]]:
    return [[line for line in row["trail"] if line["action"] == "escalate"] for row in tickets]


def leaps(tickets: list[Row]) -> None:
    next(lines for lines in climbs(tickets) if lines)[0]["to"] = "operations_director"


def in_one_hour(tickets: list[Row]) -> None:
    first, second = next(lines for lines in climbs(tickets) if len(lines) > 1)[:2]
    second["at"] = first["at"]


def untold(tickets: list[Row]) -> None:
    row = one(tickets, kind="complaint", closed_as="confirmed", parent=None)
    row["id"] = "TK-0"
    row["clocks"][0] |= {"breached": True, "met_at": None}


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (twice, "2 times"),
        (lost, "has 0 tickets"),
        (jumps, "moved from receipt"),
        (unsaid, "nobody said so"),
        (too_early, "unconfirmed after"),
        (over_their_head, "reminders, by ['customer_care-a']"),
        (leaps, "climbed to operations_director"),
        (in_one_hour, "climbed twice"),
        (untold, "nobody was told"),
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


def test_the_auditor_sees_a_reminder_that_came_twice() -> None:
    late = {"role": "technical", "kind": "rca_unfilled", "text": "RCA-000001: not filled yet"}
    others = [{**late, "role": "care_supervisor"}, {**late, "text": "RCA-000002: not filled yet"}]
    assert auditor.reminded([late, *others]) == []
    assert auditor.reminded([late, late]) == ["2 times to technical: RCA-000001: not filled yet"]


def test_the_auditor_sees_a_warning_that_came_twice() -> None:
    tickets, alerts, told = seen()
    again = next(row for row in alerts if row["kind"] == "clock_50")
    month = played()[1]
    found = auditor.judged(tickets, [*alerts, again], told, month.replies, month.complaints)
    assert len(found) == 1
    assert "2 times" in found[0]


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda rcas, _: rcas.remove(of_closed(rcas)), "with 0 RCA/CAPA records"),
        (lambda rcas, by: verified(rcas)["preventive"][0].update(verified_by=by), "who filled it"),
        (lambda rcas, _: verified(rcas)["corrective"][0].update(verified_by=None), "nobody verified it"),
    ],
    ids=["none", "own work", "unverified"],
)
def test_the_auditor_reads_the_records(break_it: Callable[[list[Row], str], None], says: str) -> None:
    state, commands = played()[1].run.state, played()[1].commands
    tickets, rcas = seen()[0], [outputs.rca_json(state, row) for row in state.rcas.values()]
    assert auditor.records(tickets, rcas, commands) == []
    record = verified(rcas)["id"]
    filler = next(one["actor"] for one in commands if (one["action"], one["target"]) == ("fill", record))
    given = [*commands, {**commands[0], "action": "verify", "target": record, "actor": filler}]
    break_it(rcas, filler)
    found = auditor.records(tickets, rcas, given)
    assert any(says in line for line in found), found


def test_the_auditor_sees_an_effect_judged_too_early() -> None:
    state, commands = played()[1].run.state, played()[1].commands
    rcas = [outputs.rca_json(state, row) for row in state.rcas.values()]
    record = verified(rcas)
    by, done = record["corrective"][0]["verified_by"], record["corrective"][0]["done_at"]
    early = {**commands[0], "action": "verify", "target": record["id"], "actor": by, "time": done}
    assert any("after it was done" in line for line in auditor.records(seen()[0], rcas, [*commands, early]))


def of_closed(rcas: list[Row]) -> Row:
    """The record of an incident whose ticket is closed; of some nobody has said yet that all is well."""
    closed = {row["incident"] for row in seen()[0] if row["kind"] == "outage" and row["closed_at"] is not None}
    return next(row for row in rcas if row["incident"] in closed)


def verified(rcas: list[Row]) -> Row:
    return next(row for row in rcas if any(step["verified_by"] for step in row["preventive"]))


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
