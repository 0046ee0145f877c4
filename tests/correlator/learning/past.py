"""Ten days of the west of `weeks`, told by hand: words, and the incidents that explained them."""

from correlator.events import SECOND_US, AlarmType
from correlator.learning.history import Cause, History, Word
from tests.streams.cli.learning.weeks import inventory
from topology.compile import compile_inventory
from topology.domains import element_of

DAY_US = 86_400 * SECOND_US
DAYS = 10
TOPOLOGY = compile_inventory(inventory())
ENDS = len(TOPOLOGY.links_of(element_of(TOPOLOGY, "AGG-w")))  # of links, at AGG-w: 2 up, 8 side by side, 24 stations


def word(
    name: str,
    kind: AlarmType = "link_down",
    *,
    day: float = 1,
    by: str = "",
    claims: bool = False,
    apart: bool = False,
    over: bool = True,
    source: str = "nms-w",
) -> Word:
    """`by`: the incident that explained it; `day`: when it began; it is over after an hour unless it stands."""
    begun_us = int(day * DAY_US)
    ended_us = begun_us + 3600 * SECOND_US if over else None
    return Word(source, kind, name, begun_us, ended_us, claims, apart, {by: None} if by else {})


def cause(
    name: str,
    root: str,
    *equivalent: str,
    day: float = 1,
    minutes: int | None = 60,
    confirmed: bool = False,
    alone: bool = True,
    into: str | None = None,
    fault: bool = True,
) -> Cause:
    """`minutes`: from its opening to its repair."""
    begun_us = int(day * DAY_US)
    opened_us = begun_us + SECOND_US
    over_us = None if minutes is None else opened_us + minutes * 60 * SECOND_US
    return Cause(name, root, equivalent, begun_us, opened_us, over_us, confirmed, alone, None, into, fault)


def past(words: list[Word], causes: list[Cause]) -> History:
    return History(TOPOLOGY, 0, DAYS * DAY_US, words, {one.id: one for one in causes})
