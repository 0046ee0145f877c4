"""Sentences by rule: `(a|b)` is one of these, `[a]` may stand or not, `{name}` is a slot; all may be nested.

`sentences.txt` holds the patterns of each class of the model, a line each, and what may stand before and after;
`slots.txt` the words of the slots, between commas.
"""

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
HEADING = "== "
INNERMOST = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]|\{(\w+)\}")
SPACES = re.compile(r"\s+")


def said(pattern: str, slots: Mapping[str, Sequence[str]], draw: random.Random) -> str:
    """One sentence of the pattern."""

    def chosen(match: re.Match[str]) -> str:
        one: str | None = match[1]
        perhaps: str | None = match[2]
        if one is not None:
            return draw.choice(one.split("|"))
        if perhaps is not None:
            return draw.choice(perhaps.split("|")) if draw.random() < 0.5 else ""
        return draw.choice(slots[match[3]])

    while INNERMOST.search(pattern):
        pattern = INNERMOST.sub(chosen, pattern)
    return SPACES.sub(" ", pattern).strip()


def _sections(name: str) -> dict[str, tuple[str, ...]]:
    """The lines under each heading."""
    found: dict[str, tuple[str, ...]] = {}
    heading = ""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(HEADING):
            heading = line.removeprefix(HEADING)
            found[heading] = ()
        elif line and heading:
            found[heading] += (line,)
    return found


CLASSES = _sections("sentences.txt")
BEFORE, AFTER = CLASSES.pop("before"), CLASSES.pop("after")
SLOTS = {
    name: tuple(word.strip() for line in lines for word in line.split(",") if word.strip())
    for name, lines in _sections("slots.txt").items()
}
