"""TMF621's ticket and TMF642's alarm for the OpenAPI description: what is told and read of them here. The whole of each
is in the documents that the TM Forum publishes.
"""

from collections.abc import Mapping
from typing import Any, Final

Shape = dict[str, Any]
SOURCE: Final = "https://github.com/tmforum-apis/"


def _texts(*names: str) -> Shape:
    return {name: {"type": "string"} for name in names}


def _times(*names: str) -> Shape:
    return {name: {"type": "string", "format": "date-time"} for name in names}


def _lists(*names: str) -> Shape:
    return {name: {"type": "array", "items": {"type": "object"}} for name in names}


TICKET: Final[Shape] = {
    "type": "object",
    "externalDocs": {"url": f"{SOURCE}TMF621_TroubleTicket"},
    "required": ["@type"],
    "properties": {
        "@type": {"const": "TroubleTicket"},
        **_texts("id", "href", "name", "description", "severity", "statusChangeReason"),
        "ticketType": {"enum": ["complaint", "outage"]},
        "status": {"enum": ["acknowledged", "inProgress", "pending", "held", "resolved", "closed"]},
        **_times("creationDate", "expectedResolutionDate", "resolutionDate", "lastUpdate", "statusChangeDate"),
        "channel": {"type": "object"},
        **_lists("externalIdentifier", "note", "relatedParty", "relatedEntity", "statusChangeHistory"),
        **_lists("troubleTicketRelationship"),
    },
}
ALARM: Final[Shape] = {
    "type": "object",
    "externalDocs": {"url": f"{SOURCE}TMF642_AlarmManagement"},
    "properties": {
        "@type": {"const": "Alarm"},
        **_texts("id", "href", "externalAlarmId", "alarmType", "probableCause", "specificProblem", "alarmDetails"),
        "state": {"enum": ["raised", "updated", "cleared"]},
        "perceivedSeverity": {"enum": ["critical", "major", "minor", "warning", "indeterminate", "cleared"]},
        "alarmedObject": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        **_texts("sourceSystemId"),
        **_times("alarmRaisedTime", "alarmReportingTime", "alarmChangedTime", "alarmClearedTime"),
        "isRootCause": {"type": "boolean"},
        **_lists("parentAlarm", "correlatedAlarm"),
    },
}
HUB: Final[Shape] = {
    "type": "object",
    "required": ["callback"],
    "properties": {"@type": {"const": "Hub"}, **_texts("id", "href", "callback", "query")},
}
ERROR: Final[Shape] = {
    "type": "object",
    "required": ["code", "reason"],
    "properties": _texts("@type", "code", "reason", "message", "status"),
}
SHAPES: Final[Mapping[str, Shape]] = {"TmfTroubleTicket": TICKET, "TmfAlarm": ALARM, "TmfHub": HUB, "TmfError": ERROR}
