"""Every engine that there is, and the naive one of the tests, against all that the port asks."""

from correlator.inference.engine import NoisyOr
from correlator.inference.engines import ENGINES
from tests.correlator.inference.books import Books
from tests.correlator.inference.engines.naive import Naive


class TestNoisyOr(Books):
    make = NoisyOr


class TestNaive(Books):
    make = Naive


def test_every_engine_is_asked() -> None:
    assert {one.make for one in Books.__subclasses__()} == {*ENGINES.values(), Naive}
