"""The trial from outside, in short; `python -m tests.outside` is the whole of it."""

import json
import subprocess
import sys

ROUNDS = 2


def test_nothing_acknowledged_is_lost_or_doubled() -> None:
    words = [sys.executable, "-m", "tests.outside", "--rounds", str(ROUNDS), "--lost-per-1000", "20"]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    counts = json.loads(run.stdout)["counts"]
    assert min(of["acknowledged"] for of in counts.values()) > ROUNDS


def test_it_needs_nothing_of_the_service() -> None:
    said = "import sys, tests.outside.__main__; print({name.partition('.')[0] for name in sys.modules})"
    known = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout
    assert not [room for room in ("connectors", "correlator", "streams", "topology") if f"'{room}'" in known]
