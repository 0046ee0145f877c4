"""Small plots as SVG, by hand: lines over a frame with a few marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, LOW = 560, 320, 56, 44
COLOURS = ("#0b6e4f", "#c44536", "#4062bb", "#8a6d3b", "#7d4e9e", "#555555")
FONT = 'font-family="sans-serif" font-size="12"'
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    points: Sequence[Point]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    name: str
    low: float
    high: float
    marks: Sequence[float]


def plot(title: str, across: Axis, up: Axis, lines: Sequence[Line]) -> str:
    """One picture."""

    def x(value: float) -> float:
        return LEFT + (value - across.low) / (across.high - across.low) * (WIDTH - LEFT - 130)

    def y(value: float) -> float:
        return HEIGHT - LOW - (value - up.low) / (up.high - up.low) * (HEIGHT - LOW - 34)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="14">{title}</text>',
    ]
    for mark in across.marks:
        parts.append(_segment((x(mark), y(up.low)), (x(mark), y(up.high)), "#e4e4e4"))
        parts.append(f'<text x="{x(mark):.1f}" y="{HEIGHT - LOW + 16}" text-anchor="middle">{mark:g}</text>')
    for mark in up.marks:
        parts.append(_segment((x(across.low), y(mark)), (x(across.high), y(mark)), "#e4e4e4"))
        parts.append(f'<text x="{LEFT - 6}" y="{y(mark) + 4:.1f}" text-anchor="end">{mark:g}</text>')
    parts.append(
        f'<text x="{x((across.low + across.high) / 2):.0f}" y="{HEIGHT - 8}" text-anchor="middle">{across.name}</text>'
    )
    turned = f'transform="rotate(-90 14 {HEIGHT // 2})"'
    parts.append(f'<text x="14" y="{HEIGHT // 2}" text-anchor="middle" {turned}>{up.name}</text>')
    for n, line in enumerate(lines):
        colour = COLOURS[n % len(COLOURS)]
        points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line.points)
        dash = ' stroke-dasharray="4 4"' if line.dashed else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        if not line.dashed:
            parts += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3" fill="{colour}"/>' for a, b in line.points]
        parts.append(f'<text x="{WIDTH - 122}" y="{44 + 18 * n}" fill="{colour}">{line.name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _segment(start: Point, end: Point, colour: str) -> str:
    (a, b), (c, d) = start, end
    return f'<line x1="{a:.1f}" y1="{b:.1f}" x2="{c:.1f}" y2="{d:.1f}" stroke="{colour}"/>'
