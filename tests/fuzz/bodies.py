"""Random and mutated bodies at every route that takes one: nothing crashes, each is counted with its reason.

`python -m tests.fuzz.bodies 500000 7` throws half a million with seed 7 and prints what became of them. What is taken
must also fit the journal: it is packed into a frame and read back.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, get_args

from connectors.api.answers.replies import answer_from, sms_from
from connectors.api.bodies import Sender, object_from
from connectors.api.desk.bulk import bulk_from
from connectors.api.doors import DoorSettings
from connectors.api.intake import command_from, complaint_from, events_from, work_from
from connectors.api.look_ups import Lookup
from connectors.api.questions.body import Answer
from connectors.api.sources import heartbeat_from
from connectors.api.tmf.hubs import subscription
from connectors.api.tmf.patching import command as patch
from connectors.api.tmf.posted import complaint as trouble_ticket
from connectors.formats.forms import form_fields, form_lists
from connectors.formats.json_rows import Envelope, Item, coded, converted
from connectors.formats.tmf_events import ALARMS, TICKETS
from connectors.webhooks import alertmanager, generic, grafana, librenms, prtg, tmf642, zabbix
from connectors.webhooks.mapped import FieldMap, Mapped
from correlator.events import Alarm, Command, ComplaintIn, Event, Frame, Maintenance, ReplyIn, Restored
from correlator.wire import BadInput, pack, unpack
from tests.fuzz.rows import (
    ALARM,
    ALERT,
    COMMAND,
    COMPLAINT,
    EVENT,
    GROUP,
    MAPPED_ROW,
    OTHERS,
    REPAIR,
    RULE,
    TIME,
    TMF_ALARM,
    TMF_TICKET,
    WORK,
)
from tests.fuzz.throwing import Cost, throw

NOW = datetime(2026, 3, 1, 1, 10, tzinfo=UTC)
ENVELOPE = Envelope(NOW, "fuzz", 50)
SENDER = Sender("fuzz", "administrator", NOW)
LONGEST = DoorSettings().body_bytes  # a door reads no further
Read = Callable[[bytes], Any]

ANY = Mapped(
    FieldMap(
        part="webhooks.any.fields",
        expressions={
            "rows": "alarms",
            "object": "join('/', [ne, port])",
            "state": "state",
            "alarm_type": "kind",
            "severity": "severity",
            "qualifier": "serial",
            "time": "time",
            "id": "id",
            "text": "text",
        },
    )
)
SAMPLES: dict[str, Sequence[Any]] = {
    "/alarms": [ALARM, [ALARM, ALARM], {k: v for k, v in ALARM.items() if k not in ("id", "time", "source")}],
    "/webhooks/alertmanager": [GROUP, {**GROUP, "alerts": [{**ALERT, "status": "resolved", "endsAt": TIME}]}],
    "/webhooks/grafana": [{**GROUP, "version": "1"}],
    "/webhooks/librenms": [RULE, {**RULE, "state": 0}],
    "/webhooks/mapped": [{"alarms": [MAPPED_ROW, MAPPED_ROW]}],
    "/webhooks/prtg": [
        "sensorid=1&status=Down&device=DPS-CR1&host=10.0.0.3&sensor=(001)+1+Traffic&kind=Ping&tags=simpul-x"
    ],
    "/webhooks/tmf642": [TMF_ALARM, [TMF_ALARM, {**TMF_ALARM, "state": "cleared"}]],
    "/webhooks/zabbix": [EVENT, {**EVENT, "value": "0"}],
    "/tmf-api/alarmManagement/v5/alarm": [TMF_ALARM],
    "/tmf-api/troubleTicket/v5/troubleTicket": [TMF_TICKET],
    "/tmf-api/troubleTicket/v5/troubleTicket/{ticket}": [
        {"status": "resolved", "statusChangeReason": "x"},
        {"severity": "Major", "statusChangeReason": "x"},
        {"note": [{"text": "x"}]},
    ],
    "/tmf-api/troubleTicket/v5/hub": [
        {"callback": "https://a.example/", "query": "eventType=TroubleTicketCreateEvent"}
    ],
    "/tmf-api/alarmManagement/v5/hub": [{"callback": "https://a.example/"}],
    "/complaints": [COMPLAINT, {"text": "slow", "channel": "portal", "contact": "a@b.example"}],
    "/commands": [COMMAND, {"action": "close", "target": "IN-1", "reason": "x"}],
    "/bulk/commands": [
        {**COMMAND, "action": "note"},
        {"action": "close", "target": "IN-1", "reason": "x"},
        {"action": "assign", "tickets": ["TK-1", "TK-2"], "arguments": {"to": "budi"}, "reason": "x"},
    ],
    "/maintenance": [WORK],
    "/customers": [{"service": "SV-1", "reason": "asked"}, {"email": "a@b.example"}],
    "/outages/affected": [{"customer": "CU-1", "reason": "asked"}, {"phone": "+62811"}],
    "/restored": [REPAIR, {"object": "S-2"}],
    "/sources/heartbeat": [{"every_s": 60, "polls": ["DPS-CR1"], "anew": True}, {"every_s": 5, "source": "http:fuzz"}],
    "/events": [ALARM, COMPLAINT, COMMAND, *OTHERS, OTHERS],
    "/signin": ["token=simpul_ab12_secret"],
    "/signin/oidc/logout": ["logout_token=a.b.c"],
    "/replies": [{"ticket": "TK-1", "says": "yes", "score": 5}, {"contact": "+62811", "text": "belum", "via": "sms"}],
    "/replies/sms": [{"from": "+62811", "text": "SELESAI", "id": 7}, {"msisdn": "0811", "message": "belum"}],
    "/a/{token}": ["says=yes&score=4&words=terima+kasih", "says=mine"],
    "/desk/alarms": ["key=ab&once=cd&step=open_incident&of=DPS-CR1&alarm=a-1&reason=diukur"],
    "/desk/incidents/{incident}/steps": ["key=ab&once=cd&step=accept_root&root=POP-1&reason=diukur"],
    "/desk/tickets/{ticket}/steps": ["key=ab&once=cd&step=note&text=telepon+lagi&reason=diminta"],
    "/desk/complaints": ["key=ab&channel=phone&customer=CU-1&service=SV-1&text=mati+total"],
    "/desk/many": ["key=ab&once=cd&step=note&tickets=TK-1+TK-2&text=telepon+lagi&reason=diminta"],
    "/desk/many/chosen": ["key=ab&ticket=TK-1&ticket=TK-2"],
    "/desk/rca/{record}/steps": ["key=ab&once=cd&step=five_whys&why-1=kabel+putus&reason=diminta"],
    "/desk/improvements": ["key=ab&once=cd&step=propose&what=jalur+kedua&division=technical&reason=diminta"],
    "/desk/improvements/{entry}/steps": ["key=ab&once=cd&step=entry_done&evidence=foto&reason=diminta"],
    "/desk/surveys": ["key=ab&once=cd&step=plan&at=2026-12-01T09:00&sample=50&reason=diminta"],
    "/desk/callers": ["key=ab&by=customer&value=CU-1&reason=menelepon"],
}


def looked_up(body: bytes) -> Lookup | BadInput:
    """As the door reads it: whom a question is about; nothing of it is journaled."""
    given = object_from(body)
    return given if isinstance(given, BadInput) else converted(Item("", given), Lookup)


def bulk_command(body: bytes) -> Command | BadInput:
    """As the door reads it: the command that each of many tickets gets."""
    read = bulk_from(body, SENDER)
    return read if isinstance(read, BadInput) else read[0]


TICKET = {"number": "NT-20260301-000001", "stage": "investigation", "paused_for": None, "status": "inProgress"}
READERS: dict[str, Read] = {
    "/alarms": lambda body: generic.parse(body, ENVELOPE),
    "/webhooks/alertmanager": lambda body: alertmanager.parse(body, ENVELOPE),
    "/webhooks/grafana": lambda body: grafana.parse(body, ENVELOPE),
    "/webhooks/librenms": lambda body: librenms.parse(body, ENVELOPE),
    "/webhooks/mapped": lambda body: ANY(body, ENVELOPE),
    "/webhooks/prtg": lambda body: prtg.parse(body, ENVELOPE),
    "/webhooks/tmf642": lambda body: tmf642.parse(body, ENVELOPE),
    "/tmf-api/alarmManagement/v5/alarm": lambda body: tmf642.parse(body, ENVELOPE),
    "/tmf-api/troubleTicket/v5/troubleTicket": lambda body: trouble_ticket(object_from(body), SENDER),
    "/tmf-api/troubleTicket/v5/troubleTicket/{ticket}": lambda body: patch(body, TICKET, TICKET, SENDER) or "",
    "/tmf-api/troubleTicket/v5/hub": lambda body: subscription(object_from(body), SENDER, TICKETS),
    "/tmf-api/alarmManagement/v5/hub": lambda body: subscription(object_from(body), SENDER, ALARMS),
    "/webhooks/zabbix": lambda body: zabbix.parse(body, ENVELOPE),
    "/complaints": lambda body: complaint_from(body, SENDER),
    "/commands": lambda body: command_from(body, SENDER),
    "/bulk/commands": bulk_command,
    "/maintenance": lambda body: work_from(body, SENDER, Maintenance),
    "/customers": looked_up,
    "/outages/affected": looked_up,
    "/restored": lambda body: work_from(body, SENDER, Restored),
    "/sources/heartbeat": lambda body: heartbeat_from(body, SENDER),
    "/events": lambda body: events_from(body, ENVELOPE.most),
    "/signin": lambda body: form_fields(body).get("token", ""),
    "/signin/oidc/logout": lambda body: form_fields(body).get("logout_token", ""),
    "/replies": lambda body: answer_from(object_from(body), SENDER),
    "/replies/sms": lambda body: sms_from(object_from(body), SENDER),
    "/a/{token}": lambda body: form_fields(body).get("says", ""),
    "/desk/alarms": lambda body: form_fields(body).get("of", ""),
    "/desk/incidents/{incident}/steps": lambda body: form_fields(body).get("step", ""),
    "/desk/tickets/{ticket}/steps": lambda body: form_fields(body).get("step", ""),
    "/desk/complaints": lambda body: form_fields(body).get("text", ""),
    "/desk/many": lambda body: form_fields(body).get("tickets", ""),
    "/desk/many/chosen": lambda body: ",".join(form_lists(body, 3000).get("ticket", [])),
    "/desk/rca/{record}/steps": lambda body: form_fields(body).get("reason", ""),
    "/desk/improvements": lambda body: form_fields(body).get("what", ""),
    "/desk/improvements/{entry}/steps": lambda body: form_fields(body).get("evidence", ""),
    "/desk/surveys": lambda body: form_fields(body).get("at", ""),
    "/desk/callers": lambda body: form_fields(body).get("value", ""),
}
ODD: Sequence[Any] = (
    None,
    True,
    0,
    -1,
    2**63,
    2**64,
    -(2**63) - 1,
    10**40,
    1.5,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "x" * 400,
    "\x00",
    "a\nb",
    "\u202e\u200b",
    "\ud83d\ude00",
    "\ud800",
    "'; drop table rows --",
    "<script>",
    "../../etc/passwd",
    "{{7*7}}",
    "%s%n",
    "2026-02-30T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-01T08:02:60Z",
    "2026-03-01",
    "cleared",
    "raised",
    "http://[::1",
    "[::1]:9100",
    [],
    {},
    [[]],
    {"": {}},
)
PUNCTUATION = (b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\")
PIECES = (*PUNCTUATION, b"\x00", b"\xff", b"\xed\xa0\x80", b"\n", b"\\u0000", b"1e999", b"//")


@dataclass
class Outcome:
    """How many were thrown, taken and refused, by route; events packed into the journal's frame and read back."""

    thrown: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)  # (route, reason)
    packed: int = 0
    cost: Cost = field(default_factory=Cost)


