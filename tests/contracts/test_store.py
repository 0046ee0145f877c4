"""What every store must do, asked of each adapter."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.ports import Commit, Fenced, Held, Listing, Place, Store
from connectors.store import archive
from connectors.store.memory import MemoryStore
from connectors.store.sql import SqlStore
from correlator.deadlines import DeadlineRow
from correlator.effects import Alert, Campaign, Effect, Noted, Notice, NoticeFacts, Reason, Rejected
from correlator.rows.incidents import AlarmRow
from correlator.rows.service_desk import RcaRow
from correlator.state import Archived, CounterRow, TextRow
from tests.services import empty_database

MAKERS: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(),
    "sqlite": lambda folder: SqlStore(f"sqlite:///{folder}/store.db"),
    "postgres": lambda _: SqlStore(empty_database()),
}
WHY = Reason("test", "for the test", "SOP 4.2")


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


def alarm_row(n: int) -> AlarmRow:
    return AlarmRow(
        key=f"R{n}/1\x1flink_down",
        object=f"R{n}/1",
        alarm_type="link_down",
        qualifier=None,
        severity="major",
        raised=True,
        active=True,
        changed_us=n,
        told={"snmp:10.0.0.1": n},
        first_id=f"a{n}",
        first_us=n,
        cleared_us=0,
    )


def alert(n: int) -> Alert:
    return Alert(id=f"AL-{n}", at_us=n, role="noc_operator", kind="critical", about="I-1", text="putus", reason=WHY)


def noted(n: int) -> Noted:
    return Noted(id=f"NT-{n}", at_us=n, about="I-1", reason=WHY)


EFFECTS: tuple[Effect, ...] = (
    alert(1),
    Campaign(
        id="CA-1",
        at_us=1,
        incident="I-1",
        ticket="T-1",
        kind="outage",
        update=0,
        inventory="ab12",
        audience=b"\x01\x00\x00\x00",
        facts=NoticeFacts(number="NT-20260301-900001", since_us=1),
        reason=WHY,
    ),
    Notice(
        id="NO-1",
        at_us=1,
        incident=None,
        ticket="T-2",
        customer=None,
        kind="ack",
        update=0,
        language="id",
        via="phone",
        facts=NoticeFacts(number="NT-20260301-000001"),
        reason=WHY,
    ),
    Rejected(id="RJ-1", at_us=1, event=None, field="object", reason=WHY),
    noted(1),
)


def commit(
    store: Store, expected: int, applied: int, changes: list[tuple[str, str, Any]] | None = None, *effects: Effect
) -> None:
    store.commit(Commit("java", expected, applied, changes or [], effects))


def test_an_empty_domain(store: Store) -> None:
    loaded = store.load("java")
    assert (loaded.applied, loaded.rows) == (0, {})
    assert store.applied("java") == 0
    assert list(store.rows("java", "alarms")) == []
    assert store.row("java", "alarms", "x") is None
    assert store.effects("java", ["alert"]) == []
    assert store.domains() == []


def test_which_domains_have_a_row_is_known_in_one_look(store: Store) -> None:
    commit(store, 0, 3, [("texts", "a", TextRow("1")), ("alarms", "c", alarm_row(1))])
    store.commit(
        Commit("bali", 0, 2, [("texts", "a", TextRow("2"))], (), [Archived(1, "T-1", "texts", "b", TextRow("3"))])
    )
    asked = [("texts", "a"), ("texts", "b"), ("texts", "c"), ("alarms", "c")]
    assert store.holders(["bali", "java", "papua"], asked) == {
        ("texts", "a"): Held(("bali", "java"), ()),
        ("texts", "b"): Held((), ("bali",)),
        ("alarms", "c"): Held(("java",), ()),
    }
    went = [Archived(2, "T-2", "texts", "d", TextRow("4"))]
    store.commit(Commit("bali", 2, 3, [], (), went))
    commit(store, 3, 4, [("texts", "d", TextRow("4"))])
    assert store.holders(["bali", "java"], [("texts", "d")]) == {("texts", "d"): Held(("java",), ("bali",))}
    assert store.holders(["java"], asked[:2]) == {("texts", "a"): Held(("java",), ())}
    assert store.holders(["java"], []) == {}
    many = [("texts", str(n)) for n in range(1200)]
    assert store.holders(["bali", "java"], [*many, ("texts", "a")]) == {("texts", "a"): Held(("bali", "java"), ())}
    assert store.offsets(["java", "papua", "bali"]) == {"java": 4, "papua": 0, "bali": 3}


def test_rows_come_back_typed_and_sorted(store: Store) -> None:
    rows = [
        ("alarms", "b", alarm_row(2)),
        ("alarms", "a", alarm_row(1)),
        ("deadlines", "solve\x1fI-1", DeadlineRow("solve", "I-1", 7)),
        ("texts", "world", TextRow("ab+cd")),
    ]
    commit(store, 0, 1, rows)
    loaded = store.load("java")
    assert loaded.applied == 1
    assert loaded.rows == {
        "alarms": {"a": alarm_row(1), "b": alarm_row(2)},
        "deadlines": {"solve\x1fI-1": DeadlineRow("solve", "I-1", 7)},
        "texts": {"world": TextRow("ab+cd")},
    }
    assert list(loaded.rows["alarms"]) == ["a", "b"]
    assert store.row("java", "alarms", "a") == alarm_row(1)
    assert store.domains() == ["java"]
    assert store.load("papua").rows == {}


def test_an_archived_case_is_found_by_any_row_of_it(store: Store) -> None:
    commit(store, 0, 1, [("texts", "a", TextRow("1")), ("texts", "b", TextRow("2")), ("texts", "c", TextRow("3"))])
    filed = [
        Archived(10, "I-1", "texts", "a", TextRow("1")),
        Archived(10, "I-1", "counters", "a", CounterRow(7)),
        Archived(20, "I-2", "texts", "b", TextRow("2")),
    ]
    store.commit(Commit("java", 1, 2, [("texts", "a", None), ("texts", "b", None)], [], filed))
    assert list(store.load("java").rows["texts"]) == ["c"]
    whole = {"counters": {"a": CounterRow(7)}, "texts": {"a": TextRow("1")}}
    assert store.case("java", "texts", "a") == store.case("java", "counters", "a") == whole
    assert store.case("java", "texts", "c") is None
    assert store.case("papua", "texts", "a") is None
    assert store.forget_cases("java", 10) == 0
    assert store.forget_cases("java", 20) == 2
    assert (store.case("java", "texts", "a"), store.case("java", "texts", "b")) == (
        None,
        {"texts": {"b": TextRow("2")}},
    )


def test_archived_rows_of_a_table_come_in_the_order_in_which_they_were_filed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "READ_AT_ONCE", 2)
    times = {"e": 10, "d": 20, "c": 20, "b": 20, "a": 30}
    filed = [Archived(at_us, "I-1", "texts", key, TextRow(key)) for key, at_us in times.items()]
    filed.append(Archived(20, "I-1", "counters", "a", CounterRow(7)))
    store.commit(Commit("java", 0, 1, [], [], filed))
    for since_us, keys in ((0, "ebcda"), (11, "bcda"), (20, "bcda"), (30, "a"), (31, "")):
        assert list(store.archived("java", "texts", since_us)) == [(key, TextRow(key)) for key in keys], since_us
    assert list(store.archived("papua", "texts", 0)) == []


def test_a_part_of_each_row_is_read_where_a_whole_one_would_be_dear(store: Store) -> None:
    row = RcaRow("RCA-1", "IN-1", None, 7, five_whys=("why",))
    store.commit(Commit("java", 0, 1, [("rcas", "RCA-1", row)], []))
    part = msgspec.defstruct("Part", [("id", str), ("opened_us", int)])
    assert list(store.rows("java", "rcas", shape=part)) == [("RCA-1", part("RCA-1", 7))]


def test_nothing_is_archived_by_an_owner_that_was_fenced(store: Store) -> None:
    commit(store, 0, 1, [("texts", "a", TextRow("1"))])
    with pytest.raises(Fenced):
        store.commit(Commit("java", 0, 2, [], [], [Archived(1, "I-1", "texts", "a", TextRow("1"))]))
    assert store.case("java", "texts", "a") is None


def test_a_commit_overwrites_and_drops(store: Store) -> None:
    commit(store, 0, 1, [("counters", "a", CounterRow(1)), ("counters", "b", CounterRow(1))])
    commit(store, 1, 2, [("counters", "a", CounterRow(2)), ("counters", "b", None), ("counters", "none", None)])
    assert store.load("java").rows == {"counters": {"a": CounterRow(2)}}


def test_what_is_read_is_not_what_is_kept(store: Store) -> None:
    row = CounterRow(1)
    commit(store, 0, 1, [("counters", "a", row)])
    row.value = 99
    read = store.row("java", "counters", "a")
    assert read == CounterRow(1)
    read.value = 98
    assert store.row("java", "counters", "a") == CounterRow(1)


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_a_commit_from_another_offset_is_fenced_and_changes_nothing(store: Store, expected: int) -> None:
    commit(store, 0, 2, [("counters", "a", CounterRow(1))])
    with pytest.raises(Fenced):
        commit(store, expected, 5, [("counters", "a", CounterRow(2))], alert(1))
    assert store.applied("java") == 2
    assert store.row("java", "counters", "a") == CounterRow(1)
    assert store.effects("java", ["alert"]) == []
    assert store.outbox.pending("java") == []


def test_domains_do_not_touch_each_other(store: Store) -> None:
    for domain, value in (("java", 1), ("papua", 2)):
        store.commit(Commit(domain, 0, value, [("counters", "a", CounterRow(value))], [alert(value)]))
    assert [store.applied(domain) for domain in store.domains()] == [1, 2]
    assert store.row("papua", "counters", "a") == CounterRow(2)
    assert store.effects("java", ["alert"]) == [alert(1)]


@pytest.mark.parametrize(
    ("prefix", "keys"),
    [
        ("", ["I-1/a", "I-1/b", "I-10/a", "J"]),
        ("I-1/", ["I-1/a", "I-1/b"]),
        ("I-1", ["I-1/a", "I-1/b", "I-10/a"]),
        ("K", []),
    ],
)
def test_rows_by_prefix(store: Store, prefix: str, keys: list[str]) -> None:
    commit(store, 0, 1, [("texts", key, TextRow(key)) for key in ("J", "I-10/a", "I-1/b", "I-1/a")])
    assert [key for key, _ in store.rows("java", "texts", prefix)] == keys


def test_the_newest_rows(store: Store) -> None:
    commit(store, 0, 1, [("texts", key, TextRow(key)) for key in ("IN-000002", "IN-000010", "IN-000001")])
    assert store.newest("java", "texts", 2) == [
        ("IN-000010", TextRow("IN-000010")),
        ("IN-000002", TextRow("IN-000002")),
    ]
    assert [key for key, _ in store.newest("java", "texts", 9, "IN-00000")] == ["IN-000002", "IN-000001"]
    assert store.newest("java", "alarms", 2) == []


def test_keys_are_sorted_by_code_point(store: Store) -> None:
    keys = ["B", "Z-1", "_", "a", "a b", "a-b", "aB", "ab", "é", "☎"]
    commit(store, 0, 1, [("texts", key, TextRow(key)) for key in reversed(keys)])
    assert keys == sorted(keys)
    assert list(store.load("java").rows["texts"]) == keys
    assert [key for key, _ in store.rows("java", "texts")] == keys
    assert [key for key, _ in store.rows("java", "texts", "a")] == ["a", "a b", "a-b", "aB", "ab"]
    assert [key for key, _ in store.newest("java", "texts", 2)] == ["☎", "é"]


def test_a_commit_of_thousands_of_rows_and_of_megabytes(store: Store) -> None:
    many = [("texts", f"k{n:05}", TextRow(str(n))) for n in range(5000)]
    big = TextRow("x" * 5_000_000)
    everybody = msgspec.structs.replace(EFFECTS[1], audience=bytes(range(256)) * 16_000)
    commit(store, 0, 1, [*many, ("texts", "z", big)], everybody)
    loaded = store.load("java").rows["texts"]
    assert len(loaded) == 5001
    assert (loaded["k04999"], loaded["z"]) == (TextRow("4999"), big)
    assert store.effects("java", ["campaign"]) == [everybody]
    commit(store, 1, 2, [(table, key, None) for table, key, _ in many])
    assert store.load("java").rows == {"texts": {"z": big}}


def test_effects_come_back_as_emitted(store: Store) -> None:
    commit(store, 0, 1, None, *EFFECTS)
    assert store.effects("java", ["alert", "campaign", "notice", "rejected", "noted"]) == list(EFFECTS)
    assert store.outbox.effect("java", "CA-1") == EFFECTS[1]
    assert store.outbox.effect("java", "CA-2") is None


@pytest.mark.parametrize(
    ("kinds", "last", "ids"),
    [
        (["alert"], 100, ["AL-10", "AL-11", "AL-12"]),
        (["alert", "noted"], 3, ["NT-11", "AL-12", "NT-12"]),
        (["alert"], 1, ["AL-12"]),
        (["campaign"], 9, []),
        ([], 9, []),
    ],
)
def test_the_newest_effects_of_some_kinds(store: Store, kinds: list[str], last: int, ids: list[str]) -> None:
    for n in (10, 11, 12):
        commit(store, store.applied("java"), n, None, alert(n), noted(n))
    assert [effect.id for effect in store.effects("java", kinds, last)] == ids


def test_an_effect_that_is_there_is_not_emitted_again(store: Store) -> None:
    commit(store, 0, 1, None, alert(1))
    commit(store, 1, 2, None, alert(1), alert(2))
    assert store.effects("java", ["alert"]) == [alert(1), alert(2)]


def test_effects_are_unpublished_in_order_until_the_mark_passes_them(store: Store) -> None:
    commit(store, 0, 1, None, *EFFECTS)
    commit(store, 1, 2, None, noted(2), alert(2))
    wanted = [(1, place, effect) for place, effect in enumerate(EFFECTS)] + [(2, 0, noted(2)), (2, 1, alert(2))]
    found = store.unpublished("java")
    assert [(one.offset, one.place, one.effect) for one in found] == wanted
    assert store.unpublished("java", 3) == found[:3]
    store.published("java", found[2])
    assert store.unpublished("java") == found[3:]
    store.published("java", found[5])
    assert store.unpublished("java") == found[6:]
    store.published("java", found[6])
    assert store.unpublished("java") == store.unpublished("papua") == []
    commit(store, 2, 12, None, alert(12))
    assert [one.effect for one in store.unpublished("java")] == [alert(12)]


def test_the_mark_never_goes_back(store: Store) -> None:
    commit(store, 0, 1, None, alert(1), alert(2))
    commit(store, 1, 2, None, alert(3))
    found = store.unpublished("java")
    for one in (found[1], found[0]):
        store.published("java", one)
        assert store.unpublished("java") == found[2:]


def test_crashes_are_counted_by_place(store: Store) -> None:
    places = ["7.0", "7.0", "7.1", "7.0"]
    assert [store.crashed("java", place) for place in places] == [1, 2, 1, 3]
    assert store.crashed("papua", "7.0") == 1
    assert store.applied("java") == 0


def test_an_offset_that_does_not_grow_is_a_mistake(store: Store) -> None:
    with pytest.raises(AssertionError):
        commit(store, 0, 0)


# Lists


def at(row: AlarmRow, first_us: int, **more: Any) -> tuple[str, str, AlarmRow]:
    changed = msgspec.structs.replace(row, first_us=first_us, **more)
    return "alarms", changed.key, changed


def keys(store: Store, name: str, below: Place | None = None, limit: int = 10, *, about: bool = False) -> list[str]:
    return [row.object for _, row in store.listed("java", Listing("alarms", name, about), below, limit)]


def test_a_list_is_told_a_page_at_a_time_the_newest_first(store: Store) -> None:
    rows = [at(alarm_row(n), 100 + n // 2) for n in range(5)]  # two and two at one time
    commit(store, 0, 1, [*rows, ("texts", "a", TextRow("1"))])
    assert keys(store, "loose") == ["R4/1", "R3/1", "R2/1", "R1/1", "R0/1"]
    [*_, (place, _)] = store.listed("java", Listing("alarms", "loose"), None, 2)
    commit(store, 1, 2, [at(alarm_row(9), 999), at(alarm_row(8), 102)])
    assert keys(store, "loose", place, 2) == ["R2/1", "R1/1"], "what comes meanwhile moves nothing"
    assert store.listed("bali", Listing("alarms", "loose"), None, 10) == []
    assert store.counted("java", Listing("alarms", "loose"), Listing("alarms", "ended")) == 7


def test_a_row_is_in_the_list_that_it_was_written_to_last(store: Store) -> None:
    commit(store, 0, 1, [at(alarm_row(n), n) for n in range(6)])
    commit(
        store,
        1,
        2,
        [
            at(alarm_row(0), 0, active=False),
            at(alarm_row(1), 50, incident="IN-1"),
            at(alarm_row(2), 2, severity="minor"),
            at(alarm_row(3), 3, shelved_until_us=9),
            ("alarms", alarm_row(4).key, None),
        ],
    )
    assert [keys(store, name) for name in ("ended", "loose", "doubtful", "standing")] == [
        ["R0/1"],
        ["R5/1"],
        ["R3/1"],
        ["R1/1", "R2/1"],
    ]
    assert keys(store, "IN-1", about=True) == ["R1/1"]
    assert store.counted("java", Listing("alarms", "IN-1", about=True)) == 1
    commit(store, 2, 3, [at(alarm_row(1), 50)])
    assert keys(store, "IN-1", about=True) == []
