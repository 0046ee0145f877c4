"""Cases that are over for long leave the state whole; the archive has what they said; what is not done stays."""

from collections import defaultdict
from typing import Any

from correlator import kernel
from correlator.effects import Effect
from correlator.events import Event, Record, microseconds
from correlator.incidents.outputs import incidents_json
from correlator.service_desk import outputs
from correlator.state import Archived, Draft, State
from tests.correlator.service_desk.house import BELOW_A, Shift
from tests.correlator.service_desk.test_rca import complete, record

LEFT = ("counters", "seen", "alarms", "texts", "repairs", "deadlines", "voices", "improvements")  # what no case owns


class Keeping(Shift):
    """Keeps what went to the archive."""

    def __post_init__(self) -> None:
        self.care = {"effect_wait_days": 0} | self.care
        super().__post_init__()
        self.archived: list[Archived] = []

    def fold(self, event: Event) -> list[Effect]:
        self.lines += 1
        step = kernel.advance(self.state, Record(self.lines, 0, microseconds(self.now), event), self.world)
        self.effects += step.effects
        self.archived += step.archived
        return step.effects

    def case(self) -> State:
        """The archived rows, as a state of their own."""
        rows: dict[str, dict[str, Any]] = defaultdict(dict)
        for one in self.archived:
            rows[one.table][one.key] = one.row
        return State(rows)

    def shown(self, state: State) -> list[Any]:
        state.index = self.state.index
        rows = [outputs.ticket_json(row) for _, row in sorted(state.tickets.items())]
        records = [outputs.rca_json(state, row) for _, row in sorted(state.rcas.items())]
        return [*incidents_json(Draft(state, self.world, self.state.now_us)), *rows, *records]


def over(shift: Keeping) -> None:
    """An outage with a complaint under it, from the cut to the last signature."""
    incident = shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.wait(30)
    shift.mend("SP-A")
    shift.reply(child, "satisfied")
    row = record(shift)
    complete(shift, row.id)
    shift.order("verify", row.id, "customer_experience")
    shift.wait(60)
    assert (incident.status, child.stage, row.state) == ("closed", "closed", "closed")


def test_a_case_leaves_whole_and_reads_as_before() -> None:
    shift = Keeping()
    over(shift)
    before = shift.shown(shift.state)
    assert before[0]["impact"]["customers"] == list(BELOW_A)
    shift.wait(days=89)
    assert shift.shown(shift.state) == before
    shift.wait(days=2)
    assert {table: len(rows) for table, rows in shift.state.tables.items() if rows and table not in LEFT} == {}
    assert not [key for key in shift.state.texts if key.startswith(("ticket\x1f", "rca\x1f"))]
    assert {one.case for one in shift.archived} == {before[0]["id"]}
    assert shift.shown(shift.case()) == before


def test_a_notice_that_nobody_released_goes_with_its_incident() -> None:
    shift = Keeping()
    incident = shift.cut("SP-A")
    shift.order("hold_notices", incident.id, "noc_operator")
    child = shift.complain("CU-1")
    shift.wait(30)
    shift.mend("SP-A")
    shift.reply(child, "satisfied")
    complete(shift, record(shift).id)
    shift.order("verify", record(shift).id, "customer_experience")
    assert {row.why for row in shift.state.waiting_notices.values()} == {"noc"}
    shift.wait(days=91)
    assert shift.state.incidents == {}
    assert shift.state.waiting_notices == {}
    assert "archived" in shift.noted("held_dropped")[-1].reason.text


def test_what_is_not_done_stays() -> None:
    shift = Keeping()
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.mend("SP-A")
    row = record(shift)
    shift.wait(days=200)
    assert (shift.archived, row.state) == ([], "draft"), "nobody has signed the record, nor closed the ticket"
    shift.order("close", child.number, as_="confirmed")
    complete(shift, row.id)
    shift.order("verify", row.id, "customer_experience")
    shift.wait(days=2)
    assert shift.state.incidents == {}
    assert shift.state.tickets == {}


def test_a_complaint_alone_is_a_case_of_its_own() -> None:
    shift = Keeping()
    ticket = shift.complain("CU-9", category="billing")
    shift.order("move_stage", ticket.number, stage="confirmation")
    shift.order("close", ticket.number, as_="confirmed")
    assert shift.rejected() == []
    shift.wait(days=91)
    assert {(one.case, one.table) for one in shift.archived if one.table in ("tickets", "complaints")} == {
        (ticket.id, "tickets"),
        (ticket.id, "complaints"),
    }
    assert (shift.state.tickets, shift.state.complaints, shift.state.campaigns) == ({}, {}, {})


def test_a_suspicion_that_dissolved_is_kept_for_a_week() -> None:
    shift = Keeping()
    for element, kind in (("AGG/b", "loss_of_signal"), ("BALI", "device_unreachable")):
        shift.alarm(element, kind)
    shift.wait(1 / 60)
    [suspected] = shift.state.incidents.values()
    assert suspected.status == "suspected"
    for element, kind in (("AGG/b", "loss_of_signal"), ("BALI", "device_unreachable")):
        shift.alarm(element, kind, "cleared")
    shift.wait(1)
    assert suspected.status == "closed"
    shift.wait(days=6)
    assert list(shift.state.incidents) == [suspected.id]
    shift.wait(days=2)
    assert (shift.state.incidents, [one.key for one in shift.archived]) == ({}, [suspected.id])


def test_a_call_of_yesterday_finds_no_fault_of_today() -> None:
    shift = Keeping()
    shift.complain("CU-1")
    shift.wait(days=2)
    index = shift.state.index
    assert index is not None
    assert (dict(index.waiting), index.engine.roots.complaints_for("SP-A")) == ({}, {})
    kernel.wake(shift.state, shift.world)
    assert shift.state.index is not None
    assert not shift.state.index.waiting, "nor after the caches are built anew"