def run(count: int, seed: int, routes: Sequence[str] = ()) -> Outcome:
    """Throw `count` bodies at these routes; none: at all. Raises whatever the code under test raises, with the body in
    a note."""
    outcome = Outcome()

    def at_door(one: tuple[str, bytes]) -> None:
        judge(*one, outcome)
        outcome.thrown += 1

    outcome.cost = throw(bodies(count, seed, routes), at_door, lambda one: f"POST {one[0]} {one[1][:2000]!r}", count)
    return outcome


def judge(route: str, body: bytes, outcome: Outcome) -> None:
    found = READERS[route](body)
    if isinstance(found, list):  # row by row
        bad = [row for row in found if isinstance(row, BadInput)]
        found = bad[0] if bad and len(bad) == len(found) else [row for row in found if not isinstance(row, BadInput)]
    if isinstance(found, BadInput):
        assert found.reason, body
        outcome.refused[route, coded(found.reason)] += 1
    elif found == "":
        outcome.refused[route, "no such field"] += 1
    else:
        outcome.taken[route] += 1
        for event in [] if isinstance(found, str | Lookup) else found if isinstance(found, list) else [found]:
            keep(event, outcome)


def keep(event: Any, outcome: Outcome) -> None:
    """What was taken has to fit the journal; complaints and replies go in another shape: only their ids are tried."""
    if isinstance(event, ComplaintIn | ReplyIn | Answer):
        event = Alarm(id=event.id, time=event.time, source="s", object=event.id, alarm_type="other", state="cleared")
    assert isinstance(event, get_args(Event)), event
    frame = Frame(0, (event,))
    again = unpack(pack(frame))
    assert again == frame
    outcome.packed += 1


