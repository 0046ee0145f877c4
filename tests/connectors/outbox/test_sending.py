"""From effect to message to channel: addresses, ways in order, retries, dead letters, receipts."""

import msgspec
import pytest

from connectors.channels.memory import MemoryChannel
from connectors.metrics import MESSAGES_DEAD, MESSAGES_REPEATED, MESSAGES_UNCERTAIN
from connectors.outbox import Dispatcher
from connectors.ports import Contact, Failed, JournalFull, Sent, Unsure
from correlator.events import SECOND_US
from tests.connectors.outbox.scene import T0, Scene, alert, campaign, notice

PASSES = Failed("451", recoverable=True)
FINAL = Failed("550", recoverable=False)


def memory(name: str, *answers: Sent | Failed | Unsure, repeats_safely: bool = False) -> MemoryChannel:
    return MemoryChannel(name, answers=answers, repeats_safely=repeats_safely)


def test_an_alert_goes_to_the_mail_of_its_role() -> None:
    channel = memory("file")
    scene = Scene(channels=[channel])
    scene.emit(alert(1), alert(2, "technical"))
    assert scene.turn() == 2
    assert [(one.id, one.to, one.subject, one.body, one.about, one.kind) for one in channel.messages] == [
        ("AL-1", "noc@example.com", "critical", "to staff:noc_operator", "IN-1", "critical"),
        ("AL-2", "technical", "critical", "to staff:technical", "IN-1", "critical"),
    ]
    assert scene.told() == [("AL-1", "sent"), ("AL-2", "sent")]


def test_a_campaign_reaches_everybody_once() -> None:
    channel = memory("file")
    scene = Scene(channels=[channel])
    scene.emit(campaign(1, 250))
    while scene.turn("phone"):
        pass
    assert sorted(one.id for one in channel.messages) == sorted(f"CA-1:C-{n}" for n in range(250))
    assert scene.store.outbox.counts("java") == {("phone", "sent"): 250}
    assert len({receipt.id for receipt in scene.receipts}) == 250


@pytest.mark.parametrize(
    ("via", "contact", "to"),
    [
        ("phone", Contact("N", "+6281", "n@example.com"), "+6281"),
        ("phone", Contact("N", None, "n@example.com"), "n@example.com"),
        ("email", Contact("N", "+6281", "n@example.com"), "n@example.com"),
        ("email", Contact("N", "+6281", None), "+6281"),
        ("portal", Contact("N", "+6281", "n@example.com"), "C-1"),
        ("phone", Contact("N", None, None), "C-1"),
    ],
)
def test_a_channel_for_any_address_takes_the_one_that_the_word_asks_for(via: str, contact: Contact, to: str) -> None:
    channel = memory("file")
    scene = Scene(channels=[channel])
    scene.people.named["C-1"] = contact
    scene.emit(notice(1, via))
    scene.turn()
    assert [one.to for one in channel.messages] == [to]


@pytest.mark.parametrize(
    ("contact", "sms", "mail"),
    [
        (Contact("N", "+6281", "n@example.com"), ["+6281"], []),
        (Contact("N", None, "n@example.com"), [], ["n@example.com"]),
        (Contact("N", None, None), [], []),
        (None, [], []),
    ],
)
def test_the_first_way_with_an_address_is_taken(contact: Contact | None, sms: list[str], mail: list[str]) -> None:
    webhook, smtp = memory("webhook"), memory("smtp")
    scene = Scene(channels=[webhook, smtp], reads={"webhook": "phone", "smtp": "email"})
    scene.routes = {"phone": ["webhook", "smtp"]}
    scene.people.named["C-1"] = contact
    scene.emit(notice(1))
    scene.turn("phone")
    assert [one.to for one in webhook.messages] == sms
    assert [one.to for one in smtp.messages] == mail
    reached = bool(sms or mail)
    assert scene.told() == [("MS-1", "sent" if reached else "failed")]
    assert scene.message("MS-1").why == (None if reached else "there is no address")


