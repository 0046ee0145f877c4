"""Who speaks, how often, and who has gone quiet against its own habit.

What a source that is quiet would have told is unknown: its devices are out of sight until it speaks again. Gaps are
counted between minutes in which it spoke, so that a storm is one word; a habit is the longest gap of one to two weeks.
A silence during which nobody at all spoke, not even the host's clock, was ours: nothing is concluded from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from sys import intern

from correlator.effects import Reason
from correlator.events import DAY_US, HOUR_US, MINUTE_US, SourceHeard
from correlator.facts import SightChanged
from correlator.policy.sources import SourcePolicy
from correlator.rows.incidents import AlarmRow, SourceRow
from correlator.rows.sources import VoiceRow
from correlator.state import CounterRow, Draft
from correlator.times import BEHIND_US, rfc3339
from topology.model import device_of

QUIET = "quiet"  # the deadline at which a source should have spoken; its subject is the source
DEAF = "deaf"  # the one till which any record shows that it was the source's silence, and not ours
TELL = "quiet_tell"  # the one at which the NOC is told of all that went quiet, or came back, since the first
DEAF_US = 2 * MINUTE_US
TOGETHER_US = MINUTE_US  # what goes quiet at once is told at once
WEEK_US = 7 * DAY_US
PART = 16  # the last gap is so large a part of the mean
NAMED = 5  # sources in one alert
NO_CLOCK_US = 366 * DAY_US  # a clock that was never set
LEARN_US = 5 * MINUTE_US  # what is told at once says nothing of a clock: all of it may have been held up
BACK = "back\x1f"  # counters: sources that are back, of which the NOC knows that they were quiet


def spoke(draft: Draft, source: str) -> None:
    """It said something, whatever that is."""
    row, now_us = draft.state.voices.get(source), draft.now_us
    if row is None:
        _first(draft, source)
        return
    if now_us - row.last_us < MINUTE_US and not row.quiet_us:
        return
    gap_us = now_us - row.last_us
    if row.quiet_us:
        _back(draft, row)
    else:
        _learn(row, gap_us, now_us)
    row.last_us, row.waits = now_us, False
    row.times += 1
    draft.put("voices", source, row)
    if draft.state.deadlines.due_us(QUIET, source) is None:
        _watch(draft, row)


def heard(draft: Draft, event: SourceHeard) -> None:
    """It lives, and says what it asks."""
    spoke(draft, event.source)
    row = draft.state.voices[event.source]
    before = row.polls, row.every_us
    if event.anew or event.polls:
        known = [name for name in event.polls if _is_device(draft, name)]
        row.polls = tuple(sorted({*known, *(() if event.anew else row.polls)}))
    if event.every_s is not None:
        row.every_us = event.every_s * 1_000_000
    if event.resynced:
        row.resync_us = draft.now_us
    if event.resynced or before != (row.polls, row.every_us):
        draft.put("voices", event.source, row)
    if before[1] != row.every_us:
        _watch(draft, row)
    if before[0] != row.polls:
        draft.tell(SightChanged())


def stamped(draft: Draft, source: str, at_us: int) -> None:
    """It told something new, which by its own clock was then."""
    row, now_us = draft.state.voices.get(source), draft.now_us
    if row is None:
        return
    late_us = now_us - at_us
    if now_us - row.lag_from_us >= HOUR_US:
        row.lag_before_us = row.lag_us if row.lag_from_us else -1
        row.lag_from_us, row.lag_us = now_us, late_us
    elif late_us < row.lag_us:
        row.lag_us = late_us
    else:
        return
    draft.put("voices", source, row)


def told_old_end(draft: Draft, source: str, about: str) -> None:
    """It says that something is over, of a time before it said that it stands: that goes on."""
    if row := draft.state.voices.get(source):
        row.old_ends, row.old_end_of = row.old_ends + 1, about
        draft.put("voices", source, row)


def behind_us(draft: Draft, source: str, at_us: int) -> int:
    """How far its clock is behind, of a word that by that clock was said then; 0: as far as we know it is right.

    All that it told within an hour or two lay so far behind. Or the clock was never set.
    """
    row, late_us = draft.state.voices.get(source), draft.now_us - at_us
    if late_us > NO_CLOCK_US:
        return late_us
    if row is None or late_us <= BEHIND_US:
        return 0
    is_new = row.lag_before_us < 0
    if is_new and row.last_us - row.lag_from_us < LEARN_US:
        return 0
    least_us = row.lag_us if is_new else min(row.lag_us, row.lag_before_us)
    return least_us if least_us > BEHIND_US else 0


def insists(draft: Draft, source: str) -> None:
    """It says a thing for the third time."""
    row = draft.state.voices.get(source)
    if row is not None:
        row.insists_us = draft.now_us
        draft.put("voices", source, row)


def has_insisted(draft: Draft, source: str) -> bool:
    """Within a day: that it says a thing once more is no news."""
    row = draft.state.voices.get(source)
    return row is not None and 0 < row.insists_us > draft.now_us - DAY_US


def looked(draft: Draft) -> None:
    """A record came: whoever should have spoken, and did not, is quiet."""
    counters = draft.state.counters
    if DEAF in counters:
        _hears_again(draft)
    elif draft.state.deadlines.due_us(DEAF, "") is not None:
        draft.disarm(DEAF, "")
        waiting = [row for _, row in sorted(draft.state.voices.items()) if row.waits]
        if waiting:
            about, askers = _about(draft, {row.source for row in waiting}), _askers(draft)
            for row in waiting:
                _goes_quiet(draft, row, [name for name in about[row.source] if not _is_heard(draft, askers, name, row)])
            draft.tell(SightChanged())


def due(draft: Draft, source: str) -> None:
    """By its habit it should have spoken by now."""
    row = draft.state.voices.get(source)
    limit_us = 0 if row is None else limit(draft.world.policy.sources, row)
    if row is None or row.quiet_us or not limit_us:
        return
    if row.last_us + limit_us > draft.now_us:
        _watch(draft, row)
        return
    row.waits = True
    draft.put("voices", source, row)
    if draft.state.deadlines.due_us(DEAF, "") is None:
        draft.arm(DEAF, "", draft.now_us + DEAF_US)


def was_deaf(draft: Draft, _: str) -> None:
    """Not even the clock was heard since: it was us."""
    draft.put("counters", DEAF, CounterRow(draft.now_us))


def _hears_again(draft: Draft) -> None:
    """Each begins anew, with the habit that it had."""
    draft.drop("counters", DEAF)
    for source, row in sorted(draft.state.voices.items()):
        if not row.quiet_us:
            row.last_us, row.waits = draft.now_us, False
            draft.put("voices", source, row)
            _watch(draft, row)


def limit(policy: SourcePolicy, row: VoiceRow) -> int:
    """After how long a silence it is quiet, in microseconds; 0: its silence tells nothing."""
    longest_us = max(row.longest_us, row.before_us)
    if row.every_us:
        longest_us = row.every_us
    elif (
        row.times < policy.learn_times
        or row.last_us - row.first_us < policy.learn_h * HOUR_US
        or longest_us > policy.regular_min * MINUTE_US
    ):
        return 0
    return policy.quiet_times and max(policy.quiet_times * longest_us, policy.quiet_least_min * MINUTE_US)


def _first(draft: Draft, source: str) -> None:
    now_us, voices = draft.now_us, draft.state.voices
    row = VoiceRow(intern(source), now_us, now_us, turned_us=now_us)
    draft.put("voices", row.source, row)
    most = draft.world.policy.sources.known_most
    if len(voices) > most:
        free = [one for one in voices.values() if not one.quiet_us and one is not row]
        for one in sorted(free, key=lambda one: (one.last_us, one.source))[: len(voices) - most + most // 20]:
            draft.drop("voices", one.source)
            draft.disarm(QUIET, one.source)


def _learn(row: VoiceRow, gap_us: int, now_us: int) -> None:
    row.gap_us = row.gap_us + (gap_us - row.gap_us) // PART if row.gap_us else gap_us
    if now_us - row.turned_us >= WEEK_US:
        row.before_us, row.longest_us, row.turned_us = row.longest_us, 0, now_us
    row.longest_us = max(row.longest_us, gap_us)


def _watch(draft: Draft, row: VoiceRow) -> None:
    if limit_us := limit(draft.world.policy.sources, row):
        draft.arm(QUIET, row.source, max(draft.now_us, row.last_us + limit_us))


# Quiet, and back


def _goes_quiet(draft: Draft, row: VoiceRow, blind: list[str]) -> None:
    """`blind`: devices of which nobody tells now: it did, and no other source that is heard does."""
    row.waits, row.quiet_us = False, draft.now_us
    draft.put("voices", row.source, row)
    for name in blind:
        draft.put("sources", f"{row.source}\x1f{name}", SourceRow(row.source, name, draft.now_us, quiet=True))
    text = f"{row.source} is quiet: not heard since {rfc3339(row.last_us)}, else every {_minutes(_usual(row))} at most"
    draft.note(row.source, "source_quiet", text, "policy, sources")
    _tell_soon(draft)


def _back(draft: Draft, row: VoiceRow) -> None:
    """It speaks: what it watches is seen, also what others lost sight of by their silence."""
    seen = set(_about(draft, {row.source})[row.source])
    for key, lost in sorted(draft.state.sources.items()):
        if lost.quiet and (lost.source == row.source or lost.object in seen):
            draft.drop("sources", key)
    row.quiet_us, known, row.told = 0, row.told, False
    draft.note(row.source, "source_back", f"{row.source} is heard again", "policy, sources")
    draft.tell(SightChanged())
    if known:
        draft.put("counters", f"{BACK}{row.source}", CounterRow(draft.now_us))
        _tell_soon(draft)


def is_stale(draft: Draft, row: AlarmRow) -> bool:
    """Whoever told of it sees the object no more: it may be over, and nobody would say so."""
    topology = draft.world.topology
    device = topology.find(_device(draft, row.object))
    if device is None or not draft.state.sources:
        return False
    names = topology.ids[device], topology.ids[topology.site_of(device)]
    return all(any(f"{source}\x1f{name}" in draft.state.sources for name in names) for source in row.tellers)


def _about(draft: Draft, sources: set[str]) -> dict[str, list[str]]:
    """By source, devices that it says it asks, and those of which it ever told, in order."""
    found = {source: set(draft.state.voices[source].polls) for source in sorted(sources)}
    for alarm in draft.state.alarms.values():
        for source in sorted(sources.intersection(alarm.tellers)):
            found[source].add(_device(draft, alarm.object))
    return {source: sorted(names - {""}) for source, names in found.items()}


def _askers(draft: Draft) -> dict[str, set[str]]:
    """By device, the sources that say they ask it, or told that it is lost."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in draft.state.voices.values():
        for name in row.polls:
            found[name].add(row.source)
    for alarm in draft.state.alarms.values():
        if alarm.alarm_type == "device_unreachable":
            found[alarm.object].update(alarm.tellers)
    return found


