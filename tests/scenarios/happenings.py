"""From a line of a script to the event that the service receives (contract, section 2)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, get_args

import msgspec

from correlator.events import AlarmType
from tests.scenarios.script import BadScript, Line, moment

Row = dict[str, Any]
Find = Callable[[Line, str], str]  # `incident:ROOT`, `ticket:NAME`, `rca:NAME` -> id

JSON = ("five_whys", "corrective", "preventive")  # lists, as JSON
ALARM_TYPES = get_args(AlarmType)
SOURCES = {
    "device_unreachable": "icmp:poller-1",
    "fiber_break": "otdr:monitor-1",
    "power_failure": "power:monitor-1",
    "on_battery": "power:monitor-1",
    "dying_gasp": "ems:access-1",
    "service_down": "probe:1",
}


def events_of(line: Line, day: date, find: Find) -> list[Row]:
    """The events of one line, in order; one for each object where a line names several."""
    match line.verb:
        case "alarm" | "clear":
            return _alarms(line, day)
        case "complaint":
            return [_complaint(line, day)]
        case "work":
            return [_work(line, day)]
        case "lost" | "seen":
            state = "lost" if line.verb == "lost" else "restored"
            return [
                {**_base(line, "source_state"), "source": _only(line), "objects": _list(line, "sees"), "state": state}
            ]
        case "heard":
            return [_heard(line)]
        case "repaired":
            return [{**_base(line, "restored", day), "object": _only(line)}]
        case "order":
            return [_order(line, day, find)]
        case "reply":
            return [_reply(line, find)]
        case "starts":
            return [_base(line, "world")]
        case "wait":
            return [{"type": "heartbeat", "time": stamp(line.at)}]
        case _:
            raise BadScript(line.place, f"{line.verb} is no happening")


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _base(line: Line, kind: str, day: date | None = None) -> Row:
    timed = line.one("timed") if day is not None else None
    time = moment(day, line.place, timed) if timed and day else line.at
    name = line.one("as") or f"{line.verb}-{line.place.partition(':')[2]}"
    return {"type": kind, "id": name, "time": stamp(time), **({"received": stamp(line.at)} if timed else {})}


def _only(line: Line) -> str:
    if len(line.head) != 1:
        raise BadScript(line.place, f"{line.verb} takes one word here, not {len(line.head)}: {' '.join(line.head)}")
    return line.head[0]


def _list(line: Line, keyword: str) -> list[str]:
    words = line.options.get(keyword)
    if not words:
        raise BadScript(line.place, f"{line.verb} needs the keyword {keyword}")
    return list(words)


def _alarms(line: Line, day: date) -> list[Row]:
    *objects, alarm_type = line.head or ("",)
    if alarm_type not in ALARM_TYPES or not objects:
        raise BadScript(line.place, f"write {line.verb} OBJECT... TYPE, with a type of {', '.join(ALARM_TYPES)}")
    rows = []
    for number, name in enumerate(objects):
        row = _base(line, "alarm", day)
        if number:
            row["id"] = f"{row['id']}.{number + 1}"
        source = line.one("from") or SOURCES.get(alarm_type) or f"snmp:{name.partition('/')[0].lower()}"
        row |= {"source": source, "object": name, "alarm_type": alarm_type}
        row["state"] = "raised" if line.verb == "alarm" else "cleared"
        if line.verb == "alarm":
            row["severity"] = line.one("severity") or "critical"
        if qualifier := line.one("qualified"):
            row["qualifier"] = qualifier
        rows.append(row)
    return rows


def _complaint(line: Line, day: date) -> Row:
    if len(line.head) != 2:
        raise BadScript(line.place, 'write complaint CUSTOMER "what they say"; - where nobody knows the customer')
    customer, text = line.head
    row = _base(line, "complaint", day) | {"channel": line.one("via") or "phone", "text": text}
    row |= {"customer": None if customer == "-" else customer, "service": line.one("about")}
    if number := line.one("number"):
        row["number"] = number
    return row


def _heard(line: Line) -> Row:
    row: Row = {**_base(line, "source_heard"), "source": _only(line)}
    if asks := line.options.get("asks"):
        row |= {"polls": list(asks), "anew": True}
    if every := line.one("every"):
        row["every_s"] = int(every)
    return row


def _work(line: Line, day: date) -> Row:
    if len(line.head) != 1:
        raise BadScript(line.place, 'write work "why" on OBJECT... from HH:MM until HH:MM')
    start, end = (moment(day, line.place, line.needed(word)) for word in ("from", "until"))
    times = {"start": stamp(start), "end": stamp(end)}
    return {**_base(line, "maintenance"), "objects": _list(line, "on"), **times, "reason": line.head[0]}


def _reply(line: Line, find: Find) -> Row:
    says, score = line.needed("says"), line.one("score")
    said: Row = {"says": "other", "stop": True} if says == "stop" else {"says": says}
    customer, *text = line.head
    if len(text) > 1:
        raise BadScript(line.place, 'write reply CUSTOMER ["what they write"] says WORD to TICKET')
    said |= {"text": text[0]} if text else {}
    row = {**_base(line, "reply"), "customer": customer, "ticket": find(line, line.needed("to"))} | said
    return row | ({"score": int(score)} if score else {})


def _order(line: Line, day: date, find: Find) -> Row:
    if len(line.head) != 2:
        raise BadScript(line.place, "write order ROLE ACTION on TARGET with NAME=VALUE because REASON")
    role, action = line.head
    arguments: Row = {}
    for pair in line.options.get("with", ()):
        name, sign, value = pair.partition("=")
        if not sign:
            raise BadScript(line.place, f"{pair} is no NAME=VALUE")
        arguments[name] = _argument(line, day, find, name, value)
    reason = " ".join(line.options.get("because", ("keputusan shift",)))
    target = find(line, line.needed("on"))
    row = {**_base(line, "command"), "actor": f"staf-{role}", "role": role, "action": action, "target": target}
    return row | {"arguments": arguments, "reason": reason}


def _argument(line: Line, day: date, find: Find, name: str, value: str) -> Any:
    if name in ("alarms", "complaints"):
        return value.split(",")
    if name in ("until", "at", "due"):
        return stamp(moment(day, line.place, value))
    if name in JSON:
        return _steps(line, day, msgspec.json.decode(value))
    return find(line, value)


def _steps(line: Line, day: date, value: Any) -> Any:
    """Times within steps of an RCA/CAPA record are written as all others are."""
    for step in value if isinstance(value, list) else []:
        if isinstance(step, dict):
            step |= {key: stamp(moment(day, line.place, step[key])) for key in ("due", "done_at") if key in step}
    return value
