"""Whose clock is wrong: the NOC hears of it once, and when it is right again.

A clock is surely wrong where all that a source told anew, for an hour and in five minutes or more, lay equally far off.
So a late word, a queue that is emptied and a list of what stands since days say nothing of it. Only what begins counts:
polls stamp the end of it by our clock.
"""

from correlator.alarms.voices import NO_CLOCK_US, TOGETHER_US, few_named
from correlator.effects import AlertKind, Reason
from correlator.events import DAY_US, HOUR_US, MINUTE_US
from correlator.rows.sources import OffRow, VoiceRow
from correlator.state import CounterRow, Draft
from correlator.times import BEHIND_US

TELL = "clock_tell"  # the deadline at which the NOC is told of all whose clock turned out wrong, or is right again
EVERY_US = HOUR_US  # ... and no sooner after the last time: clocks that lose their server drift off one by one
SURE_US, SURE_TIMES = HOUR_US, 5
RIGHT_US = BEHIND_US // 2  # one that is about as far off as is borne is not told of again and again
ZONES_MOST, ZONE_US = 14, 3 * MINUTE_US  # so many hours off, to within that, is another time zone
RIGHT = "clock_right\x1f"  # counters: sources whose clock is right, of which the NOC knows that it was wrong
TOLD = "clock_told"  # a counter: when it was told last


def began(draft: Draft, source: str, said_us: int) -> None:
    """It told of something that begins, which by its own clock was then."""
    row, off_us = draft.state.voices.get(source), draft.now_us - said_us
    if row is None:
        return
    if abs(off_us) <= BEHIND_US:
        if row.wrong_us and abs(off_us) <= RIGHT_US:
            _is_right(draft, row)
        elif row.off is None:
            return
        row.off = None
    elif row.wrong_us:
        return
    else:
        off = row.off = _off_once_more(row.off, off_us, draft.now_us)
        if off.times >= SURE_TIMES and draft.now_us - off.from_us >= SURE_US:
            _is_wrong(draft, row, off.least_us)
    draft.put("voices", source, row)


def _off_once_more(off: OffRow | None, off_us: int, now_us: int) -> OffRow:
    """As before, or by so much that it begins anew."""
    if off is not None:
        least_us, most_us = min(off.least_us, off_us), max(off.most_us, off_us)
        if most_us - least_us <= BEHIND_US or least_us > NO_CLOCK_US:
            is_next = now_us - off.last_us >= MINUTE_US
            return OffRow(off.from_us, now_us if is_next else off.last_us, least_us, most_us, off.times + is_next)
    return OffRow(now_us, now_us, off_us, off_us)


def _is_wrong(draft: Draft, row: VoiceRow, off_us: int) -> None:
    row.off, row.wrong_us = None, off_us
    draft.note(row.source, "clock_wrong", f"the clock of {row.source}: {how_far(off_us)[1]}")
    _tell_soon(draft)


def _is_right(draft: Draft, row: VoiceRow) -> None:
    row.wrong_us, known, row.wrong_told = 0, row.wrong_told, False
    draft.note(row.source, "clock_right", f"the clock of {row.source} is right again")
    if known:
        draft.put("counters", f"{RIGHT}{row.source}", CounterRow(draft.now_us))
        _tell_soon(draft)


# What the NOC hears of it


def _tell_soon(draft: Draft) -> None:
    if draft.state.deadlines.due_us(TELL, "") is None:
        last = draft.state.counters.get(TOLD)
        draft.arm(TELL, "", max(draft.now_us + TOGETHER_US, 0 if last is None else last.value + EVERY_US))


def tell(draft: Draft, _: str) -> None:
    """One alert for all whose clock is right again, one for all whose clock is wrong."""
    right = sorted(name for name in draft.state.counters if name.startswith(RIGHT))
    for name in right:
        draft.drop("counters", name)
    if right:
        sources = [name.removeprefix(RIGHT) for name in right]
        named = few_named(sources)
        text = f"Jam sumber benar lagi ({len(sources):,}): {named} / Clock right again ({len(sources):,}): {named}"
        _alert(draft, "source_clock_right", sources, text)
    wrong = [row for _, row in sorted(draft.state.voices.items()) if row.wrong_us and not row.wrong_told]
    for row in wrong:
        row.wrong_told = True
        draft.put("voices", row.source, row)
    if wrong:
        local, english = (
            few_named(f"{row.source} ({how_far(row.wrong_us)[language]})" for row in wrong) for language in (0, 1)
        )
        text = (
            f"Sumber dengan jam salah ({len(wrong):,}): {local}. Setel NTP di perangkat atau manajernya, atau periksa "
            f"antreannya; sampai itu waktu dikoreksi sejauh diketahui / "
            f"Sources with a wrong clock ({len(wrong):,}): {english}. Set NTP on that device or its manager, or look "
            f"at its queue; until then times are corrected as far as known"
        )
        _alert(draft, "source_clock_wrong", [row.source for row in wrong], text)
    if right or wrong:
        draft.put("counters", TOLD, CounterRow(draft.now_us))


def _alert(draft: Draft, kind: AlertKind, sources: list[str], text: str) -> None:
    about = sources[0] if len(sources) == 1 else None
    draft.alert("noc_operator", kind, about, text, Reason(kind, text))


def how_far(off_us: int) -> tuple[str, str]:
    """In Bahasa Indonesia and English; below 0: ahead."""
    if off_us > NO_CLOCK_US:
        return "jamnya belum pernah disetel", "its clock was never set"
    far_us, (local, english) = abs(off_us), ("tertinggal", "behind") if off_us > 0 else ("mendahului", "ahead")
    hours = (far_us + HOUR_US // 2) // HOUR_US
    if 0 < hours <= ZONES_MOST and abs(far_us - hours * HOUR_US) <= ZONE_US:
        many = "hour" if hours == 1 else "hours"
        return f"{local} {hours} jam: zona waktu?", f"{hours} {many} {english}: a time zone?"
    if far_us < 5 * HOUR_US:
        number, unit, units = (far_us + MINUTE_US // 2) // MINUTE_US, "menit", "minutes"
    elif far_us < 2 * DAY_US:
        number, unit, units = hours, "jam", "hours"
    else:
        number, unit, units = far_us // DAY_US, "hari", "days"
    return f"{local} sekitar {number:,} {unit}", f"some {number:,} {units} {english}"
