"""Another inventory is in force: what stands, waits and is open is looked at by it, as if all had come now."""

from collections.abc import Callable, Mapping
from typing import Final

from correlator import facts
from correlator.alarms import states
from correlator.effects import Reason
from correlator.events import DAY_US
from correlator.incidents import complaints, impact, observing
from correlator.incidents.index import index_of
from correlator.roots import is_known
from correlator.rows.incidents import IncidentRow, WindowRow
from correlator.state import Draft

KIND: Final = "inventory"  # the deadline at which that is done, when it is in force
CALLED: Final = "known_caller"  # ... at which a complaint counts whose customer it has, and the one before had not
THERE_AGAIN: Final = "there_again"  # ... of an incident of which some had heard who were gone meanwhile


def called(draft: Draft, complaint: str) -> None:
    """As if it had come now; it was made when it was made."""
    row = draft.state.complaints.get(complaint)
    if row is not None and row.incident is None and not row.counted:
        complaints.received(draft, row)


def there_again(draft: Draft, name: str) -> None:
    """It ended while the inventory lacked them, not long ago: they hear so now. What goes on `look` looks at."""
    incident = draft.state.incidents.get(name)
    over_us = incident.resolved_us if incident is not None and incident.status in ("resolved", "closed") else None
    if incident is not None and over_us is not None and draft.now_us - over_us <= DAY_US:
        draft.tell(facts.ThereAgain(incident))


def look(draft: Draft, _: str) -> None:
    """What no open incident accounts for is searched anew; who is down under those that are open is worked out anew."""
    live = index_of(draft).live
    for key in sorted(draft.state.alarms):
        row = draft.state.alarms[key]
        known = states.is_known(draft.world.topology, row.object)
        if row.known != known:
            row.known = known
            draft.put("alarms", key, row)
        if row.active and row.incident not in live:
            observing.moved(draft, row)
    for name in sorted(live):
        _count_anew(draft, draft.state.incidents[name])
    complaints.all_moved(draft)
    for window in sorted(draft.state.windows):
        _tell_if_void(draft, draft.state.windows[window])
    observing.arm_solve(draft)


def _count_anew(draft: Draft, incident: IncidentRow) -> None:
    """Customers have moved there, or away, or have another way: they hear of it. So do other domains."""
    draft.tell(facts.VerdictChanged(incident))
    if is_known(draft.world.topology, incident.root):
        draft.tell(facts.PartRepaired(incident, impact.refresh(draft, incident, new_root=False)))
        complaints.link_waiting(draft, incident, announce=True)
        draft.put("incidents", incident.id, incident)


def _tell_if_void(draft: Draft, work: WindowRow) -> None:
    """What planned work names has another name now, or has been taken out: it accounts for nothing there."""
    gone = [name for name in work.objects if not states.is_known(draft.world.topology, name)]
    if gone and work.end_us > draft.now_us:
        names = ", ".join(gone)
        text = (
            f"pekerjaan {work.id} menyebut {names}, yang tidak ada lagi di inventaris: daftarkan dengan nama baru / "
            f"planned work {work.id} names {names}, which the inventory lacks now: give it again, with the new name"
        )
        draft.alert("noc_operator", "work_void", work.id, text, Reason("work_void", text, "operator"))


DEADLINES: Final[Mapping[str, Callable[[Draft, str], None]]] = {CALLED: called, KIND: look, THERE_AGAIN: there_again}
