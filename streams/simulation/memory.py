"""What a host holds in memory, made comparable: the caches as plain sorted data, the rows as bytes."""

from typing import Any

import msgspec
import numpy as np

from correlator.inference.evidence.complaint import Callers, OwnLines
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.known_good import Probes
from correlator.inference.silence import Silent
from correlator.inference.situation.dark import DarkLinks
from correlator.inference.situation.failed_context import FailedContext
from correlator.inference.situation.held import Claims
from correlator.inference.situation.support import Support
from correlator.inference.situation.tellers import Managers, Tellers
from correlator.inference.situation.told import Told, Work
from correlator.inference.situation.vendor import Vendor
from correlator.state import State
from topology.risk import Segments

LEFT_OUT = {
    "topology",
    "policy",
    "share",
    "scores",
    "names",
    "meanings",
    "disregarded",
    "candidates",  # memos, as the next
    "related",
    "memo",  # what the last search left behind
    "strays",  # compared as `told`
    "life",
}
INDEXED = ("suspected", "roots", "live", "resolved", "ended", "waiting", "waiting_of", "looks", "solved", "awaited")
Snapshot = dict[str, Any]


def snapshot(state: State) -> Snapshot:
    """Rows and caches, comparable with ==."""
    rows = {
        f"row {table}": {key: msgspec.msgpack.encode(row) for key, row in sorted(rows.items())}
        for table, rows in state.tables.items()
    }
    return rows | caches(state)


def caches(state: State) -> Snapshot:
    index = state.index
    assert index is not None
    situation: Any = vars(index.engine)["_situation"]
    found = {
        f"cache {name}": plain(value)
        for name, value in vars(situation).items()
        if name not in LEFT_OUT and not name.startswith("_")
    }
    found |= {f"index {name}": plain(getattr(index, name)) for name in INDEXED}
    found["cache owners"] = situation.silence.owners()  # numbered by first use; compared by name
    found["cache strays"] = situation.claims.strays.told(state.now_us)
    counts = state.alarm_counts
    found["cache counts"] = (counts.standing, counts.ended, dict(counts.of))
    life = situation.told.life
    found["cache life"] = [
        plain(vars(life)["_last_us"]),
        plain(vars(life)["_home_us"]),
        plain(life.refuted),
        plain(life.lost),
        plain(life.tellers),
    ]
    return {name: value for name, value in found.items() if value not in (None, {}, [], ())}


def plain(value: Any) -> Any:
    """Nested plain data; sets and dicts in order of their content."""
    if isinstance(value, Evidence):
        times = (value.alarms, value.freed_us, value.last_us)
        return [
            value.key,
            value.first_us,
            value.worth,
            *(sorted(each.items()) for each in times),
            value.owner,
            value.suspect,
        ]
    if isinstance(value, Segments):
        return plain(vars(value))
    if isinstance(value, Claims | Told | Work):
        return plain({name: getattr(value, name) for name in value.__slots__ if name not in LEFT_OUT})
    if isinstance(value, DarkLinks | FailedContext | Probes | Silent | Callers | Support | Tellers | Vendor):
        return plain({name: member for name, member in vars(value).items() if not name.startswith("_")} | inner(value))
    if isinstance(value, Managers):
        return plain(vars(value))
    if isinstance(value, OwnLines):
        return plain([value.callers, *(vars(value)[name] for name in ("_of", "_at", "_said"))])
    if isinstance(value, dict):
        kept = {repr(plain(key) if isinstance(key, Evidence) else key): plain(member) for key, member in value.items()}
        return {key: kept[key] for key in sorted(kept) if kept[key] not in ({}, [])}
    if isinstance(value, set | frozenset):
        return sorted((plain(member) for member in value), key=repr)
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, str | int | float | bool | type(None)):
        return value
    return repr(value)


def inner(value: Any) -> dict[str, Any]:
    """What of its private members is decided upon, and no memo."""
    names = ("_exposed", "_links", "_up", "_positions", "_tellers")
    return {name: member for name, member in vars(value).items() if name in names}


def differences(one: Snapshot, other: Snapshot) -> list[str]:
    """Where two snapshots differ, in few words."""
    found = []
    for name in sorted(one.keys() | other.keys()):
        a, b = one.get(name), other.get(name)
        if a == b:
            continue
        if isinstance(a, dict) and isinstance(b, dict):
            keys = sorted(key for key in a.keys() | b.keys() if a.get(key, "-") != b.get(key, "-"))
            told = first_difference(readable(a.get(keys[0])), readable(b.get(keys[0])), keys[0])
            found.append(f"{name}: {len(keys)} differ, as {told}")
        else:
            found.append(f"{name}: {a!r:.200} | {b!r:.200}")
    return found


def readable(value: Any) -> Any:
    return msgspec.msgpack.decode(value) if isinstance(value, bytes) else value


def first_difference(one: Any, other: Any, path: str = "") -> str:
    """Where two nested values first differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            if one.get(key) != other.get(key):
                return first_difference(one.get(key), other.get(key), f"{path}.{key}")
    if isinstance(one, list) and isinstance(other, list):
        for place, (a, b) in enumerate(zip(one, other, strict=False)):
            if a != b:
                return first_difference(a, b, f"{path}[{place}]")
        more = (one[len(other) :] or other[len(one) :] or [None])[0]
        return f"{path}: {len(one)} | {len(other)} members, more: {more!r:.300}"
    return f"{path}: {one!r:.300} | {other!r:.300}"
