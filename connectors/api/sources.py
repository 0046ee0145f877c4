"""`GET /sources`: who speaks, how much, by which clock, and what of it could not be used, each with its remedy."""

import asyncio
from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import FastAPI, Request

from connectors.access.holders import spoken_for
from connectors.api.bodies import Sender as By
from connectors.api.bodies import body_of, identified, object_from
from connectors.api.bodies import sender_of as by
from connectors.api.documented import accepts
from connectors.api.doors import Cursor, Doors, Json, Limit, ReadCounter, begins, refused
from connectors.api.intake import keep_to_scope, put_in
from connectors.api.lists.pages import USUAL, after
from connectors.api.views import at
from connectors.formats.json_rows import Item, converted, unfit
from connectors.heard import MOST_SENDERS, Sender
from connectors.metrics import (
    DATAGRAMS_DROPPED,
    DATAGRAMS_RECEIVED,
    DATAGRAMS_REFUSED,
    LISTENER_ALARMS,
    LISTENER_UNRESOLVED,
    TRAPS_UNKNOWN,
)
from correlator.events import SECOND_US, SourceHeard
from correlator.rows.sources import VoiceRow
from correlator.wire import BadInput

SOURCES = "sources"  # the name of their list
AHEAD_S, BEHIND_S = 5, 600  # from here on a clock, or a queue, is worth a look
LISTENING = {  # the figures of a listener, by what they are called here
    DATAGRAMS_RECEIVED: "received",
    DATAGRAMS_REFUSED: "unread",
    DATAGRAMS_DROPPED: "dropped",
    LISTENER_ALARMS: "alarms",
    LISTENER_UNRESOLVED: "unresolved",
}
MENDED = {  # what is done about a reason of the trap listener
    "wrong_community": "Give {} a community that snmp.communities has, or add its own there.",
    "snmpv3_not_configured": "{} speaks SNMPv3, and no user is known: `simpul snmp add NAME`.",
    "unknown_user": "Give {} an SNMPv3 user that `simpul snmp list` has, or add its own: `simpul snmp add NAME`.",
}
SETTING = {"snmp": "snmp", "syslog": "listeners.syslog"}  # of a door


def source_routes(app: FastAPI, doors: Doors) -> None:
    @app.get("/sources", tags=["out"])
    async def sources(limit: Limit = USUAL, cursor: Cursor = None) -> Json:
        """Who spoke to this process since it started, heard last first, by door (a webhook, or a listener).

        `clock_offset_s`: the least time lately from what they say to receipt; below 0 their clock is ahead.
        `unresolved`: alarms of objects that the inventory lacks. `listeners`: of each all that came, whoever sent it.
        `missing`: messages that did not come, by the numbers that it gives them; null: it gives none.
        `claims`: messages in which it spoke for another, without being a relay: they were taken for its own.
        `shed`: alarms that were thrown away, since more came than could be written and this source had most.
        `habits`, on the first page: how often each source speaks, as learned (`gap_s` in the mean, `longest_gap_s` of
        one to two weeks) or as it says itself (`every_s`); after how long a silence it is quiet (`quiet_after_s`; null:
        it has no habit), since when it is, how many devices it asks, when what it holds active was compared last.
        `clock_wrong_s`: its clock is behind by so much, below 0 ahead, for sure; the NOC was told. null: none known.
        `old_ends`: ends of alarms that stand, older than what it had told of them: they end nothing; the last was of
        `old_end_of`. Where many come its clock has jumped.
        `unnamed`: names and addresses that sources use and no row of the inventory has. `next` is the `cursor` of the
        next page of sources, null at the end; one that is heard meanwhile goes to the front.
        """
        # on the loop, which alone changes what is told
        now_us = doors.clock()
        last = begins(SOURCES, cursor, tuple[int, str, str])
        page = after(SOURCES, doors.heard.senders(MOST_SENDERS), _place, last, limit)
        said = [_told(one, now_us) for one in page.rows]
        unnamed = [
            {"name": row.name, "as": row.source, "times": row.times, "last": at(row.last_seen_us)}
            for row in doors.resolver.unresolved(limit)
        ]
        listeners = _listeners(doors.counter)
        habits = [] if cursor else [_habit(row, us) for row, us in await asyncio.to_thread(doors.reader.habits)]
        told = {"sources": said, "habits": habits, "listeners": listeners, "unnamed": unnamed, "next": page.next}
        return Json(told)

    @app.post("/sources/heartbeat", status_code=202, tags=["in"], openapi_extra=accepts(SourceHeard))
    async def heartbeat(request: Request) -> Json:
        """A source says that it lives, how often it does (`every_s`), and which devices it asks (`polls`; `anew`: these
        are all). `source`: as its alarms name it; without one `http:` and the token's name. `unresolved`: of `polls`
        what the inventory lacks.
        """
        heard = heartbeat_from(await body_of(request, doors.settings), by(request, doors))
        if isinstance(heard, BadInput):
            raise refused(heard)
        heard = msgspec.structs.replace(heard, source=spoken_for(request.state.token, heard.source))
        keep_to_scope(request.state.token, [heard])
        found = {name: doors.resolver.object_named(name) for name in heard.polls}
        known = tuple(dict.fromkeys(name for name in found.values() if name is not None))
        [taken] = await put_in(doors, [msgspec.structs.replace(heard, polls=known)], request.state.token)
        if isinstance(taken, BadInput):
            raise refused(taken)
        return Json({"id": taken.id, "unresolved": [name for name, one in found.items() if one is None]}, 202)


