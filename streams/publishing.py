"""Tells other systems what was decided: effects that the store has, from its mark on, to a publisher.

At least once: the mark moves when all of a batch are durable. In order: a domain's events go out as they were emitted,
and whoever repeats some after a crash begins at the mark. So who drops what it has seen (by `sequence`) sees each once.
"""

from connectors.cloudevents import Publisher, cloud_event
from connectors.ports import Counter, Store

AT_ONCE = 500


class Publishing:
    """One domain's. Whoever owns the domain calls `turn`, beside the fold: it may wait long for the brokers."""

    def __init__(self, domain: str, store: Store, publisher: Publisher, counter: Counter) -> None:
        self.domain = domain
        self._store = store
        self._publisher = publisher
        self._counter = counter

    def turn(self) -> int:
        """Publish what is next; how many went out, 0 where nothing waits. Raises PortError: call it again later."""
        waiting = self._store.unpublished(self.domain, AT_ONCE)
        if not waiting:
            return 0
        self._publisher.publish(self.domain, [cloud_event(self.domain, one) for one in waiting])
        self._store.published(self.domain, waiting[-1])
        self._counter.count("effects.published", n=len(waiting))
        return len(waiting)
