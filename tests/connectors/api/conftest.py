from pathlib import Path

import pytest

from tests.connectors.api.doorway import Door


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)
