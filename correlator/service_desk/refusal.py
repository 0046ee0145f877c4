"""An order that cannot be carried out: it changes nothing, and the answer says which field and why."""

from correlator.effects import Reason
from correlator.events import Command
from correlator.state import Draft

TEXT_AT_MOST = 2000


class Refused(Exception):
    def __init__(self, field: str, code: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        self.reason = Reason(code, text, "contract, Commands")


def refuse(draft: Draft, event: Command, refusal: Refused) -> None:
    draft.reject(event.id, refusal.field, refusal.reason)


def text_argument(event: Command, name: str) -> str:
    value = event.arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"arguments.{name}", "missing", f"{event.action} needs the argument {name}, a text")
    if len(value) > TEXT_AT_MOST:
        raise Refused(f"arguments.{name}", "too_long", f"{name} has {len(value)} signs; {TEXT_AT_MOST} at most")
    return value


def word_argument(event: Command, name: str, words: tuple[str, ...]) -> str:
    value = text_argument(event, name)
    if value not in words:
        raise Refused(f"arguments.{name}", "unknown_word", f"{name} {value!r} is none of {', '.join(words)}")
    return value
