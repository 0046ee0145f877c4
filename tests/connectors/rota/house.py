"""A small rota, and times to ask it for."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

from correlator.events import microseconds

WIB = timezone(timedelta(hours=7))
ROTA = """
[persons.noc-1]
name = "First"
phone = "+628111111111"
mail = "noc-1@example.net"

[persons.noc-2]
phone = "+628122222222"

[persons.lead-1]
mail = "lead-1@example.net"

[[shifts]]
role = "noc_operator"
persons = ["noc-1", "noc-2"]
days = ["mon", "tue"]
from = "22:00"
until = "06:00"

[[shifts]]
role = "noc_operator"
persons = ["noc-2"]
from = "06:00"
until = "22:00"

[[shifts]]
role = "care_supervisor"
persons = ["lead-1"]
from = "08:00"
until = "17:00"
time_zone = "WIT"

[[exceptions]]
role = "noc_operator"
date = 2026-03-10
persons = ["lead-1"]
from = "22:00"
until = "02:00"

[[exceptions]]
role = "care_supervisor"
date = 2026-03-05
last_date = 2026-03-06
"""


def written(folder: Path, text: str = ROTA, mode: int = 0o640) -> Path:
    path = folder / "rota.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def wib(day: int, hour: int, minute: int = 0) -> int:
    """In March 2026; the 3rd is a Tuesday."""
    return microseconds(datetime(2026, 3, day, hour, minute, tzinfo=WIB))
