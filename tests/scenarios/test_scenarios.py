"""Every script of this folder, on every host: the same lines, the same expectations."""

import re
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from tests.scenarios.hosts import HOSTS
from tests.scenarios.script import read
from tests.scenarios.stage import play

SCRIPTS = sorted(Path(__file__).parent.glob("*.scn"))


def marked(path: Path) -> ParameterSet:
    """A scenario that is known not to hold yet is expected to fail, with its reason."""
    known = re.search(r"^known (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    marks = [pytest.mark.xfail(reason=known[1], raises=AssertionError)] if known else []
    return pytest.param(path, id=path.stem, marks=marks)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", [marked(path) for path in SCRIPTS])
def test_what_must_follow_follows(path: Path, host: str) -> None:
    play(read(path), host)


def test_there_are_scenarios() -> None:
    assert len(SCRIPTS) >= 25
