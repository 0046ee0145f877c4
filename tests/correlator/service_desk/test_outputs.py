"""Tickets, records, alerts and messages as the contract's section 3 writes them: every field, always."""

import json
from typing import Any

import msgspec

from correlator.effects import Alert
from correlator.service_desk import outputs
from correlator.state import TABLES, State
from tests.correlator.service_desk.house import Shift

TICKET = (
    "id number kind incident parent complaint customer service channel product category class class_reason classed_by"
    " stage owner opened_at responded_at repaired_at closed_at closed_as clocks trail"
)
RCA = (
    "id incident ticket opened_at state root cause_category timeline impact sla similar five_whys corrective preventive"
)
NOTICE = "id incident ticket customer kind update language channel at subject body"


def busy() -> Shift:
    shift = Shift()
    shift.complain(None, service="", channel="walk_in")
    shift.cut("SP-A")
    shift.complain("CU-1")
    shift.wait(90)
    return shift


def plain(value: dict[str, Any]) -> dict[str, Any]:
    """As it is written."""
    return json.loads(msgspec.json.encode(value))  # type: ignore[no-any-return]  # an object went in


def test_every_ticket_has_every_field_in_the_contracts_order() -> None:
    shift = busy()
    for row in shift.state.tickets.values():
        shown = plain(outputs.ticket_json(row))
        assert list(shown) == TICKET.split()
        for clock in shown["clocks"]:
            assert list(clock) == ["name", "due_at", "met_at", "paused_s", "breached", "warned"]
        for line in shown["trail"]:
            assert list(line) == ["at", "actor", "action", "from", "to", "reason"]


def test_a_breach_is_no_warning() -> None:
    shift = busy()
    shown = outputs.ticket_json(shift.outage("SP-A"))
    response = shown["clocks"][0]
    assert (response["name"], response["warned"], response["breached"]) == ("response", [50, 80], True)


def test_an_outage_ticket_is_null_in_what_is_a_complaints() -> None:
    shift = busy()
    shown = outputs.ticket_json(shift.outage("SP-A"))
    assert [shown[name] for name in ("parent", "complaint", "customer", "service", "channel", "product")] == [None] * 6


def test_times_are_rfc_3339_in_wib() -> None:
    shift = busy()
    shown = outputs.ticket_json(shift.outage("SP-A"))
    assert shown["opened_at"].startswith("2026-03-03T10:0")
    assert shown["opened_at"].endswith("+07:00")


def test_paused_time_is_in_seconds() -> None:
    shift = busy()
    ticket = shift.outage("SP-A")
    shift.order("pause", ticket.id, why="access_refused")
    shift.wait(2)
    shift.order("resume", ticket.id)
    resolution = next(c for c in outputs.ticket_json(ticket)["clocks"] if c["name"] == "resolution")
    assert resolution["paused_s"] == 120


def test_records_alerts_and_messages_have_every_field() -> None:
    shift = busy()
    for row in shift.state.rcas.values():
        assert list(plain(outputs.rca_json(shift.state, row))) == RCA.split()
    for told in shift.messages():
        assert list(plain(outputs.notice_json(told))) == NOTICE.split()
    alert = next(effect for effect in shift.effects if isinstance(effect, Alert))
    assert list(plain(outputs.alert_json(alert))) == ["id", "at", "role", "kind", "about", "text"]


def test_rows_survive_the_store() -> None:
    """State is exactly the rows: written out and read back they show the same."""
    shift = busy()
    tables: dict[str, dict[str, Any]] = {}
    for name, kind in TABLES.items():
        rows = shift.state.tables[name]
        tables[name] = {
            key: msgspec.msgpack.decode(msgspec.msgpack.encode(row), type=kind) for key, row in rows.items()
        }
    again = State(tables)
    for key, ticket in shift.state.tickets.items():
        assert outputs.ticket_json(again.tickets[key]) == outputs.ticket_json(ticket)
    for key, record in shift.state.rcas.items():
        assert outputs.rca_json(again, again.rcas[key]) == outputs.rca_json(shift.state, record)