def bodies(count: int, seed: int, routes: Sequence[str] = ()) -> Iterator[tuple[str, bytes]]:
    """(route, body); the same for the same seed."""
    draw = random.Random(seed)
    doors = sorted(routes or SAMPLES)
    for _ in range(count):
        route = draw.choice(doors)
        yield route, body_of(draw, draw.choice(SAMPLES[route]))


def body_of(draw: random.Random, sample: Any) -> bytes:
    kind = draw.random()
    if kind < 0.02:
        return draw.randbytes(draw.randint(0, 60))
    if isinstance(sample, str):
        text = sample
    else:
        value = sample
        for _ in range(draw.choice((0, 1, 1, 1, 2, 3, 6))):
            value = changed(draw, value)
        text = written(draw, value)
    body = bytearray(text.encode("utf-8", "surrogatepass"))
    if kind < 0.35:
        for _ in range(draw.randint(1, 4)):
            scratch(draw, body)
    return bytes(body[:LONGEST])


def written(draw: random.Random, value: Any) -> str:
    if isinstance(value, list) and draw.random() < 0.4:
        return "\n".join(json.dumps(row) for row in value)
    return json.dumps(value, ensure_ascii=draw.random() < 0.5, indent=draw.choice((None, None, 1)))


def changed(draw: random.Random, value: Any) -> Any:
    """A copy with one thing changed, somewhere in it."""
    if isinstance(value, dict) and value and draw.random() < 0.9:
        name = draw.choice(list(value))
        match draw.randrange(6):
            case 0:
                return {k: v for k, v in value.items() if k != name}
            case 1:
                return {**value, str(draw.choice(ODD)): draw.choice(ODD)}
            case 2:
                return {**value, name: draw.choice(ODD)}
            case _:
                return {**value, name: changed(draw, value[name])}
    if isinstance(value, list) and value and draw.random() < 0.8:
        place = draw.randrange(len(value))
        match draw.randrange(5):
            case 0:
                return value * draw.choice((2, 60)) if len(value) < 5 else value[:5]
            case 1:
                return value[:place] + value[place + 1 :]
            case _:
                return [*value[:place], changed(draw, value[place]), *value[place + 1 :]]
    if draw.random() < 0.05:
        return nested(draw, value)
    if isinstance(value, str) and draw.random() < 0.4:
        place = draw.randint(0, len(value))
        return value[:place] + chr(draw.choice((0, 9, 10, 34, 92, 127, 160, 0x202E, 0xFFFF, 0x1F600))) + value[place:]
    return draw.choice(ODD)


def nested(draw: random.Random, value: Any) -> Any:
    for _ in range(draw.choice((5, 31, 33, 200))):
        value = [value] if draw.random() < 0.5 else {"x": value}
    return value


def scratch(draw: random.Random, body: bytearray) -> None:
    """Change octets in place."""
    place = draw.randint(0, len(body))
    match draw.randrange(4):
        case 0 if body:
            body[place % len(body)] = draw.randrange(256)
        case 1:
            body[place:place] = draw.choice(PIECES)
        case 2:
            del body[place : place + draw.randint(1, 8)]
        case _:
            body[place:] = body[: draw.randint(0, len(body))]


def main(count: int, seed: int) -> None:
    outcome = run(count, seed)
    taken, refused = sum(outcome.taken.values()), sum(outcome.refused.values())
    head = f"{outcome.thrown} bodies, seed {seed}: {taken} taken, {refused} refused"
    lines = [f"{head}; {outcome.packed} events packed and read back"]
    lines += [f"{n:8} taken    {route}" for route, n in sorted(outcome.taken.items())]
    lines += [f"{n:8} refused  {route}: {reason}" for (route, reason), n in sorted(outcome.refused.items())]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
