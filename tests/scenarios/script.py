"""Reads a `.scn` file: a shift engineer's script, one line a happening or an expectation (see README.md).

What is wrong with a script is told as `file:line: what, and what to write instead`, before anything is played.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

WIB = timezone(timedelta(hours=7))
TUESDAY = date(2026, 3, 3)  # a working day, no holiday
CLOCK = re.compile(r"^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$")
DAYS = re.compile(r"^([+-]\d+)d$")
RANGE = re.compile(r"^(.*?)(\d+)\.\.(\d+)$")


class BadScript(Exception):
    """A line that cannot be read: the file, the line, what is wrong."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")


@dataclass(frozen=True)
class Line:
    """One happening or expectation: its verb, the words up to the first keyword, and the words of each keyword."""

    place: str  # file:line
    at: datetime
    verb: str
    head: tuple[str, ...]
    options: dict[str, tuple[str, ...]]
    source: str

    def one(self, keyword: str) -> str | None:
        """The single word of a keyword; None where the line lacks it."""
        words = self.options.get(keyword)
        if words is None:
            return None
        if len(words) != 1:
            raise BadScript(self.place, f"{keyword} takes one word, not {len(words)}")
        return words[0]

    def needed(self, keyword: str) -> str:
        word = self.one(keyword)
        if word is None:
            raise BadScript(self.place, f"{self.verb} needs the keyword {keyword}")
        return word


@dataclass
class Script:
    """A whole scenario."""

    path: Path
    title: str = ""
    known: str = ""  # why it does not hold yet; a test that then holds fails, so that the line goes
    network: str = "kota"
    day: date = TUESDAY
    policy: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


ALARM = ("from", "timed", "qualified", "severity", "as")
KEYWORDS: dict[str, tuple[str, ...]] = {
    "alarm": ALARM,
    "clear": ALARM,
    "complaint": ("about", "via", "number", "timed", "as"),
    "work": ("on", "from", "until", "as"),
    "lost": ("sees", "as"),
    "heard": ("asks", "every", "as"),
    "seen": ("sees", "as"),
    "repaired": ("timed", "as"),
    "order": ("on", "with", "because", "as"),
    "reply": ("says", "to", "score", "as"),
    "starts": ("as",),
    "again": (),
    "wait": (),
}
EXPECT = (
    "is",
    "class",
    "kind",
    "down",
    "risk",
    "alarms",
    "complaints",
    "root",
    "to",
    "about",
    "times",
    "min",
    "only",
    "since",
    "under",
)
TICKET = (
    "stage",
    "owner",
    "category",
    "closed_as",
    "breached",
    "met",
    "skipped",
    "warned",
    "by",
    "state",
    "field",
    "number",
    "asked",
    "answered",
)
KEYWORDS["expect"] = (*EXPECT, *TICKET)
HEADERS = ("network", "date", "policy")


def read(path: Path) -> Script:
    """The script at a path; BadScript at the first line that cannot be read."""
    script = Script(path)
    at: datetime | None = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        place = f"{path.name}:{number}"
        if at is None and raw.startswith("title "):
            script.title = raw.removeprefix("title ").strip()
            continue
        if at is None and raw.startswith("known "):
            script.known = raw.removeprefix("known ").strip()
            continue
        words = _words(place, raw)
        if not words:
            continue
        if words[0] in HEADERS and at is None:
            _header(script, place, words)
            continue
        start, words = (None, words) if raw[0].isspace() else _moment(script.day, place, words)
        if start is None and at is None:
            raise BadScript(place, f"begin with a time, as 10:00 (headers are title, known, {', '.join(HEADERS)})")
        if start is not None and at is not None and start < at:
            raise BadScript(place, f"{start:%H:%M:%S} lies before the line above; write the lines in order of arrival")
        at = start or at
        assert at is not None
        if words:
            script.lines.append(_line(place, at, words))
    if not script.title:
        raise BadScript(f"{path.name}:1", "a scenario has a title: title What happens, in one line")
    if not any(line.verb == "expect" for line in script.lines):
        raise BadScript(f"{path.name}:1", "a scenario without an expect line cannot fail")
    return script


def _words(place: str, raw: str) -> list[str]:
    text = raw.split("  #")[0] if not raw.lstrip().startswith("#") else ""
    try:
        return shlex.split(text)
    except ValueError as fault:
        raise BadScript(place, f"{fault}: close the quotation mark") from None


def _header(script: Script, place: str, words: list[str]) -> None:
    name, rest = words[0], words[1:]
    if name == "network" and len(rest) == 1:
        script.network = rest[0]
    elif name == "date" and len(rest) == 1:
        try:
            script.day = date.fromisoformat(rest[0])
        except ValueError:
            raise BadScript(place, f"{rest[0]} is no date, as 2026-03-03") from None
    elif name == "policy" and len(rest) == 3 and rest[1] == "=":
        script.policy[rest[0]] = rest[2]
    else:
        raise BadScript(place, f"{name}: write network NAME, date 2026-03-03 or policy care.NAME = VALUE")


def _moment(day: date, place: str, words: list[str]) -> tuple[datetime, list[str]]:
    days = DAYS.match(words[0])
    if days and len(words) > 1:
        return moment(day, place, words[1], int(days.group(1))), words[2:]
    return moment(day, place, words[0]), words[1:]


def moment(day: date, place: str, word: str, days: int = 0) -> datetime:
    """`10:00:01.5` on the scenario's day, in WIB; `+1d/10:00` on the next."""
    if "/" in word:
        ahead, _, word = word.partition("/")
        found = DAYS.match(ahead)
        days = int(found.group(1)) if found else days
    clock = CLOCK.match(word)
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59 or int(clock[3] or 0) > 59:
        raise BadScript(place, f"{word} is no time: write HH:MM, HH:MM:SS or HH:MM:SS.mmm, after +1d for the next day")
    start = datetime(day.year, day.month, day.day, int(clock[1]), int(clock[2]), int(clock[3] or 0), tzinfo=WIB)
    return start + timedelta(days=days, milliseconds=int((clock[4] or "0").ljust(3, "0")))


def _line(place: str, at: datetime, words: list[str]) -> Line:
    verb = words[0]
    keywords = KEYWORDS.get(verb)
    if keywords is None:
        raise BadScript(place, f"nobody knows {verb!r}; the verbs are {', '.join(KEYWORDS)}")
    head: list[str] = []
    options: dict[str, list[str]] = {}
    current = head
    for word in words[1:]:
        if word in keywords and word not in options and (current or current is head):
            current = options.setdefault(word, [])
        else:
            current.extend(spread(word))
    for keyword, given in options.items():
        if not given:
            raise BadScript(place, f"a word is missing after {keyword}")
    return Line(place, at, verb, tuple(head), {name: tuple(given) for name, given in options.items()}, " ".join(words))


def spread(word: str) -> Iterator[str]:
    """`ONT-11-01..08` stands for eight ids."""
    found = RANGE.match(word)
    if found is None:
        yield word
        return
    stem, first, last = found.groups()
    for number in range(int(first), int(last) + 1):
        yield f"{stem}{number:0{len(first)}}"
