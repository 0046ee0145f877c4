"""After a back-up was put back, what was decided before is not sent by itself: it may have been sent since."""

import msgspec
import pytest

from connectors.channels.memory import AnsweringMemoryChannel, MemoryChannel
from connectors.metrics import MESSAGES_UNCERTAIN
from connectors.ports import Channel, Message
from tests.connectors.outbox.scene import Scene, alert, campaign, notice
from tests.connectors.outbox.test_crashes import crashed, recover

RESTORED_US = 10  # effects of the scene are decided at the microsecond of their number


def sent(scene: Scene) -> list[str]:
    [channel] = scene.channels
    assert isinstance(channel, MemoryChannel)
    return [message.id for message in channel.messages]


def test_what_was_decided_before_is_uncertain_and_what_came_after_goes() -> None:
    scene = Scene(restored_us=RESTORED_US)
    scene.emit(notice(9), alert(8), campaign(7, 3), notice(10), alert(11))
    scene.turn()
    assert sorted(sent(scene)) == ["AL-11", "MS-10"]
    doubtful = ["AL-8", "CA-7:C-0", "CA-7:C-1", "CA-7:C-2", "MS-9"]
    found = scene.store.outbox.messages("java", ("uncertain",))
    assert sorted(one.id for one in found) == doubtful
    assert {one.why for one in found} == {"it may have been sent between the back-up and its being put back"}
    assert sorted(name for name, state in scene.told() if state == "uncertain") == doubtful
    assert scene.counted(MESSAGES_UNCERTAIN, "file") == len(doubtful)


def test_what_a_person_sends_again_goes() -> None:
    scene = Scene(restored_us=RESTORED_US)
    scene.emit(campaign(7, 3))
    scene.turn()
    scene.emit(msgspec.structs.replace(campaign(11, 2), again="CA-7"))
    scene.turn()
    assert sent(scene) == ["CA-7:C-0", "CA-7:C-1"]
    assert scene.message("CA-7:C-2").state == "uncertain"


def test_they_stay_so() -> None:
    scene = Scene(restored_us=RESTORED_US)
    scene.emit(notice(9))
    scene.turn()
    told = scene.told()
    scene.now_us += 10**12
    scene.turn()
    assert sent(scene) == []
    assert scene.told() == told


@pytest.mark.parametrize("channel", [MemoryChannel("smtp", repeats_safely=True), MemoryChannel("webhook")])
def test_an_attempt_that_was_under_way_is_not_repeated(channel: Channel) -> None:
    """Not even by mail, which is repeated after a crash: the mail server may have forgotten its id since."""
    scene = crashed_and_restored(channel)
    recover(scene)
    scene.turn()
    assert sent(scene) == []
    assert scene.message("MS-9").state == "uncertain"


def test_a_channel_that_has_it_says_so() -> None:
    channel = AnsweringMemoryChannel("webhook")
    scene = crashed_and_restored(channel)
    channel.messages.append(Message("MS-9", "webhook", "+62", None, "x", "id", None, "ack"))
    recover(scene)
    assert scene.message("MS-9").state == "sent"


def crashed_and_restored(channel: Channel) -> Scene:
    scene = Scene(channels=[channel], routes={"phone": [channel.name]}, restored_us=RESTORED_US)
    scene.emit(notice(9))
    return crashed(scene, "MS-9")
