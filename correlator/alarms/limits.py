"""What is kept of alarms has limits: how many stand, of a source and in all, how many that are over are still known,
and for how long one stands that nobody clears.

A source that is out of order can tell of a new alarm a thousand times a second, for ever. What is let go is what
matters least: no incident holds it, it is the least severe, the inventory lacks its object, it is the oldest. A look at
all alarms is made for a twentieth of a limit at once, never for each alarm.
"""

from collections.abc import Iterable
from typing import cast

from correlator.alarms import states
from correlator.effects import AlertKind, Reason
from correlator.events import HOUR_US, MINUTE_US, AlarmType, IntakeShed
from correlator.rows.incidents import AlarmRow, LetGo
from correlator.state import CounterRow, Draft
from topology.english import counted
from topology.model import device_of

AGE = "age"  # the deadline that looks for alarms which nobody clears
FLOOD = "flood"  # the one at which a source is quiet again; its subject is the source, or
ALL = ""  # all of them together
PART = 20  # of a limit, so large a part is let go at once
RANKS = {"critical": 4, "major": 3, "minor": 2, None: 2, "warning": 1, "indeterminate": 0}
HEARD = "heard\x1f"  # counters: when something was told last, of which no row is left
LET_GO, FORGOTTEN = "let_go", "forgotten"  # counters, for people


def keep(draft: Draft, source: str, stood: int) -> None:
    """After one source's alarm, which incidents have seen; `stood`: how many did before it. What is let go is in
    `draft.alarm_changes`, for incidents to heed."""
    policy, counts = draft.world.policy.alarms, draft.state.alarm_counts
    if counts.ended > policy.ended_most:  # first: what ends here is yet to be heeded
        _forget_oldest(draft, _many(counts.ended, policy.ended_most))
    if counts.standing > stood:
        _arm_age(draft, policy.least_age_h)
        if _is_beyond(counts.of.get(source, 0), policy.standing_each):
            _crowded(draft, source, policy.standing_each)
        if _is_beyond(counts.standing, policy.standing_most):
            _crowded(draft, ALL, policy.standing_most)


def _is_beyond(count: int, most: int) -> bool:
    """Where incidents hold so many that nothing has to go, it is looked at again when a twentieth more has come."""
    return count > most and (count - most - 1) % _part(most) == 0


