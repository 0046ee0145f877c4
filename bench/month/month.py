"""Plays a month and has it judged."""

import os
import time
from dataclasses import dataclass
from typing import Any

import msgspec

from bench import Row
from bench.month import auditor
from bench.month.office import Month, Office
from bench.storm.national import national
from bench.watching.process import peak_mb
from correlator.effects import Alert, Campaign, Notice
from correlator.reports.facts import Facts
from correlator.reports.lines import notice_line, rca_line, ticket_line
from correlator.reports.network import Network
from correlator.reports.recap import MONTHLY, recap_of
from correlator.reports.report import month_of
from correlator.reports.restitution import RESTITUTION
from correlator.reports.totals import Months, totals
from correlator.rows.audiences import by_name
from correlator.service_desk import outputs
from correlator.service_desk.notices import notices
from topology.compile import compile_inventory

MONTH = "2026-10"


@dataclass(frozen=True)
class Size:
    """How much of a month: an inventory of so many resources, complaints and incidents, drawn from a seed."""

    resources: int
    complaints: int
    incidents: int
    seed: int = 20_261_001


SIZES = {"smoke": Size(2_000, 300, 5), "full": Size(20_000, 60_000, 400)}


def run(scale: str) -> list[Row]:
    return measured(SIZES[scale])


def measured(size: Size) -> list[Row]:
    began = time.process_time()
    office = Office(compile_inventory(national(size.resources, size.seed)), size.complaints, size.incidents, size.seed)
    month = office.play()
    played_s = time.process_time() - began
    wrong, counts = verdict(office, month)
    for line in wrong[:50]:
        print(f"  wrong: {line}")
    what = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    laws = "numbers, stages, closures, climbs, warnings, RCA/CAPA records, recap, restitution"
    return [
        Row("a month played", month.run.events / played_s, "events/s", None, f"{played_s:.0f} s of CPU; {what}"),
        Row("laws broken", len(wrong), "", 0, laws),
        Row("memory", peak_mb(os.getpid()), "MB", None, "peak"),
    ]


def verdict(office: Office, month: Month) -> tuple[list[str], dict[str, int]]:
    """What the auditor says, and how much there was to judge."""
    state = month.run.state
    tickets = [outputs.ticket_json(row) for _, row in sorted(state.tickets.items())]
    alerts = [outputs.alert_json(one) for one in month.run.effects if isinstance(one, Alert)]
    told = messages(office, month)
    wrong = auditor.judged(tickets, alerts, told, month.replies, month.complaints)
    rcas = [outputs.rca_json(state, row) for _, row in sorted(state.rcas.items())]
    wrong += auditor.records(tickets, rcas, month.commands) + auditor.reminded(alerts)
    recap, period = recap_of(facts(office, month), PERIOD, 1), PERIOD
    tables = {table.report.name: list(table.rows) for table in MONTHLY.tables(recap, period)}
    wrong += auditor.sums(tickets, tables, MONTH)
    totals, evidence = (list(table.rows) for table in RESTITUTION.tables(recap, period))
    wrong += auditor.restitution(totals, evidence)
    closed = sum(row["closed_at"] is not None for row in tickets)
    counts = {"events": month.run.events, "tickets": len(tickets), "closed": closed, "alerts": len(alerts)}
    incidents = sum(row.opened_us is not None for row in state.incidents.values())
    climbed = sum(line["action"] == "escalate" for row in tickets for line in row["trail"])
    counts |= {
        "messages": len(told),
        "incidents opened": incidents,
        "climbs": climbed,
        "orders": len(month.commands),
        "of them refused": len(month.run.rejected),
        "roles": len({one["role"] for one in month.commands}),
        "services restituted": len(totals),
    }
    return wrong, counts


found = month_of(MONTH)
assert found is not None
PERIOD = found


def messages(office: Office, month: Month) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for effect in month.run.effects:
        if isinstance(effect, Campaign):
            told += [outputs.notice_json(one) for one in notices.fan_out(office.world, effect)]
        elif isinstance(effect, Notice):
            told.append(outputs.notice_json(notices.single(office.world, effect)))
    return msgspec.to_builtins(told)


def facts(office: Office, month: Month) -> Facts:
    state = month.run.state
    return Facts(
        moment_us=state.now_us,
        network=Network(office.topology),
        divisions=office.world.policy.care.owners,
        totals=totals(
            Months(PERIOD.number, PERIOD.number),
            [ticket_line(row, None) for row in state.tickets.values()],
            [rca_line(row, None) for row in state.rcas.values()],
            [notice_line(row, None) for row in state.campaigns.values()],
        ),
        incidents=[row for _, row in sorted(state.incidents.items())],
        affected={name: by_name(office.topology, row) for name, row in sorted(state.audiences.items())},
    )
