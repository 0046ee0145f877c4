"""One attempt at one message: on the first way that takes it; and what that makes of the message."""

import asyncio

from connectors.channel_rates import Rates
from connectors.metrics import (
    MESSAGES_DEAD,
    MESSAGES_FAILED,
    MESSAGES_REFUSED,
    MESSAGES_REPEATED,
    MESSAGES_SENT,
    MESSAGES_UNCERTAIN,
    MESSAGES_WAIT,
)
from connectors.outbox.parts import Job, Rules, Way
from connectors.ports import Answer, Counter, Failed, PortError, Sent, Settled, Unsure


class Sender:
    """Never raises but what is a programmer's error."""

    def __init__(self, rules: Rules, rates: Rates, counter: Counter) -> None:
        self._rules = rules
        self._rates = rates
        self._counter = counter

    async def attempt(self, job: Job, now_us: int) -> Settled:
        """A way that refuses for good, or that was tried often enough, gives over to the next one."""
        if job.unworded is not None:
            return self._again(job, now_us, job.unworded)
        why, state = "", "failed"
        for number, (way, to) in enumerate(job.ways):
            if number:
                await self._rates.grant(way.channel.name, way.per_s, 1, "alert")
            answer = await self._send(job, way, to)
            match answer:
                case Sent():
                    self._counter.count(MESSAGES_SENT, way.channel.name)
                    return Settled(job.queued.id, "sent", now_us, job.attempt, reference=answer.reference)
                case Unsure() if not way.channel.repeats_safely:
                    self._counter.count(MESSAGES_UNCERTAIN, way.channel.name)
                    return Settled(job.queued.id, "uncertain", now_us, job.attempt, why=answer.why)
                case Failed(recoverable=False):
                    self._counter.count(MESSAGES_REFUSED, way.channel.name)
                    why, state = answer.why, "failed"
                case Failed() | Unsure():
                    metric = MESSAGES_REPEATED if isinstance(answer, Unsure) else MESSAGES_WAIT
                    self._counter.count(metric, way.channel.name)
                    if job.tries < self._rules.attempts:
                        return self._again(job, now_us, answer.why)
                    why, state = answer.why, "dead"
        self._counter.count(MESSAGES_DEAD if state == "dead" else MESSAGES_FAILED, job.queued.word)
        return Settled(job.queued.id, "dead" if state == "dead" else "failed", now_us, job.attempt, why=why)

    async def _send(self, job: Job, way: Way, to: str) -> Answer:
        try:
            async with asyncio.timeout(self._rules.send_s):
                return await way.channel.send(job.message(way, to))
        except TimeoutError:
            return Unsure(f"no answer within {self._rules.send_s:g} s")
        except PortError as error:
            return Failed(error.what, error.recoverable)

    def _again(self, job: Job, now_us: int, why: str) -> Settled:
        if job.tries >= self._rules.attempts:
            self._counter.count(MESSAGES_DEAD, job.queued.word)
            return Settled(job.queued.id, "dead", now_us, job.attempt, why=why)
        due_us = now_us + self._rules.wait_us(job.tries)
        return Settled(job.queued.id, "queued", now_us, job.attempt, due_us, why=why)
