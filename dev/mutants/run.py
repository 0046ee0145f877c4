"""Plays the tests against each mutant, in copies of the tree: nothing is ever changed in the tree itself."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from dev.mutants.lines import Chosen, Lines
from dev.mutants.places import Mutant, draw
from dev.mutants.plugin import HUNG

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
HOUR_S = 3600.0
Verdict = Literal["killed", "timed out", "survived", "not run"]
Say = Callable[[str], None]


class Trouble(Exception):
    """Nothing can be said of the mutants."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is changed, and by which tests it is judged: words for pytest."""

    root: Path
    package: str
    tests: tuple[str, ...]
    slack_s: float = 10  # what a test may take, beside ten times its usual


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant, and what became of it."""

    mutant: Mutant
    verdict: Verdict


def judge(ground: Ground, count: int, seed: int, say: Say) -> list[Judged]:
    """Draws mutants and plays the tests against each. Raises Trouble, as where the tests fail without any."""
    with TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(WORKERS) as pool:
        first = Path(folder).resolve() / "0"
        copy(ground.root, first)
        noted = pool.submit(note, ground, first, say)
        mutants = draw(first, ground.package, count, seed)
        lines = noted.result()
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(WORKERS):
            here = first.with_name(str(number))
            if number:
                shutil.copytree(first, here)  # with its compiled files and their times
            copies.put(here)
        prove(ground, first, lines, say)

        def one(mutant: Mutant) -> Judged:
            here = copies.get()
            try:
                judged = Judged(mutant, verdict(ground, here, mutant, lines))
            finally:
                copies.put(here)
            say(f"{judged.verdict:9}  {mutant.file}:{mutant.line}  {mutant.operator}")
            return judged

        return list(pool.map(one, mutants))


def copy(root: Path, target: Path) -> None:
    """What git knows, or would on the next commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in listed:
        if name and (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)


# Without a change


def note(ground: Ground, here: Path, say: Say) -> Lines:
    """All tests once, which also says that they pass."""
    target = here.with_name("lines.json")
    words = ["--note-lines", str(target), "--note-package", ground.package, *ground.tests]
    begun = time.monotonic()
    status = pytest(here, words, HOUR_S, compiled=True)
    if status != 0:
        raise Trouble("the tests fail without any change")
    lines = msgspec.json.decode(target.read_bytes(), type=Lines)
    if not any(lines.lines.values()):
        raise Trouble(f"the tests run no line of {ground.package}")
    say(f"{len(lines.tests)} tests pass without a change, in {time.monotonic() - begun:.0f} s while lines are noted")
    return lines


def prove(ground: Ground, here: Path, lines: Lines, say: Say) -> None:
    """The tests in the order in which they meet mutants: a failure there would be taken for a kill."""
    begun = time.monotonic()
    every = lines.order(Mutant("", 0, "", "", "", range(0)))
    if play(ground, here, every, lines) != 0:
        raise Trouble("the tests fail without any change, quickest first")
    say(f"{len(every)} of them run {ground.package}, in {time.monotonic() - begun:.0f} s")


# With one


def verdict(ground: Ground, here: Path, mutant: Mutant, lines: Lines) -> Verdict:
    if not lines.ran(mutant):
        return "not run"
    with changed(here / mutant.file, mutant.text):
        status = play(ground, here, lines.order(mutant), lines)
    if status == HUNG:
        return "timed out"
    return "killed" if status else "survived"


@contextmanager
def changed(path: Path, text: str) -> Iterator[None]:
    """With another time on it, by which Python knows that the compiled file is not of it."""
    before, stat = path.read_bytes(), path.stat()
    path.write_text(text)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 2_000_000_000))
    try:
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def play(ground: Ground, here: Path, order: list[int], lines: Lines) -> int:
    """These tests till one fails; its exit status."""
    chosen = [Chosen(lines.tests[test], ground.slack_s + 10 * lines.seconds[test]) for test in order]
    target = here.with_suffix(".json")
    target.write_bytes(msgspec.json.encode(chosen))
    files = sorted({one.test.partition("::")[0] for one in chosen})
    most_s = 6 * ground.slack_s + 5 * sum(lines.seconds[test] for test in order)
    return pytest(here, ["-x", "--chosen", str(target), *files], most_s)


def pytest(here: Path, words: list[str], most_s: float, *, compiled: bool = False) -> int:
    """Runs pytest in a copy. `compiled`: compiled files may be written, as nothing is changed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COVERAGE_"))}
    own = {"PYTHONPATH": f"{here}{os.pathsep}{ROOT}", "PYTHONHASHSEED": "0", "COVERAGE_CORE": "ctrace"}
    own |= {"PYTHONDONTWRITEBYTECODE": "" if compiled else "1"}
    try:
        done = subprocess.run(
            [*command, "-p", "dev.mutants.plugin", *words],
            check=False,
            cwd=here,
            env={**kept, **own},
            stdout=sys.stderr.fileno() if compiled else subprocess.DEVNULL,
            stderr=None if compiled else subprocess.DEVNULL,
            timeout=most_s,
        )
    except subprocess.TimeoutExpired:
        return HUNG
    return done.returncode
