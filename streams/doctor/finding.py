"""What one check found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong`: the service does not start, or loses something; `warning`: it works, and somebody should know."""

    part: str
    state: State
    what: str
    remedy: str = ""


def well(part: str, what: str) -> Finding:
    return Finding(part, "ok", what)
