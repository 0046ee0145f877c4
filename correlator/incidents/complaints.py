"""Complaints as evidence, and under which incident a complaint belongs.

A complaint about the network counts for every single element that could take the customer's service away, until an
open incident explains it. First contact of a customer and day counts 1, a repeat less, and so does what one person
says for one customer after another; the text's class scales it.
"""

import numpy as np

from correlator import facts
from correlator.events import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Command
from correlator.incidents import about_what, dating, impact
from correlator.incidents.calls import under_work
from correlator.incidents.index import engine_of, index_of, standing
from correlator.inference.port import Complaint, ComplaintOver
from correlator.rows import audiences
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.state import Draft
from topology.cover import speaker

HEARD_AGAIN = "heard_again"  # of an incident that rests on callers alone: more have called
NOBODY_CALLS = "nobody_calls"  # ... or nobody does any more
CERTAIN = "certain"  # who may be down, or not, is looked at again (`certainty`)
CALLED_ABOUT = "called_about"  # of one that has ended: till then people call about it
MANY_CALLS = "many_calls"  # so many complaints wait that it is counted who called of late (`many_calls`)


def received(draft: Draft, complaint: ComplaintRow) -> None:
    """A complaint row is new: link it to an open incident, or let it count as evidence."""
    draft.put("complaints", complaint.id, complaint)
    if complaint.works or not _about_network(complaint):
        return
    complaint.counted = True
    complaint.repeat = is_repeat(draft, complaint)
    complaint.after = about_what.had_outage(draft, complaint) or about_what.had_no_mains(draft, complaint)
    complaint.past = about_what.is_of_the_past(draft, complaint)
    hits = under_work.hits_of(draft)
    work = under_work.of(draft, complaint, hits)
    complaint.planned = work is not None
    incident = _incident_for(draft, complaint)
    if incident is not None:
        link(draft, complaint, incident)
        first = draft.state.complaints.get(complaint.follows or "")
        if first is not None and first.incident is None and not first.detached:
            link(draft, first, incident)
    else:
        count(draft, complaint)
        for name in index_of(draft).live:
            _look_again(draft, draft.state.incidents[name])
        if work is not None:
            under_work.called(draft, complaint, work, hits)


def count(draft: Draft, complaint: ComplaintRow) -> None:
    """It waits for an incident, and speaks for every element that could be the cause."""
    hold(draft, complaint)
    _moved(draft, complaint)
    draft.arm("past", complaint.id, complaint.at_us + DAY_US)
    _may_be_many(draft)


def _may_be_many(draft: Draft) -> None:
    """It is counted in a minute how many call, where so many wait; what is due later is due then."""
    limit, soon_us = draft.world.policy.faults.calls_alert_customers, draft.now_us + MINUTE_US
    if 0 < limit <= len(index_of(draft).waiting):
        due_us = draft.state.deadlines.due_us(MANY_CALLS, "")
        if due_us is None or due_us > soon_us:
            draft.arm(MANY_CALLS, "", soon_us)


def past(draft: Draft, name: str) -> None:
    """Nobody's call of yesterday: no fault of today is found by it, and who calls now does not repeat it."""
    complaint = draft.state.complaints.get(name)
    if complaint is not None and complaint.incident is None:
        discount(draft, complaint)
        complaint.counted = False
        draft.put("complaints", name, complaint)


def hold(draft: Draft, complaint: ComplaintRow) -> None:
    """In the caches, as its row says."""
    index = index_of(draft)
    index.waiting[complaint.id] = None
    index.waiting_of.setdefault(complaint.customer, {})[complaint.id] = None
    index.engine.observe(as_told(draft, complaint))


def as_told(draft: Draft, complaint: ComplaintRow) -> Complaint:
    """As the engine is told of it."""
    services = impact.services_of(draft.world.topology, complaint)
    return Complaint(complaint.id, services, complaint.at_us, _weight(draft, complaint), complaint.has_mains)


def _moved(draft: Draft, complaint: ComplaintRow) -> None:
    """What it speaks for is looked at in the next search; the row says so, for after a crash."""
    complaint.moved = draft.step
    draft.put("complaints", complaint.id, complaint)
    _touch(draft, complaint)


