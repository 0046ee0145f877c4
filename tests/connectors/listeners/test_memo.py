"""What a listener remembers is bounded, grows old, and rests on a version."""

from connectors.listeners.memo import Memo


def test_what_was_kept_first_goes_first() -> None:
    memo: Memo[int, str] = Memo(3, 100)
    for key in range(5):
        memo.keep(key, f"n{key}", 0, 1)
    assert [memo.get(key, 1, 1) for key in range(5)] == [None, None, "n2", "n3", "n4"]


def test_keeping_one_anew_pushes_nobody_out() -> None:
    memo: Memo[int, str] = Memo(2, 100)
    for key, value in ((1, "a"), (2, "b"), (2, "c")):
        memo.keep(key, value, 0, 1)
    assert [memo.get(key, 1, 1) for key in (1, 2)] == ["a", "c"]


def test_it_is_good_for_its_time_and_its_version() -> None:
    memo: Memo[int, str] = Memo(3, 100)
    memo.keep(1, "a", 1000, 7)
    assert memo.get(1, 1099, 7) == "a"
    assert memo.get(1, 1100, 7) is None
    assert memo.get(1, 1050, 8) is None
