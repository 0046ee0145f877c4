"""What searches leave behind, to be asked again at less cost; nothing decided depends on it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from correlator.inference.evidence.kind import Evidence

if TYPE_CHECKING:
    from correlator.inference.bearing import Onset


@dataclass(slots=True)
class Memo:
    units: int = 0  # counted work of the search under way
    onsets: dict[tuple[frozenset[Evidence], bool], list["Onset"]] = field(default_factory=dict)  # of that search alone
    unreached: dict[str | None, list[Evidence]] = field(default_factory=dict)  # in the last search: a poller is lost
    looked: tuple[int, int] = (0, 0)  # when, and at which strays, it was last looked how much is told by chance
    islands: list[tuple[set[int], list[int]]] = field(default_factory=list)  # of lost devices behind dark links ...
    islands_at: int = -1  # ... as of this version of the strays
