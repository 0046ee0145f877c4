"""The services of the compose file where the broker speaks TLS and asks who is there.

Edges, workers and the rest speak to it by clients of three makes, each with words of its own for the same login.
"""

from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.integration.distributed.stack import all_up, follow, stack


@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket.socket")  # kafka-python, where a handshake takes long
def test_what_happens_goes_all_the_way(tmp_path: Path) -> None:
    with stack(tmp_path, Authority(tmp_path)) as made:
        follow(made, all_up(made))
