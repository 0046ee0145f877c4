"""Alarms (TMF642 v5) of ours: `raised`; `updated` where it was told again since; `cleared`."""

from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import Field

from connectors.api.lists.pages import LONGEST
from connectors.api.tmf.lists import ROOT, Collection, Word
from connectors.api.views import at
from connectors.formats.tmf642 import CAUSES
from correlator.events import Alarm, microseconds
from correlator.rows.incidents import AlarmRow

PATH: Final = f"{ROOT}/alarmManagement/v5/alarm"


class Wanted(Collection):
    """Filters: any of several words, separated by commas. Of one object, its ports are told too."""

    id: Word | None = None
    state: Word | None = None
    perceived_severity: Word | None = Field(default=None, alias="perceivedSeverity")
    alarmed_object: Word | None = Field(default=None, alias="alarmedObject.id")
    probable_cause: Word | None = Field(default=None, alias="probableCause")
    cursor: Annotated[str, Field(max_length=LONGEST)] | None = None


def resource(row: AlarmRow) -> dict[str, Any]:
    """`id`: of the event that raised it, by which a command names it. `isRootCause`: as its source said; which incident
    explains it is no part of an alarm (`GET /alarms`)."""
    told = filtered_by(row)
    named = row.vendor.named if row.vendor is not None else ()
    return {
        "@type": "Alarm",
        "id": row.first_id,
        "href": _href(row.first_id),
        "state": told["state"],
        "alarmType": CAUSES[row.alarm_type].alarm_type,
        "probableCause": told["probableCause"],
        "specificProblem": row.qualifier,
        "perceivedSeverity": told["perceivedSeverity"],
        "alarmedObject": _object(row.object),
        "sourceSystemId": row.source or min(row.tellers, default=""),
        "alarmDetails": row.text,
        "alarmRaisedTime": at(row.first_us),
        "alarmReportingTime": at(row.heard_us),
        "alarmChangedTime": at(row.changed_us),
        "alarmClearedTime": None if row.stands else at(row.cleared_us),
        "isRootCause": row.vendor.root if row.vendor is not None else None,
        "correlatedAlarm": [_alarm(name) for name in named],
    }


def asked(wanted: Wanted) -> dict[str, str | None]:
    """The words of its filters, but for the object."""
    return {
        "id": wanted.id,
        "state": wanted.state,
        "perceivedSeverity": wanted.perceived_severity,
        "probableCause": wanted.probable_cause,
    }


def filtered_by(row: AlarmRow) -> dict[str, str]:
    """Those of its attributes by which a list is filtered."""
    cause = CAUSES[row.alarm_type].cause
    return {
        "id": row.first_id,
        "state": _state(row),
        "perceivedSeverity": (row.severity or "indeterminate") if row.stands else "cleared",  # as X.733 has it
        "probableCause": cause if row.alarm_type != "other" or not row.qualifier else row.qualifier,
    }


def taken(event: Alarm) -> dict[str, Any]:
    """What was just taken; where it stands is read from its `href` a moment later."""
    kind, cause = CAUSES[event.alarm_type]
    time = at(microseconds(event.time))
    cleared = event.state == "cleared"
    return {
        "@type": "Alarm",
        "id": event.id,
        "href": _href(event.id),
        "state": event.state,
        "alarmType": kind,
        "probableCause": event.qualifier or cause,
        "perceivedSeverity": "cleared" if cleared else event.severity or "indeterminate",
        "alarmedObject": _object(event.object),
        "sourceSystemId": event.source,
        "alarmDetails": event.text,
        "alarmClearedTime" if cleared else "alarmRaisedTime": time,
        "isRootCause": event.is_root_cause,
        "parentAlarm": [_alarm(name) for name in event.parent_alarms],
        "correlatedAlarm": [_alarm(name) for name in event.correlated_alarms],
    }


def _state(row: AlarmRow) -> str:
    if not row.stands:
        return "cleared"
    return "updated" if row.repeats else "raised"


def _object(name: str) -> dict[str, Any]:
    return {"@type": "AlarmedObjectRef", "@referredType": "Resource", "id": name}


def _alarm(name: str) -> dict[str, Any]:
    return {"@type": "AlarmRef", "id": name, "href": _href(name)}


def _href(name: str) -> str:
    """A slash is no part of a path's step: such an alarm is asked for by the filter `id`."""
    return f"{PATH}?id={quote(name, safe='')}" if "/" in name else f"{PATH}/{quote(name)}"
