"""Alarms as states, not messages (RFC 8632): identity, order, repeats, flapping, shelving.

An alarm is (object, qualifier) where the source gives its own identifier, else (object, type). Between reports of one
source event time decides, between sources the order of arrival, and a tie falls to the later (contract, "Time").
"""

from sys import intern

from correlator.alarms import clocks, voices
from correlator.events import MINUTE_US, SECOND_US, Alarm, microseconds
from correlator.facts import AlarmShelved, AlarmTold
from correlator.rows.counts import same_text, same_time
from correlator.rows.incidents import LIVE, AlarmRow, LetGo, VendorSays
from correlator.state import Draft
from topology.graph import Topology

LASTED = "lasted"  # the deadline at which an alarm that was told when it was over no longer counts
LATE_US = MINUTE_US  # so much later than its end its begin was told, at least
LASTS_US = 5 * MINUTE_US
AGAIN_US = 5 * MINUTE_US  # what is said again sooner is the same word
MOST_SOURCES = 16  # of one alarm that are told apart; the one that spoke longest ago is forgotten first


def key_of(event: Alarm) -> str:
    """Which alarm it speaks of: the source is no part of that (contract, section 2)."""
    return named(event.object, event.qualifier or event.alarm_type)


def named(about: str, what: str) -> str:
    """The key of the alarm on an object, by its qualifier or, where it has none, its type."""
    return f"{about}\x1f{what}"


def received(draft: Draft, event: Alarm) -> None:
    """A source says raised or cleared."""
    at_us = same_time(min(max(0, microseconds(event.time)), draft.now_us))
    key = key_of(event)
    row = draft.state.alarms.get(key)
    last_us = None if row is None else row.tellers.get(event.source)
    if at_us != last_us:
        voices.stamped(draft, event.source, at_us)
    if event.state == "raised" and (row is None or not row.raised):
        clocks.began(draft, event.source, microseconds(event.time))
    if row is None:
        row = _first_word(draft, event, key, at_us)
        _ahead(draft, row, event)
        draft.put("alarms", key, row)
        draft.state.alarm_counts.known()
        if row.active:
            draft.state.alarm_counts.stands(row)
            activate(draft, row)
            _heed_vendor(draft, row, event)
        draft.alarm_changes.append(("heard", row))
        return
    if last_us is not None and at_us < last_us:
        _history(draft, row, event, at_us)
        return
    _told_by(row, event.source, at_us)
    row.changed_us = at_us
    row.last_id = event.id
    draft.put("alarms", key, row)
    if row.handed and (at_us, event.state == "raised") != (last_us, row.raised):  # else two domains never end
        draft.tell(AlarmTold(row, event))
    if event.state == "raised":
        _raised(draft, row, event, at_us)
        _ahead(draft, row, event)
        _heed_vendor(draft, row, event)
    elif row.raised:
        if event.because == "resync":
            text = f"{event.source} does not hold {row.alarm_type} on {row.object} active any more"
            draft.note(row.object, "resync", text)
        row.raised = False
        row.cleared_us = at_us
        if at_us == last_us:  # as this source stamped its begin
            row.stamped_us = max(row.stamped_us, at_us)
        if not (_flaps(draft, row) or _lasted(draft, row)):
            _ends(draft, row)
    else:
        if at_us > row.cleared_us:
            row.before_us, row.cleared_us = row.cleared_us, at_us
        borne_out(draft, row)
    draft.alarm_changes.append(("heard", row))


def _ends(draft: Draft, row: AlarmRow) -> None:
    """As its source says."""
    deactivate(draft, row)
    if row.alarm_type == "device_unreachable":
        _has_power(draft, row)


