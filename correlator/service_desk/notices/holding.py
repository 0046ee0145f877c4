"""What waits: a row of the message and a deadline. One row an outage, kind, cause and hour."""

from correlator.customers import NOBODY, Customers, either, pack, unpack
from correlator.effects import NoticeKind
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.rows.service_desk import WaitingNoticeRow
from correlator.state import Draft, State

WAITING_KIND = "care.held"
SOURCE = "SOP 4.2"


def waiting_for(state: State, incident: str) -> list[tuple[str, WaitingNoticeRow]]:
    """What waits for the audience of an outage, by key."""
    rows = [(key, row) for key, row in state.waiting_notices.items() if row.incident == incident and not row.ticket]
    return sorted(rows, key=lambda pair: pair[0])


def waiting(state: State, incident: str, kind: NoticeKind) -> Customers:
    """Those for whom a message of this kind is held."""
    audience = NOBODY
    for _, row in waiting_for(state, incident):
        if row.kind == kind:
            audience = either(audience, unpack(row.audience))
    return audience


def waiting_key(row: WaitingNoticeRow) -> str:
    """One waiting message per outage, kind, cause and hour: a newer update takes the place of an older one."""
    update = row.update if row.ticket else min(row.update, 1)
    hour = row.until_us if row.why == "quiet" else 0
    return f"{row.ticket or row.incident}\x1f{row.kind}\x1f{update}\x1f{row.why}\x1f{hour}"


def keep_waiting(draft: Draft, row: WaitingNoticeRow) -> None:
    """Let a message wait; it joins one that waits for the same."""
    key = waiting_key(row)
    other = draft.state.waiting_notices.get(key)
    if other is not None:
        row.audience = pack(either(unpack(other.audience), unpack(row.audience)))
        row.until_us = other.until_us
    draft.put("waiting_notices", key, row)
    if row.until_us:
        draft.arm(WAITING_KIND, key, row.until_us)
    about = row.ticket or row.incident
    draft.note(about, f"held_{row.why}", f"{row.kind} waits: {row.why}", "policy: quiet hours, size, hold_notices")


def drop_waiting(draft: Draft, incident: str, kinds: tuple[NoticeKind, ...]) -> None:
    """These no longer hold true: they never go."""
    for key, row in waiting_for(draft.state, incident):
        if row.kind in kinds:
            drop(draft, key, row, "no longer holds true")


def forget_waiting(draft: Draft, incident: str) -> None:
    """Its case goes to the archive: what still waits, for the NOC's word that nobody gave, never goes."""
    rows = [(key, row) for key, row in draft.state.waiting_notices.items() if row.incident == incident]
    for key, row in sorted(rows, key=lambda pair: pair[0]):
        drop(draft, key, row, "waited until the case was archived")


def drop(draft: Draft, key: str, row: WaitingNoticeRow, why: str) -> None:
    """It never goes."""
    draft.drop("waiting_notices", key)
    draft.disarm(WAITING_KIND, key)
    draft.note(row.incident, "held_dropped", f"{row.kind} {why}", SOURCE)


def merge_waiting(draft: Draft, survivor: IncidentRow, gone: str) -> None:
    """What waits for the customers of a merged incident waits under the survivor."""
    for key, row in waiting_for(draft.state, gone):
        draft.drop("waiting_notices", key)
        draft.disarm(WAITING_KIND, key)
        if row.kind != "restored" or survivor.status not in LIVE:  # for the customers of both it goes on
            row.incident = survivor.id
            keep_waiting(draft, row)