def test_one_who_is_known_by_the_complaint_only() -> None:
    smtp = memory("smtp")
    scene = Scene(channels=[smtp], reads={"smtp": "email"})
    scene.emit(notice(1, "email", customer=None))
    scene.turn("email")
    assert [one.to for one in smtp.messages] == ["budi@example.com"]


def test_what_was_given_up_has_all_its_attempts_anew_on_a_person_s_word() -> None:
    channel = memory("file", *(PASSES,) * 5)
    scene = Scene(channels=[channel])
    scene.emit(campaign(1, 1))
    waits = []
    for effect in (None, msgspec.structs.replace(campaign(2, 1), again="CA-1")):
        if effect is not None:
            assert (scene.message("CA-1:C-0").state, scene.told()) == ("dead", [("CA-1:C-0", "failed")])
            scene.emit(effect)
        for _ in range(3):
            assert scene.turn("phone") == 1
            waits.append(scene.message("CA-1:C-0").due_us - scene.now_us)
            scene.now_us = scene.message("CA-1:C-0").due_us or scene.now_us
    assert [wait // SECOND_US for wait in waits if wait > 0] == [10, 15, 10, 15]
    over = scene.message("CA-1:C-0")
    assert (over.state, over.attempts, over.tried_before) == ("sent", 6, 3), "what was tried stays readable"
    assert scene.told() == [("CA-1:C-0", "failed"), ("CA-1:C-0", "sent")]


def test_a_failure_that_passes_is_tried_again_later_and_later() -> None:
    channel = memory("file", PASSES, PASSES)
    scene = Scene(channels=[channel])
    scene.emit(notice(1))
    for wait_s in (10, 15):
        assert scene.turn("phone") == 1
        queued = scene.message("MS-1")
        assert (queued.state, queued.why, queued.due_us) == ("queued", "451", scene.now_us + wait_s * SECOND_US)
        scene.now_us = queued.due_us - 1
        assert scene.turn("phone") == 0
        scene.now_us += 1
    assert scene.turn("phone") == 1
    assert (scene.message("MS-1").state, scene.message("MS-1").attempts) == ("sent", 3)
    assert scene.told() == [("MS-1", "sent")]
    assert [one.id for one in channel.messages] == ["MS-1"]


def test_after_the_last_attempt_it_goes_to_the_dead_letters() -> None:
    scene = Scene(channels=[memory("file", PASSES, PASSES, PASSES)])
    scene.emit(notice(1))
    for _ in range(3):
        assert scene.turn("phone") == 1
        scene.now_us += 20 * SECOND_US
    assert scene.turn("phone") == 0
    assert (scene.message("MS-1").state, scene.message("MS-1").why) == ("dead", "451")
    assert scene.told() == [("MS-1", "failed")]
    assert scene.counted(MESSAGES_DEAD, "phone") == 1


def test_a_refusal_for_good_is_not_tried_again() -> None:
    channel = memory("file", FINAL)
    scene = Scene(channels=[channel])
    scene.emit(notice(1))
    scene.turn("phone")
    scene.now_us += 100 * SECOND_US
    assert scene.turn("phone") == 0
    assert (scene.message("MS-1").state, scene.message("MS-1").why) == ("failed", "550")
    assert scene.told() == [("MS-1", "failed")]
    assert channel.attempts == ["MS-1"]


@pytest.mark.parametrize("answer", [FINAL, PASSES])
def test_the_next_way_is_taken_when_one_fails_for_good(answer: Failed) -> None:
    first, second = memory("webhook", *[answer] * 3), memory("smtp")
    scene = Scene(channels=[first, second], routes={"phone": ["webhook", "smtp"]})
    scene.emit(notice(1))
    for _ in range(1 if answer is FINAL else 3):
        assert second.messages == []
        scene.turn("phone")
        scene.now_us += 20 * SECOND_US
    assert [one.channel for one in second.messages] == ["smtp"]
    assert scene.told() == [("MS-1", "sent")]


def test_an_unsure_attempt_is_repeated_where_that_is_safe() -> None:
    scene = Scene(channels=[memory("smtp", Unsure("hung up"), repeats_safely=True)])
    scene.emit(notice(1))
    scene.turn("phone")
    scene.now_us += 10 * SECOND_US
    scene.turn("phone")
    assert scene.told() == [("MS-1", "sent")]
    assert scene.counted(MESSAGES_REPEATED, "smtp") == 1


def test_an_unsure_attempt_is_not_repeated_elsewhere() -> None:
    channel, other = memory("webhook", Unsure("hung up")), memory("file")
    scene = Scene(channels=[channel, other], routes={"phone": ["webhook", "file"]})
    scene.emit(notice(1))
    scene.turn("phone")
    scene.now_us += 100 * SECOND_US
    assert scene.turn("phone") == 0
    assert (channel.attempts, other.attempts) == (["MS-1"], [])
    assert scene.message("MS-1").state == "uncertain"
    assert scene.told() == [("MS-1", "uncertain")]
    assert scene.counted(MESSAGES_UNCERTAIN, "webhook") == 1


def test_an_effect_that_cannot_be_fanned_out_does_not_stop_the_others() -> None:
    scene = Scene()
    scene.script.breaks = {"AL-1"}
    scene.emit(alert(1), alert(2))
    assert scene.turn() == 1
    scene.script.breaks = set()
    assert scene.turn() == 1  # another start: it is not held back
    assert scene.told() == [("AL-2", "sent"), ("AL-1", "sent")]


def test_an_effect_that_cannot_be_fanned_out_is_tried_again_after_a_minute() -> None:
    scene = Scene()
    scene.script.breaks = {"AL-1"}
    scene.emit(alert(1))

    async def steps(dispatcher: Dispatcher) -> list[int]:
        found = [await dispatcher.fan_out()]
        scene.script.breaks = set()
        for wait_s in (0, 59, 1):
            scene.now_us += wait_s * SECOND_US
            found.append(await dispatcher.fan_out())
        return found

    assert scene.with_one(steps) == [0, 0, 0, 1]


def test_a_message_without_a_text_goes_to_the_dead_letters_in_the_end() -> None:
    scene = Scene()
    scene.script.breaks = {"CA-1:C-1"}
    scene.emit(campaign(1, 3))
    for _ in range(3):
        scene.turn("phone")
        scene.now_us += 20 * SECOND_US
    assert sorted(scene.told()) == [("CA-1:C-0", "sent"), ("CA-1:C-1", "failed"), ("CA-1:C-2", "sent")]
    assert scene.message("CA-1:C-1").why == "it has no text: KeyError"


def test_receipts_wait_for_a_full_journal() -> None:
    scene = Scene(journal_full=True)
    scene.emit(notice(1), notice(2))

    async def steps(dispatcher: Dispatcher) -> None:
        await dispatcher.fan_out()
        with pytest.raises(JournalFull):
            await dispatcher.send("phone")
        assert scene.told() == []
        assert scene.message("MS-1").state == "trying"  # a crash now would be seen
        scene.journal_full = False
        await dispatcher.send("phone")

    scene.with_one(steps)
    assert scene.told() == [(f"MS-{n}", "sent") for n in (1, 2)]
    assert scene.message("MS-1").state == "sent"


def test_what_is_shown_of_a_message_holds_no_address() -> None:
    scene = Scene(channels=[memory("file", FINAL)])
    scene.emit(notice(1))
    scene.turn("phone")
    assert "+62" not in repr(scene.message("MS-1"))
    assert "+62" not in repr(scene.receipts)


def test_the_clock_of_what_became_of_it() -> None:
    scene = Scene()
    scene.emit(notice(1))
    scene.now_us = T0 + 5
    scene.turn("phone")
    (receipt,) = scene.receipts
    assert receipt.id == "MS-1/sent"
    assert receipt.time.timestamp() == pytest.approx((T0 + 5) / 1e6)
