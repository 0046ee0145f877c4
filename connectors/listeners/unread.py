"""What nobody could read, grouped by template: kept to be looked at, and never taken for a fault.

A template is a message without what varies in it: words with a digit in them that are no mnemonic, and what stands
between quotes. It is as in Drain (He et al., 2017), with one fixed mask in place of its tree, so that a message always
has the same template, whatever came before it. Memory is bounded; what was not seen for longest is forgotten first.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_TEMPLATES = 2_000
MOST_SENDERS = 5  # of a template that are named
MOST_WORDS = 40  # of a message that make its template
MOST_CHARACTERS = 300

_QUOTED = re.compile(r"\"[^\"]{0,200}\"|'[^']{0,200}'")
_MNEMONIC = re.compile(r"%|[A-Z]{2,}[-_/]")
_VARIES = re.compile(r"[^\s=,;:()\[\]<>\"']*\d[^\s=,;()\[\]<>\"']*")


class Group(NamedTuple):
    """One template. Times in microseconds since 1970."""

    template: str
    why: str  # unknown, two_readings
    times: int
    first_us: int
    last_us: int
    senders: Sequence[str]  # some of them
    example: str  # the last one


@dataclass(slots=True)
class _Kept:
    why: str
    first_us: int
    last_us: int = 0
    times: int = 0
    senders: dict[str, None] = field(default_factory=dict)
    example: str = ""


class Unread:
    """Of one process since it started."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def note(self, message: str, sender: str, why: str, at_us: int) -> None:
        template = template_of(message)
        kept = self._kept.get(template)
        if kept is None:
            kept = self._kept[template] = _Kept(why, at_us)
            if len(self._kept) > MOST_TEMPLATES:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(template)
        kept.why, kept.last_us, kept.example = why, at_us, message[:MOST_CHARACTERS]
        kept.times += 1
        if len(kept.senders) < MOST_SENDERS:
            kept.senders[sender] = None

    def groups(self, last: int = 1000) -> list[Group]:
        """Those that were seen most often first, at most `last`."""
        most = sorted(self._kept.items(), key=lambda one: (-one[1].times, one[0]))[:last]
        return [
            Group(template, kept.why, kept.times, kept.first_us, kept.last_us, list(kept.senders), kept.example)
            for template, kept in most
        ]


def template_of(message: str) -> str:
    """The same for messages that differ in numbers, names with numbers and quotations alone."""
    plain = _QUOTED.sub("<*>", message[:MOST_CHARACTERS])
    words = plain.split()[:MOST_WORDS]
    return " ".join(word if _MNEMONIC.match(word) else _VARIES.sub("<*>", word) for word in words)
