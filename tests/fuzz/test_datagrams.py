"""20,000 datagrams in each run of the tests; `python -m tests.fuzz.datagrams` draws as many as one likes."""

from tests.fuzz.datagrams import SAMPLE, datagrams, run

COUNT = 20_000


def test_no_datagram_crashes_and_each_is_counted() -> None:
    outcome = run(COUNT, seed=1)
    assert outcome.differences == []
    assert outcome.drawn == COUNT == outcome.read + sum(outcome.refused.values())
    assert outcome.read > COUNT // 10
    assert len(outcome.refused) >= 10  # the mutations reach past the first octets
    assert outcome.judged > COUNT // SAMPLE // 10
    assert outcome.agreed + sum(outcome.stricter.values()) == outcome.judged


def test_a_seed_draws_the_same_again() -> None:
    assert list(datagrams(500, 3)) == list(datagrams(500, 3))
    assert list(datagrams(500, 3)) != list(datagrams(500, 4))
