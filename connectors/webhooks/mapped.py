"""Any JSON, by a mapping in the settings: for each field of an alarm a JMESPath expression (https://jmespath.org).

An expression is asked of one row; `rows` says where a body has its rows. What a sender's words mean (states,
severities, types) are tables. A word that no table has is refused with the setting that lacks it: nothing is guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from connectors.formats.json_rows import Envelope, decoded, joined
from connectors.webhooks.said import TYPES, at, believed, fit
from correlator.events import Alarm, AlarmType, Severity
from correlator.wire import BadInput

LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class FieldMap:
    """`part`: where the settings have it, for words. Expressions by name: rows, object, state, and any of alarm_type,
    severity, qualifier, time, id, text."""

    part: str
    expressions: Mapping[str, str]
    raised: tuple[str, ...] = ("raised",)
    cleared: tuple[str, ...] = ("cleared",)
    types: Mapping[str, AlarmType] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)


class Mapped:
    """A parser of one mapping. Raises JMESPathError where an expression is none (the settings are checked for that)."""

    def __init__(self, mapping: FieldMap) -> None:
        self._mapping = mapping
        self._asked: dict[str, ParsedResult] = {
            name: jmespath.compile(expression) for name, expression in mapping.expressions.items()
        }

    def __call__(self, body: bytes, envelope: Envelope, /) -> list[Alarm | BadInput] | BadInput:
        item = decoded(body)
        if isinstance(item, BadInput):
            return item
        rows = self._value("rows", item.value, "") if "rows" in self._asked else item.value
        if isinstance(rows, BadInput):
            return rows
        if rows is None:
            return self._wrong("rows", "", "it finds nothing in this body")
        listed = rows if isinstance(rows, list) else [rows]
        if len(listed) > envelope.most:
            return BadInput(None, f"{len(listed)} rows in one body, at most {envelope.most} are taken")
        many = isinstance(rows, list)
        return [self._alarm(row, f"[{n}]" if many else "", envelope, n) for n, row in enumerate(listed)]

    def _alarm(self, row: Any, place: str, envelope: Envelope, number: int) -> Alarm | BadInput:
        said: dict[str, str] = {}
        for name in self._asked:
            if name == "rows":
                continue
            found = self._value(name, row, place)
            text = found if isinstance(found, BadInput) else self._text(name, found, place)
            if isinstance(text, BadInput):
                return text
            said[name] = text
        for name in ("object", "state"):
            if not said.get(name):
                return self._wrong(name, place, "it finds nothing in this row")
        return self._built(said, place, envelope, number)

    def _built(self, said: dict[str, str], place: str, envelope: Envelope, number: int) -> Alarm | BadInput:
        mapping = self._mapping
        if said["state"] not in (*mapping.raised, *mapping.cleared):
            return self._unlisted("state", said["state"], "raised or .cleared", place)
        raised = said["state"] in mapping.raised
        kind, severity = said.get("alarm_type", ""), said.get("severity", "")
        known = mapping.types.get(kind) or TYPES.get(kind)
        if kind and known is None:
            return self._unlisted("alarm_type", kind, "types", place)
        grade = mapping.severities.get(severity) or _SEVERITIES.get(severity)
        if severity and grade is None:
            return self._unlisted("severity", severity, "severities", place)
        time = _time(said.get("time", ""), envelope.received)
        if time is None:
            why = f"{said['time'][:40]!r} is no time: RFC 3339 with its zone, or seconds since 1970"
            return self._wrong("time", place, why)
        if known in (None, "other") and not said.get("qualifier"):
            return self._wrong("qualifier", place, "what has no type needs one, to be told from others")
        stamp = f"{envelope.received.timestamp():.6f}-{number}"
        return Alarm(
            id=fit(said.get("id") or f"map-{stamp}"),
            time=time,
            received=envelope.received,
            source=f"http:{envelope.sender}",
            object=fit(said["object"]),
            qualifier=fit(said["qualifier"]) if said.get("qualifier") else None,
            alarm_type=known or "other",
            severity=grade or ("indeterminate" if raised else None),
            state="raised" if raised else "cleared",
            text=said.get("text", "")[:LONGEST_TEXT] or None,
        )

    def _value(self, name: str, of: Any, place: str) -> Any:
        try:
            return self._asked[name].search(of)
        except (JMESPathError, RecursionError, ValueError) as error:
            return self._wrong(name, place, " ".join(str(error).split())[:200] or "it cannot be asked of this")

    def _text(self, name: str, found: Any, place: str) -> str | BadInput:
        match found:
            case None:
                return ""
            case bool():
                return "true" if found else "false"
            case str():
                return found.strip()
            case int() | float():
                return str(found)
        return self._wrong(name, place, "it finds a list or an object, where a text or a number is needed")

    def _wrong(self, name: str, place: str, why: str) -> BadInput:
        return BadInput(joined(place, name), f"{self._mapping.part}.{name}: {why}")

    def _unlisted(self, name: str, word: str, table: str, place: str) -> BadInput:
        return self._wrong(name, place, f"nothing says what {word[:60]!r} is; add it to {self._mapping.part}.{table}")


_SEVERITIES: dict[str, Severity] = {name: name for name in get_args(Severity)}


def _time(text: str, received: datetime) -> datetime | None:
    """Of receipt, where none is said; None: this is no time."""
    if not text:
        return received
    if text.isdecimal():
        return at(text[:-3] if len(text) == len("1772323200000") else text, received)  # in milliseconds, too
    try:
        time = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return believed(time, received) if time.tzinfo is not None else None
