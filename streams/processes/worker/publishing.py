"""Tells others what was decided: effects that the store has, from its mark on; each domain's in their order.

What is for other systems goes to a publisher, what one domain hands over to another into that one's journal. At least
once: the mark moves when all of a batch are durable. Whoever repeats some after a crash begins at the mark, so who
drops what it has seen (by `sequence`, by a handover's number) sees each once, and in order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.formats.cloud_events import Publisher, cloud_event
from connectors.metrics import EFFECTS_PUBLISHED
from connectors.ports import Counter, Journal, Store
from correlator.effects import Announced, Handed
from correlator.events import Frame, Handover, moment

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Says:
    """Where it goes: other systems, and the journals of other domains."""

    publisher: Publisher
    journal: Journal
    clock: Callable[[], int]  # microseconds since 1970

    def hand_over(self, domain: str, handed: Sequence[Handed]) -> None:
        """A frame for each of the others."""
        for to in sorted({one.to for one in handed}):
            events = tuple(
                Handover(time=moment(one.at_us), domain=domain, number=one.number, what=one.what)
                for one in handed
                if one.to == to
            )
            self.journal.append(to, Frame(self.clock(), events))


class Publishing:
    """One domain's. Whoever owns the domain calls `turn`, beside the fold: it may wait long for the brokers."""

    def __init__(self, domain: str, store: Store, says: Says, counter: Counter) -> None:
        self.domain = domain
        self._store = store
        self._says = says
        self._counter = counter

    def turn(self) -> int:
        """Publish what is next; how many went out, 0 where nothing waits. Raises PortError: call it again later."""
        waiting = self._store.unpublished(self.domain, AT_ONCE)
        if not waiting:
            return 0
        handed = [one.effect for one in waiting if isinstance(one.effect, Handed)]
        if handed:
            self._says.hand_over(self.domain, handed)
        said = [one for one in waiting if not isinstance(one.effect, Handed | Announced)]
        if said:
            self._says.publisher.publish(self.domain, [cloud_event(self.domain, one) for one in said])
        self._store.published(self.domain, waiting[-1])
        self._counter.count(EFFECTS_PUBLISHED, n=len(said))
        return len(waiting)
