"""What the outbox is given to send: to whom, in which language, and the text when it is asked for."""

import pytest

from connectors.access.links import Links, QuestionLink
from connectors.formats.messages import Rendering
from connectors.ports import Addressed, Unusable
from correlator.effects import Alert, Campaign, Notice
from correlator.events import DAY_US, SECOND_US
from correlator.world import World
from tests.correlator.service_desk.house import INVENTORY, TOPOLOGY, Shift
from topology.compile import compile_inventory
from topology.model import Inventory


def rendering(shift: Shift) -> Rendering:
    return Rendering(lambda: shift.world, lambda _: None)


def campaign(shift: Shift) -> Campaign:
    shift.cut("SP-A")
    return next(effect for effect in shift.effects if isinstance(effect, Campaign))


def test_a_campaign_goes_to_each_in_their_language_on_their_channel() -> None:
    shift = Shift()
    effect = campaign(shift)
    assert list(rendering(shift).fan_out(effect, 0)) == [
        Addressed(f"{effect.id}:CU-1", "customer:CU-1", "phone", "id"),
        Addressed(f"{effect.id}:CU-2", "customer:CU-2", "phone", "en"),
        Addressed(f"{effect.id}:CU-3", "customer:CU-3", "email", "id"),
        Addressed(f"{effect.id}:CU-4", "customer:CU-4", "portal", "id"),
        Addressed(f"{effect.id}:CU-5", "customer:CU-5", "phone", "id"),
        Addressed(f"{effect.id}:CU-6", "customer:CU-6", "phone", "id"),
    ]


def test_it_goes_on_where_it_stopped() -> None:
    shift = Shift()
    effect = campaign(shift)
    whole = list(rendering(shift).fan_out(effect, 0))
    for start in range(len(whole) + 2):
        assert list(rendering(shift).fan_out(effect, start)) == whole[start:]


def test_the_texts_are_those_of_the_replay() -> None:
    shift = Shift()
    effect = campaign(shift)
    rendered = rendering(shift)
    texts = [rendered.text(effect, message) for message in rendered.fan_out(effect, 0)]
    assert texts == [(told.subject, told.body) for told in shift.messages("outage")]


def test_a_notice_is_one_message_to_the_customer() -> None:
    shift = Shift()
    shift.complain("CU-2", channel="email")
    effect = next(effect for effect in shift.effects if isinstance(effect, Notice))
    rendered = rendering(shift)
    (message,) = rendered.fan_out(effect, 0)
    assert message == Addressed(effect.id, "customer:CU-2", "email", "en")
    assert list(rendered.fan_out(effect, 1)) == []
    (told,) = shift.messages("ack")
    assert rendered.text(effect, message) == (told.subject, told.body)


@pytest.mark.parametrize("customer", [None, "CU-STRANGER"])
def test_one_whom_the_inventory_lacks_is_reached_by_the_complaints_contact(customer: str | None) -> None:
    shift = Shift()
    shift.complain(customer, service="", channel="walk_in", name="co-x")
    effect = next(effect for effect in shift.effects if isinstance(effect, Notice))
    assert [message.recipient for message in rendering(shift).fan_out(effect, 0)] == ["complaint:co-x"]


def test_an_alert_is_one_message_to_the_role_in_both_languages() -> None:
    shift = Shift()
    shift.cut("SP-M")
    effect = next(effect for effect in shift.effects if isinstance(effect, Alert))
    rendered = rendering(shift)
    (message,) = rendered.fan_out(effect, 0)
    assert message == Addressed(effect.id, "staff:noc_operator", "staff", "id")
    subject, body = rendered.text(effect, message)
    assert subject is not None
    assert "gangguan Critical / Critical outage" in subject
    assert effect.text in body


def test_no_text_holds_an_address() -> None:
    shift = Shift()
    rendered, effect = rendering(shift), campaign(shift)
    for message in rendered.fan_out(effect, 0):
        said = f"{message} {rendered.text(effect, message)}"
        assert "+62" not in said
        assert "@" not in said


def test_a_campaign_counts_the_customers_of_the_inventory_that_it_names() -> None:
    """The inventory changed between the decision and the sending: who has which number is asked of the old one."""
    shift = Shift()
    effect = campaign(shift)
    fewer = compile_inventory(
        Inventory(
            sites=INVENTORY.sites,
            devices=INVENTORY.devices,
            services=INVENTORY.services[1:],
            customers=INVENTORY.customers[1:],
        )
    )
    now = World(fewer, shift.world.policy)
    kept = Rendering(lambda: now, {TOPOLOGY.hash: TOPOLOGY}.get)
    assert next(message.recipient for message in kept.fan_out(effect, 0)) == "customer:CU-1"
    lost = Rendering(lambda: now, lambda _: None)
    with pytest.raises(Unusable, match=TOPOLOGY.hash):
        list(lost.fan_out(effect, 0))


def test_a_question_carries_a_link_of_its_own_in_the_customers_language() -> None:
    links = Links(b"secret", "https://answers.example.net")
    shift = Shift()
    asked = shift.complain("CU-2", category="billing", symptom="other")
    shift.order("move_stage", asked.id, stage="confirmation")
    [notice] = [one for one in shift.effects if isinstance(one, Notice) and one.kind == "question"]
    plain, linked = rendering(shift), Rendering(lambda: shift.world, lambda _: None, links=links)
    [message] = linked.fan_out(notice, 0)
    body = linked.text(notice, message)[1]
    before, _, token = body.rpartition("https://answers.example.net/a/")
    assert before == f"{plain.text(notice, message)[1]} Or answer at "
    until_s = (notice.at_us + 7 * DAY_US) // SECOND_US
    assert links.read(token) == QuestionLink(notice.id, asked.id, "en", until_s)
    [first] = [one for one in shift.effects if isinstance(one, Notice) and one.kind == "ack"]
    [told] = linked.fan_out(first, 0)
    assert "/a/" not in linked.text(first, told)[1], "it asks nothing"
