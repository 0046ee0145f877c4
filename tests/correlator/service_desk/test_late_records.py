"""RCA/CAPA records that are late (SOP 7): who hears of it and when, and what ends it."""

from typing import Any

from correlator import kernel
from correlator.events import Record, WorldChange, microseconds
from correlator.rows.service_desk import RcaRow, TicketRow
from correlator.service_desk import rca
from tests.correlator.service_desk.house import Shift, when

KINDS = ("rca_unfilled", "corrective_late", "rca_unverified")
LADDER = ["care_supervisor", "service_manager", "operations_director"]
PLAN = {"what": "splice", "owner": "budi", "due": "2026-05-01T12:00:00+07:00"}


def outage(shift: Shift, span: str = "SP-A") -> RcaRow:
    """Its record, when it is over."""
    incident = shift.cut(span)
    shift.mend(span)
    shift.wait(30)
    record = rca.about(shift.state, incident.id)
    assert record is not None
    return record


def bill(shift: Shift, customer: str = "CU-9") -> TicketRow:
    ticket = shift.complain(customer, category="billing", symptom="other")
    closed(shift, ticket)
    return ticket


def closed(shift: Shift, ticket: TicketRow) -> None:
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.reply(ticket, "satisfied")


def record_of(shift: Shift, ticket: TicketRow) -> RcaRow:
    record = rca.about(shift.state, ticket.id)
    assert record is not None
    return record


def heard(shift: Shift, record: RcaRow) -> list[str]:
    """Who, in order, whatever of it."""
    kinds = [alert for kind in KINDS for alert in shift.alerts(kind, record.id)]
    return [alert.role for alert in sorted(kinds, key=lambda alert: alert.at_us)]


def heard_of(record: RcaRow) -> list[str]:
    """The same, by its trail."""
    return [line.now for line in record.trail if line.action in ("remind", "escalate")]


def armed(shift: Shift, record: RcaRow) -> bool:
    return any(row.subject == record.id for row in shift.state.deadlines.rows.values())


def test_each_who_hears_stands_in_its_trail() -> None:
    shift = Shift()
    record = outage(shift)
    for _ in range(60):
        shift.wait(days=1)
    assert heard(shift, record) == ["noc_operator", *LADDER[:2]], "Major: not the Director's"
    assert [(line.actor, line.action, line.was, line.now) for line in record.trail] == [
        ("machine", "remind", None, "noc_operator"),
        ("machine", "escalate", "noc_operator", "care_supervisor"),
        ("machine", "escalate", "care_supervisor", "service_manager"),
    ]
    assert [when(line.at_us) for line in record.trail] == ["Wed 08:00", "Wed 08:00", "Wed 08:00"], "a working morning"
    apart = [line.at_us - record.trail[0].at_us for line in record.trail]
    assert [us / 86_400e6 for us in apart] == [0, 14, 21], "policy record_rung_days, and Idul Fitri"
    assert not armed(shift, record)


def test_a_long_silence_climbs_no_two_rungs_at_once() -> None:
    shift = Shift()
    record = outage(shift)
    shift.order("fill", record.id, "technical", corrective=[PLAN | {"due": "2026-01-05T12:00:00+07:00"}])
    assert heard(shift, record) == []
    shift.wait()
    assert heard(shift, record) == ["noc_operator"], "it was due long before it was planned"


def test_the_director_hears_of_what_is_critical_or_strategic() -> None:
    shift = Shift()
    records = [outage(shift, "SP-M"), record_of(shift, bill(shift, "CU-8")), record_of(shift, bill(shift))]
    shift.wait(days=60)
    assert [heard_of(record)[-1] for record in records] == [LADDER[2], LADDER[2], LADDER[1]]


def test_how_high_is_policy() -> None:
    shift = Shift(care={"top_by_cause": {"record": "care_supervisor"}})
    record = record_of(shift, bill(shift))
    shift.wait(days=60)
    assert heard(shift, record) == ["billing_account", "care_supervisor"]


