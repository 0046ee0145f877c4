"""Where messages of a stream end, wherever its chunks do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.listeners.framing import MOST_OCTETS, Messages
from connectors.listeners.port import Framing


def fed(framing: Framing, *chunks: bytes) -> tuple[list[bytes], str | None, bool]:
    """The messages, why it is broken, and whether the end of one did not come."""
    messages = Messages(framing)
    found: list[bytes] = []
    broken: str | None = None
    for chunk in chunks:
        some, broken = messages.fed(chunk)
        found += some
        if broken:
            break
    return found, broken, messages.unfinished


@pytest.mark.parametrize(
    ("framing", "stream", "found"),
    [
        ("lines", b"a\nb\r\n\n\nc d\n", [b"a", b"b", b"c d"]),
        ("lines", b"10.0.0.1 is a name\n", [b"10.0.0.1 is a name"]),
        ("counted", b"3 <1>5 <34>1", [b"<1>", b"<34>1"]),
        ("counted", b"4 a\nb\n3 c d", [b"a\nb\n", b"c d"]),
        ("counted", b"<1>by line\n3 <2>\n<3>again\n", [b"<1>by line", b"<2>", b"<3>again"]),
        ("counted", b"0 1 x", [b"x"]),
    ],
)
def test_messages_are_the_same_in_any_pieces(framing: Framing, stream: bytes, found: list[bytes]) -> None:
    for size in (1, 2, 3, 7, 100):
        pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert fed(framing, *pieces) == (found, None, False)


@given(st.lists(st.binary(min_size=1, max_size=40)), st.integers(1, 9))
def test_counted_messages_may_hold_anything(messages: list[bytes], size: int) -> None:
    stream = b"".join(f"{len(one)} ".encode() + one for one in messages)
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert fed("counted", *pieces) == (messages, None, False)


@pytest.mark.parametrize(
    ("framing", "stream", "broken"),
    [
        ("lines", b"good\n" + b"x" * (MOST_OCTETS + 1) + b"\n", "too_long"),
        ("lines", b"good\n" + b"x" * (MOST_OCTETS + 10), "too_long"),
        ("counted", b"4 good99999 x", "too_long"),
        ("counted", b"4 good1234567", "bad_count"),
        ("counted", b"4 good1x2 abc", "bad_count"),
    ],
)
def test_what_cannot_be_framed_ends_the_stream_after_the_good(framing: Framing, stream: bytes, broken: str) -> None:
    assert fed(framing, stream)[:2] == ([b"good"], broken)


def test_the_longest_message_is_taken() -> None:
    assert fed("lines", b"x" * MOST_OCTETS + b"\n")[:2] == ([b"x" * MOST_OCTETS], None)
    assert fed("counted", f"{MOST_OCTETS} ".encode() + b"x" * MOST_OCTETS)[:2] == ([b"x" * MOST_OCTETS], None)


@pytest.mark.parametrize(("framing", "stream"), [("lines", b"a\nb"), ("counted", b"1 a5 abc"), ("counted", b"12")])
def test_the_end_of_a_message_may_not_come(framing: Framing, stream: bytes) -> None:
    assert fed(framing, stream)[1:] == (None, True)
