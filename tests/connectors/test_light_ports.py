"""Whoever names a port pays for its types alone: not for numpy, the reports, the graph or a database."""

import subprocess
import sys

import pytest

from tests.integration.command import environment

LOOK = "import sys; import connectors.{}; print(*sys.modules)"
HEAVY = {"numpy", "sqlalchemy", "topology.graph", "correlator.reports", "correlator.state", "correlator.world"}


@pytest.mark.parametrize("name", ["ports", "sending_ports", "desk_ports", "port_errors"])
def test_a_port_module_brings_nothing_heavy(name: str) -> None:
    look = [sys.executable, "-c", LOOK.format(name)]
    loaded = subprocess.run(look, capture_output=True, text=True, check=True, env=environment()).stdout.split()
    assert f"connectors.{name}" in loaded
    assert HEAVY.intersection(loaded) == set()
