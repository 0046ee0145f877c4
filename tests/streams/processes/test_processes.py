"""The table of processes: what `simpul run` starts, and what the command line does."""

import inspect

import pytest
import typer

from streams.processes.parent import child_command
from streams.processes.table import DISTRIBUTED, EMBEDDED, PROCESSES, start_of
from streams.settings import load
from tests.streams.cli.everything import app

MODULES = [module for one in PROCESSES.values() for module in (one.embedded, one.distributed) if module]


@pytest.mark.parametrize("module", MODULES)
def test_each_is_started_the_same_way(module: str) -> None:
    given = list(inspect.signature(start_of(module)).parameters.values())
    assert [one.name for one in given[:3]] == ["settings", "stop", "say"]
    assert all(one.default is not inspect.Parameter.empty for one in given[3:])


def test_what_comes_in_is_started_last_and_ended_first() -> None:
    assert EMBEDDED == ("worker", "intake")
    assert [child_command(name)[-1] for name in EMBEDDED] == ["worker", "intake"]


@pytest.mark.parametrize("name", DISTRIBUTED)
def test_each_of_several_machines_is_a_command(name: str, tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Which needs brokers and a database, and says so."""
    del tmp_path
    assert not load().distributed
    command = typer.main.get_command(app)
    with pytest.raises(SystemExit) as ended:
        command([name])
    assert ended.value.code == 2
    assert PROCESSES[name].who in capsys.readouterr().err
