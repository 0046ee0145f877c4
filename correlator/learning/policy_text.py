"""Proposals as text: the policy file (TOML) with these numbers in it, each with what it was counted from.

Lines are put in or replaced; all else, comments too, stays. What comes out is read again and compared: where the file
is written in another way (inline tables, dotted keys) it is refused, and a person writes the numbers.
"""

import difflib
import tomllib
from collections.abc import Sequence
from typing import Any

import msgspec

from correlator.learning.rates import Proposal


class CannotWrite(ValueError):
    """The file is not written in tables, one key a line."""


def proposed(text: str, found: Sequence[Proposal]) -> str:
    """The whole file with the proposals in it. Raises CannotWrite."""
    lines = text.splitlines()
    expected = tomllib.loads(text)
    for one in found:
        table, values = _values(one)
        for name, value in values.items():
            note = f"  # {one.why}; was {_number(one.before)}" if name == one.path[-1] else ""
            _put(lines, table, name, f"{name} = {_number(value)}{note}")
        _merge(expected, table, {name: float(_number(value)) for name, value in values.items()})
    new = "\n".join(lines) + "\n"
    try:
        same = tomllib.loads(new) == expected
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise CannotWrite("the policy file is not written as tables with one key a line")
    return new


def diff(before: str, after: str, name: str) -> str:
    """Unified, as `patch` takes it."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _values(one: Proposal) -> tuple[tuple[str, ...], dict[str, float]]:
    table = ("faults", *one.path[:-1])
    if one.whole is None:
        return table, {one.path[-1]: one.after}
    return table, msgspec.structs.asdict(one.whole) | {one.path[-1]: one.after}


def _put(lines: list[str], table: tuple[str, ...], key: str, line: str) -> None:
    header = "[" + ".".join(_key(part) for part in table) + "]"
    start = next((place for place, text in enumerate(lines) if text.partition("#")[0].strip() == header), None)
    if start is None:
        lines += ["", header, line] if lines else [header, line]
        return
    end = start + 1
    while end < len(lines) and not lines[end].lstrip().startswith("["):
        if lines[end].partition("=")[0].strip() == key:
            lines[end] = line
            return
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    lines.insert(end, line)


def _merge(content: dict[str, Any], table: tuple[str, ...], values: dict[str, float]) -> None:
    for part in table:
        content = content.setdefault(part, {})
    content.update(values)


def _key(part: str) -> str:
    bare = part.replace("_", "").replace("-", "")
    return part if bare.isascii() and bare.isalnum() else msgspec.json.encode(part).decode()


def _number(value: float) -> str:
    """Three digits are more than is known."""
    text = f"{value:.3g}"
    return text if any(sign in text for sign in ".e") else f"{text}.0"
