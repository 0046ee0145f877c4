"""What holds for a whole run: its longest files come first; a skipped test is named at the end, with its reason.

On CI's machine, where nothing may be missing, a skipped test fails.
"""

import os
from pathlib import Path
from typing import Any

import pytest

CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
# Files that take long, the longest first (`make test ARGS="--durations 0"` tells). They begin a run: the last of them
# would keep one worker busy long after the others.
LONGEST = (
    "tests/chaos/test_chaos.py",
    "tests/simulation/test_nights.py",
    "tests/integration/test_between_domains.py",
    "tests/security/test_single_sign_on.py",
    "tests/integration/test_edge.py",
    "tests/integration/test_waiting.py",
    "tests/integration/test_starting.py",
    "tests/integration/test_dispatching.py",
    "tests/security/test_erasing.py",
    "tests/integration/test_brokers.py",
    "tests/integration/test_workers.py",
    "tests/integration/test_dead_channels.py",
    "tests/integration/test_watching.py",
    "tests/integration/test_all_killed.py",
    "tests/integration/test_compose.py",
    "tests/scenarios/test_scenarios.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {Path(__file__).parents[1] / name: place for place, name in enumerate(LONGEST)}
    assert all(path.exists() for path in places), "LONGEST names files that there are"
    items.sort(key=lambda item: places.get(item.path, len(places)))


def skipped(config: pytest.Config) -> list[str]:
    """The tests that were skipped, each with the reason; also those that a worker process ran."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    return sorted({f"{report.nodeid}: {reason(report)}" for report in reports})


def reason(report: pytest.TestReport) -> str:
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if CI and not hasattr(session.config, "workerinput") and session.exitstatus == 0 and skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if names := skipped(config):
        terminalreporter.section("skipped, which is a failure in CI" if CI else "skipped", red=CI, yellow=not CI)
        for name in names:
            terminalreporter.line(name)
