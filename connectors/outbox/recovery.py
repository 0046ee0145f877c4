"""Attempts that a crash left open: ask the channel where it can answer, repeat what may be repeated, list the rest."""

from collections.abc import Mapping, Sequence

from connectors.metrics import MESSAGES_FOUND_SENT, MESSAGES_REPEATED, MESSAGES_UNCERTAIN
from connectors.outbox.parts import DispatchPorts, Way
from connectors.ports import Answering, Queued, Settled

WHY = "the service was stopped in the middle of the attempt"


async def recovered(
    found: Sequence[Queued], routes: Mapping[str, Sequence[Way]], ports: DispatchPorts
) -> list[Settled]:
    """What becomes of each; nobody knows on which way of its route the attempt was."""
    now_us, took = ports.clock(), await _took(found, routes)
    return [_settled(one, routes[one.word], took, now_us, ports) for one in found]


async def _took(found: Sequence[Queued], routes: Mapping[str, Sequence[Way]]) -> set[str]:
    """Which of them a channel that can answer has."""
    took: set[str] = set()
    asked: dict[str, tuple[Answering, list[str]]] = {}
    for one in found:
        for way in routes[one.word]:
            if isinstance(way.channel, Answering):
                asked.setdefault(way.channel.name, (way.channel, []))[1].append(one.id)
    for channel, ids in asked.values():
        took |= await channel.took(ids)
    return took


def _settled(one: Queued, ways: Sequence[Way], took: set[str], now_us: int, ports: DispatchPorts) -> Settled:
    name = ways[0].channel.name
    if one.id in took:
        ports.counter.count(MESSAGES_FOUND_SENT, name)
        return Settled(one.id, "sent", now_us, one.attempts)
    if all(way.channel.repeats_safely or _knows_all(way) for way in ways):
        ports.counter.count(MESSAGES_REPEATED, name)
        return Settled(one.id, "queued", now_us, one.attempts, now_us, why=WHY)
    ports.counter.count(MESSAGES_UNCERTAIN, name)
    return Settled(one.id, "uncertain", now_us, one.attempts, why=WHY)


def _knows_all(way: Way) -> bool:
    return isinstance(way.channel, Answering) and way.channel.knows_all
