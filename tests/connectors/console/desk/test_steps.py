"""What a page offers, the kernel takes: each step of each role at each stage, posted as a browser would."""

import pytest

from connectors.access.holders import Role
from correlator.events import StaffRole
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff

FILLED: dict[str, str] = {
    "text": "kabel diganti",
    "to": "wayan",
    "class": "Major",
    "category": "service",
    "stage": "investigation",
    "result": "kartu diganti",
    "outcome": "repaired",
    "how": "phone",
    "score": "5",
    "why": "waiting_customer",
}
ROLES: tuple[StaffRole, ...] = (
    *("customer_care", "customer_support", "care_supervisor", "noc_operator", "billing_account"),
    *("operations_director", "customer_experience", "administrator"),
)
BY: dict[str, list[tuple[Role, str, dict[str, str]]]] = {
    "verification": [],
    "assignment": [("customer_support", "move_stage", {"stage": "assignment"})],
    "investigation": [("customer_support", "move_stage", {"stage": "investigation"})],
    "confirmation": [("administrator", "move_stage", {"stage": "confirmation", "outcome": "no_fault"})],
}


def complaint(desk: Desk, stage: str) -> str:
    """Of somebody unknown: each is a ticket of its own."""
    contact = f"+6281100{len(desk.state.tickets):04}"
    number = desk.complain(None, "Internet lambat sekali", contact=contact)
    for role, action, arguments in BY[stage]:
        desk.order(role, action, number, **arguments)
    assert desk.get(f"/tickets/{number}")["stage"] == stage
    return number


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("stage", BY)
def test_what_is_offered_is_taken(desk: Desk, stage: str, role: StaffRole) -> None:
    staff, number = Staff(desk, role), complaint(desk, stage)
    offered = staff.steps(number)
    assert "note" in offered
    for step in offered:
        if step in ("duplicate", "unconfirmed"):  # ask for another ticket, for silence
            continue
        page = staff.take(number, step, **FILLED)
        assert 'class="done"' in page, (step, page)
        number = complaint(desk, stage)


def test_who_does_what_along_the_way(desk: Desk) -> None:
    """A complaint from its report to the customer's word, by pages alone."""
    number = desk.complain("CU-3", "Internet lambat sekali")
    support, noc, care = (Staff(desk, role) for role in ("customer_support", "noc_operator", "customer_care"))  # type: ignore[arg-type]  # roles that there are
    assert "verify" in support.steps(number)
    assert "verify" not in noc.steps(number), "the stage is Customer Support's"
    support.take(number, "assign", to="siti")
    support.take(number, "verify", stage="investigation")
    assert desk.get(f"/tickets/{number}")["assigned_to"] is None, "siti works for another division"
    assert "repair_temporary" not in care.steps(number)
    noc.take(number, "take")
    noc.take(number, "repair_temporary", text="dipindah")
    noc.take(number, "repair_permanent", text="kartu diganti")
    noc.take(number, "result", result="kartu diganti", outcome="repaired")
    assert desk.get(f"/tickets/{number}")["assigned_to"] is None, "so does whoever repaired it"
    care.take(number, "assign", to="wati")
    assert "confirm" not in noc.steps(number), "the word of the customer is Customer Care's to hear"
    care.take(number, "confirm", how="phone", score="5")
    told = desk.get(f"/tickets/{number}")
    assert (told["stage"], told["closed_as"], told["assigned_to"]) == ("closed", "confirmed", "wati")
    assert told["confirmation"]["answer"]["score"] == 5
    assert care.steps(number) == ["review", "note"]


def test_an_outages_stage_is_nobodys_to_move(desk: Desk) -> None:
    incident = desk.cut()
    number = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    assert Staff(desk, "customer_care").steps(number) == ["take", "assign", "category", "pause", "note"]
    steps = Staff(desk, "noc_operator").steps(number)
    assert {"answer", "repair_temporary", "repair_permanent"} <= set(steps)
    assert not {"verify", "result", "review", "escalate"} & set(steps)
