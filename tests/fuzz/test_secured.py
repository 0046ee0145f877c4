"""10,000 messages in each run of the tests; `python -m tests.fuzz.secured` draws as many as one likes."""

from tests.fuzz.secured import run

COUNT = 10_000


def test_no_message_crashes_and_none_is_admitted_but_as_it_was_written() -> None:
    outcome = run(COUNT, seed=1)
    assert outcome.drawn == COUNT == outcome.admitted + sum(outcome.refused.values())
    assert outcome.admitted > COUNT // 50
    assert outcome.reports > COUNT // 50
    assert len(outcome.refused) >= 15  # the changes reach every check
    for reason in ("wrong_digest", "unknown_user", "not_in_time_window", "replayed", "unknown_engine", "wrong_engine"):
        assert outcome.refused[reason] > 0
