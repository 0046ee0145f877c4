"""A good row for each door, of which the random bodies are made."""

from typing import Any

TIME = "2026-03-01T08:02:03.120+07:00"
LATER = "2026-03-01T10:00:00+07:00"

ALARM = {
    "type": "alarm",
    "id": "a-1",
    "time": TIME,
    "source": "snmp:10.0.0.1",
    "object": "DPS-CR1/1",
    "alarm_type": "link_down",
    "severity": "critical",
    "state": "raised",
    "text": "los",
}
COMPLAINT = {
    "type": "complaint",
    "id": "c-1",
    "time": TIME,
    "channel": "phone",
    "customer": "CU-1",
    "service": "SV-1",
    "contact": "+62811",
    "number": "NT-20260301-000123",
    "text": "mati total",
}
COMMAND = {
    "type": "command",
    "id": "k-1",
    "time": TIME,
    "actor": "fuzz",
    "role": "administrator",
    "action": "fill",
    "target": "RCA-000001",
    "arguments": {"cause_category": "power", "five_whys": ["a", "b"], "corrective": [{"what": "x", "done_at": None}]},
    "reason": "known",
}
REPAIR = {"type": "restored", "id": "r", "time": TIME, "object": "S-2"}
WORK = {"id": "m", "time": TIME, "objects": ["S-2"], "start": TIME, "end": LATER, "reason": "work"}
OTHERS: list[dict[str, Any]] = [
    {"type": "heartbeat", "time": TIME},
    REPAIR,
    {"type": "maintenance", **WORK},
    {"type": "source_state", "id": "s", "time": TIME, "source": "snmp", "objects": ["DPS-CR1"], "state": "lost"},
    {"type": "reply", "id": "p", "time": TIME, "customer": "CU-1", "ticket": "TK-2", "says": "satisfied", "text": "ok"},
    {"type": "receipt", "id": "q", "time": TIME, "notice": "N-1", "state": "sent", "detail": None},
    {"type": "world", "id": "w", "time": TIME, "inventory": "ab", "policy": None},
    {
        "type": "quarantine",
        "id": "x",
        "time": TIME,
        "offset": 1,
        "index": 0,
        "deadline": {"kind": "solve", "subject": "", "due": TIME},
        "reason": "r",
    },
]
ALERT = {
    "status": "firing",
    "labels": {"alertname": "LinkDown", "instance": "10.0.0.1:9100", "ifName": "1", "severity": "critical"},
    "annotations": {"summary": "down"},
    "startsAt": "2026-03-01T01:02:03.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus.example:9090/graph",
    "fingerprint": "c0ffee0123456789",
}
GROUP = {"version": "4", "groupKey": "{}", "status": "firing", "receiver": "simpul", "alerts": [ALERT, ALERT]}
EVENT = {
    "event": "41207",
    "value": "1",
    "name": "Link down",
    "severity": "3",
    "update": "0",
    "action": "",
    "trigger": "16421",
    "host": "DPS-CR1",
    "address": "10.0.0.3",
    "item": "net.if.status[ifOperStatus.2]",
    "tags": [{"tag": "interface", "value": "2"}],
    "time": "1772327000",
}
RULE = {
    "state": 1,
    "rule_id": 7,
    "uid": 9,
    "name": "Port status up/down",
    "severity": "critical",
    "hostname": "DPS-CR1",
    "sysname": None,
    "ip": "10.0.0.3",
    "time": TIME,
    "title": "ports",
    "faults": [{"ifName": "1"}, {"ifName": "2", "sensor_id": 4}],
    "resolved": [{"ifName": "3"}],
}
TMF_ALARM = {
    "@type": "Alarm",
    "id": "4711",
    "state": "raised",
    "perceivedSeverity": "critical",
    "probableCause": "lossOfSignal",
    "specificProblem": "los",
    "alarmedObject": {"id": "DPS-CR1/1"},
    "sourceSystemId": "ems-1",
    "alarmRaisedTime": TIME,
    "alarmDetails": "los",
    "parentAlarm": [{"id": "4710"}],
    "correlatedAlarm": [{"id": 4712}],
    "isRootCause": False,
}
TMF_TICKET = {
    "@type": "TroubleTicket",
    "description": "mati total",
    "severity": "Major",
    "ticketType": "complaint",
    "channel": {"id": "phone"},
    "relatedParty": [{"role": "customer", "partyOrPartyRole": {"id": "CU-1"}}],
    "relatedEntity": [{"role": "service", "entity": {"id": "SV-1"}}],
    "externalIdentifier": [{"id": "crm-1"}],
}
MAPPED_ROW = {
    "ne": "DPS-CR1",
    "port": "1",
    "state": "raised",
    "kind": "link_down",
    "severity": "major",
    "serial": 4,
    "time": TIME,
    "id": "x",
    "text": "t",
}
