"""Whether a domain's worker keeps up, as far as its last words say."""

from streams.processes.status import LastWord

LATE_US = 10_000_000  # what is folded so long after it was the journal's last frame


class Lagging:
    """A word where it does not; None while it does, and while there is no word of it."""

    def __init__(self, word: LastWord) -> None:
        self._word = word
        self._mark: tuple[int, int] | None = None  # a frame that was the last one, and since when that is waited for

    def __call__(self) -> str | None:
        said = self._word.read()
        if said is None:
            return None
        if self._mark is None or said.applied >= self._mark[0]:
            self._mark = said.end, said.at_us
        late_us = said.at_us - self._mark[1]
        if late_us < LATE_US:
            return None
        frames = said.end - said.applied
        return f"it is {frames:,} frames and more than {late_us // 1_000_000} s behind: what is shown of it is as old"
