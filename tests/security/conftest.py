"""One running service for all attacks, and whoever may knock at it."""

from collections.abc import Iterator

import pytest

from streams.settings import Http
from tests.integration.house import living, settings
from tests.security.besieged import Besieged

NO_LIMIT = 1e6


@pytest.fixture(scope="session")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    http = Http(port=0, people_per_s=NO_LIMIT, guesses_per_min=NO_LIMIT)
    with living(settings(tmp_path_factory.mktemp("besieged"), http=http)) as live:
        yield Besieged(live)
