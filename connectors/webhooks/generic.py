"""The contract's own alarm events over HTTP (contract, section 2): one object, a list, or JSON lines."""

import hashlib

import msgspec

from connectors.formats.json_rows import LONGEST_NAME, Envelope, Item, converted, items, joined, unfit
from correlator.events import Alarm
from correlator.wire import BadInput

NAMES = ("id", "source", "object", "qualifier")


def parse(body: bytes, envelope: Envelope) -> list[Alarm | BadInput] | BadInput:
    """Each row of a body: an alarm, or why it is none. BadInput: the body has no rows.

    What may be missing: `type`, `time` (the time of receipt), `id` (made of the content and the receipt), `source`
    (`http:` and the sender). `received` is the service's word: whatever the body says is replaced.
    """
    found = items(body, envelope.most)
    if isinstance(found, BadInput):
        return found
    return [_alarm(item, number, envelope) for number, item in enumerate(found)]


def _alarm(item: Item | BadInput, number: int, envelope: Envelope) -> Alarm | BadInput:
    if isinstance(item, BadInput):
        return item
    if isinstance(item.value, dict):
        item = Item(item.place, _filled(item.value, number, envelope))
    alarm = converted(item, Alarm)
    if isinstance(alarm, BadInput):
        return alarm
    for field in ("parent_alarms", "correlated_alarms"):
        if any(len(name) > LONGEST_NAME for name in getattr(alarm, field)):
            return BadInput(joined(item.place, field), f"holds an id longer than {LONGEST_NAME} characters")
    return unfit(alarm, NAMES, item.place) or alarm


def _filled(value: dict[str, object], number: int, envelope: Envelope) -> dict[str, object]:
    given = {name: inner for name, inner in value.items() if inner is not None}
    filled: dict[str, object] = {"time": envelope.received, "source": f"http:{envelope.sender}", **given}
    if "id" not in given:
        # two equal rows of one body are two reports; the same body an hour later is another report
        content = msgspec.json.encode([given, number, envelope.received, envelope.sender], order="sorted")
        filled["id"] = "h-" + hashlib.sha256(content).hexdigest()[:24]
    filled["received"] = envelope.received
    return filled
