"""Who calls while planned work takes their service down: who is told so, and what becomes of it when the work ends."""

from typing import Any

import pytest

from correlator.effects import Notice
from correlator.rows.service_desk import ComplaintRow, TicketRow
from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import CUTS

HOUR = 3600.0
END = 3 * HOUR


class Window(Night):
    """Work on AGG from 0 to three hours."""

    def __init__(self, **faults: Any) -> None:
        super().__init__(**faults)
        self.work("AGG", 0, END)
        self.at(60)

    def ticket_of(self, complaint: ComplaintRow) -> TicketRow:
        return self.state.tickets[complaint.ticket]

    def told(self, complaint: ComplaintRow) -> list[tuple[str, bool]]:
        """Kinds of messages, and whether each says that it is planned work."""
        sent = [one for one in self.effects if isinstance(one, Notice) and one.ticket == complaint.ticket]
        return [(one.kind, one.facts.planned_work) for one in sent]


@pytest.mark.parametrize(
    ("customer", "said", "planned"),
    [
        pytest.param("CU-1", {}, True, id="nothing works"),
        pytest.param("CU-5", {}, True, id="below the work"),
        pytest.param("CU-1", {"service": "SV-1"}, True, id="the service that it takes down"),
        pytest.param("CU-1", {"category": "service"}, True, id="read as a matter of the service"),
        pytest.param("CU-1", {"symptom": "slow"}, False, id="slow"),
        pytest.param("CU-1", {"symptom": "other"}, False, id="not clear"),
        pytest.param("CU-1", {"symptom": "none"}, False, id="it works"),
        pytest.param("CU-1", {"category": "billing"}, False, id="the bill"),
        pytest.param("CU-7", {}, False, id="who hangs elsewhere"),
        pytest.param(None, {}, False, id="nobody known"),
    ],
)
def test_who_is_told_of_planned_work(customer: str, said: dict[str, Any], planned: bool) -> None:
    night = Window()
    call = night.calls(customer, **said)
    night.at(70)
    assert night.told(call) == [("ack", planned)]
    ticket = night.ticket_of(call)
    assert (ticket.paused_for == "planned_work", ticket.responded_us is not None) == (planned, planned)
    assert [one.action for one in ticket.trail].count("pause") == planned


@pytest.mark.parametrize(
    ("alarms", "planned"),
    [
        pytest.param([("AGG", "device_unreachable")], True, id="what is worked on is lost"),
        pytest.param([("BALI", "dying_gasp")], False, id="their own device lost power"),
        pytest.param([("PAPUA", "dying_gasp")], True, id="another's device lost power"),
        pytest.param([("SV-7", "service_down")], True, id="somebody else's service"),
    ],
)
def test_what_else_may_have_taken_it_down(alarms: list[tuple[str, str]], planned: bool) -> None:
    night = Window()
    night.raised(*alarms)
    assert bool(night.calls("CU-5").work_until_us) is planned


def test_an_open_incident_goes_before_planned_work() -> None:
    night = Night()
    incident = night.broken("SP-A")
    night.work("AGG", 10, END)
    night.at(60)
    call = night.calls("CU-1")
    assert (call.incident, call.work_until_us) == (incident.id, 0)
    assert night.state.tickets[call.ticket].paused_for is None


def test_the_response_is_given_and_the_rest_stands_still_until_the_end() -> None:
    night = Window()
    call = night.calls("CU-1")
    night.at(END - 1)
    ticket = night.ticket_of(call)
    assert not any(clock.breached or clock.warned for clock in ticket.clocks)
    night.at(END)
    resolution = ticket.clock("resolution")
    assert resolution is not None
    assert resolution.paused_us == int((END - 60) * 1e6)
    assert (ticket.paused_for, ticket.stage, call.work_until_us) == (None, "verification", 0)


def test_who_works_again_as_alarms_tell_is_asked_at_the_end() -> None:
    night = Window()
    night.raised(*CUTS["SP-A"])
    call = night.calls("CU-1")
    night.at(HOUR)
    night.cleared(*CUTS["SP-A"])
    night.at(END - 1)
    assert night.told(call) == [("ack", True)]
    night.at(END)
    ticket = night.ticket_of(call)
    assert (ticket.stage, night.seconds(ticket.repaired_us)) == ("confirmation", HOUR)
    assert night.told(call) == [("ack", True), ("question", False)]


def test_one_customer_with_two_tickets_is_asked_once() -> None:
    night = Window()
    night.raised(*CUTS["SP-A"])
    calls = [night.calls("CU-1"), night.calls("CU-1", category="service")]
    night.at(HOUR)
    night.cleared(*CUTS["SP-A"])
    night.at(END)
    assert [night.ticket_of(call).stage for call in calls] == ["confirmation"] * 2
    assert sum(night.told(call).count(("question", False)) for call in calls) == 1


def test_a_crash_forgets_nobody_who_waits_for_the_end_of_the_work() -> None:
    night = Window()
    call = night.calls("CU-1")
    night.rebuilt()
    night.at(END)
    assert night.ticket_of(call).paused_for is None


def test_what_a_person_pauses_or_goes_on_with_is_theirs() -> None:
    night = Window()
    call = night.calls("CU-1")
    ticket = night.ticket_of(call)
    night.order("resume", ticket.id)
    night.order("pause", ticket.id, why="waiting_customer")
    night.at(END)
    assert ticket.paused_for == "waiting_customer"


def test_a_new_end_is_no_second_answer_and_no_second_pause() -> None:
    night = Window()
    one, two = night.calls("CU-1"), night.calls("CU-2")
    night.order("resume", one.ticket)
    night.work("AGG", 0, 2 * END)
    assert [night.told(call) for call in (one, two)] == [[("ack", True)], [("ack", True)]]
    assert [night.ticket_of(call).paused_for for call in (one, two)] == [None, "planned_work"]
    night.at(END)
    assert night.ticket_of(two).paused_for == "planned_work"
    night.at(2 * END)
    assert night.ticket_of(two).paused_for is None


def test_an_outage_that_opens_meanwhile_takes_it_over() -> None:
    night = Window()
    call = night.calls("CU-1")
    night.raised(*CUTS["SP-A"], ("CORE", "device_unreachable"))
    night.at(END)
    night.at(END + 120)
    ticket = night.ticket_of(call)
    assert (ticket.paused_for, call.work_until_us) == (None, 0)
    assert (ticket.parent is not None, ticket.stage) == (True, "investigation")


@pytest.mark.parametrize(("at", "planned"), [(HOUR, True), (END + 1, False)])
def test_sent_again_it_says_what_holds_true_then(at: float, planned: bool) -> None:
    night = Window()
    call = night.calls("CU-1")
    (sent,) = night.ticket_of(call).notices
    night.receipt(sent, "uncertain")
    night.at(at)
    (again,) = [one for one in night.order("send_again", call.ticket) if isinstance(one, Notice)]
    assert (again.again, again.facts.planned_work) == (sent, planned)
