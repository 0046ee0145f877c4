"""What the notifications of a MIB may mean, proposed. What the MIB does not say is a hole, `?`, that staff fill.

Two things are never guessed: that something is down (a type that opens incidents is proposed behind a `?`), and that a
clear ends a raise where nothing in the MIB says that they go together. A hole keeps its trap from being read at all: it
is an alarm `other` under its OID, as if no file knew it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.snmp.catalogue.files import HOLE
from connectors.snmp.mibs.modules import Mib, Notification, Object

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FILLERS = frozenset(("trap", "traps", "notification", "notify", "notif", "event", "alarm", "alarms", "alm", "change"))
_CLEARS = frozenset(
    (
        *("clear", "cleared", "clears", "clr", "restored", "restore", "resume", "resumed", "recover", "recovered"),
        *("recovery", "normal", "ok", "up", "end", "ended", "off", "insert", "inserted", "returned", "reconnected"),
        *("online", "inactive", "deasserted", "deactivated", "ceased", "disappeared", "good", "enabled", "established"),
    )
)
_RAISES = frozenset(
    (
        *(
            "fail",
            "failed",
            "failure",
            "set",
            "raise",
            "raised",
            "down",
            "lost",
            "loss",
            "fault",
            "faulty",
            "on",
            "error",
        ),
        *(
            "remove",
            "removed",
            "exceeded",
            "abnormal",
            "active",
            "asserted",
            "offline",
            "disconnected",
            "invalid",
            "begin",
        ),
        *("disabled", "missing", "bad", "high", "low", "threshold", "appeared", "alarming", "broken", "start", "los"),
    )
)
_WEAK = frozenset(  # two such words alone do not say which of the two is the fault
    (
        "on",
        "off",
        "start",
        "end",
        "ended",
        "begin",
        "active",
        "inactive",
        "enabled",
        "disabled",
        "set",
        "up",
        "high",
        "low",
    )
)
_SEVERITIES: Mapping[str, str] = {
    "critical": "critical",
    "major": "major",
    "minor": "minor",
    "warning": "warning",
    "indeterminate": "indeterminate",
    "info": "indeterminate",
    "informational": "indeterminate",
}
_BY_WORD = (  # severity where the MIB has none; the first line that has a word of the name
    ("major", ("fail", "failed", "failure", "down", "lost", "loss", "fault", "faulty", "los", "invalid", "broken")),
    ("minor", ("exceeded", "threshold", "degraded", "degrade", "high", "low", "abnormal", "mismatch", "removed")),
    ("warning", ("warning", "warn")),
)
_HINTS = (  # type of alarm, and the words of the name of which all are needed
    ("dying_gasp", ("dying", "gasp")),
    ("loss_of_signal", ("los",)),
    ("loss_of_signal", ("loss", "signal")),
    ("link_down", ("link", "down")),
    ("link_down", ("port", "down")),
    ("neighbor_down", ("neighbor", "down")),
    ("neighbor_down", ("nbr", "down")),
    ("neighbor_down", ("peer", "down")),
    ("neighbor_down", ("adjacency",)),
    ("on_battery", ("on", "battery")),
    ("power_failure", ("mains", "fail")),
    ("power_failure", ("mains",)),
    ("power_failure", ("ac", "fail")),
    ("card_failure", ("card", "fail")),
    ("card_failure", ("board", "fail")),
    ("card_failure", ("card", "failure")),
    ("card_failure", ("board", "failure")),
    ("high_temperature", ("temperature",)),
    ("high_temperature", ("temp",)),
    ("protection_switch", ("protection", "switch")),
    ("signal_degraded", ("degrade",)),
    ("signal_degraded", ("degraded",)),
    ("device_restart", ("cold", "start")),
)
_NAMING = re.compile(r"(Index|Id|ID|No|Num|Number|Name|Slot|Port|Shelf|Frame|Rack|Card|Sn|SN|Serial\w*|Address|Addr)$")
MOST_PARTS = 5  # of a qualifier: with more it is doubtful that raise and clear share them all
_PORTS = ("ifName", "ifDescr", "ifIndex")
_STATES_OF_PORTS = frozenset(("ifAdminStatus", "ifOperStatus"))

Fields = dict[str, object]


@dataclass(slots=True)
class Trap:
    """As a file has it, with what staff should know of it."""

    name: str
    oids: tuple[str, ...]
    says: str  # the MIB's own words, their first sentence
    carries: tuple[str, ...]
    alarms: list[Fields] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def holes(self) -> int:
        return sum(isinstance(one, str) and one.startswith(HOLE) for alarm in self.alarms for one in alarm.values())


@dataclass(frozen=True, slots=True)
class Proposal:
    mib: str
    dated: str
    objects: Mapping[str, str]  # those that the rules name
    traps: tuple[Trap, ...]
    left_out: Mapping[str, str]  # notification -> why: a shipped file knows it, or the MIB's text is flawed


def proposed(mib: Mib, known: Mapping[str, str]) -> Proposal:
    """`known`: OID -> the shipped file that has it; those notifications are left out."""
    left_out = {one.name: f"{known[oid]} knows it" for one in mib.notifications for oid in one.oids if oid in known}
    given = [one for one in mib.notifications if one.name not in left_out]
    ends = _pairs(given)
    traps = tuple(_trap(one, ends) for one in given)
    carried = {had.name: had.oid for one in given for had in one.objects}
    used = {name.removesuffix(".index") for trap in traps for name in _names(trap.alarms)}
    objects = {name: carried[name] for name in sorted(used & carried.keys())}
    return Proposal(mib.name, mib.dated, objects, traps, {**left_out, **mib.flawed})


# Which notification ends which


@dataclass(frozen=True, slots=True)
class _Ends:
    """Of one pair, as each of the two sees it."""

    state: str
    other: Notification
    stem: str


def words(name: str) -> list[str]:
    """`hwBoardFailResume` -> hw, board, fail, resume."""
    return [one.lower() for one in _WORD.findall(name)]


def _pairs(given: Sequence[Notification]) -> dict[str, _Ends]:
    """By the words of their names. Where several could be the raise of a clear, none is taken for it."""
    raises: dict[tuple[str, ...], list[Notification]] = {}
    clears: dict[tuple[str, ...], list[Notification]] = {}
    for one in given:
        told = [word for word in words(one.name) if word not in _FILLERS]
        if told and _clearing(told):
            clears.setdefault(_stem(told, _CLEARS), []).append(one)
        else:
            for stem in {tuple(told), _without_last(told), _stem(told, _RAISES)}:
                raises.setdefault(stem, []).append(one)
    ends = {}
    for stem, found in clears.items():
        matching = raises.get(stem, [])
        if len(found) == 1 and len(matching) == 1:
            raised, cleared, name = matching[0], found[0], "-".join(stem) or "alarm"
            strong = ((_RAISES | _CLEARS) - _WEAK) & {*words(raised.name), *words(cleared.name)}
            ends[raised.name] = _Ends("raised" if strong else f"{HOLE}raised", cleared, name)
            ends[cleared.name] = _Ends("cleared" if strong else f"{HOLE}cleared", raised, name)
    return ends


def _clearing(told: Sequence[str]) -> bool:
    """The last word that tells a state decides: `failClear` clears, `okToFail` raises."""
    telling = [word for word in told if word in _CLEARS or word in _RAISES]
    return bool(telling) and telling[-1] in _CLEARS


def _without_last(told: Sequence[str]) -> tuple[str, ...]:
    """Without the last word that raises: `syncLossSet` is ended by `syncLossClear`."""
    last = max((number for number, word in enumerate(told) if word in _RAISES), default=len(told))
    return (*told[:last], *told[last + 1 :])


def _stem(told: Iterable[str], without: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in told if word not in without)


# One notification


def _trap(one: Notification, ends: Mapping[str, _Ends]) -> Trap:
    trap = Trap(one.name, one.oids, _first_sentence(one.description), tuple(had.name for had in one.objects))
    told = words(one.name)
    end = ends.get(one.name)
    state, severity = _state_object(one.objects), _severity_object(one.objects)
    shared = [had for had in one.objects if end is None or had.name in {its.name for its in end.other.objects}]
    stem = end.stem if end else "-".join(word for word in told if word not in _FILLERS) or one.name
    ended = end is not None or state is not None or severity is not None
    base = _object(one, end) | {"qualifier": _qualifier(stem, shared, ended=ended, general=severity is not None)}
    hint = _hint(told)
    if state is not None:
        trap.alarms += _by_state(state, severity, base, told, hint)
    elif severity is not None and (sorted_out := _by_severity(severity)).get("cleared"):
        trap.alarms += _by_states_of(severity, sorted_out, base, hint)
    else:
        alarm: Fields = {"state": _state(told, end), "alarm_type": hint or "other"}
        if not str(alarm["state"]).endswith("cleared"):
            alarm["severity"] = _severity(told)
        trap.alarms.append(_ordered(alarm | base))
    if end is not None:
        trap.notes.append(f"{'ended by' if end.state.endswith('raised') else 'ends'} {end.other.name}, by its name")
    elif state is None and not any(alarm["state"] == "cleared" for alarm in trap.alarms):
        trap.notes.append("no notification of this MIB seems to end it")
    for made in trap.alarms:
        made["text"] = _text(one, made)
    return trap


def _state(told: Sequence[str], end: _Ends | None) -> str:
    if end is not None:
        return end.state
    if _clearing(told):
        return f"{HOLE}cleared"  # of what?
    return "raised" if any(word in _RAISES for word in told) else HOLE


def _severity(told: Sequence[str]) -> str:
    named = next((_SEVERITIES[word] for word in told if word in _SEVERITIES), None)
    return named or next((severity for severity, has in _BY_WORD if set(has) & set(told)), HOLE)


def _hint(told: Sequence[str]) -> str:
    """A type of alarm that the name speaks of, for staff to confirm; empty where it speaks of none."""
    found = next((kind for kind, needed in _HINTS if set(needed) <= set(told)), "")
    return found and f"{HOLE}{found}"


def _object(one: Notification, end: _Ends | None) -> Fields:
    """A port where all of them name one, else the device."""
    both = {had.name for had in one.objects} & {had.name for had in (end.other if end else one).objects}
    names = [f"if-{{{name}}}" if name == "ifIndex" else f"{{{name}}}" for name in _PORTS if name in both]
    return {"object": "port", "name": names} if names else {}


def _qualifier(stem: str, shared: Sequence[Object], *, ended: bool, general: bool) -> str:
    """What tells this alarm from others of the device, and is the same in raise and clear: every object that names a
    thing, and the row of every other column that both have. `ended`: something is known to end it; `general`: it stands
    for alarms of several kinds, and a free text may be all that tells which."""
    naming = [had for had in shared if not had.values and _NAMING.search(had.name)]
    rows = {_row(had) for had in naming}
    parts = [f"{{{had.name}}}" for had in naming]
    for had in shared:
        if had.column and _row(had) not in rows:
            rows.add(_row(had))
            parts.append(f"{{{had.name}.index}}")
    made = ":".join((stem, *parts))
    told_by_text = general and any(had.kind in ("text", "octets") and not _NAMING.search(had.name) for had in shared)
    alone = bool(parts) or all(not had.column for had in shared if had.values)  # a scalar has one state in the device
    sure = ended and not told_by_text and alone and len(parts) <= MOST_PARTS
    return made if sure else f"{HOLE}{made}"


def _row(had: Object) -> str:
    return had.oid.rpartition(".")[0]


def _text(one: Notification, alarm: Fields) -> str:
    """The name, and what tells it apart; no free text, which may name a customer."""
    told = re.findall(r"\{[^}]+\}", str(alarm["qualifier"]))
    return " ".join((one.name, *told))


# Notifications that have their state in an object


def _state_object(objects: Iterable[Object]) -> Object | None:
    for had in objects:
        if had.values and had.name not in _STATES_OF_PORTS and not _is_severity(had):
            raised, cleared = _told_states(had)
            if raised and cleared:
                return had
    return None


def _severity_object(objects: Iterable[Object]) -> Object | None:
    return next((had for had in objects if _is_severity(had)), None)


def _is_severity(had: Object) -> bool:
    return len({name.lower() for name in had.values} & _SEVERITIES.keys()) >= 2


def _told_states(had: Object) -> tuple[list[str], list[str]]:
    """(numbers that raise, that clear) by the words of their names; some say neither."""
    raised, cleared = [], []
    for name, number in had.values.items():
        told = words(name)
        if _clearing(told):
            cleared.append(number)
        elif any(word in _RAISES or word in ("alarm", "alarms") for word in told):
            raised.append(number)
    return raised, cleared


def _by_severity(had: Object) -> dict[str, list[str]]:
    """Severity, or `cleared` -> numbers."""
    found: dict[str, list[str]] = {}
    for name, number in had.values.items():
        kind = _SEVERITIES.get(name.lower()) or ("cleared" if set(words(name)) & _CLEARS else None)
        if kind is not None:
            found.setdefault(kind, []).append(number)
    return found


def _by_state(state: Object, severity: Object | None, base: Fields, told: Sequence[str], hint: str) -> Iterator[Fields]:
    raised, cleared = _told_states(state)
    kind = hint or "other"
    if severity is None:
        yield _ordered(
            {"state": "raised", "alarm_type": kind, "severity": _severity(told), "when": {state.name: raised}} | base
        )
    else:
        for one, numbers in _by_severity(severity).items():
            if one != "cleared":
                when = {state.name: raised, severity.name: numbers}
                yield _ordered({"state": "raised", "alarm_type": kind, "severity": one, "when": when} | base)
    yield _ordered({"state": "cleared", "alarm_type": kind, "when": {state.name: cleared}} | base)


def _by_states_of(severity: Object, sorted_out: Mapping[str, list[str]], base: Fields, hint: str) -> Iterator[Fields]:
    for one, numbers in sorted_out.items():
        alarm: Fields = {"alarm_type": hint or "other", "when": {severity.name: numbers}}
        alarm |= {"state": "cleared"} if one == "cleared" else {"state": "raised", "severity": one}
        yield _ordered(alarm | base)


# How it is written


def _ordered(alarm: Fields) -> Fields:
    keys = ("alarm_type", "state", "severity", "object", "name", "qualifier", "when")
    return {key: alarm[key] for key in keys if key in alarm}


def _names(alarms: Iterable[Fields]) -> Iterator[str]:
    for alarm in alarms:
        when = alarm.get("when")
        yield from when if isinstance(when, dict) else ()
        for key in ("name", "qualifier", "text"):
            yield from re.findall(r"\{([^}]+)\}", str(alarm.get(key, "")))


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.;]) ", text, maxsplit=1)[0][:200]
