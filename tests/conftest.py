"""A skipped test is named at the end, with its reason; on CI's machine, where nothing may be missing, it fails."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

# Crashes that tests bring about are logged without the values of every variable: to draw them takes most of a test.
PLAIN = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], PLAIN])

CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """A simulation is quiet; the test that follows it in the same process hears what is logged."""
    was = structlog.get_config()
    yield
    structlog.configure(**was)


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
