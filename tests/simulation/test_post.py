"""The law of the post can be broken, too: a channel that may not be asked to repeat is, and it is seen."""

import asyncio
from random import Random

import pytest

from connectors.ports import Message, Sent
from streams.simulation.night import draw_night, frames
from streams.simulation.owners import Owner
from streams.simulation.post import FickleChannel, Post, messages_arrive_once, posted
from streams.simulation.simulation import live


class Doubling(FickleChannel):
    """Takes everything twice."""

    async def send(self, message: Message) -> Sent:
        self.taken[message.id] += 2
        return Sent()


def channels(kind: type[FickleChannel]) -> tuple[FickleChannel, FickleChannel]:
    return kind(Random(1), "sms", repeats_safely=False), kind(Random(1), "smtp", repeats_safely=True)


@pytest.fixture
def owner() -> Owner:
    """A night with messages to send."""
    nights = (draw_night(seed) for seed in range(100))
    lived = (live(night, frames(night.arrived)) for night in nights)
    return next(one.owner for one in lived if one.outcome.told())


def test_messages_come_to_an_end_and_arrive_once(owner: Owner) -> None:
    post = posted(owner, 1, owner.now_us)
    assert list(messages_arrive_once(post)) == []
    assert sum(channel.taken.total() for channel in post.channels) > 0


def test_a_message_that_a_channel_took_twice_is_told(owner: Owner) -> None:
    post = Post(owner, channels(Doubling), owner.now_us)
    asyncio.run(post.deliver())
    told = list(messages_arrive_once(post))
    assert told
    assert all(text.startswith("post: sms took ") for text in told)


def test_what_was_never_delivered_is_told(owner: Owner) -> None:
    told = list(messages_arrive_once(Post(owner, channels(FickleChannel), owner.now_us)))
    assert [text for text in told if "was never fanned out" in text]