def all_moved(draft: Draft) -> None:
    """Each that waits."""
    for name in sorted(index_of(draft).waiting):
        _moved(draft, draft.state.complaints[name])


def _touch(draft: Draft, complaint: ComplaintRow) -> None:
    services = impact.services_of(draft.world.topology, complaint)
    engine_of(draft).touch(Complaint(complaint.id, services, complaint.at_us, 0))


def discount(draft: Draft, complaint: ComplaintRow) -> None:
    """It is evidence no more, if it was."""
    index = index_of(draft)
    same = index.waiting_of.get(complaint.customer)
    if same is not None:
        same.pop(complaint.id, None)
        if not same:
            del index.waiting_of[complaint.customer]
    if complaint.id in index.waiting:
        del index.waiting[complaint.id]
        index.engine.observe(ComplaintOver(complaint.id, impact.services_of(draft.world.topology, complaint)))
        _moved(draft, complaint)


def link(draft: Draft, complaint: ComplaintRow, incident: IncidentRow, by: Command | None = None) -> None:
    """`by`: the order of a person who said so."""
    discount(draft, complaint)
    if incident.home:
        draft.tell(facts.ComplaintElsewhere(complaint, incident.home))
        if complaint.id not in draft.state.complaints:
            return
    complaint.incident = incident.id
    under_work.is_no_more(draft, complaint)
    complaint.attached = by is not None
    draft.put("complaints", complaint.id, complaint)
    _date(draft, incident, complaint)
    draft.put("incidents", incident.id, incident)
    draft.tell(facts.ComplaintLinked(complaint, incident, by))
    _look_again(draft, incident)
    if incident.status == "open" and audiences.is_unsure(draft, incident.id, complaint.customer):
        draft.arm(CERTAIN, incident.id, draft.now_us + SECOND_US)


def _date(draft: Draft, incident: IncidentRow, complaint: ComplaintRow) -> None:
    """It may have begun by then. Who only asks, or says that theirs works, tells of no begin."""
    if complaint.symptom != "none":
        dating.add(draft, incident, [complaint.at_us])


def _look_again(draft: Draft, incident: IncidentRow) -> None:
    """What callers alone tell of is placed anew soon (`rerooting.heard_again`)."""
    by_callers = incident.status == "open" and not incident.peak
    if by_callers and draft.state.deadlines.due_us(HEARD_AGAIN, incident.id) is None:
        draft.arm(HEARD_AGAIN, incident.id, draft.now_us + draft.world.policy.faults.heard_again_s * SECOND_US)


def await_silence(draft: Draft, incident: IncidentRow) -> bool:
    """An incident of callers alone ends when nobody has called for so long; False where that is so now, or never."""
    hours = draft.world.policy.faults.call_over_h
    last_us = max([row.at_us for row in of_incident(draft, incident)], default=incident.opened_us or 0)
    due_us = last_us + hours * HOUR_US
    if hours and due_us > draft.now_us:
        draft.arm(NOBODY_CALLS, incident.id, due_us)
    return not hours or due_us > draft.now_us


def unlink(
    draft: Draft, complaint: ComplaintRow, incident: IncidentRow, by: Command | None = None, *, spoke_now: bool = False
) -> None:
    """`by`: the order of a person who took it out, which holds. `spoke_now`: it is about what is the matter now."""
    complaint.incident = None
    complaint.attached = False
    if spoke_now:
        complaint.at_us = draft.now_us
        complaint.well = False
    complaint.detached = by is not None
    complaint.counted = by is None and (spoke_now or not complaint.works)
    draft.put("complaints", complaint.id, complaint)
    draft.tell(facts.ComplaintUnlinked(complaint, incident, by))
    if complaint.counted and _about_network(complaint) and not complaint.well:
        other = _live_for(draft, complaint)
        if other is not None and other.id != incident.id:
            link(draft, complaint, other)
        else:
            count(draft, complaint)


