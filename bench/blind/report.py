"""Results as a table, a line a family; and two runs beside each other."""

import json
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

Rows = list[dict[str, Any]]
HEAD = f"{'family':26} cases pass  tell found wrong miss twice    F1   told false  rest untold  open_s   ECE  wall"
BINS = 10


def table(rows: Rows) -> str:
    families = list(dict.fromkeys(row["family"] for row in rows))
    grouped = [("hand" if name.startswith("hand_") else name, name) for name in families]
    shown = list(dict.fromkeys(group for group, _ in grouped))
    groups = {shown_name: [name for group, name in grouped if group == shown_name] for shown_name in shown}
    body = [line(name, [row for row in rows if row["family"] in inside]) for name, inside in groups.items()]
    return "\n".join([HEAD, *body, line("all", rows)])


def line(name: str, rows: Rows) -> str:
    def total(key: str) -> int:
        return sum(len(row[key]) if isinstance(row[key], list) else row[key] for row in rows)

    tellable, found, wrong = total("tellable"), total("found"), total("wrong")
    opened = [second for row in rows for second in row["open_s"]]
    return (
        f"{name[:26]:26} {len(rows):5} {sum(row['passed'] for row in rows):4} {tellable:5} {found:5} {wrong:5} "
        f"{total('missed'):4} {total('twice'):5} {f1(found, wrong, tellable):5.3f} {total('told'):6} "
        f"{total('told_falsely'):5} {total('restored_falsely'):5} {total('untold'):6} "
        f"{median(opened) if opened else 0:7.0f} {ece([pair for row in rows for pair in row['sure']]):5.3f} "
        f"{sum(row['seconds'] for row in rows):5.0f}"
    )


def f1(found: int, wrong: int, tellable: int) -> float:
    """1 where nothing was to be found and nothing was."""
    return 2 * found / (found + wrong + tellable) if found + wrong + tellable else 1.0


def ece(pairs: Iterable[tuple[float, bool]]) -> float:
    """Expected calibration error: how far confidence is from how often it is right, in ten bins."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for sure, right in pairs:
        bins.setdefault(min(int(sure * BINS), BINS - 1), []).append((sure, right))
    count = sum(map(len, bins.values()))
    gaps = (abs(sum(sure for sure, _ in one) - sum(right for _, right in one)) for one in bins.values())
    return sum(gaps) / count if count else 0.0


def read(path: Path) -> Rows:
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]


def compared(before: Rows, after: Rows) -> str:
    """Both tables, then each case whose outcome differs."""
    old = {row["case"]: row for row in before}
    keys = ("missed", "wrong", "told_falsely", "restored_falsely", "said")
    said = []
    for row in after:
        was = old.get(row["case"])
        if was is not None and any(was[key] != row[key] for key in keys):
            better = row["passed"] - was["passed"]
            mark = {1: "better", -1: "worse", 0: "other"}[better]
            changes = ", ".join(f"{key} {was[key]} -> {row[key]}" for key in keys if was[key] != row[key])
            said.append(f"{mark:6} {row['case']}: {changes}")
    return "\n".join([table(before), "", table(after), "", *sorted(said)])
