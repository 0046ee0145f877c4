"""What is to be known of senders beside their alarms: who speaks for others, and whose messages are missing."""

from dataclasses import dataclass

from connectors.heard import Heard
from connectors.listeners.delivery import Believed
from connectors.listeners.port import Networks
from connectors.metrics import CLAIMS
from connectors.ports import Counter


class Relays(Believed):
    """Whose word counts when they say that a message is another's; with no network nobody's."""

    def __init__(self, networks: Networks) -> None:
        super().__init__(networks)
        self.anyone = False


@dataclass(frozen=True, slots=True)
class Remarks:
    """One listener's. `heard`: where `GET /sources` looks; none: it is counted only."""

    listener: str
    counter: Counter
    heard: Heard | None = None

    def claimed(self, sender: str, whom: str) -> None:
        """It says that its message is `whom`'s, and is no relay of ours."""
        self.counter.count(CLAIMS, self.listener)
        if self.heard is not None:
            self.heard.claimed(self.listener, sender, whom)
