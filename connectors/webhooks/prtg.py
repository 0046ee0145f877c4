"""PRTG, by a notification template that executes an HTTP action: a form or JSON, with PRTG's placeholders as values.

PRTG sends whatever is written there as `application/x-www-form-urlencoded`, JSON too. In a test it leaves placeholders
as they are. `%status` is the state (`Down`), or what ended (`Down ended (now: Up)`).
https://www.paessler.com/manuals/prtg/list_of_placeholders_for_notifications
"""

import re
from urllib.parse import unquote_plus

import msgspec

from connectors.formats.forms import LONGEST_FORM, form_pairs
from connectors.formats.json_rows import Envelope, Item, converted, decoded
from connectors.webhooks.said import TYPES, fit, of_type, placed
from correlator.events import Alarm, AlarmType, Severity
from correlator.wire import BadInput

SEVERITIES: dict[str, Severity] = {  # of a sensor's state
    "down": "critical",
    "down (partial)": "major",
    "warning": "warning",
    "unusual": "indeterminate",
}
QUIET = ("down (acknowledged)", "unknown", "collecting")  # they change nothing; nor does what begins with `paused`
SENSORS: dict[str, AlarmType] = {"ping": "device_unreachable"}  # by their type, `%shortname`
TRAFFIC = re.compile(r"^\(\d+\) (?P<port>.+?) Traffic$")  # PRTG's own name for a port's sensor
BEFORE = re.compile(r" \(before: .+\)$| escalation$| repeat$")  # what does not change the state
ENDED = re.compile(r"^(?P<was>.+?) ended(?: \(now: (?P<now>.+)\))?$")
TAG = "simpul-"  # a sensor's tag that says its type: simpul-link_down
MOST_FIELDS = 100
LONGEST = 300  # characters of a state, with what it was before: a longer one is none of PRTG's


class Notification(msgspec.Struct, frozen=True):
    """What the template posts; all text."""

    sensorid: str
    status: str
    device: str
    host: str = ""  # address or DNS name
    sensor: str = ""
    kind: str = ""  # %shortname
    message: str = ""
    tags: str = ""
    port: str = ""


def parse(body: bytes, envelope: Envelope) -> list[Alarm | BadInput] | BadInput:
    """What a sensor's state raises and clears; nothing for an acknowledgement, a pause, a test."""
    item = _fields(body)
    if isinstance(item, BadInput):
        return item
    told = converted(item, Notification)
    if isinstance(told, BadInput):
        return told
    if told.status.startswith("%") or told.sensorid.startswith("%"):
        return []  # a test
    if not told.sensorid.strip() or not (told.device.strip() or told.host.strip()):
        field = "device" if told.sensorid.strip() else "sensorid"
        return BadInput(field, "it is empty; write the postdata as docs/webhooks.md has it")
    status = BEFORE.sub("", " ".join(told.status.split()).casefold()[:LONGEST])
    ended = ENDED.match(status)
    if ended is not None:
        return [_alarm(told, ended["was"], envelope, cleared=True)] if ended["was"] in SEVERITIES else []
    if status in SEVERITIES:
        return [_alarm(told, status, envelope, cleared=False)]
    if status == "up":  # of whatever it was
        return [_alarm(told, was, envelope, cleared=True) for was in SEVERITIES]
    if status in QUIET or status.startswith("paused"):
        return []
    known = ", ".join((*SEVERITIES, "up", *QUIET))
    return BadInput("status", f"{told.status[:60]!r} is no state that is known here: {known}; set PRTG to English")


def _fields(body: bytes) -> Item | BadInput:
    text = body.decode("utf-8", "replace").strip()
    if text.startswith(("%7B", "%7b")) and len(text) <= LONGEST_FORM:
        text = unquote_plus(text)
    if text.startswith("{"):
        return decoded(text.encode())
    try:
        pairs = form_pairs(text, MOST_FIELDS)
    except ValueError:
        return BadInput(None, f"a form of more than {MOST_FIELDS} fields or {LONGEST_FORM} characters")
    return Item("", {name: value for name, value in pairs if name != "access_token"})


def _alarm(told: Notification, status: str, envelope: Envelope, *, cleared: bool) -> Alarm:
    """A sensor that is down and one that warns are two alarms: the one is over when the other begins."""
    traffic = TRAFFIC.match(told.sensor)
    port = told.port or (traffic["port"] if traffic else "")
    tagged = next((TYPES[tag.removeprefix(TAG)] for tag in _tags(told.tags) if tag.removeprefix(TAG) in TYPES), None)
    down = status == "down"
    known = tagged or SENSORS.get(told.kind.casefold()) if down else None  # partly: some nodes of a cluster reach it
    sensor = fit(told.sensorid)
    return Alarm(
        id=f"prtg-{sensor}-{envelope.received.timestamp():.6f}-{status}-{'cleared' if cleared else 'raised'}",
        time=envelope.received,
        received=envelope.received,
        source=f"prtg:{envelope.sender}",
        object=placed((told.device, told.host), port, envelope),
        qualifier=f"sensor {sensor}" if down else f"sensor {sensor} {status}",
        alarm_type=of_type(known, port),
        severity=SEVERITIES[status],
        state="cleared" if cleared else "raised",
        text=fit(f"{told.sensor}: {told.message}" if told.message else told.sensor or told.status),
    )


def _tags(text: str) -> list[str]:
    return [tag for tag in re.split(r"[\s,]+", text) if tag.startswith(TAG)]
