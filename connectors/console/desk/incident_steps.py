"""What a person may order of an incident as it stands: each is a form, and a command of the API.

A human word is a pin: the machine works around it. Whether an order is carried out is decided when it is folded, by
the same table of roles (`correlator.incidents.commands`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from connectors.console.desk.forms import Field, Step
from connectors.console.desk.steps import ASSIGN, NOTE, SEVERITY
from correlator import roles
from correlator.events import StaffRole
from correlator.policy.care import CarePolicy
from correlator.rows.incidents import LIVE

OVER: Final = ("closed", "merged")
Incident = Mapping[str, Any]  # as the desk tells one
ESTIMATE: Final = Step("estimate", "set_estimate", (Field("at", shape="time"),))
NAME_ROOT: Final = Step("name_root", "accept_root", (Field("root"),))
RELEASE: Final = Step("release_notices", "release_notices")
CLOSE: Final = Step("close", "close")


def offered(incident: Incident, others: Mapping[str, str], me: str, role: StaffRole, policy: CarePolicy) -> list[Step]:
    """In the order of the work; `others`: incidents that live, by id, as they are called; `me`: what the one who asks
    is called."""
    return [step for step in _steps(incident, others, me) if roles.on_incident(policy, step.action, role)]


def _steps(incident: Incident, others: Mapping[str, str], me: str) -> Iterator[Step]:
    status = incident["status"]
    if status in LIVE:
        if incident["acknowledged_by"] is None:
            yield Step("acknowledge", "acknowledge")
        if incident["assigned_to"] != me:
            yield Step("take_incident", "assign", (), {"to": me})
        yield ESTIMATE
    if status not in OVER:
        yield Step("accept_root", "accept_root", (Field("root", candidates(incident)),))
        yield NAME_ROOT
        if incident["pinned_by"] is not None:
            yield Step("unpin", "unpin")
    if status in LIVE:
        yield from _settled(incident, {name: said for name, said in others.items() if name != incident["id"]})
    elif incident["notices_held"]:
        yield RELEASE
    yield NOTE


def _settled(incident: Incident, others: Mapping[str, str]) -> Iterator[Step]:
    """What its ticket hangs on: who is told, what belongs to it, its end."""
    yield RELEASE if incident["notices_held"] else Step("hold_notices", "hold_notices")
    alarms = {one["id"]: f"{one['object']} {one['alarm_type']}" for one in incident["told"] if one["id"] is not None}
    if alarms:
        yield Step("detach", "detach", (Field("alarms", tuple(alarms), shape="list", said=alarms),))
    if others:
        yield Step("merge", "merge", (Field("into", tuple(others), said=others),))
    yield from (ASSIGN, SEVERITY, CLOSE)


def candidates(incident: Incident) -> tuple[str, ...]:
    """Its root, what no evidence tells apart from it, and what else it may be; each once."""
    root = incident["root"]
    others = (one["id"] for one in incident["alternatives"])
    return tuple(dict.fromkeys((root["id"], *root["equivalent"], *others)))
