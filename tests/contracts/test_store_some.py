"""Rows by many keys at once, or by a word in them, asked of each store."""

from contextlib import closing
from pathlib import Path

import pytest

from connectors.store import archive
from correlator.state import TextRow
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


@pytest.mark.parametrize("made", MAKERS)
def test_rows_by_a_word_in_them(made: str, tmp_path: Path) -> None:
    with closing(MAKERS[made](tmp_path)) as store:
        values = {"a": "snmp:1", "b": "saluran putus \u2014 'x%_", "c": "snmp:10", "d": ""}
        commit(store, 0, 1, [("texts", key, TextRow(value)) for key, value in values.items()])
        commit(store, 1, 2, [("texts", "a2", TextRow("snmp:1"))])
        assert store.naming("java", "texts", "snmp:1") == [(key, TextRow(values[key[0]])) for key in ("a", "a2", "c")]
        assert store.naming("java", "texts", "\u2014 'x%_") == [("b", TextRow(values["b"]))]
        assert store.naming("java", "texts", "SNMP") == store.naming("papua", "texts", "snmp:1") == []
        assert store.naming("java", "alarms", "snmp:1") == []
