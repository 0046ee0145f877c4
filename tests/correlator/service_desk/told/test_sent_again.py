"""Messages that failed or are uncertain are sent once more on a person's word, as long as they hold true."""

import pytest

from correlator.effects import Campaign, Notice
from tests.correlator.service_desk.house import Shift


class Stopped(Shift):
    """The sender died in the middle of a campaign."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cut("SP-A")
        self.campaign = next(iter(self.state.campaigns))
        self.ticket = self.state.campaigns[self.campaign].ticket
        for customer, state in {"CU-1": "sent", "CU-2": "uncertain", "CU-3": "uncertain", "CU-4": "failed"}.items():
            self.tell(customer, state)

    def named(self, customer: str) -> str:
        return f"{self.campaign}:{customer}"

    def tell(self, customer: str, state: str) -> None:
        self.receipt(self.named(customer), state, name=f"{self.named(customer)}/{state}")

    def again(self, *customers: str, role: str = "care_supervisor") -> list[int]:
        """To how many by each campaign."""
        messages = [self.named(customer) for customer in customers]
        effects = self.order("send_again", self.ticket, role, messages=messages)  # type: ignore[arg-type]  # a role
        return [len(one.audience) // 4 for one in effects if isinstance(one, Campaign) and one.again == self.campaign]

    def refusal(self) -> str:
        return self.rejected()[-1].reason.code


def test_all_that_are_uncertain_or_those_that_are_named() -> None:
    shift = Stopped()
    assert shift.again() == [2]
    assert shift.again("CU-2") == []
    assert shift.refusal() == "not_wrong", "it is on its way"
    assert shift.again("CU-4") == [1]
    entry = shift.state.tickets[shift.ticket].trail[-1]
    assert (entry.action, entry.actor, entry.now) == (
        "send_again",
        "the-care_supervisor",
        shift.named("CU-4"),
    )
    for customer in ("CU-2", "CU-3", "CU-4"):
        shift.tell(customer, "sent")
    row = shift.state.campaigns[shift.campaign]
    assert (row.sent, row.uncertain, row.failed) == (4, 0, 0)
    assert shift.again() == []
    assert shift.refusal() == "not_wrong"
    assert len(shift.state.campaigns) == 1


def test_what_fails_again_is_heard_again() -> None:
    shift = Stopped()
    shift.again("CU-3", "CU-4")
    row = shift.state.campaigns[shift.campaign]
    assert (row.uncertain, row.failed) == (1, 0)
    shift.tell("CU-3", "failed")
    shift.tell("CU-4", "failed")
    row = shift.state.campaigns[shift.campaign]
    assert (row.sent, row.uncertain, row.failed) == (1, 1, 2)
    assert shift.again("CU-4") == [1]


@pytest.mark.parametrize("customer", ["CU-1", "CU-5", "CU-STRANGER"])
def test_what_went_well_is_not_sent_again(customer: str) -> None:
    shift = Stopped()
    assert shift.again("CU-2", customer) == []
    assert shift.refusal() == "not_wrong"


@pytest.mark.parametrize("name", ["{}", "{}:", "CP-000099:CU-2", "MS-000001:CU-2", "CU-2"])
def test_what_names_no_message_sends_none(name: str) -> None:
    shift = Stopped()
    named = [shift.named("CU-2"), name.format(shift.campaign)]
    assert shift.order("send_again", shift.ticket, "care_supervisor", messages=named)
    assert shift.refusal() == "not_wrong"
    assert f"{named[1]} is no message of" in shift.rejected()[-1].reason.text
    assert shift.again() == [2], "nothing was counted anew"


def test_it_is_for_who_may_hold_messages() -> None:
    shift = Stopped()
    assert shift.again(role="customer_care") == []
    assert shift.refusal() == "not_allowed"
    assert shift.again(role="noc_operator") == [2]


def test_an_outage_that_is_over_is_not_told_again() -> None:
    shift = Stopped()
    shift.mend("SP-A", wait=1)
    assert shift.again() == []
    assert shift.refusal() == "no_longer_true", "it clears"
    shift.wait(hours=1)
    assert shift.again("CU-4") == []
    assert shift.refusal() == "no_longer_true"


def test_who_has_been_told_more_since_is_not_told_what_was_before() -> None:
    shift = Stopped()
    shift.wait(hours=2, minutes=1)
    assert [row.kind for row in shift.state.campaigns.values()] == ["outage", "update"]
    assert shift.again() == []
    assert shift.refusal() == "no_longer_true"


def test_while_the_noc_holds_the_notices_nothing_goes() -> None:
    shift = Stopped()
    incident = shift.state.tickets[shift.ticket].incident or ""
    shift.order("hold_notices", incident)
    assert shift.again("CU-2") == []
    assert shift.refusal() == "held"
    shift.order("release_notices", incident)
    assert shift.again("CU-2") == [1]


def test_that_it_was_a_mistake_is_not_told_again_to_who_is_down_after_all() -> None:
    shift = Stopped()
    incident = shift.incident("SP-A")
    shift.only_bali(incident)
    shift.campaign = next(reversed(shift.state.campaigns))
    assert shift.state.campaigns[shift.campaign].kind == "correction"
    shift.tell("CU-1", "uncertain")
    assert shift.again() == [1]
    shift.order("accept_root", incident.id, root="AGG")
    assert shift.again() == []
    assert shift.refusal() == "no_longer_true"


def test_a_question_to_one_customer() -> None:
    shift = Shift()
    ticket = shift.complain("CU-7")
    shift.order("move_stage", ticket.id, stage="confirmation")
    question = shift.messages("question")[0]
    shift.receipt(question.id, "uncertain")
    (again,) = [one for one in shift.order("send_again", ticket.id) if isinstance(one, Notice)]
    assert (again.again, again.kind, again.customer) == (question.id, "question", "CU-7")
    shift.receipt(question.id, "sent")
    row = shift.state.campaigns[question.id]
    assert (row.sent, row.uncertain) == (1, 0)
    shift.order("send_again", ticket.id, messages=[question.id])
    assert shift.rejected()[-1].reason.code == "not_wrong"
