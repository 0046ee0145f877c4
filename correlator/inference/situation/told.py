"""What is told now: the observations, and what follows from them whatever their cause. A cache over alarms."""

from dataclasses import dataclass, field

from correlator.inference.evidence.complaint import Callers
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.known_good import Probes
from correlator.inference.situation.dark import DarkLinks
from correlator.inference.situation.life import Life
from correlator.inference.situation.vendor import Vendor
from topology.impact import Down

Window = tuple[int, Down, frozenset[int]]  # when it ends (end_us), what it takes down, the spans that it cuts


@dataclass(slots=True)
class Work:
    """Planned work in force."""

    until: dict[int, int] = field(default_factory=dict)  # candidate that it names -> when the last on it ends
    since: dict[int, int] = field(default_factory=dict)  # ... and when the first on it began
    windows: list[Window] = field(default_factory=list)
    told: set[Evidence] = field(default_factory=set)  # what came since, of what it takes down

    def says_why(self, one: Evidence) -> bool:
        """There is work on what makes it told, since before it came."""
        since = self.since
        return bool(since) and any(one.heard_us >= since[c] for c in since.keys() & {*one.plain})

    def dated(self, one: Evidence) -> None:
        """It stands, and is known to have come then."""
        if self.since:
            (self.told.add if self.says_why(one) else self.told.discard)(one)


@dataclass(slots=True)
class Told:
    """By candidate or element, as numbers of the topology."""

    callers: Callers
    probes: Probes  # of services that are known to be up
    life: Life  # when each device spoke last, and so which are not lost as told
    vendor: Vendor  # what sources make of their alarms
    dark_links: DarkLinks
    observations: dict[tuple[str, int, int], Evidence] = field(default_factory=dict)
    by_alarm: dict[str, Evidence] = field(default_factory=dict)
    doubted: dict[Evidence, None] = field(default_factory=dict)  # told by nobody but sources that are known to babble
    lost_devices: set[int] = field(default_factory=set)
    lost_by_region: dict[str | None, dict[Evidence, None]] = field(default_factory=dict)  # of no ONT, CPE or splitter
    services_down: dict[Evidence, None] = field(default_factory=dict)  # what probes tell of services
    gasped: set[int] = field(default_factory=set)  # devices that said that they lost power
    gasping: dict[int, int] = field(default_factory=dict)  # candidate -> such devices under it
    dark_ports: dict[int, set[int]] = field(default_factory=dict)  # device -> ports without a link that are told of
    partial: set[int] = field(default_factory=set)  # devices with a dead card: their silence says nothing
    cards_turned: set[int] = field(default_factory=set)  # a dead card of these was told, or is well; or they turned
    hazards: dict[int, int] = field(default_factory=dict)  # candidate -> precursors that stand for it
    whole: dict[int, set[str]] = field(default_factory=dict)  # spans that monitors find well -> the monitors' alarms
    work: Work = field(default_factory=Work)

    def only_a_card_is_dead(self, device: int) -> bool:
        """Not the whole device: it is broken where its links are dark."""
        return device in self.partial and device not in self.lost_devices