def _lasted(draft: Draft, row: AlarmRow) -> bool:
    """Begin and end of what lasted for minutes have come together, and nothing explains it yet.

    The way to its source was away meanwhile. It counts as standing as if it had come in time, but no longer than
    five minutes. Not a copy of what another source has told, nor what was over for us a minute before.
    """
    known_us, lasted_us = draft.now_us - row.heard_us, row.cleared_us - row.since_us
    rest_us = min(lasted_us, LASTS_US) - known_us
    if lasted_us - known_us < LATE_US or rest_us <= 0 or row.shelved_until_us:
        return False
    incident = draft.state.incidents.get(row.incident or "")
    is_explained = incident is not None and incident.status in LIVE
    if is_explained or any(us > row.since_us for source, us in row.tellers.items() if source != row.source):
        return False
    draft.arm(LASTED, row.key, draft.now_us + rest_us)
    return True


def lasted(draft: Draft, key: str) -> None:
    """What was told when it was over has stood for long enough, or is explained."""
    row = draft.state.alarms.get(key)
    if row is not None and row.held_up:
        draft.put("alarms", key, row)
        _ends(draft, row)


def _has_power(draft: Draft, back: AlarmRow) -> None:
    """It is reached again, so its dying gasp is over: most of those who tell of one never say so."""
    gasp = draft.state.alarms.get(named(back.object, "dying_gasp"))
    if gasp is not None and gasp.active and gasp.changed_us <= back.cleared_us:
        let_go(draft, gasp, "belied", back.cleared_us)


def _told_by(row: AlarmRow, source: str, at_us: int) -> None:
    """The caller sets `changed_us`."""
    if row.told is None and source == row.source:
        return
    told = row.told = {**row.tellers, source: at_us}
    if len(told) > MOST_SOURCES:
        del told[min(told, key=lambda one: (told[one], one))]


def is_known(topology: Topology, name: str) -> bool:
    """The inventory has such an element, port or customer."""
    return topology.find(name) is not None or topology.find_port(name) is not None or name in topology.customer_index


def _first_word(draft: Draft, event: Alarm, key: str, at_us: int) -> AlarmRow:
    raised = event.state == "raised"
    name, source = event.object, intern(event.source)
    known = is_known(draft.world.topology, name)
    if not known:
        draft.count("unresolved")
    return AlarmRow(
        key=key,
        object=name,
        alarm_type=event.alarm_type,
        qualifier=event.qualifier,
        severity=event.severity,
        raised=raised,
        active=raised,
        changed_us=at_us,
        told=None,
        first_id=event.id,
        first_us=at_us,
        cleared_us=0 if raised else at_us,
        period=1 if raised else 0,
        transitions=None if raised else [],
        known=known,
        text=event.text and same_text(event.text),
        last_id=event.id,
        heard_us=draft.now_us,
        source=source,
        slow_us=voices.behind_us(draft, source, at_us),
    )


def _raised(draft: Draft, row: AlarmRow, event: Alarm, at_us: int) -> None:
    if event.severity is not None:
        if row.active and row.severity != event.severity:
            draft.marked.add(row.key, "AlarmAttributeValueChangeEvent")
        row.severity = event.severity
    if row.raised:
        row.repeats += 1
        _earlier(draft, row, event, at_us)
        _once_more(draft, row, event.source, at_us)
        return
    row.raised = True
    row.text = event.text and same_text(event.text)
    if row.active:  # held up: the same period goes on
        draft.disarm(LASTED, row.key)
        _flaps(draft, row)
        return
    _begins(draft, row, event, at_us)
    _flaps(draft, row)
    if not row.active:
        row.active = True
        draft.state.alarm_counts.stands(row)
        activate(draft, row)


def _once_more(draft: Draft, row: AlarmRow, source: str, at_us: int) -> None:
    """Said long after it was said before: for the second time, or again and again.

    Once more by its only source, it may have begun anew (`repairs.begun_anew`).
    """
    if at_us <= max(row.first_us, row.again_us) + AGAIN_US or row.again_us < 0:
        return
    if source != row.source or row.told is not None:
        row.again_us = row.again_us or -1  # of another who bears out that it began anew nothing follows
        return
    if row.again_us:
        voices.insists(draft, source)
        if row.anew:
            row.anew = False
            draft.alarm_changes.append(("earlier", row))
    row.again_us = -1 if row.again_us or voices.has_insisted(draft, source) else at_us


