"""Loaded into pytest: it notes which test runs which line, or plays chosen tests in their order."""

import os
import resource
import signal
import time
from collections.abc import Generator
from pathlib import Path

import coverage
import msgspec
import pytest

from dev.mutants.lines import IMPORT, Chosen, Lines

HUNG = 99  # exit status of a run in which a test took too long
MOST_OCTETS = 6 << 30  # of memory: a loop that gathers for ever hangs as well


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--note-lines", metavar="FILE", help="write there which test runs which line")
    parser.addoption("--note-package", metavar="FOLDER", help="of what")
    parser.addoption("--chosen", metavar="FILE", help="play these tests alone, in this order")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before anything of the package is imported."""
    given = early_config.known_args_namespace
    if given.note_lines:
        early_config.pluginmanager.register(Noting(Path(given.note_lines), Path(given.note_package).resolve()))
    if given.chosen:
        chosen = msgspec.json.decode(Path(given.chosen).read_bytes(), type=list[Chosen])
        early_config.pluginmanager.register(Playing(chosen))


class Noting:
    """Runs all tests under coverage, each as a context of its own."""

    def __init__(self, target: Path, package: Path) -> None:
        self.target, self.root = target, package.parent
        self.seconds: dict[str, float] = {}
        self.coverage = coverage.Coverage(data_file=None, config_file=False, source=[str(package)])
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.coverage.switch_context(item.nodeid)
        begun = time.monotonic()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.monotonic() - begun
            self.coverage.switch_context("")

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        data = self.coverage.get_data()
        numbers = {"": IMPORT, **{test: number for number, test in enumerate(self.seconds)}}
        lines = {
            str(Path(file).relative_to(self.root)): {
                line: sorted(numbers[context] for context in contexts)
                for line, contexts in data.contexts_by_lineno(file).items()
            }
            for file in sorted(data.measured_files())
        }
        noted = Lines(list(self.seconds), list(self.seconds.values()), lines)
        self.target.write_bytes(msgspec.json.encode(noted))


class Playing:
    """Plays what is chosen, and ends the process where a test hangs."""

    def __init__(self, chosen: list[Chosen]) -> None:
        self.places = {one.test: place for place, one in enumerate(chosen)}
        self.most_s = {one.test: one.most_s for one in chosen}
        resource.setrlimit(resource.RLIMIT_AS, (MOST_OCTETS, MOST_OCTETS))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if item.nodeid in self.places]
        items[:] = sorted(kept, key=lambda item: self.places[item.nodeid])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        signal.signal(signal.SIGALRM, lambda *_: os._exit(HUNG))
        signal.setitimer(signal.ITIMER_REAL, self.most_s[item.nodeid])
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
