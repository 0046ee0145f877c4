"""How much is told by chance just now: words that had their time to be explained, and that nothing explains.

A night with many of them makes each word worth less. Rebuilt from rows: the observations that stand, and the alarms'
last periods that ended unexplained.
"""

from collections import Counter
from collections.abc import Iterable

from correlator.inference.evidence import direct, power, probe
from correlator.inference.evidence.kind import Evidence, Meaning
from correlator.inference.evidence.link import AT_LINKS, BY_MANAGER, teller
from correlator.inference.likelihood import Scores
from correlator.world import Share
from topology.graph import Topology
from topology.model import Role

BUCKET_US = 10_000_000
HOME = "home"  # ONTs, which customers switch off
ROUTERS = "routers"  # of customers; a company's runs day and night
LOOSE = "loose"  # ports that no link ends at: each speaks for itself alone
PROBES = "probes"  # of services
MAINS = "mains"  # monitors of power
NETWORK = "network"
GROUPS = (HOME, ROUTERS, LOOSE, PROBES, MAINS, NETWORK)
ALIKE = (PROBES, MAINS, NETWORK)  # what the operator watches
NOTHING = Counter[int]()
OF_KIND = {direct.NAME: LOOSE, probe.NAME: PROBES, power.NAME: MAINS}
OF_ROLE: dict[Role | None, str] = {"ont": HOME, "cpe": ROUTERS}


def group_of(kind: str, role: Role | None, *, feeder: bool = False) -> str:
    """With whose words such a word counts, of a device of that role: that many probes dip makes no port doubtful.

    `feeder`: of a port with many customers, which none of them switches off.
    """
    return NETWORK if feeder else OF_ROLE.get(role) or OF_KIND.get(kind, NETWORK)


def speaker_of(topology: Topology, told: Evidence | Meaning) -> int:
    """The device that says so of its own ports; else what is spoken of."""
    if told.kind in AT_LINKS and told.key[2] != BY_MANAGER:
        return teller(topology, told)
    return told.device if told.device >= 0 else told.key[1]


class Strays:
    """By kind of speaker and the time at which a word began, in steps of ten seconds.

    What one device says in one step of its own ports has one cause, chance or not, and counts once.
    """

    def __init__(self, topology: Topology, scores: Scores, share: Share | None) -> None:
        """`share`: of several domains, each hears what its own part of the network says."""
        policy = scores.policy
        self._scores = scores
        self._due = policy.fresh_s * 1_000_000 // BUCKET_US
        self._window = policy.together_s * 1_000_000 // BUCKET_US
        self._topology = topology
        self._counts: dict[str, dict[int, Counter[int]]] = {who: {} for who in GROUPS}  # by bucket, then by speaker
        self._inside = (0, -1)  # the buckets, the first and the last, of which is known ...
        self._told = dict.fromkeys(GROUPS, 0)  # ... how many were told in them
        self.version = 0  # grows with each change of what is told or explained
        self.dearer = dict.fromkeys(GROUPS, 0)  # so much less is each word worth, in micro-nats; 0 on a usual day
        self._ended: dict[str, tuple[str, int, int]] = {}  # alarm -> group, bucket, speaker
        homes, links = len(topology.places.ont_positions), topology.first.service - topology.first.link
        devices, routers = len(topology.device_at) - homes, topology.plant.device_role.count("cpe")
        sites, services = topology.first.conduit, topology.first.risk_group - topology.first.service
        network = {PROBES: services, MAINS: sites, NETWORK: devices + 2 * links}
        speak = {HOME: homes, ROUTERS: routers, LOOSE: devices, **network}
        rate = policy.stray_rate * _ours(topology, share)
        self._usual = {who: rate * number for who, number in speak.items()}

    def count(self, one: Evidence, by: int) -> None:
        """From now on nothing explains it (+1), or something does, or it ended (-1)."""
        if by > 0:
            one.counted_us = max(one.begun_us, one.heard_us)  # by arrival: no search has seen it before
        self._add(*self._place(one), by)

    def _place(self, one: Evidence) -> tuple[str, int, int]:
        return one.group, one.counted_us // BUCKET_US, speaker_of(self._topology, one)

    def ended(self, alarm: str, since_us: int, group: str, speaker: int) -> None:
        """An alarm began then, and ended, and nothing explained it; of several such periods the last counts."""
        self.forget(alarm)
        self._ended[alarm] = group, since_us // BUCKET_US, speaker
        self._add(*self._ended[alarm], 1)

    def forget(self, alarm: str) -> None:
        """What it said by chance counts no more."""
        known = self._ended.pop(alarm, None)
        if known is not None:
            self._add(*known, -1)

    def look(self, now_us: int, apart: Iterable[Evidence]) -> None:
        """What a word is worth in the search that begins now. `apart`: counted, and not told by chance."""
        first, last = self._window_at(now_us)
        places = Counter(map(self._place, apart))
        left_out = Counter(
            group
            for (group, bucket, speaker), number in places.items()
            if first <= bucket <= last and number >= self._counts[group].get(bucket, NOTHING)[speaker]
        )
        told = {who: number - left_out[who] for who, number in self.told(now_us).items()}
        for who, number in told.items():
            others = [one for one in ALIKE if one != who] if who in ALIKE else []
            elsewhere = sum([told[one] for one in others]), sum([self._usual[one] for one in others])
            self.dearer[who] = self._scores.dearer(number, self._usual[who], elsewhere)

    def told(self, now_us: int) -> dict[str, int]:
        """How many had their time to be explained and are not, by who spoke."""
        first, last = inside = self._window_at(now_us)
        if inside != self._inside:
            self._inside = inside
            for who, counts in self._counts.items():
                self._told[who] = sum([len(counts[bucket]) for bucket in range(first, last + 1) if bucket in counts])
        return dict(self._told)

    def _window_at(self, now_us: int) -> tuple[int, int]:
        """Buckets, the first and the last that count."""
        now = now_us // BUCKET_US
        return now - self._window, now - self._due

    def _add(self, group: str, bucket: int, speaker: int, by: int) -> None:
        self.version += 1
        counts = self._counts[group]
        said = counts.setdefault(bucket, Counter())
        before = len(said)
        said[speaker] += by
        if not said[speaker]:
            del said[speaker]
        if self._inside[0] <= bucket <= self._inside[1]:
            self._told[group] += len(said) - before
        if not said:
            del counts[bucket]


def _ours(topology: Topology, share: Share | None) -> float:
    """The part of the network's devices on which our domain decides."""
    if share is None:
        return 1.0
    devices = topology.device_at.tolist()
    return sum([1 for device in devices if share.domains.number(device) == share.number]) / max(1, len(devices))