def _ahead(draft: Draft, row: AlarmRow, event: Alarm) -> None:
    """A clock that is ahead: an end that bears the same time is not later."""
    if row.raised and (said_us := microseconds(event.time)) > max(row.stamped_us, draft.now_us):
        row.stamped_us = said_us


def _begins(draft: Draft, row: AlarmRow, event: Alarm, at_us: int) -> None:
    """A period more, of which nothing is known yet but this."""
    row.alarm_type = event.alarm_type
    row.period, row.before_us = row.period + 1, 0
    row.handed, row.kept, row.freed_us, row.vendor, row.let_go = (), False, 0, None, ""
    row.first_id, row.first_us, row.source = event.id, at_us, event.source
    row.slow_us = voices.behind_us(draft, event.source, at_us)
    row.again_us, row.anew, row.stamped_us = 0, False, 0


def _heed_vendor(draft: Draft, row: AlarmRow, event: Alarm) -> None:
    """What the source makes of it, where it says so; what it said before holds where it does not."""
    if event.is_root_cause is None and not event.parent_alarms and not event.correlated_alarms:
        return
    before = row.vendor or VendorSays(event.source)
    root = before.root if event.is_root_cause is None else event.is_root_cause
    named = tuple(dict.fromkeys((*event.parent_alarms, *event.correlated_alarms))) or before.named
    says = VendorSays(event.source, root, named, before.keys if named == before.named else ())
    if says != row.vendor:
        row.vendor = says
        draft.put("alarms", row.key, row)
        draft.alarm_changes.append(("hinted", row))


def _history(draft: Draft, row: AlarmRow, event: Alarm, at_us: int) -> None:
    """Older than what this source said already: the state stays; the period may have begun earlier.

    Or be over: its clear came before its raise. An end of what stands is of an earlier time, or by a clock that jumped.
    """
    if event.state == "cleared" and row.raised:
        voices.told_old_end(draft, event.source, row.object)
    if event.state == "raised" and row.raised and at_us > row.cleared_us:
        _earlier(draft, row, event, at_us)
    ended_before = row.before_us < at_us <= row.cleared_us and (row.before_us or not row.period)
    if event.state == "raised" and ended_before and not (row.raised or row.active):
        row.severity, row.text = event.severity, event.text and same_text(event.text)
        ended_us = row.transitions[-1] if row.transitions else row.heard_us
        _begins(draft, row, event, at_us)
        draft.put("alarms", row.key, row)
        row.heard_us = draft.now_us
        if draft.now_us - ended_us <= LATE_US and _lasted(draft, row):
            row.active = True
            draft.state.alarm_counts.stands(row)
            activate(draft, row)
        else:
            draft.alarm_changes.append(("passed", row))


def _earlier(draft: Draft, row: AlarmRow, event: Alarm, at_us: int) -> None:
    if (at_us, event.id) < (row.first_us, row.first_id) and at_us > row.cleared_us:
        row.first_id, row.first_us = event.id, at_us
        row.slow_us = voices.behind_us(draft, event.source, at_us)
        draft.put("alarms", row.key, row)
        draft.alarm_changes.append(("earlier", row))


def _flaps(draft: Draft, row: AlarmRow) -> bool:
    """Count a transition; true while the alarm is held up because it flaps (three in a minute, six in 15 minutes)."""
    policy = draft.world.policy.faults
    before = [row.heard_us] if row.transitions is None else row.transitions
    fast, slow = policy.flap_transitions, policy.flap_slow_transitions
    turns = row.transitions = [*before, draft.now_us][-max(fast, slow) - 1 :]  # one more: they were so many before
    if not row.flapping:
        windows = ((fast, policy.flap_window_s), (slow, policy.flap_slow_window_s))
        if not any(len(turns) >= many and turns[-1] - turns[-many] <= s * SECOND_US for many, s in windows):
            return False
        row.flapping = True
        since_us = draft.now_us - policy.flap_slow_window_s * SECOND_US
        row.transitions = [at_us for at_us in turns if at_us >= since_us][-max(fast, slow) :]
        draft.note(row.object, "flapping", f"{row.alarm_type} on {row.object} flaps: held as one standing alarm")
    draft.arm("calm", row.key, draft.now_us + policy.flap_quiet_s * SECOND_US)
    return True


