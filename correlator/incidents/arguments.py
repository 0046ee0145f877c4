"""What an order names, read from its arguments; what is missing or wrong is refused with the field and the reason."""

from datetime import datetime

from correlator.effects import Reason
from correlator.events import Command, microseconds
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft

GOOD_TIME = "a time with an offset (RFC 3339), as 2026-03-01T12:00:00+07:00"


class Disallowed(Exception):
    """An order that cannot be carried out: the field and the reason; nothing was changed."""

    def __init__(self, field: str, code: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        self.reason = Reason(code, text)


def text_argument(event: Command, name: str) -> str:
    value = event.arguments.get(name)
    if not isinstance(value, str) or not value:
        raise Disallowed(f"arguments.{name}", "missing", f"{event.action} needs the argument {name}, a text")
    return value


def names_argument(event: Command, name: str) -> list[str]:
    value = event.arguments.get(name) or []
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        raise Disallowed(f"arguments.{name}", "wrong_type", f"{event.action}: {name} is a list of ids")
    return value


def time_argument(event: Command, name: str) -> int:
    """A time among the arguments, in microseconds."""
    text = event.arguments.get(name)
    if not isinstance(text, str) or not text:
        raise Disallowed(f"arguments.{name}", "missing", f"{event.action} needs the argument {name}, {GOOD_TIME}")
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise Disallowed(f"arguments.{name}", "bad_time", f"{name} {text} is not {GOOD_TIME}")
    return microseconds(time)


def alarm_named(draft: Draft, event_id: str) -> AlarmRow | None:
    """An alarm by any event id of it that is remembered (the first raise of each period), or by its key."""
    rows = draft.state.alarms
    if event_id in rows:
        return rows[event_id]
    for row in rows.values():
        if row.first_id == event_id or row.last_id == event_id:
            return row
    for member in draft.state.members.values():
        if member.event == event_id:
            return rows.get(member.alarm)
    return None
