"""Whether a domain keeps up, by what its worker says of itself."""

from dataclasses import dataclass

from streams.processes.api.lag import LATE_US, Lagging
from streams.processes.status import Status


@dataclass
class Word:
    said: Status | None = None

    def write(self, status: Status) -> None:
        self.said = status

    def read(self) -> Status | None:
        return self.said


def test_a_domain_under_load_that_keeps_up_has_no_word() -> None:
    word = Word()
    lagging = Lagging(word)
    assert lagging() is None, "nobody has said anything"
    for n in range(60):  # each second there is more, and each time it has what was there before
        word.write(Status(n * 1_000_000, 100 * n, 100 * (n + 1), None, ""))
        assert lagging() is None


def test_one_that_stands_or_falls_behind_has_until_it_has_caught_up() -> None:
    word = Word()
    lagging = Lagging(word)
    word.write(Status(0, 10, 20, None, ""))
    assert lagging() is None
    word.write(Status(LATE_US - 1, 19, 500, None, ""))
    assert lagging() is None
    word.write(Status(LATE_US, 19, 1500, None, ""))
    said = lagging()
    assert said is not None
    assert "1,481 frames and more than 10 s behind" in said
    word.write(Status(LATE_US + 1, 1500, 1500, None, ""))
    assert lagging() is None
