"""A page of alarms (TMF642), filtered: by an index where one has the filter, else by a look at so many at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from connectors.api.alarms import Explained
from connectors.api.doors import begins, refused
from connectors.api.lists.alarms import NAME, AlarmPages, place_of
from connectors.api.lists.alarms import Wanted as Listed
from connectors.api.lists.pages import cursor
from connectors.api.tmf import alarms
from connectors.api.tmf.lists import LOOKED_AT, words
from connectors.ports import Place
from correlator.rows.incidents import AlarmRow
from correlator.wire import BadInput

LOOKED_AT_MOST: Final = 2_000  # alarms, for one page
LOOKED_AT_ONCE: Final = 100  # or a page of them, where that is more
CLEARED: Final = frozenset({"cleared"})
STANDING: Final = frozenset({"raised", "updated"})


@dataclass(frozen=True, slots=True)
class Found:
    """`total`: how many match; None: that is not known, or they are too many. `next`: where to go on; None: nowhere."""

    rows: list[AlarmRow]
    total: int | None
    next: str | None = None


def found(pages: AlarmPages, explained: Explained, wanted: alarms.Wanted) -> Found:
    """Raises HttpError where the cursor is none of ours."""
    below = begins(NAME, wanted.cursor, Place)
    if below is not None and wanted.offset:
        raise refused(BadInput("offset", "the cursor says where the page begins: leave the offset out"))
    given = {name: words(one) for name, one in alarms.asked(wanted).items() if one is not None}
    over, stand = _is_of(given, CLEARED), _is_of(given, STANDING)
    if over and stand:
        return Found([], 0)
    if len(given.get("id", ())) == 1:
        row = explained.of_event(*given["id"])
        named = [row] if row is not None and _matches(row, wanted, given) else []
        return Found(named[wanted.offset :], len(named))
    of = Listed(wanted.alarmed_object, None, standing=stand, over=over)
    if over:
        given = {name: one for name, one in given.items() if name not in ("state", "perceivedSeverity")}
    elif stand and given.get("state") == STANDING:
        del given["state"]
    return _looked_for(pages, of, given, below, wanted) if given else _listed(pages, of, below, wanted)


def link(wanted: alarms.Wanted, following: str) -> str:
    """The header that leads on (TMF630, RFC 8288): the same question, from there on."""
    asked = wanted.model_dump(by_alias=True, exclude_none=True, exclude={"offset"}) | {"cursor": following}
    return f'<{alarms.PATH}?{urlencode(asked)}>; rel="next"'


def _is_of(given: Mapping[str, frozenset[str]], states: frozenset[str]) -> bool:
    """Whether only what is in these states can match."""
    state, severity = given.get("state"), given.get("perceivedSeverity")
    by_severity = severity is not None and (severity <= CLEARED if states == CLEARED else not severity & CLEARED)
    return by_severity or (state is not None and state <= states)


def _matches(row: AlarmRow, wanted: alarms.Wanted, given: Mapping[str, frozenset[str]]) -> bool:
    told, of = alarms.filtered_by(row), wanted.alarmed_object
    mine = of is None or row.object == of or row.object.startswith(f"{of}/")
    return mine and all(told[name] in one for name, one in given.items())


def _listed(pages: AlarmPages, of: Listed, below: Place | None, wanted: alarms.Wanted) -> Found:
    """Nothing is left that a list does not say: what lies before the page is passed over within an index."""
    page = pages.from_offset(of, wanted.offset, wanted.limit, below)
    if below is not None:
        return Found(page.rows, None, page.next)
    last = page.next is None and (page.rows or not wanted.offset)
    total = wanted.offset + len(page.rows) if last else pages.count(of)
    return Found(page.rows, total if total <= LOOKED_AT else None, page.next)


def _looked_for(
    pages: AlarmPages, of: Listed, given: Mapping[str, frozenset[str]], below: Place | None, wanted: alarms.Wanted
) -> Found:
    """No list has the filter: each alarm is looked at, from the newest on, until the page is full."""
    matching, looked, begun, most = list[AlarmRow](), 0, below, wanted.offset + wanted.limit
    while looked < LOOKED_AT_MOST:
        page = pages.page(of, below, min(max(LOOKED_AT_ONCE, wanted.limit), LOOKED_AT_MOST - looked))
        matching += [row for row in page.rows if _matches(row, wanted, given)]
        looked += len(page.rows)
        if len(matching) > most:
            return Found(matching[wanted.offset : most], None, cursor(NAME, place_of(matching[most - 1])))
        if page.next is None:
            return Found(matching[wanted.offset :], len(matching) if begun is None else None)
        below = place_of(page.rows[-1])
    return Found(matching[wanted.offset :], None, cursor(NAME, below) if below is not None else None)
