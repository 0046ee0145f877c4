"""Tickets and alarms as subscribers are told of them: the same resources, made of a row alone."""

from typing import Any

from connectors.api.desk.lists import item
from connectors.api.tmf import alarms, tickets
from connectors.api.tmf.lists import selected
from connectors.desk_ports import line_of
from correlator.rows.incidents import AlarmRow
from correlator.rows.service_desk import TicketRow


def ticket_told(row: TicketRow) -> dict[str, Any]:
    """As in a list: without history and notes, which its `href` has."""
    return selected(tickets.resource(item(line_of("", row), 0)), None)


def alarm_told(row: AlarmRow) -> dict[str, Any]:
    return selected(alarms.resource(row), None)
