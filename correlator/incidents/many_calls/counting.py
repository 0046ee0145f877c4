"""How many customers complain about the network whose complaints no incident accounts for; when staff are told so.

What takes the service away from everybody (name servers, addresses, the way to the rest of the world) is in no
inventory, so no incident opens for it. They are counted at most once a minute, from the rows of the complaints that
wait (`complaints.count`), so a storm of calls costs no more than a look at each of them a minute.
"""

import math
from collections import Counter
from typing import Final, NamedTuple

import numpy as np

from correlator import dark
from correlator.customers import holds
from correlator.effects import Reason
from correlator.events import DAY_US, HOUR_US, MINUTE_US, SECOND_US, StaffRole, Symptom
from correlator.incidents.complaints import MANY_CALLS
from correlator.incidents.index import engine_of, index_of
from correlator.incidents.many_calls.where import place_of
from correlator.rows.service_desk import ComplaintRow
from correlator.state import CounterRow, Draft
from topology.english import counted
from topology.impact import customers_of

ROLES: tuple[StaffRole, ...] = ("noc_operator", "care_supervisor")
SINCE = "many_calls.since_us"  # a counter: since when there are so many that staff may have to be told
LEAST = "many_calls.least"  # more than usual, as it was when they were told first: later calls are part of it
TOLD_AT, TOLD = "many_calls.told_us", "many_calls.told"  # when and of how many; for an hour, or while it goes on
MONTH_US = 30 * DAY_US
GROWN = 2  # so many times as many as were told: they are told again
KIND: Final = "unexplained_calls"


class Called(NamedTuple):
    """Who called within the window, with the last complaint of each; and how many calls came before it."""

    lately: dict[int, ComplaintRow]
    today: int  # within a day of now
    before: int  # within the longest window of the inference


def look(draft: Draft, _: str) -> None:
    """Staff are told; or it is looked at again, where something may open yet, or an hour after they were told."""
    policy = draft.world.policy.faults
    told = draft.state.counters.get(TOLD)
    told_us = _value(draft, TOLD_AT)
    again_us = told_us + HOUR_US if told_us is not None else 0
    called = _called(draft)
    least = _value(draft, LEAST) or _least(draft, called)
    if told is not None and draft.now_us < again_us:
        least = max(least, GROWN * told.value)
    if not policy.calls_alert_customers or len(called.lately) < least:
        draft.drop("counters", SINCE)
        if draft.now_us < again_us:
            draft.arm(MANY_CALLS, "", again_us)
        else:
            for name in (TOLD_AT, TOLD, LEAST):
                draft.drop("counters", name)
        return
    if SINCE not in draft.state.counters:
        draft.put("counters", SINCE, CounterRow(draft.now_us))
    left = _unaccounted(draft, called.lately)
    if len(left) < least:
        draft.arm(MANY_CALLS, "", draft.now_us + MINUTE_US)
    else:
        _tell(draft, left)
        if LEAST not in draft.state.counters:
            draft.put("counters", LEAST, CounterRow(least))


def _called(draft: Draft) -> Called:
    since_us = draft.now_us - _window_us(draft)
    hours_us = draft.now_us - _hours_us(draft)
    lately: dict[int, ComplaintRow] = {}
    today = before = 0
    for row in (draft.state.complaints[name] for name in index_of(draft).waiting):
        if not _tells_of_now(row):
            continue
        if row.at_us <= since_us:
            today += 1
            before += row.at_us > hours_us
        elif (known := lately.get(row.customer)) is None or (known.at_us, known.id) < (row.at_us, row.id):
            lately[row.customer] = row
    return Called(lately, today, before)


def _window_us(draft: Draft) -> int:
    return draft.world.policy.faults.calls_alert_min * MINUTE_US


def _hours_us(draft: Draft) -> int:
    """The longest window of the inference; of the day where that of the alert is no shorter."""
    longest_us = draft.world.policy.faults.call_windows_s[-1] * SECOND_US
    return longest_us if _window_us(draft) < longest_us <= DAY_US else DAY_US


