"""A call that an incident lets go counts as its row says, with and without a restart."""

from correlator import kernel
from correlator.incidents.index import index_of
from correlator.state import Draft
from tests.correlator.service_desk.house import Shift


def waiting(shift: Shift) -> list[str]:
    return sorted(index_of(Draft(shift.state, shift.world, shift.state.now_us)).waiting)


def test_who_says_that_it_works_is_no_witness_when_an_incident_lets_the_call_go() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.complain("CU-1", symptom="none", works=True, name="works")
    shift.complain("CU-1", name="dead")
    shift.order("accept_root", incident.id, root="BALI")
    assert {name: row.incident for name, row in shift.state.complaints.items()} == {"works": None, "dead": None}
    before = waiting(shift)
    kernel.wake(shift.state, shift.world)
    assert before == waiting(shift) == ["dead"]