def calmed(draft: Draft, key: str) -> None:
    """Quiet for long enough: what it said last holds."""
    row = draft.state.alarms.get(key)
    if row is None or not row.flapping:
        return
    row.flapping = False
    row.transitions = []
    draft.put("alarms", key, row)
    draft.note(row.object, "calm", f"{row.alarm_type} on {row.object} no longer flaps")
    if row.active and not row.raised:
        deactivate(draft, row)


def shelve(draft: Draft, row: AlarmRow, until_us: int) -> None:
    """Its word counts for nothing till then, neither told nor silent (ISA 18.2, X.733)."""
    row.shelved_until_us = until_us
    draft.tell(AlarmShelved(row))
    draft.put("alarms", row.key, row)
    draft.arm("unshelve", row.key, until_us)
    draft.alarm_changes.append(("ended" if row.active else "heard", row))


def unshelve(draft: Draft, key: str) -> None:
    row = draft.state.alarms.get(key)
    if row is None or not row.shelved_until_us:
        return
    row.shelved_until_us = 0
    draft.disarm("unshelve", key)
    draft.put("alarms", key, row)
    draft.alarm_changes.append(("stands" if row.active else "heard", row))


def presume_cleared(draft: Draft, row: AlarmRow, at_us: int | None = None) -> None:
    """The crew repaired what it tells, a person closed its incident, or it is let go (`limits`): it ended then, unless
    it is reported again with a later time than its source gave before. `at_us`: it ended then instead."""
    incident = draft.state.incidents.get(row.incident or "")
    repaired_us = incident.repaired_us if incident is not None else None
    row.raised = False
    ended_us = draft.now_us if repaired_us is None else repaired_us
    row.cleared_us = max(row.changed_us, row.first_us, ended_us if at_us is None else at_us)
    row.flapping = False
    draft.disarm("calm", row.key)
    draft.disarm(LASTED, row.key)
    draft.put("alarms", row.key, row)
    deactivate(draft, row)


def let_go(draft: Draft, row: AlarmRow, why: LetGo, at_us: int | None = None) -> None:
    """It counts as over, until its source says it again."""
    row.let_go = why
    presume_cleared(draft, row, at_us)


def borne_out(draft: Draft, row: AlarmRow) -> None:
    """It is well: until now a person had said so alone, who closed its incident, or others had belied it."""
    if row.let_go in ("by_hand", "belied"):
        row.let_go = ""
        draft.state.alarm_counts.told_well(row)


def stand_again(draft: Draft, row: AlarmRow) -> None:
    """It was let go, and what spoke for that is taken back: the same period goes on, as if it had never been over."""
    row.let_go, row.raised, row.active, row.cleared_us = "", True, True, 0
    draft.state.alarm_counts.stands(row)
    draft.marked.add(row.key, "AlarmStateChangeEvent")
    draft.put("alarms", row.key, row)
    draft.alarm_changes.append(("heard" if row.shelved_until_us > draft.now_us else "stands", row))


def activate(draft: Draft, row: AlarmRow) -> None:
    """It counts as evidence from now on, if it is not shelved."""
    row.heard_us = draft.now_us
    draft.marked.add(row.key, "AlarmCreateEvent")
    draft.alarm_changes.append(("heard" if row.shelved_until_us > draft.now_us else "stands", row))


def deactivate(draft: Draft, row: AlarmRow) -> None:
    """It no longer counts."""
    if row.active:
        draft.state.alarm_counts.ends(row)
        draft.marked.add(row.key, "AlarmStateChangeEvent")
    row.active = False
    draft.alarm_changes.append(("ended" if row.shelved_until_us <= draft.now_us else "heard", row))


def standing(row: AlarmRow, now_us: int) -> bool:
    """Counts as evidence now."""
    return row.active and row.shelved_until_us <= now_us