def _tells_of_now(row: ComplaintRow) -> bool:
    """Not that it works again, not of an outage that ended or of planned work; nor does one person speak for many."""
    return row.symptom != "none" and not (row.past or row.after or row.planned or row.for_others)


def _least(draft: Draft, called: Called) -> int:
    """So many customers are more than usual: by the policy's rate, by the day before the window, by its last hours.

    By the hours, for a Monday has more calls than the policy knows of, and they come in the morning.
    """
    policy, window_us = draft.world.policy.faults, _window_us(draft)
    usual = max(
        policy.call_rate_month * _customers(draft) * window_us / MONTH_US,
        called.today * window_us / (DAY_US - window_us),
        called.before * window_us / (_hours_us(draft) - window_us),
    )
    return policy.calls_alert_customers + math.floor(policy.calls_alert_times * usual)


def _customers(draft: Draft) -> int:
    """Where several domains share the network: those with a service of our part."""
    topology, share = draft.world.topology, draft.state.share
    if share is None:
        return len(topology.customer_ids)
    first = topology.first
    ours = np.flatnonzero(share.domains.of[first.service : first.risk_group] == share.number)
    return len(customers_of(topology, ours.astype(np.int32)))


def _unaccounted(draft: Draft, lately: dict[int, ComplaintRow]) -> list[ComplaintRow]:
    """Less those for whom something may open yet: a suspicion has their complaints, or they are down by what stands.

    It is given as long as one in doubt has to settle (`settle_doubtful_s`); after that it accounts for nobody.
    """
    since_us = _value(draft, SINCE)
    assert since_us is not None, "it has begun"
    rows = sorted(lately.values(), key=lambda row: row.id)
    if draft.now_us >= since_us + draft.world.policy.faults.settle_doubtful_s * SECOND_US:
        return rows
    engine, index = engine_of(draft), index_of(draft)
    held = set[str]()
    for name in index.suspected:
        held |= engine.roots.complaints_for(draft.state.incidents[name].root).keys()
    down = dark.customers(draft.world.topology, draft.state)
    return [row for row in rows if row.id not in held and not holds(down, row.customer)]


def _tell(draft: Draft, rows: list[ComplaintRow]) -> None:
    count, first_us = len(rows), min(row.at_us for row in rows)
    minutes = max(1, -(-(draft.now_us - first_us) // MINUTE_US))
    place = place_of(draft.world.topology, rows)
    said = Counter(row.symptom for row in rows)
    indonesian, english = _of_what(said, ("lambat", "TV")), _of_what(said, ("slow", "TV"))
    text = (
        f"{count:,} pelanggan mengeluhkan jaringan{indonesian} dalam {minutes} menit, {place.indonesian}; tidak ada "
        f"alarm atau insiden yang menjelaskannya / {counted(count, 'customer')} complained about the network{english} "
        f"within {minutes} min, {place.english}; no alarm or incident explains it"
    )
    before = _value(draft, TOLD)
    if before is not None:
        text += f" (tadi / before: {before:,})"
    for role in ROLES:
        draft.alert(role, KIND, place.name, text, Reason(KIND, text, "policy, faults"))
    draft.drop("counters", SINCE)
    draft.put("counters", TOLD_AT, CounterRow(draft.now_us))
    draft.put("counters", TOLD, CounterRow(count))
    draft.arm(MANY_CALLS, "", draft.now_us + HOUR_US)


def _of_what(said: Counter[Symptom], words: tuple[str, str]) -> str:
    """How many say that it is slow, or that the television is gone: what is full is sought elsewhere than a cut."""
    counts = zip((said["slow"], said["tv"]), words, strict=True)
    parts = [f"{count:,} {word}" for count, word in counts if count]
    return f" ({', '.join(parts)})" if parts else ""


def _value(draft: Draft, name: str) -> int | None:
    row = draft.state.counters.get(name)
    return row.value if row is not None else None