def says_no(draft: Draft, complaint: ComplaintRow) -> None:
    """What accounted for it is over, an outage or planned work, and yet it is not well: it speaks of now."""
    over = draft.state.incidents.get(complaint.incident or "")
    discount(draft, complaint)
    complaint.planned = False
    if over is not None:
        unlink(draft, complaint, over, spoke_now=True)
        return
    complaint.at_us = draft.now_us
    other = _live_for(draft, complaint)
    if other is not None:
        link(draft, complaint, other)
    else:
        complaint.counted = True
        count(draft, complaint)


def came_us(draft: Draft, name: str) -> int:
    """When it came in: one that an incident let go speaks of now."""
    row = draft.state.complaints[name]
    return min(row.at_us, draft.state.tickets[row.ticket].opened_us)


def of_incident(draft: Draft, incident: IncidentRow) -> list[ComplaintRow]:
    rows = (row for row in draft.state.complaints.values() if row.incident == incident.id and not row.detached)
    return sorted(rows, key=lambda row: row.id)


def let_go(draft: Draft, incident: IncidentRow) -> None:
    """Its root is another now: complaints of customers whom that cannot touch stand alone again."""
    for complaint in of_incident(draft, incident):
        under = audiences.was_down(draft, incident.id, complaint.customer) and _under(draft, complaint, incident)
        if not (under or complaint.attached or at_its_card(draft, complaint, incident)):
            unlink(draft, complaint, incident)


def first_us(draft: Draft, root: str) -> int:
    """When the first of the complaints came that speak for this root within the longest window."""
    since_us = draft.now_us - draft.world.policy.faults.call_windows_s[-1] * SECOND_US
    told = engine_of(draft).roots.complaints_for(root).items()
    times = [at_us for name, at_us in told if draft.state.complaints[name].symptom != "none"]
    return min((at_us for at_us in times if at_us >= since_us), default=draft.now_us)


def link_waiting(draft: Draft, incident: IncidentRow, *, announce: bool) -> None:
    """An incident opened or grew: the complaints that wait and lie under it are its own.

    `announce`: the incident has its ticket already; else the ticket, when it is raised, takes them as children.
    """
    row = draft.state.audiences.get(incident.id)
    down = np.frombuffer(row.down, dtype="<i4") if row else np.zeros(0, dtype="<i4")
    waiting = [draft.state.complaints[name] for name in index_of(draft).waiting]
    numbers = np.array([complaint.customer for complaint in waiting], dtype=np.int32)
    hit = np.isin(numbers, down) if len(numbers) else numbers.astype(bool)
    mine = [
        complaint
        for complaint, under in zip(waiting, hit, strict=True)
        if (under and _under(draft, complaint, incident)) or at_its_card(draft, complaint, incident)
    ]
    for complaint in sorted(mine, key=lambda c: (c.at_us, c.id)):
        if not in_time(draft, complaint, incident):
            continue
        if announce:
            link(draft, complaint, incident)
        else:
            discount(draft, complaint)
            complaint.incident = incident.id
            under_work.is_no_more(draft, complaint)
            _date(draft, incident, complaint)
            draft.put("complaints", complaint.id, complaint)


def _incident_for(draft: Draft, complaint: ComplaintRow) -> IncidentRow | None:
    """The open incident under which the customer is down; else one that ended, told of late."""
    incident = _live_for(draft, complaint)
    if incident is not None or complaint.customer < 0 or complaint.detached:
        return incident
    return about_what.told_late_of(draft, complaint)


def _live_for(draft: Draft, complaint: ComplaintRow) -> IncidentRow | None:
    """The open incident under which the customer, and the service where one is named, is down."""
    index = index_of(draft)
    if complaint.customer < 0 or complaint.detached:
        return None
    over, clearing = index.engine.accounts.over(impact.services_of(draft.world.topology, complaint))
    for name in sorted({*over, *clearing} if over else index.live):
        incident = draft.state.incidents[name]
        if incident.status not in LIVE or not in_time(draft, complaint, incident):
            continue
        if audiences.is_down(draft, name, complaint.customer) and _under(draft, complaint, incident):
            return incident
    cards = (draft.state.incidents[name] for name in sorted(index.live))
    return next((one for one in cards if in_time(draft, complaint, one) and at_its_card(draft, complaint, one)), None)


def early_us(draft: Draft) -> int:
    """So long before the first word of an outage a call may belong to it."""
    return draft.world.policy.faults.call_link_before_s * SECOND_US


