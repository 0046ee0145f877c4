"""One incident becomes part of another."""

from correlator import facts
from correlator.incidents import claims, complaints, dating, impact, lifecycle
from correlator.incidents.index import index_of
from correlator.rows import audiences
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft


def merge(draft: Draft, gone: IncidentRow, survivor: IncidentRow) -> None:
    """One incident becomes part of another: its lists, impact and children move (contract, section 3)."""
    index = index_of(draft)
    accounts = index.engine.accounts
    looks = complaints.NOBODY_CALLS, dating.ANSWERS, dating.WAYS
    for kind in ("hold", "reopen", "nested", "look", "planned", "risk", *looks):
        draft.disarm(kind, gone.id)
    complaints.called_no_more(draft, gone.id)
    for one in [*accounts.held_by(gone.id), *accounts.suspected_by(gone.id)]:
        claims.take(draft, one, survivor)
    audiences.join(draft, gone, survivor)
    survivor.first_event_us = min(survivor.first_event_us, gone.first_event_us)
    survivor.down_since_us = min(survivor.down_since_us, gone.down_since_us)
    for key, member in claims.members_of(draft.state, gone.id):
        draft.drop("members", key)
        begun_us = dating.of_member(member, draft.state.alarms.get(member.alarm))
        member.incident, member.older = survivor.id, dating.is_older(draft, survivor, begun_us)
        draft.put("members", f"{survivor.id}{key[len(gone.id) :]}", member)
    for complaint in [row for row in draft.state.complaints.values() if row.incident == gone.id]:
        complaint.incident = survivor.id
        draft.put("complaints", complaint.id, complaint)
    accounts.forget(gone.id)
    for names in (index.suspected, index.live, index.resolved):
        names.pop(gone.id, None)
    impact.count_user_time(draft, gone)
    survivor.user_us, gone.user_us = survivor.user_us + gone.user_us, 0
    survivor.cards = tuple(dict.fromkeys((*survivor.cards, *gone.cards)))
    survivor.joined = tuple(dict.fromkeys((*survivor.joined, *gone.joined)))
    survivor.newest_us = max(survivor.newest_us, gone.newest_us)
    survivor.ended_us = min(filter(None, (survivor.ended_us, gone.ended_us)), default=0)
    survivor.peak = max(survivor.peak, len(accounts.held_by(survivor.id)))
    gone.merged_into = survivor.id
    gone.closed_us = draft.now_us
    gone.services_down = gone.services_at_risk = gone.customers_down = gone.down_now = 0
    lifecycle.set_status(draft, gone, "merged")
    draft.drop("audiences", gone.id)
    draft.put("incidents", survivor.id, survivor)
    draft.tell(facts.Merged(survivor, gone))


def join(draft: Draft, gone: IncidentRow, survivor: IncidentRow) -> None:
    """The same, and what it said is broken is broken besides."""
    merge(draft, gone, survivor)
    known = (survivor.root, *survivor.equivalent, *survivor.joined)
    survivor.joined += tuple(one for one in gone.roots if one not in known)
    claims.reclaim(draft)


def join_live(draft: Draft, part: IncidentRow, into: IncidentRow, why: str) -> None:
    """The same by the machine: who is down by the part is down under the whole, and told."""
    draft.note(into.id, "joined", why)
    draft.disarm("keep", part.id)
    join(draft, part, into)
    draft.tell(facts.Changed(into, impact.refresh(draft, into, new_root=False)))
    complaints.link_waiting(draft, into, announce=True)
    draft.put("incidents", into.id, into)
