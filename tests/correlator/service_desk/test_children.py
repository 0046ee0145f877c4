"""Complaint tickets under an outage (docs/SOP.md): own class, shared due time, one count, moved by merges."""

from tests.correlator.service_desk.house import Shift, clock, said


def test_a_child_is_due_with_its_parent_where_that_is_earlier() -> None:
    shift = Shift()
    shift.cut("SP-M")  # Critical: eight hours
    child = shift.complain("CU-7")  # Major: two working days
    assert child.severity == "Major"
    assert clock(child, "resolution").due_us == clock(shift.outage("SP-M"), "resolution").due_us


def test_a_child_keeps_its_own_due_time_where_that_is_earlier() -> None:
    shift = Shift()
    shift.cut("SP-A")  # Major: two working days
    child = shift.complain("CU-1", symptom="slow")  # Minor: one
    assert (clock(child, "resolution").due_us or 0) < (clock(shift.outage("SP-A"), "resolution").due_us or 0)


def test_another_class_of_the_parent_moves_the_childrens_due_times() -> None:
    shift = Shift()
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    own_us = clock(child, "resolution").due_us
    outage = shift.outage("SP-A")
    shift.order("set_class", outage.id, "noc_operator", class_="Critical")
    assert clock(child, "resolution").due_us == outage.opened_us + 480 * 60_000_000
    assert clock(child, "stage_investigation").due_us == clock(child, "resolution").due_us
    assert child.severity == "Major"
    shift.order("set_class", outage.id, "noc_operator", class_="Minor")
    assert clock(child, "resolution").due_us == clock(outage, "resolution").due_us
    shift.order("set_class", outage.id, "noc_operator", class_="Major")
    assert clock(child, "resolution").due_us == min(own_us or 0, clock(outage, "resolution").due_us or 0)


def test_while_the_parent_is_paused_a_child_has_its_own_due_time_only() -> None:
    shift = Shift()
    shift.cut("SP-M")
    child = shift.complain("CU-7")
    outage = shift.outage("SP-M")
    before_us = clock(child, "resolution").due_us
    shift.order("pause", outage.id, why="force_majeure")
    assert (clock(child, "resolution").due_us or 0) > (before_us or 0)
    shift.wait(60)
    shift.order("resume", outage.id)
    assert clock(child, "resolution").due_us == (before_us or 0) + 60 * 60_000_000


def test_taken_out_by_hand_it_is_on_its_own() -> None:
    shift = Shift()
    incident = shift.cut("SP-M")
    child = shift.complain("CU-7")
    shift.order("detach", incident.id, complaints=[child.complaint])
    assert (child.parent, child.incident, child.stage) == (None, None, "investigation")
    assert shift.outage("SP-M").children == 0
    assert clock(child, "resolution").cap_us is None
    shift.mend("SP-M")
    assert child.stage == "investigation", "the outage's repair is none of its"
    assert shift.messages("question") == []


def test_put_in_by_hand_it_is_a_child() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    stranger = shift.complain("CU-STRANGER", service="", channel="email")
    shift.order("attach", incident.id, complaints=[stranger.complaint])
    assert (stranger.parent, stranger.stage) == (incident.ticket, "investigation")
    shift.mend("SP-A")
    assert (stranger.stage, [told.ticket for told in shift.messages("question")]) == ("confirmation", [stranger.id])


def test_put_in_twice_it_is_one_child() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.order("attach", incident.id, complaints=[child.complaint])
    assert shift.outage("SP-A").children == 1


def test_put_under_an_outage_that_is_over_it_is_asked_at_once() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.mend("SP-A")
    late = shift.complain("CU-9", symptom="slow")
    shift.order("attach", incident.id, complaints=[late.complaint])
    assert late.stage == "confirmation"
    assert shift.told("question") == ["CU-9"]


def test_a_closed_complaint_that_is_put_under_an_outage_stays_closed() -> None:
    shift = Shift()
    done = shift.complain("CU-9")
    shift.order("move_stage", done.id, stage="confirmation")
    shift.order("close", done.id, as_="confirmed")
    incident = shift.cut("SP-A")
    shift.order("attach", incident.id, complaints=[done.complaint])
    assert (done.stage, done.incident) == ("closed", incident.id)
    assert shift.outage("SP-A").children == 0


def test_a_merge_moves_the_children_and_their_due_times() -> None:
    shift = Shift()
    one = shift.cut("SP-B")
    shift.wait(60)
    two = shift.cut("SP-P")
    child, other = shift.complain("CU-6"), shift.complain("CU-5")
    shift.order("merge", two.id, into=one.id)
    survivor = shift.state.tickets[one.ticket or ""]
    assert {(row.parent, row.incident) for row in (child, other)} == {(survivor.id, one.id)}
    assert survivor.children == 2
    assert clock(child, "resolution").due_us == clock(survivor, "resolution").due_us
    assert (two.ticket, survivor.id) in [(was, now) for _, action, was, now in said(child) if action == "attach"]
    assert shift.state.tickets[two.ticket or ""].children == 0
    shift.mend("SP-B", "SP-P")
    assert shift.told("question") == ["CU-5", "CU-6"]
    assert (child.stage, other.stage) == ("confirmation", "confirmation")


def test_each_complaint_keeps_its_own_number_and_class() -> None:
    shift = Shift(care={"follow_up_h": 0})
    shift.cut("SP-M")
    children = [shift.complain("CU-7"), shift.complain("CU-7", symptom="slow"), shift.complain("CU-8")]
    assert [child.severity for child in children] == ["Major", "Minor", "Major"]
    assert len({child.number for child in children}) == 3
    assert shift.outage("SP-M").children == 3
    assert shift.outage("SP-M").severity == "Critical"


def test_a_complaint_of_before_the_fault_stays_apart() -> None:
    shift = Shift()
    bill = shift.complain("CU-1", category="billing", symptom="other")
    old = shift.complain("CU-3")
    shift.wait(hours=3)
    shift.cut("SP-A")
    assert (bill.parent, old.parent) == (None, None)


def test_a_complaint_that_is_taken_up_again_warns_for_itself_when_the_outage_is_over() -> None:
    """Its resolution is due with the outage's, which is met: nobody speaks for it any more (SOP 5, 6)."""
    shift = Shift()
    shift.cut("SP-A")
    ticket = shift.complain("CU-1")
    assert ticket.parent == shift.outage("SP-A").id
    shift.mend("SP-A")
    shift.reply(ticket, "satisfied")
    shift.wait(20)
    assert shift.outage("SP-A").stage == ticket.stage == "closed"
    shift.order("reopen", ticket.id, "care_supervisor")
    shift.wait(days=5)
    assert clock(ticket, "resolution").breached
    told = [alert.reason.code for alert in shift.alerts("breach") if alert.about == ticket.id]
    assert sorted(told) == ["resolution_100", "stage_investigation_100"]
