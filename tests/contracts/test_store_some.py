"""Rows by many keys at once, or by a word in them; and what a commit may not hold, asked of each store."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from connectors.ports import Commit, Fenced, Listing, Place, Refused
from connectors.store import archive
from connectors.store.sql import EFFECTS_AT_ONCE
from correlator.state import TextRow
from tests.contracts.test_store import MAKERS, alarm_row, alert, at, commit, noted


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


@pytest.mark.parametrize("made", MAKERS)
def test_a_rehearsal_says_what_a_commit_would_and_leaves_nothing(made: str, tmp_path: Path) -> None:
    with closing(MAKERS[made](tmp_path)) as store:
        store.commit(Commit("id", 0, 1, [("texts", "a", TextRow("x"))], [alert(1)]))
        store.rehearse(Commit("id", 1, 2, [("texts", "a", None), ("texts", "b", TextRow("y"))], [alert(2)]))
        assert store.applied("id") == 1
        assert dict(store.rows("id", "texts")) == {"a": TextRow("x")}
        assert [one.id for one in store.effects("id", ("alert",))] == ["AL-1"]
        with pytest.raises(Fenced):
            store.rehearse(Commit("id", 0, 2, [], []))


@pytest.mark.parametrize("made", ["sqlite", "postgres"])  # memory holds everything
def test_what_no_database_can_hold_is_refused_and_nothing_of_it_is_there(made: str, tmp_path: Path) -> None:
    with closing(MAKERS[made](tmp_path)) as store:
        too_late = msgspec.structs.replace(alert(1), at_us=1 << 70)
        commit_of = Commit("id", 0, 1, [("texts", "a", TextRow("x"))], [too_late])
        for do in (store.rehearse, store.commit):
            with pytest.raises(Refused) as refused:
                do(commit_of)
            assert str(1 << 70) not in str(refused.value), "no value: it may be a person's"
        assert store.applied("id") == 0
        assert list(store.rows("id", "texts")) == []


@pytest.mark.parametrize("made", MAKERS)
def test_of_very_many_effects_each_keeps_its_place(made: str, tmp_path: Path) -> None:
    number = 2 * EFFECTS_AT_ONCE + 7
    with closing(MAKERS[made](tmp_path)) as store:
        store.commit(Commit("id", 0, 1, [], [alert(n) if n % 1000 == 0 else noted(n) for n in range(number)]))
        found = store.unpublished("id", number)
        assert [(one.place, one.effect.at_us) for one in found] == [(n, n) for n in range(number)]
        assert len(store.outbox.pending("id", number)) == -(-number // 1000)


@pytest.mark.parametrize("made", MAKERS)
def test_how_far_a_list_was_passed_is_a_place_in_all_of_them(made: str, tmp_path: Path) -> None:
    with closing(MAKERS[made](tmp_path)) as store:
        rows = [msgspec.structs.replace(alarm_row(n), first_us=n, active=n % 2 == 0) for n in range(1, 8)]
        commit(store, 0, 1, [("alarms", one.key, one) for one in rows])
        lists = [Listing("alarms", name) for name in ("loose", "doubtful", "standing", "ended")]
        places = [store.passed(["java", "papua"], lists, number) for number in range(1, 9)]
        assert places == [*(Place(n, alarm_row(n).key) for n in range(7, 0, -1)), None]
        assert store.passed(["papua"], lists, 1) is None
