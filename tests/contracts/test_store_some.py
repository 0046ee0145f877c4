"""Rows by many keys at once, asked of each store."""

from contextlib import closing
from pathlib import Path

import pytest

from connectors.store import archive
from tests.contracts.test_store import MAKERS, alarm_row, at, commit


@pytest.mark.parametrize("made", MAKERS)
def test_some_rows_by_key_are_those_that_there_are(made: str, tmp_path: Path) -> None:
    with closing(MAKERS[made](tmp_path)) as store:
        rows = [at(alarm_row(n), n) for n in range(archive.AT_ONCE + 20)]
        commit(store, 0, 1, rows)
        asked = [key for _, key, _ in rows[5:]] + [alarm_row(archive.AT_ONCE + 30).key]
        assert store.some("java", "alarms", asked) == {key: row for _, key, row in rows[5:]}
        assert store.some("java", "alarms", []) == {}
        assert store.some("other", "alarms", asked) == store.some("java", "texts", asked) == {}