def _part(most: int) -> int:
    return max(1, most // PART)


def _many(count: int, most: int) -> int:
    """So many have to go that a while passes till the next look."""
    return count - most + _part(most) - 1


# Too many stand


def _crowded(draft: Draft, source: str, most: int) -> None:
    free = [row for row in draft.state.alarms.values() if row.active and row.incident is None]
    if source:
        free = [row for row in free if row.source == source]
    if len(free) <= most:
        return
    chosen = sorted(free, key=_worth)[: _many(len(free), most)]
    of = source or "semua sumber / all sources"
    for row in chosen:
        text = (
            f"{row.alarm_type} pada {row.object} dilepas: lebih dari {most:,} alarm tanpa insiden dari {of} / "
            f"{row.alarm_type} on {row.object} let go: more than {most:,} alarms of {of} that no incident explains"
        )
        let_go(draft, row, "crowded", text)
    _flooded(draft, source, of, most, len(chosen))


def _worth(row: AlarmRow) -> tuple[int, bool, int, str]:
    """What matters least comes first."""
    return RANKS[row.severity], row.known, row.heard_us, row.key


def let_go(draft: Draft, row: AlarmRow, why: LetGo, text: str) -> None:
    """As `states.let_go`, with the reason for whoever asks later."""
    states.let_go(draft, row, why)
    draft.note(row.object, f"alarm_{why}", text, "policy, alarms")
    draft.count(LET_GO)


def _flooded(draft: Draft, source: str, of: str, most: int, count: int) -> None:
    """The NOC hears of a flood once, and when it is over."""
    is_new = draft.state.deadlines.due_us(FLOOD, source) is None
    _add(draft, _counter(source), count)
    draft.arm(FLOOD, source, draft.now_us + draft.world.policy.alarms.flood_quiet_min * MINUTE_US)
    if is_new:
        text = (
            f"Banjir alarm dari {of}: lebih dari {most:,} tanpa insiden; yang paling ringan dilepas / "
            f"A flood of alarms of {of}: no incident explains more than {most:,}; the least of them are let go"
        )
        draft.alert("noc_operator", "alarm_flood", source or None, text, Reason("alarm_flood", text, "policy, alarms"))


def flood_over(draft: Draft, source: str) -> None:
    """Nothing of it was let go for long."""
    row = draft.state.counters.get(_counter(source))
    count = row.value if row else 0
    draft.drop("counters", _counter(source))
    of = source or "semua sumber / all sources"
    text = (
        f"Banjir alarm dari {of} berakhir: {count:,} alarm dilepas / "
        f"The flood of alarms of {of} is over: {counted(count, 'alarm was', 'alarms were')} let go"
    )
    reason = Reason("alarm_flood_over", text, "policy, alarms")
    draft.alert("noc_operator", "alarm_flood_over", source or None, text, reason)


def _counter(source: str) -> str:
    return f"{FLOOD}\x1f{source}"


def _add(draft: Draft, name: str, count: int) -> None:
    known = draft.state.counters.get(name)
    draft.put("counters", name, CounterRow(count + (known.value if known else 0)))


def shed(draft: Draft, event: IntakeShed) -> None:
    """More came than the intake could write; the NOC hears of it once, and when it is over."""
    named = ", ".join(f"{source} {number:,}" for source, number in event.sources)
    if event.state == "begins":
        text = (
            f"Banjir data masuk: antrean penuh, alarm dari sumber terbanyak dibuang: {named} / "
            f"More comes in than can be written: alarms of the sources with most are shed: {named}"
        )
    else:
        text = (
            f"Banjir data masuk berakhir: {event.number:,} alarm dibuang: {named} / "
            f"No more is shed: {counted(event.number, 'alarm')} in all: {named}"
        )
    kind: AlertKind = "intake_shed" if event.state == "begins" else "intake_shed_over"
    draft.alert("noc_operator", kind, None, text, Reason(kind, text))


# Nobody clears it


def _arm_age(draft: Draft, hours: int) -> None:
    """The first look is due when the first can be old; from then on as `look_at_ages` finds."""
    if hours and draft.state.deadlines.due_us(AGE, "") is None:
        draft.arm(AGE, "", draft.now_us + hours * HOUR_US)


def look_at_ages(draft: Draft, _: str) -> None:
    """Who has not been heard of for as long as the policy has it for its type is presumed over, unless an incident
    holds it, or a person has shelved it."""
    policy, now_us = draft.world.policy.alarms, draft.now_us
    old: list[AlarmRow] = []
    again_us: list[int] = []
    for row in draft.state.alarms.values():
        hours = policy.age_of(row.alarm_type) if row.active else 0
        if not hours:
            continue
        due_us = max(row.heard_us, row.last_told_us) + hours * HOUR_US
        if due_us <= now_us and row.incident is None and row.shelved_until_us <= now_us:
            old.append(row)
        else:
            again_us.append(due_us)
    for row in sorted(old, key=lambda row: row.key):
        hours = policy.age_of(row.alarm_type)
        text = (
            f"{row.alarm_type} pada {row.object} dianggap pulih: {hours} jam tanpa kabar dari sumbernya / "
            f"{row.alarm_type} on {row.object} presumed over: nobody told of it for {hours} h"
        )
        let_go(draft, row, "aged", text)
    if draft.state.alarm_counts.standing and policy.least_age_h:
        latest_us = now_us + policy.least_age_h * HOUR_US  # one that comes meanwhile is not old before
        draft.arm(AGE, "", max(min(again_us, default=latest_us), now_us + HOUR_US))


# What is over


def _forget_oldest(draft: Draft, count: int) -> None:
    """No row is left of it; what it said of its device's life is kept for the device."""
    alarms, now_us = draft.state.alarms, draft.now_us
    over = [row for row in alarms.values() if not row.active and row.shelved_until_us <= now_us]
    for row in sorted(over, key=lambda row: (row.cleared_us, row.key))[:count]:
        if row.known:
            _heard(draft, row)
        draft.disarm("calm", row.key)
        draft.disarm("unshelve", row.key)
        draft.drop("alarms", row.key)
        draft.state.alarm_counts.forgotten(row)
        draft.alarm_changes.append(("forgotten", row))
        draft.count(FORGOTTEN)


def _heard(draft: Draft, row: AlarmRow) -> None:
    topology = draft.world.topology
    element = topology.find(row.object)
    is_port = topology.kind_of(element) == "port" if element is not None else topology.find_port(row.object) is not None
    name = f"{device_of(row.object)}/-" if is_port else row.object  # all ports of a device tell of its life alike
    key, at_us = f"{HEARD}{name}\x1f{row.alarm_type}", row.last_told_us
    known = draft.state.counters.get(key)
    if known is None or known.value < at_us:
        draft.put("counters", key, CounterRow(at_us))


def heard(draft: Draft) -> Iterable[tuple[str, AlarmType, int]]:
    """(object, type, when it was told last) of what was forgotten."""
    for name, row in draft.state.counters.items():
        if name.startswith(HEARD):
            _, about, alarm_type = name.split("\x1f")
            yield about, cast(AlarmType, alarm_type), row.value
