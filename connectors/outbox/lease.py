"""Who else dispatches, and which of them have died.

Each says that it lives by a number that grows. One whose number stood still for a whole lease, by the clock of who
looks, is struck off: no two machines' clocks are ever compared. Its open attempts have no master from then on. If it
was only slow, it begins nothing before it has enlisted anew.
"""

from connectors.metrics import LEASES_ENDED
from connectors.outbox.parts import DispatchPorts, Rules
from connectors.ports import Fenced
from correlator.events import SECOND_US


class Lease:
    """Ours, and what we saw of the others'."""

    def __init__(self, domain: str, ports: DispatchPorts, rules: Rules) -> None:
        self._domain = domain
        self._ports = ports
        self._lease_us = round(rules.lease_s * SECOND_US)
        self._seen: dict[str, tuple[int, int]] = {}  # name -> (beats, how long they have stood so while we looked)
        self._looked_us = 0

    def renounce(self) -> None:
        """We begin nothing more; what is open is anybody's to settle. Raises StoreDown."""
        self._ports.outbox.strike(self._domain, self._ports.name)

    def enlist(self) -> None:
        """Raises StoreDown."""
        self._ports.outbox.enlist(self._domain, self._ports.name)

    def renew(self) -> int:
        """Say that we live, strike off who does not; how many are left, we among them. Raises StoreDown."""
        outbox, now_us = self._ports.outbox, self._ports.clock()
        try:
            beats = dict(outbox.beat(self._domain, self._ports.name))
        except Fenced:
            self._ports.counter.count(LEASES_ENDED, "lost")
            self.enlist()
            return 1
        passed_us = min(now_us - self._looked_us, self._lease_us // 3)  # not what we, or the store, were away
        self._looked_us = now_us
        for name in sorted(beats.keys() - {self._ports.name}):
            before, silent_us = self._seen.get(name, (-1, 0))
            silent_us = silent_us + passed_us if beats[name] == before else 0
            self._seen[name] = beats[name], silent_us
            if silent_us >= self._lease_us and outbox.strike(self._domain, name, before):
                self._ports.counter.count(LEASES_ENDED, "struck")
                del beats[name]
        self._seen = {name: seen for name, seen in self._seen.items() if name in beats}
        return len(beats)