def in_time(draft: Draft, complaint: ComplaintRow, incident: IncidentRow) -> bool:
    """It did not come so long before the incident began that it can only be about something else."""
    return complaint.at_us >= incident.down_since_us - early_us(draft)


def at_its_card(draft: Draft, complaint: ComplaintRow, incident: IncidentRow) -> bool:
    """A card is dead in the device that serves the caller; which lines that takes along, nobody else may tell."""
    if not incident.cards or incident.home:
        return False
    topology, root = draft.world.topology, draft.world.topology.find(incident.root)
    if root is None or not engine_of(draft).roots.partly_broken(incident.root, incident.cards):
        return False
    points = [
        point for service in impact.services_of(topology, complaint) for point in topology.service_attach(service)
    ]
    if not engine_of(draft).roots.partly_broken(incident.root):  # nobody names a card: of its own ports it tells itself
        points = [point for point in points if topology.is_device(point) or topology.device_of(point) != root]
    devices = [topology.device_of(point) for point in points]
    return any(root in (device, speaker(topology, device)) for device in devices)


def _under(draft: Draft, complaint: ComplaintRow, incident: IncidentRow) -> bool:
    """The service that is named hangs below the root; without one, the customer is enough."""
    if complaint.service is None:
        return True
    services = impact.services_of(draft.world.topology, complaint)
    if engine_of(draft).accounts.takes_down(standing(incident), services):
        return True
    return bool(incident.besides) or len(draft.world.topology.services_of(complaint.customer)) == 1


def _about_network(complaint: ComplaintRow) -> bool:
    """A wish (to install, to move) is about the service, too, but tells of no fault; nor does somebody else's app."""
    faulty = complaint.symptom not in ("other", "none")
    about = complaint.category == "network" or (complaint.category == "service" and faulty)
    return about and complaint.customer >= 0


def _weight(draft: Draft, complaint: ComplaintRow) -> int:
    """In thousandths of a first call that says "nothing works"; what is planned, or over, tells of nothing else.

    Who finds it slow, or misses the television alone, speaks against a dead element (`call_weight_slow`).
    """
    if complaint.planned or complaint.past:
        return 0
    policy = draft.world.policy.faults
    match complaint.symptom:
        case "no_service":
            weight = 1.0
        case "slow" | "tv":
            weight = policy.call_weight_slow
        case "none":  # "it works again": it belongs to an incident, and speaks for none
            return 0
        case _:
            weight = policy.call_weight_other
    if complaint.repeat or complaint.for_others:
        weight *= policy.call_repeat_weight
    if complaint.after:
        weight *= policy.call_weight_after
    return round(weight * 1000)


def called_about(draft: Draft, incident: IncidentRow) -> None:
    """It has ended: whoever was down may call about it for some time yet."""
    index_of(draft).ended[incident.id] = None
    draft.arm(CALLED_ABOUT, incident.id, draft.now_us + draft.world.policy.faults.call_after_s * SECOND_US)


def called_no_more(draft: Draft, name: str) -> None:
    """Nobody calls about it any more, or it is back."""
    index_of(draft).ended.pop(name, None)
    draft.disarm(CALLED_ABOUT, name)


def is_repeat(draft: Draft, complaint: ComplaintRow) -> bool:
    """The customer has called before within a day."""
    same = index_of(draft).waiting_of.get(complaint.customer, {})
    others = (draft.state.complaints[name] for name in same if name != complaint.id)
    return any(0 <= complaint.at_us - other.at_us < DAY_US for other in others if other.symptom != "none")


def rebuild(draft: Draft) -> None:
    """Fill the caches from the rows of complaints, by key."""
    for complaint in draft.state.complaints.values():
        if complaint.counted and complaint.incident is None and not complaint.well:
            hold(draft, complaint)
        if complaint.work_until_us:
            index_of(draft).under_work[complaint.id] = None


def look_over(draft: Draft) -> None:
    """What complaints speak for since the last search, from their rows."""
    solved = index_of(draft).solved
    for complaint in draft.state.complaints.values():
        if complaint.moved > solved:
            _touch(draft, complaint)
