"""Planned work and lost sources: what is known to be dark, and who is out of sight.

While a window lasts its objects, and what hangs below them, make no incident open; what still stands when it ends
opens at that instant. A lost source makes its objects unknown: their silence says nothing.
"""

from msgspec import structs

from correlator.effects import Reason
from correlator.events import DAY_US, Maintenance, SourceState, microseconds
from correlator.facts import SightChanged, WorkChanged
from correlator.roots import is_known
from correlator.rows.incidents import SourceRow, WindowRow
from correlator.state import Draft

KEPT_US = DAY_US  # for words of its time that come late


def announced(draft: Draft, event: Maintenance) -> None:
    """A window is announced, or changed under the same id: one that is over by the new end, or is put off, ends now."""
    start_us, end_us = microseconds(event.start), microseconds(event.end)
    if end_us <= start_us:
        draft.reject(event.id, "end", Reason("bad_window", f"end {event.end} is not after start {event.start}"))
        return
    for place, name in enumerate(event.objects):
        if not is_known(draft.world.topology, name):
            text = f"maintenance {event.id} names {name}, which the inventory lacks"
            draft.reject(event.id, f"objects[{place}]", Reason("unknown_object", text))
            return
    known = draft.state.windows.get(event.id)
    if end_us <= draft.now_us:
        if known is not None and draft.now_us < known.end_us:
            _end(draft, structs.replace(known, end_us=draft.now_us))
        else:
            draft.note(event.id, "window_over", f"window {event.id} was over before it was announced")
        return
    draft.put("windows", event.id, WindowRow(event.id, event.objects, start_us, end_us, event.reason))
    draft.arm("window", event.id, max(start_us, draft.now_us))
    if start_us <= draft.now_us:
        turned(draft, event.id)
    elif known is not None and known.start_us <= draft.now_us:
        draft.note(event.id, "window_put_off", f"planned work {event.id} is put off: what fails until then is no part")
        draft.tell(WorkChanged())


def turned(draft: Draft, window: str) -> None:
    """A window begins, or ends."""
    row = draft.state.windows.get(window)
    if row is None:
        return
    if draft.now_us >= row.end_us + KEPT_US:
        draft.drop("windows", window)
        return
    if draft.now_us >= row.end_us:
        _end(draft, row)
        return
    draft.arm("window", window, row.end_us)
    draft.note(window, "window_begins", f"planned work {window} begins: {row.reason}")
    draft.tell(WorkChanged())


def _end(draft: Draft, window: WindowRow) -> None:
    draft.put("windows", window.id, window)
    draft.arm("window", window.id, window.end_us + KEPT_US)
    draft.note(window.id, "window_ends", f"planned work {window.id} ends")
    draft.tell(WorkChanged())


def source_turned(draft: Draft, event: SourceState) -> None:
    """A source lost sight of objects, or sees them again."""
    topology = draft.world.topology
    for place, name in enumerate(event.objects):
        element = topology.find(name)
        if element is None or topology.kind_of(element) not in ("site", "device", "splitter"):
            text = f"source_state {event.id} names {name}, which is no device or site of the inventory"
            draft.reject(event.id, f"objects[{place}]", Reason("unknown_object", text))
            return
    for name in event.objects:
        key = f"{event.source}\x1f{name}"
        if event.state == "lost":
            draft.put("sources", key, SourceRow(event.source, name, draft.now_us))
        else:
            draft.drop("sources", key)
    draft.tell(SightChanged())
