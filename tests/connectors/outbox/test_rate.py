"""How fast: a bucket on a clock that is handed in; a campaign leaves room, and an alert waits for nobody."""

import asyncio
from functools import partial

import pytest

from connectors.buckets import MemoryBuckets
from connectors.channel_rates import BucketRates, Urgency
from connectors.channels.memory import MemoryChannel
from connectors.outbox import Dispatcher
from correlator.events import SECOND_US
from tests.connectors.outbox.scene import T0, Scene, alert, campaign, notice


@pytest.mark.parametrize(
    ("rate", "taken", "wait_us", "single", "bulk"),
    [
        (10, 0, 0, 10, 8),
        (10, 10, 0, 0, 0),
        (10, 10, 300_000, 3, 1),
        (10, 10, 5 * SECOND_US, 10, 8),
        (10, 12, 300_000, 1, 0),
        (0.5, 0, 0, 1, 1),
        (0.5, 1, SECOND_US, 0, 0),
        (0.5, 1, 2 * SECOND_US, 1, 1),
        (10, 10, -SECOND_US, 0, 0),
    ],
)
def test_bucket(rate: float, taken: int, wait_us: int, single: int, bulk: int) -> None:
    granted: dict[Urgency, int] = {}
    for urgency in ("single", "bulk"):
        now = [T0]
        rates = BucketRates(MemoryBuckets(partial(now.__getitem__, 0)))
        asyncio.run(rates.grant("sms", rate, taken, "alert"))
        now[0] += wait_us
        granted[urgency] = asyncio.run(rates.grant("sms", rate, 1000, urgency))
    assert granted == {"single": single, "bulk": bulk}


def test_a_channel_is_sent_no_more_than_it_bears() -> None:
    channel = MemoryChannel("file")
    scene = Scene(channels=[channel], per_s=10)
    scene.emit(*(notice(n) for n in range(100)))

    async def steps(dispatcher: Dispatcher) -> list[int]:
        await dispatcher.fan_out()
        sent = []
        for _ in range(4):
            sent.append(await dispatcher.send("phone"))
            scene.now_us += SECOND_US // 2
        return sent

    assert scene.with_one(steps) == [10, 5, 5, 5]
    assert len(channel.messages) == 25


def test_a_campaign_does_not_starve_what_is_single() -> None:
    channel = MemoryChannel("file")
    scene = Scene(channels=[channel], per_s=10)
    scene.emit(campaign(1, 100_000))

    async def steps(dispatcher: Dispatcher) -> None:
        for _ in range(3):
            await dispatcher.fan_out()
        assert await dispatcher.send("phone") == 8
        scene.emit(notice(1), alert(1))
        assert await dispatcher.fan_out() > 2
        assert await dispatcher.send("phone") == 1  # the reserve is for the notice
        assert await dispatcher.send("staff") == 1

    scene.with_one(steps)
    assert [one.id for one in channel.messages[8:]] == ["MS-1", "AL-1"]
    assert scene.store.outbox.pending("java")  # the campaign is still being queued


def test_an_alert_goes_even_where_the_rate_is_used_up() -> None:
    channel = MemoryChannel("file")
    scene = Scene(channels=[channel], per_s=5)
    scene.emit(*(notice(n) for n in range(50)))

    async def steps(dispatcher: Dispatcher) -> None:
        await dispatcher.fan_out()
        assert await dispatcher.send("phone") == 5
        scene.emit(*(alert(n) for n in range(10)))
        await dispatcher.fan_out()
        assert await dispatcher.send("staff") == 10
        scene.now_us += SECOND_US
        assert await dispatcher.send("phone") == 0  # who comes after waits for it
        scene.now_us += 2 * SECOND_US
        assert await dispatcher.send("phone") == 5

    scene.with_one(steps)


def test_a_route_must_name_a_way() -> None:
    with pytest.raises(AssertionError, match="not set up: smtp"):
        Scene(routes={"phone": ["smtp"]}).dispatcher()