def _is_heard(draft: Draft, askers: Mapping[str, set[str]], name: str, without: VoiceRow) -> bool:
    """Whether a source that is not quiet tells of this device."""
    rows = (draft.state.voices.get(source) for source in askers.get(name, ()))
    return any(row is not None and not row.quiet_us and row is not without for row in rows)


def _device(draft: Draft, name: str) -> str:
    """Of a port its device; empty for what is neither."""
    return next((one for one in (name, device_of(name)) if _is_device(draft, one)), "")


def _is_device(draft: Draft, name: str) -> bool:
    topology = draft.world.topology
    element = topology.find(name)
    return element is not None and topology.is_device(element)


# What the NOC hears of it


def _tell_soon(draft: Draft) -> None:
    if draft.state.deadlines.due_us(TELL, "") is None:
        draft.arm(TELL, "", draft.now_us + TOGETHER_US)


def tell(draft: Draft, _: str) -> None:
    """One alert for all that went quiet together, one for all that are back."""
    quiet = [row for _, row in sorted(draft.state.voices.items()) if row.quiet_us and not row.told]
    for row in quiet:
        row.told = True
        draft.put("voices", row.source, row)
    back = sorted(name for name in draft.state.counters if name.startswith(BACK))
    for name in back:
        draft.drop("counters", name)
    if quiet:
        blind = {row.object for row in draft.state.sources.values() if row.quiet}
        named = few_named(f"{row.source} ({_minutes(draft.now_us - row.last_us)})" for row in quiet)
        text = (
            f"Sumber diam, tidak seperti biasanya: {named}. Keadaan {len(blind):,} perangkat tidak diketahui / "
            f"Quiet against their habit: {named}. How {len(blind):,} devices are is unknown"
        )
        about = quiet[0].source if len(quiet) == 1 else None
        reason = Reason("source_quiet", text, "policy, sources")
        draft.alert("noc_operator", "source_quiet", about, text, reason)
    if back:
        sources = [name.removeprefix(BACK) for name in back]
        text = f"Sumber terdengar lagi: {few_named(sources)} / Heard again: {few_named(sources)}"
        about = sources[0] if len(sources) == 1 else None
        draft.alert("noc_operator", "source_back", about, text, Reason("source_back", text, "policy, sources"))


def few_named(names: Iterable[str]) -> str:
    """The first of them, and how many more there are."""
    listed = list(names)
    more = len(listed) - NAMED
    return ", ".join(listed[:NAMED]) + (f" (+{more:,})" if more > 0 else "")


def _usual(row: VoiceRow) -> int:
    return row.every_us or max(row.longest_us, row.before_us)


def _minutes(us: int) -> str:
    return f"{max(1, us // MINUTE_US):,} min"


def asked(draft: Draft) -> list[str]:
    """Devices that any source says it asks, in order: their silence counts while they are in sight."""
    return sorted({name for row in draft.state.voices.values() for name in row.polls})
