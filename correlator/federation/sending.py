"""What goes over to other domains: evidence for elements on which they decide, and our word about incidents of ours.

Every kernel weighs all causes by what it is told, also those in other domains. Where the likeliest is another's to
decide, it hands its evidence over and waits: the other one sees more of it (`docs/decisions/0054`).
"""

from msgspec import structs

from correlator import facts
from correlator.customers import pack
from correlator.effects import Handed, Reason
from correlator.events import SECOND_US, Alarm, Command, Moved, Reply, Ruling, moment
from correlator.facts import Fact
from correlator.federation import moving
from correlator.federation.shares import decider, home_of, share_of
from correlator.incidents import complaints, settling
from correlator.incidents.index import engine_of, index_of
from correlator.inference.port import Hypothesis, Observation
from correlator.rows.incidents import AlarmRow, IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.service_desk.notices import campaigns
from correlator.state import Draft
from topology.domains import NATIONAL
from topology.gates import gated_in

EVIDENCE = Reason("handed_over", "another domain decides on what explains it best")
WORD = Reason("ruled", "an incident of this domain reaches into another")
SAID = Reason("passed_on", "the ticket has gone over to another domain")


def hand(draft: Draft, to: str, what: Alarm | Moved | Ruling | Command | Reply, reason: Reason) -> None:
    number = draft.count(f"handed.{to}")
    handed = Handed(id=draft.new_id("HO"), at_us=draft.now_us, to=to, number=number, what=what, reason=reason)
    draft.emit(handed)


def hand_over(draft: Draft, hypothesis: Hypothesis) -> None:
    """The alarms that speak for a cause of another domain go there."""
    to = share_of(draft).domains.names[decider(draft, hypothesis.root)]
    for key in sorted(key for one in engine_of(draft).explained(hypothesis) for key in one.alarms):
        row = draft.state.alarms[key]
        if to not in row.handed and home_of(draft, row) != to:
            row.handed += (to,)
            draft.put("alarms", key, row)
            hand(draft, to, as_told(row), EVIDENCE)


def came_in_here(draft: Draft, incident: IncidentRow) -> list[Observation]:
    """What our own domain was told of it, and not another one."""
    share, rows = share_of(draft), draft.state.alarms
    name = share.domains.names[share.number]
    told = sorted(engine_of(draft).accounts.suspected_by(incident.id), key=lambda one: one.key)
    return [one for one in told if any(home_of(draft, rows[key]) == name for key in one.alarms)]


def as_told(row: AlarmRow) -> Alarm:
    """The raise that its standing period began with, by the source that spoke last."""
    tellers = row.tellers
    return Alarm(
        id=row.first_id,
        time=moment(row.first_us),
        source=max(tellers, key=lambda source: (tellers[source], source)),
        object=row.object,
        qualifier=row.qualifier,
        alarm_type=row.alarm_type,
        severity=row.severity,
        state="raised",
    )


def hear(draft: Draft, fact: Fact) -> None:
    """What other domains have to know of what happened here."""
    match fact:
        case facts.AlarmTold(row, event):
            pass_on(draft, row, event)
        case facts.AlarmShelved(row):
            shelved(draft, row)
        case facts.VerdictChanged(incident):
            rule(draft, incident)
        case facts.ComplaintElsewhere(complaint, to):
            move(draft, complaint, to)
        case facts.RootElsewhere():
            wait_for_word(draft, fact)


def wait_for_word(draft: Draft, fact: facts.RootElsewhere) -> None:
    """Another domain decides on this root: it has our evidence, and so long to open an incident of its own.

    So long since the root was named: what the other one makes of an earlier root says nothing of this one.
    """
    policy, incident = draft.world.policy.faults, fact.incident
    settled = fact.age_us >= policy.settle_s * SECOND_US
    if fact.age_us >= policy.hand_after_s * SECOND_US:  # before, it is a guess that the next alarm turns over
        hand_over(draft, fact.hypothesis)
    if settled:
        _complaints_go_up(draft, fact.hypothesis.root)
        draft.disarm("look", incident.id)
    else:
        settling.look_again_later(draft, incident, fact.age_us)
    if settled and came_in_here(draft, incident):
        named_us = incident.verdicts[-1].at_us
        draft.arm("keep", incident.id, named_us + (policy.settle_s + policy.handed_s) * SECOND_US)
    else:
        draft.disarm("keep", incident.id)