def test_a_complaint_that_goes_on_owes_no_record() -> None:
    shift = Shift()
    ticket = bill(shift)
    shift.wait(days=6)
    shift.order("reopen", ticket.id)
    assert (record_of(shift, ticket).owed, armed(shift, record_of(shift, ticket))) == ([], False)
    shift.wait(days=20)
    assert heard(shift, record_of(shift, ticket)) == []
    closed(shift, ticket)
    shift.wait(days=5)
    assert heard(shift, record_of(shift, ticket)) == []
    shift.wait(days=20)
    assert heard(shift, record_of(shift, ticket))[0] == "billing_account"


def test_a_repair_for_now_is_the_divisions_to_make_good() -> None:
    shift = Shift(care={"effect_wait_days": 0})
    ticket = bill(shift)
    record = record_of(shift, ticket)
    shift.order("repair", ticket.id, kind="temporary", text="corrected by hand")
    done = PLAN | {"done_at": "2026-03-03T10:00:00+07:00", "effect": "no complaint since"}
    shift.order("fill", record.id, "technical", cause_category="human_error", corrective=[done], preventive=[done])
    assert [(one.what, one.role) for one in record.owed] == [("verification", "billing_account")]
    shift.order("repair", ticket.id, kind="permanent", text="the tariff is right")
    assert [one.role for one in record.owed] == ["customer_experience"]
    shift.wait(days=10)
    assert next(alert.role for alert in shift.alerts("rca_unverified", record.id)) == "customer_experience"
    assert shift.rejected() == []


def test_two_actions_that_are_late_are_told_in_one_message() -> None:
    shift = Shift()
    record = outage(shift)
    plans = [PLAN | {"what": what, "due": "2026-03-05T12:00:00+07:00"} for what in ("splice", "mark the duct")]
    shift.order("fill", record.id, "technical", corrective=plans)
    shift.wait(days=3)
    [alert] = shift.alerts("corrective_late", record.id)
    assert alert.text.partition("; ")[2] == "mark the duct (budi); splice (budi)"
    assert len(record.trail) == 3, "each stands in the trail"


def test_many_records_that_are_late_are_one_message_to_whom_they_concern() -> None:
    shift = Shift()
    records = [record_of(shift, bill(shift)) for _ in range(12)]
    apart = record_of(shift, bill(shift, "CU-8"))
    shift.wait(days=8)
    [alert] = shift.alerts("rca_unfilled")
    assert (alert.role, alert.about) == ("billing_account", None)
    assert ": 13 catatan / records, " in alert.text
    assert records[0].id in alert.text
    assert " + 3; " in alert.text
    assert [heard_of(record) for record in (*records, apart)] == [["billing_account"]] * 13
    shift.wait(days=60)
    assert [alert.role for alert in shift.alerts("rca_unfilled")] == ["billing_account", *LADDER]
    assert shift.alerts("rca_unfilled")[-1].about == apart.id, "the strategic customer's alone goes to the Director"


def test_a_record_that_is_merged_or_in_the_archive_waits_for_nothing() -> None:
    shift = Shift()
    one, two = shift.cut("SP-B"), shift.cut("SP-P")
    gone = rca.about(shift.state, two.id)
    assert gone is not None
    shift.order("fill", gone.id, "technical", corrective=[PLAN])
    assert armed(shift, gone)
    shift.order("merge", two.id, into=one.id)
    assert (gone.owed, armed(shift, gone)) == ([], False)
    record = record_of(shift, bill(shift, "CU-8"))
    for _ in range(100):
        shift.wait(days=1)
    assert record.id not in shift.state.rcas
    assert not armed(shift, record)


def test_records_from_before_are_watched_from_the_next_change_of_the_world_on() -> None:
    shift = Shift()
    record = outage(shift)
    record.owed.clear()
    shift.state.deadlines.rows.pop(f"care.record\x1f{record.id}")
    change = WorldChange(id="world-2", time=shift.now, inventory=shift.topology.hash, policy=shift.world.policy.hash)
    at: dict[str, Any] = {"at_us": microseconds(shift.now), "event": change}
    kernel.advance(shift.state, Record(10_000, 0, **at), shift.world, shift.world)
    shift.wait(days=8)
    assert heard(shift, record) == ["noc_operator"]
