"""What is to be known of senders beside their alarms: who speaks for others, and whose messages are missing."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from connectors.heard import Heard
from connectors.listeners.delivery import Believed
from connectors.listeners.port import Networks
from connectors.metrics import CLAIMS, SYSLOG_MISSING
from connectors.ports import Counter

HERE: Networks = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))  # this machine


class Relays(Believed):
    """Whose word counts when they say that a message is another's; with no network nobody's."""

    def __init__(self, networks: Networks = HERE) -> None:
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

    def unbelieved(self, sender: str, why: str) -> None:
        """Its message was not taken, for this reason; the listener counts it."""
        if self.heard is not None:
            self.heard.unbelieved(self.listener, sender, why)

    def numbered(self, sender: str, number: int) -> None:
        """Its message has this number of its own."""
        if self.heard is not None:
            missing, late = self.heard.numbered(self.listener, sender, number)
            if missing:
                self.counter.count(SYSLOG_MISSING, "missing", n=missing)
            if late:
                self.counter.count(SYSLOG_MISSING, "late", n=late)
