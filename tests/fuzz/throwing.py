"""Inputs thrown at a parser one after the other, and what the dearest of them cost."""

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
COLLECTED = 10_000  # inputs between two collections of garbage


@dataclass
class Cost:
    """CPU time of the dearest input, and the process's memory when four fifths were thrown and at the end."""

    longest_s: float = 0.0
    dearest: str = ""
    early_kb: int = 0
    late_kb: int = 0


def throw(inputs: Iterable[T], judge: Callable[[T], None], shown: Callable[[T], Any], count: int) -> Cost:
    """Raises whatever the code under test raises, with the input and its number in a note. Garbage is collected between
    inputs: a collection goes through all that lives in the process, and is none's own."""
    cost = Cost()
    gc.disable()
    try:
        for number, one in enumerate(inputs):
            if number == 4 * count // 5:
                cost.early_kb = resident_kb()
            if number % COLLECTED == 0:
                gc.collect()
            began = time.thread_time()
            try:
                judge(one)
            except Exception as error:
                error.add_note(f"input {number}: {shown(one)}")
                raise
            spent_s = time.thread_time() - began
            if spent_s > cost.longest_s:
                cost.longest_s, cost.dearest = spent_s, f"input {number}: {str(shown(one))[:2000]}"
    finally:
        gc.enable()
    cost.late_kb = resident_kb()
    return cost


def resident_kb() -> int:
    """0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
