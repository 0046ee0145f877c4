"""A receipt counts once in seven days, however often it comes; those of a campaign are remembered in few rows."""

import msgspec
import numpy as np
import pytest

from correlator.customers import LAYOUT, pack, unpack
from correlator.policy import Policy
from correlator.world import World
from tests.correlator.service_desk.house import BELOW_A, INVENTORY, Shift
from topology.compile import compile_inventory
from topology.model import Customer, Service

DAYS = Policy().remember_days


class Sent(Shift):
    """A campaign is out, and the dispatcher tells what became of it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cut("SP-A")
        self.campaign = next(iter(self.state.campaigns))

    def tell(self, customer: str, state: str = "sent") -> None:
        notice = f"{self.campaign}:{customer}"
        self.receipt(notice, state, name=f"{notice}/{state}")

    def counted(self) -> list[int]:
        row = self.state.campaigns[self.campaign]
        return [row.sent, row.delivered, row.failed, row.uncertain]


def test_the_receipts_of_a_campaign_are_one_row_a_state() -> None:
    shift = Sent()
    before = len(shift.state.seen)
    for _ in range(3):
        for customer in BELOW_A:
            shift.tell(customer)
        shift.tell("CU-1", "delivered")
    assert shift.counted() == [6, 1, 0, 0]
    assert len(shift.noted("repeat")) == 14
    assert len(shift.state.seen) == before
    assert len(shift.state.receipts) == 2


def test_what_was_uncertain_or_failed_and_is_sent_in_the_end_counts_as_sent_alone() -> None:
    shift = Sent()
    for customer, states in {
        "CU-1": ("uncertain", "sent", "uncertain"),
        "CU-2": ("failed", "sent"),
        "CU-3": ("uncertain", "failed"),
        "CU-4": ("failed", "uncertain", "sent"),
        "CU-5": ("uncertain", "delivered"),
        "CU-6": ("sent", "failed"),
    }.items():
        for state in states:
            shift.tell(customer, state)
    assert shift.counted() == [4, 1, 2, 0]


@pytest.mark.parametrize("before", ["uncertain", "failed"])
@pytest.mark.parametrize("state", ["sent", "delivered"])
def test_a_gateway_s_own_receipt_says_as_much_as_ours(before: str, state: str) -> None:
    shift = Sent()
    for customer in ("CU-1", "CU-2"):
        shift.tell(customer, before)
    for name in ("gw-4711", "gw-4712"):
        shift.receipt(f"{shift.campaign}:CU-1", state, name=name)
    shift.tell("CU-1", state)
    expected = {"sent": 0, "delivered": 0, "failed": 0, "uncertain": 0, before: 1, state: 1}
    assert shift.counted() == list(expected.values()), "CU-2 alone is left"
    ticket = shift.state.campaigns[shift.campaign].ticket
    shift.order("send_again", ticket, "care_supervisor", messages=[f"{shift.campaign}:CU-1"])
    assert [one.reason.code for one in shift.rejected()] == ["not_wrong"], "it was received"


def test_what_a_gateway_could_not_deliver_can_be_sent_again() -> None:
    shift = Sent()
    shift.tell("CU-1", "uncertain")
    shift.receipt(f"{shift.campaign}:CU-1", "failed", name="gw-4711")
    assert shift.counted() == [0, 0, 1, 0]
    ticket = shift.state.campaigns[shift.campaign].ticket
    shift.order("send_again", ticket, "care_supervisor", messages=[f"{shift.campaign}:CU-1"])
    assert (shift.rejected(), shift.counted()) == ([], [0, 0, 0, 0])
    shift.receipt(f"{shift.campaign}:CU-1", "failed", name="gw-4713")
    assert shift.counted() == [0, 0, 1, 0], "it failed once more"


def test_a_repeat_is_known_for_as_long_as_the_policy_says_and_then_all_is_forgotten() -> None:
    shift = Sent()
    shift.tell("CU-1")
    shift.wait(days=2)
    shift.tell("CU-2")
    shift.wait(days=DAYS - 2, minutes=-1)
    shift.tell("CU-1")
    assert shift.counted() == [2, 0, 0, 0]
    shift.wait(days=2, minutes=-1)
    shift.tell("CU-2")
    assert shift.counted() == [2, 0, 0, 0]
    shift.wait(minutes=3)
    assert shift.state.receipts == {}
    assert not [row for row in shift.state.deadlines.rows.values() if row.kind == "care.heard"]


def test_it_is_known_also_when_the_campaign_is_no_more() -> None:
    shift = Sent()
    shift.tell("CU-1")
    del shift.state.campaigns[shift.campaign]
    shift.tell("CU-1")
    assert shift.rejected() == []
    shift.tell("CU-2")
    shift.tell("CU-2")
    assert len(shift.rejected()) == 1, "and what is refused is refused once"


@pytest.mark.parametrize(("notice", "state"), [("CU-1", "failed"), ("CU-2", "sent")])
def test_what_says_one_thing_by_its_id_and_another_by_its_words_is_known_by_its_id(notice: str, state: str) -> None:
    shift = Sent()
    name = f"{shift.campaign}:CU-1/sent"
    for _ in range(2):
        shift.receipt(f"{shift.campaign}:{notice}", state, name=name)
    shift.tell("CU-1")
    assert sum(shift.counted()) == 1
    other = Sent()
    other.tell("CU-1")
    other.receipt(f"{other.campaign}:{notice}", state, name=name)
    assert sum(other.counted()) == 1


def test_it_is_known_when_the_inventory_has_changed() -> None:
    """Customers have other numbers then; one is gone, and comes back."""
    shift = Sent()
    for customer in BELOW_A:
        shift.tell(customer)
    first = Customer(id="CU-0", segment="residential")
    own = Service(id="SV-0", customer="CU-0", product="broadband", attach=("AGG/0",))
    inventory = msgspec.structs.replace(
        INVENTORY,
        customers=(first, *(one for one in INVENTORY.customers if one.id != "CU-2")),
        services=(own, *(one for one in INVENTORY.services if one.customer != "CU-2")),
    )
    home = shift.world
    shift.move_to(World(compile_inventory(inventory), home.policy))
    for customer in BELOW_A:
        shift.tell(customer)
    assert shift.counted() == [6, 0, 0, 0]
    assert shift.rejected() == []
    shift.move_to(home)
    for customer in BELOW_A:
        shift.tell(customer)
    assert shift.counted() == [6, 0, 0, 0]
    shift.wait(days=DAYS, minutes=1)
    assert shift.state.receipts == {}
    assert not [key for key in shift.state.seen if key.startswith("receipt")]


def test_who_is_held_back_stays_so_when_the_inventory_has_changed() -> None:
    """Customers have other numbers then, and the message of an outage passes over the same people."""
    shift = Sent()
    [audience] = shift.state.audiences.values()
    audience.unsure = pack(np.array([shift.topology.customer_index["CU-5"]], LAYOUT))
    first = Customer(id="CU-0", segment="residential")
    topology = compile_inventory(msgspec.structs.replace(INVENTORY, customers=(first, *INVENTORY.customers)))
    shift.move_to(World(topology, shift.world.policy))
    [audience] = shift.state.audiences.values()
    assert [topology.customer_ids[number] for number in unpack(audience.unsure).tolist()] == ["CU-5"]
