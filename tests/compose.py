"""Reads the plain YAML of docker-compose.yml: mappings, lists, quoted and bare scalars, lists in brackets."""

import json
import re
from typing import Any

Lines = list[tuple[int, str]]


def read(text: str) -> Any:
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines()]
    lines = [(depth, line) for depth, line in lines if line and not line.startswith("#")]
    value, left = block(lines)
    assert not left, f"cannot read {left[0]}"
    return value


def block(lines: Lines) -> tuple[Any, Lines]:
    depth, first = lines[0]
    return items(lines, depth) if first.startswith("- ") else mapping(lines, depth)


def items(lines: Lines, depth: int) -> tuple[list[Any], Lines]:
    found = []
    while lines and lines[0][0] == depth and lines[0][1].startswith("- "):
        found.append(scalar(lines[0][1][2:]))
        lines = lines[1:]
    return found, lines


def mapping(lines: Lines, depth: int) -> tuple[dict[str, Any], Lines]:
    found: dict[str, Any] = {}
    while lines and lines[0][0] == depth:
        name, _, rest = lines[0][1].partition(":")
        lines = lines[1:]
        assert name not in found, f"{name} is there twice"
        if rest.strip():
            found[name] = scalar(rest.strip())
        elif lines and lines[0][0] > depth:
            found[name], lines = block(lines)
        else:
            found[name] = None
    return found, lines


def scalar(text: str) -> Any:
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("["):
        return [scalar(part.strip()) for part in text[1:-1].split(",")]
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"\d+", text) else text
