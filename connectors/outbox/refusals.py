"""What the store does not take, however often it is asked: found among what it does take, and set aside the third time.

As the owner of a domain does with events (`docs/decisions/0157-what-is-refused-is-said.md`): it is said in the
journal, so that the administrator is alerted, and it is shown. A store that takes nothing is waited for.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from connectors.metrics import MESSAGES_SET_ASIDE
from connectors.outbox.parts import DispatchPorts
from connectors.ports import Refused, StoreDown
from correlator.events import Quarantine, moment

TRIES = 3  # as `streams.host` has it
MOST = 20  # by one process: more is no poisoned message, but a broken program
NOT_SENT = "It was not sent: tell whom it was for by hand, and mend what is named"
NOT_WRITTEN = "What became of it is not in the outbox: mend what is named"

T = TypeVar("T")


class Refusals:
    """Of one domain's dispatcher."""

    def __init__(self, domain: str, ports: DispatchPorts) -> None:
        self._domain = domain
        self._ports = ports
        self._tries = Counter[str]()
        self.aside: set[str] = set()  # ids of messages and effects that are not tried again
        self.note: str | None = None  # the last one, for a health door

    def untaken(self, write: Callable[[Sequence[T]], None], some: Sequence[T]) -> list[tuple[T, Refused]]:
        """Write all: what the store refuses, each by itself. Raises StoreDown where it takes nothing at all."""
        try:
            write(some)
        except Refused as refused:
            if len(some) > 1:
                half = len(some) // 2
                return [*self.untaken(write, some[:half]), *self.untaken(write, some[half:])]
            self.ask_store(refused)
            return [(some[0], refused)]
        return []

    def is_over(self, name: str) -> bool:
        """Count it: whether that was its last try."""
        self._tries[name] += 1
        return self._tries[name] >= TRIES and len(self.aside) < MOST

    def set_aside(self, name: str, refused: Refused, remedy: str) -> None:
        """Once and for all, as long as this process lives. Raises JournalFull: then nothing is done."""
        reason = f"{refused.what}, {TRIES} times, at message {name}. {refused.remedy}. {remedy}"
        now = moment(self._ports.clock())
        self._ports.receipts([Quarantine(id=f"quarantine-{name}", time=now, offset=0, index=0, reason=reason)])
        self.aside.add(name)
        self.note = f"message {name} is set aside (quarantine): {refused.what}, {TRIES} times"
        self._ports.counter.count(MESSAGES_SET_ASIDE, self._domain)

    def ask_store(self, refused: Refused) -> None:
        """Raises StoreDown where it takes nothing at all: then no message is to blame."""
        try:
            self._ports.outbox.rehearse(self._domain)
        except Refused:
            raise StoreDown(refused.what, refused.remedy) from refused