def _complaints_go_up(draft: Draft, root: str) -> None:
    """Complaints that speak for a cause of the national domain go there, and never back."""
    if decider(draft, root) != NATIONAL:
        return
    for name in sorted(engine_of(draft).roots.complaints_for(root)):
        complaint = draft.state.complaints[name]
        if moving.may_leave(draft, complaint):
            complaints.discount(draft, complaint)
            move(draft, complaint, share_of(draft).domains.names[NATIONAL])


def pass_on(draft: Draft, row: AlarmRow, event: Alarm) -> None:
    """Who was told of this alarm hears what becomes of it."""
    for to in row.handed:
        hand(draft, to, event, EVIDENCE)


def shelved(draft: Draft, row: AlarmRow) -> None:
    """To others it is as if it had cleared; it is handed over anew where it counts again."""
    if row.handed and row.active:
        pass_on(draft, row, structs.replace(as_told(row), time=moment(draft.now_us), state="cleared"))
        row.handed = ()


def move(draft: Draft, complaint: ComplaintRow, to: str) -> None:
    """The complaint goes where the outage is decided, if it may. Who asks has taken it off the evidence."""
    if moving.may_leave(draft, complaint):
        hand(draft, to, moving.leave(draft, complaint, to), WORD)


def passed_on(draft: Draft, event: Command | Reply) -> bool:
    """What is said of a ticket that has gone over follows it, by its number, which it keeps; False where it has not."""
    place = moving.place_of(draft.state, event.target if isinstance(event, Command) else event.ticket)
    if place is None:
        return False
    to, number = place
    named = {"target": number} if isinstance(event, Command) else {"ticket": number}
    hand(draft, to, structs.replace(event, **named), SAID)
    return True


def rule(draft: Draft, incident: IncidentRow) -> None:
    """Every domain into which it reaches, or reached, hears what we say of an incident of ours.

    A street without mains reaches nowhere: nothing but its homes is down.
    """
    if draft.state.share is None or incident.home or incident.opened_us is None or incident.street:
        return
    incident.hearers = tuple(sorted({*incident.hearers, *_reached(draft, incident)}))
    merged = incident.status == "merged"
    ruling = Ruling(
        incident=incident.id,
        status=incident.status,
        root=incident.root,
        besides=incident.besides,
        since=moment(incident.down_since_us),
        opened=moment(incident.opened_us),
        into=incident.merged_into,
        inventory=draft.world.topology.hash,
        informed=pack(campaigns.informed(draft.state, incident.id)) if merged else b"",
        held=merged and incident.notices_held,
    )
    for to in incident.hearers:
        hand(draft, to, ruling, WORD)


def _reached(draft: Draft, incident: IncidentRow) -> set[str]:
    """Domains of what its roots touch, of other legs of services below, and of what it explains; and the national one.

    The national one adds up who is down by what fails in several regions.
    """
    share, topology, index = share_of(draft), draft.world.topology, index_of(draft)
    domains = share.domains
    named = (topology.find(name) for name in (incident.root, *incident.besides))
    roots = tuple(sorted(root for root in named if root is not None and root < len(domains.of)))
    fallen = index.related.fallen(roots)
    services = gated_in(topology, fallen.intervals, fallen.ports)
    touched = {domains.touched.item(one) for one in (*roots, *(topology.first_service + s for s in services))}
    found = {name for number, name in enumerate(domains.names) if any(bits >> number & 1 for bits in touched)}
    held = index.engine.accounts.held_by(incident.id)
    for row in (draft.state.alarms[key] for one in held for key in one.alarms):
        found.update((home_of(draft, row), *row.handed))
    return (found | {domains.names[NATIONAL]}) - {domains.names[share.number]}
