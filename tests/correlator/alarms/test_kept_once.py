"""Of an alarm that was told once nothing is kept twice: who told of it, and when, is known all the same."""

import pytest

from tests.correlator.alarms.wire import Lines, at_us

Said = tuple[str, float, str]  # state, when, source


@pytest.mark.parametrize(
    ("said", "tellers"),
    [
        pytest.param([("raised", 5, "a")], {"a": 5}, id="told once"),
        pytest.param([("raised", 5, "a"), ("raised", 6, "a")], {"a": 6}, id="and again"),
        pytest.param([("raised", 5, "a"), ("raised", 6, "b")], {"a": 5, "b": 6}, id="by two"),
        pytest.param([("raised", 5, "a"), ("cleared", 7, "a")], {"a": 7}, id="and cleared"),
        pytest.param([("cleared", 5, "a")], {"a": 5}, id="cleared before it was raised"),
        pytest.param(
            [("raised", 5, "a"), ("cleared", 99, "a"), ("raised", 200, "b")],
            {"a": 99, "b": 200},
            id="raised anew by another",
        ),
    ],
)
def test_who_told_of_it_is_known(said: list[Said], tellers: dict[str, int]) -> None:
    wire = Lines()
    for state, when, source in said:
        wire.say(state, when, source=source)
    assert wire.row.tellers == {source: at_us(when) for source, when in tellers.items()}
