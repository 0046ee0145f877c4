"""A journal, read from a time on."""

from collections.abc import Iterator

from connectors.ports import Journal
from correlator.events import Frame


def frames_since(journal: Journal, domain: str, since_us: int) -> Iterator[Frame]:
    """Those stamped from `since_us` on, found by halving: offsets have no gaps, stamps (almost) never fall."""
    low, high = journal.first(domain), journal.end(domain) + 1
    while low < high - 1:
        middle = (low + high) // 2
        (_, frame) = journal.read(domain, middle - 1, 1)[0]
        low, high = (low, middle) if frame.at_us >= since_us else (middle, high)
    after = max(low - 1, 0)
    while found := journal.read(domain, after, 100):
        yield from (frame for _, frame in found)
        after = found[-1][0]
