"""What a command names, read from its arguments; what is missing or wrong rejects it with the field and the reason."""

from correlator.effects import Reason
from correlator.events import Command
from correlator.times import parse_rfc3339

TEXT_AT_MOST = 2000
NAME_AT_MOST = 120  # of a person or a role
GOOD_TIME = "a time with an offset (RFC 3339), as 2026-03-01T12:00:00+07:00"
SOURCE = "contract, Commands"


class CommandRejected(Exception):
    """A command that cannot be carried out: the field and the reason; nothing was changed."""

    def __init__(self, field: str, code: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        self.reason = Reason(code, text, SOURCE)


def text_argument(event: Command, name: str, at_most: int | None = None) -> str:
    value = event.arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise CommandRejected(f"arguments.{name}", "missing", f"{event.action} needs the argument {name}, a text")
    if at_most is not None and len(value) > at_most:
        text = f"{name} has {len(value)} signs; {at_most} at most"
        raise CommandRejected(f"arguments.{name}", "too_long", text)
    return value


def name_argument(event: Command, name: str) -> str:
    """Who does it: a person or a role, by name."""
    value = text_argument(event, name)
    if len(value) > NAME_AT_MOST:
        text = f"{name} has {len(value)} signs; {NAME_AT_MOST} at most: give a name or a role, the rest as the reason"
        raise CommandRejected(f"arguments.{name}", "too_long", text)
    return value


def word_argument(event: Command, name: str, words: tuple[str, ...]) -> str:
    value = text_argument(event, name, TEXT_AT_MOST)
    if value not in words:
        raise CommandRejected(f"arguments.{name}", "unknown_word", f"{name} {value!r} is none of {', '.join(words)}")
    return value


def names_argument(event: Command, name: str) -> list[str]:
    value = event.arguments.get(name) or []
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        raise CommandRejected(f"arguments.{name}", "wrong_type", f"{event.action}: {name} is a list of ids")
    return value


def time_argument(event: Command, name: str) -> int:
    """A time among the arguments, in microseconds."""
    given = event.arguments.get(name)
    if not isinstance(given, str) or not given:
        text = f"{event.action} needs the argument {name}, {GOOD_TIME}"
        raise CommandRejected(f"arguments.{name}", "missing", text)
    at_us = parse_rfc3339(given)
    if at_us is None:
        raise CommandRejected(f"arguments.{name}", "bad_time", f"{name} {given} is not {GOOD_TIME}")
    return at_us