def heartbeat_from(body: bytes, sender: By) -> SourceHeard | BadInput:
    """What a source says of itself."""
    given = object_from(body)
    if isinstance(given, BadInput):
        return given
    if "every_s" not in given:
        return BadInput("every_s", "this field is needed: in how many seconds at most it says so again")
    filled = identified({"source": f"http:{sender.name}", **given}, sender, daily=False)
    heard = converted(Item("", filled), SourceHeard)
    return heard if isinstance(heard, BadInput) else unfit(heard, ("id", "source")) or heard


def _place(one: Sender) -> tuple[int, str, str]:
    return -one.last_us, one.door, one.name


def _told(one: Sender, now_us: int) -> dict[str, Any]:
    offset = None if one.delay_us is None else round(one.delay_us / 1e6, 3)
    return {
        "door": one.door,
        "source": one.name,
        "last": at(one.last_us),
        "silent_s": max(0, now_us - one.last_us) // 1_000_000,
        "messages": one.messages,
        "alarms": one.alarms,
        "alarms_per_min": round(one.per_minute(now_us), 1),
        "clock_offset_s": offset,
        "unread": one.refused,
        "unread_last": one.why or None,
        "missing": one.numbers.missing if one.numbers else None,
        "claims": one.claims,
        "claimed_last": one.claimed or None,
        "shed": one.shed,
        "unresolved": one.unresolved,
        "unresolved_last": list(reversed(one.names)),
        "remedies": list(_remedies(one, offset)),
    }


def _habit(row: VoiceRow, quiet_after_us: int) -> dict[str, Any]:
    return {
        "source": row.source,
        "last": at(row.last_us),
        "gap_s": row.gap_us // SECOND_US or None,
        "longest_gap_s": max(row.longest_us, row.before_us) // SECOND_US or None,
        "every_s": row.every_us // SECOND_US or None,
        "quiet_after_s": quiet_after_us // SECOND_US or None,
        "quiet": at(row.quiet_us) if row.quiet_us else None,
        "polls": len(row.polls),
        "last_resync": at(row.resync_us) if row.resync_us else None,
        "clock_wrong_s": row.wrong_us // SECOND_US or None,
        "old_ends": row.old_ends,
        "old_end_of": row.old_end_of or None,
    }


def _remedies(one: Sender, offset: float | None) -> Iterator[str]:
    if one.shed:
        yield f"Look at {one.name}: it sent more than can be written; {one.shed:,} of its alarms were thrown away."
    if one.numbers and one.numbers.missing:
        yield f"Look at the way of {one.name}: {one.numbers.missing:,} of its messages did not come. TCP loses none."
    if one.claims:
        yield (
            f"{one.name} sends messages of {one.claimed}, and is no relay: name it in {SETTING.get(one.door, one.door)}"
            f".relays, or give its address to {one.claimed} in the inventory."
        )
    if one.unresolved:
        name = next(reversed(one.names))
        device = name.partition("/")[0]
        yield f"Give the inventory {name}, or {device} as a device's name or address; or name it there as it is here."
    if one.refused:
        yield MENDED[one.why].format(one.name) if one.why in MENDED else f"Correct what {one.name} sends: {one.why}"
    if offset is not None and offset < -AHEAD_S:
        yield f"Set the clock of {one.name} (NTP): it is {-offset:.0f} s ahead."
    if offset is not None and offset > BEHIND_S:
        yield f"Look at the clock, the zone and the queue of {one.name}: what it says is {offset:.0f} s old at least."


def _listeners(counter: ReadCounter) -> dict[str, dict[str, Any]]:
    """By name, of what this process counts for /metrics."""
    found: dict[str, dict[str, Any]] = {}
    for metric, word in LISTENING.items():
        for (name, *why), number in sorted(counter.so_far(metric).items()):
            one = found.setdefault(name, {})
            one[word] = one.get(word, 0) + number
            if why:
                one.setdefault("unread_why", {})[why[0]] = number
    for number in counter.so_far(TRAPS_UNKNOWN).values():
        found.setdefault("snmp", {})["unknown"] = number
    return found
