"""Of an alarm that was told once nothing is kept twice; rows that were written in full are read as before."""

from typing import Any

import msgspec
import pytest

from correlator.rows.incidents import AlarmRow
from correlator.state import State
from tests.correlator.alarms.wire import Lines, at_us

Said = tuple[str, float, str]  # state, when, source


def in_full(row: AlarmRow, transitions: list[int]) -> dict[str, Any]:
    """As it was written before: each source with its time, each change of late."""
    fields = {name: msgspec.to_builtins(getattr(row, name)) for name in AlarmRow.__struct_fields__}
    return fields | {"told": dict(row.tellers), "transitions": transitions}


@pytest.mark.parametrize(
    ("said", "transitions", "tellers"),
    [
        pytest.param([("raised", 5, "a")], [5], {"a": 5}, id="told once"),
        pytest.param([("raised", 5, "a"), ("raised", 6, "a")], [5], {"a": 6}, id="and again"),
        pytest.param([("raised", 5, "a"), ("raised", 6, "b")], [5], {"a": 5, "b": 6}, id="by two"),
        pytest.param([("raised", 5, "a"), ("cleared", 7, "a")], [5, 7], {"a": 7}, id="and cleared"),
        pytest.param([("cleared", 5, "a")], [], {"a": 5}, id="cleared before it was raised"),
        pytest.param(
            [("raised", 5, "a"), ("cleared", 99, "a"), ("raised", 200, "b")],
            [5, 99, 200],
            {"a": 99, "b": 200},
            id="raised anew by another",
        ),
    ],
)
def test_a_row_in_full_is_the_same_alarm(said: list[Said], transitions: list[int], tellers: dict[str, int]) -> None:
    wire = Lines()
    for state, when, source in said:
        wire.say(state, when, source=source)
    row = wire.row
    assert row.tellers == {source: at_us(when) for source, when in tellers.items()}
    before = msgspec.msgpack.encode(list(in_full(row, [at_us(when) for when in transitions]).values()))
    loaded = State({"alarms": {row.key: msgspec.msgpack.decode(before, type=AlarmRow)}})
    assert loaded.alarms == {row.key: row}
