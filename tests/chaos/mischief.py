"""What befalls the service: every kind once in each round, in an order drawn from the seed."""

import signal
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.chaos.fleet import Fleet, server_away
from tests.integration.distributed.crew import SESSION_S, end_of
from tests.integration.house import until

AWAY_S = 3.0  # servers, in a short drill
WORK_S = 240.0  # on a machine that has much else to do


@dataclass(slots=True)
class Mischief:
    """`done`: how often each kind was done."""

    fleet: Fleet
    chance: Random
    broker_away_s: float = AWAY_S
    done: Counter[str] = field(default_factory=Counter)

    def round(self) -> None:
        """Each kind once; the next comes when the service is at work again, or amid its recovery."""
        kinds: list[tuple[str, Callable[[], None]]] = [
            *((f"kill {name}", self._killing(name)) for name in self.fleet.kept),
            ("kill both workers", self._kill_both),
            ("pause a worker past its session", self._pause),
            ("stop a worker in order", self._rebalance),
            *((f"kill {name}", self._server(name)) for name in ("postgres", "redis", "kafka")),
        ]
        self.chance.shuffle(kinds)
        for name, act in kinds:
            act()
            self.done[name] += 1
            if self.chance.random() < 0.6:
                until(f"work after: {name}", self._works(), WORK_S)

    def _killing(self, name: str) -> Callable[[], None]:
        return lambda: self.fleet.send(name, signal.SIGKILL)

    def _kill_both(self) -> None:
        for name in ("worker-1", "worker-2"):
            self.fleet.send(name, signal.SIGKILL)

    def _pause(self) -> None:
        """It sleeps through the end of its session and wakes with a frame in hand: two owners at once."""
        name = self.chance.choice(("worker-1", "worker-2"))
        self.fleet.send(name, signal.SIGSTOP)
        threading.Event().wait(SESSION_S + 2)
        self.fleet.send(name, signal.SIGCONT)

    def _rebalance(self) -> None:
        self.fleet.send(self.chance.choice(("worker-1", "worker-2")), signal.SIGTERM)

    def _server(self, name: str) -> Callable[[], None]:
        def act() -> None:
            away_s = self.broker_away_s if name == "kafka" else AWAY_S
            with server_away(self.fleet.folder / "servers", name, away_s):
                pass

        return act

    def _works(self) -> Callable[[], bool]:
        """Whether all of now is folded, and some more."""
        store, domains = self.fleet.store, self.fleet.settings.domains
        goals = {domain: end_of(self.fleet.journal, domain) for domain in domains}

        def works() -> bool:
            applied = {domain: store.applied(domain) for domain in domains}
            more = sum(applied.values()) >= sum(goals.values()) + 2
            return more and all(applied[domain] >= goal for domain, goal in goals.items())

        return works
