from pathlib import Path

import pytest

from tests.connectors.api.desk.house import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
