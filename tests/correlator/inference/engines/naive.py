# ruff: noqa: ARG002  what the port hands in, a small engine need not use
"""A second engine, as small as can be: what is lost is explained by the nearest failed uplink.

It knows no silence, no complaints and no likelihoods, and thinks all over in each search. It shows what the port asks
of an engine, and what of a night the port's users do by themselves.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain

from correlator.events import EVENTS, PRECURSORS, AlarmType
from correlator.explanation import Line
from correlator.inference import port
from correlator.inference.port import Hypothesis, Observation, Standing
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from correlator.roots import kind_of
from correlator.world import Share
from topology import cover
from topology.domains import element_of
from topology.down import Down, Intervals
from topology.graph import Topology

NOT_FAILED = (*PRECURSORS, *EVENTS, "neighbor_down", "protection_switch", "on_battery")
PRIOR, WORTH, SURE_PPM = -10_000_000, 12_000_000, 500_000  # one thing told is enough


class Network:
    """The way up from each element, what is told of it, and by whom it is claimed."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.up: dict[int, tuple[int, int]] = {}  # device -> its link to a gateway, and the device there
        self.told: dict[int, Observation] = {}
        self.claimed: dict[int, str] = {}  # element -> the incident of which it is the root
        self.ending: dict[int, str] = {}  # the same of those that clear
        self.touched: set[int] = set()
        waiting = sorted(topology.gateways)
        near = set(waiting)
        for device in waiting:  # grows while it is read
            for link in topology.links_of(device):
                other = sum(topology.ends(link)) - device
                if other not in near:
                    near.add(other)
                    self.up[other] = link, device
                    waiting.append(other)

    def failed(self, name: str, alarm_type: AlarmType) -> int | None:
        """What has failed where such an alarm stands."""
        element = None if alarm_type in NOT_FAILED else self.topology.find(name)
        if element is None or self.topology.kind_of(element) != "port":
            return element
        link = self.topology.link_of(element)
        return element if link < 0 else link

    def way(self, element: int) -> Iterator[int]:
        """From an element up to a gateway, link by link and device by device."""
        topology = self.topology
        match topology.kind_of(element):
            case "link":
                device = min(topology.ends(element), key=lambda end: len(list(self.above(end))))
            case "service":
                device = topology.device_of(topology.service_attach(element - topology.first_service)[0])
            case "port":
                device = topology.device_of(element)
            case "device" | "splitter":
                yield from self.above(element)
                return
            case _:
                return
        yield device
        yield from self.above(device)

    def above(self, device: int) -> Iterator[int]:
        while device in self.up:
            link, device = self.up[device]
            yield link
            yield device

    def uplinks(self, element: int) -> Iterator[int]:
        """It, and what could have cut it off: as far up as nobody who speaks is well."""
        yield element
        for step in self.way(element):
            if step not in self.told and step not in self.claimed and self.topology.kind_of(step) == "device":
                return
            yield step

    def root_of(self, observation: Observation) -> int:
        """The nearest uplink that is told failed, and from there on again."""
        return [step for step in self.uplinks(observation.key[1]) if step in self.told][-1]

    def alike(self, root: str) -> tuple[int, ...]:
        element = self.topology.find(root)
        return () if element is None else cover.equivalents(self.topology, element)

    def free(self) -> list[Observation]:
        return sorted((one for one in self.told.values() if one.owner is None), key=lambda one: one.key)


class Accounts:
    """Implements `port.Accounts`."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.held: dict[str, set[Observation]] = {}
        self.suspected: dict[str, set[Observation]] = {}

    def own(self, observation: Observation, incident: str | None) -> None:
        move(self.held, observation, observation.owner, incident)
        observation.owner = incident
        if incident is None:
            self.network.touched.add(observation.key[1])
        else:
            self.suspect(observation, None)

    def suspect(self, observation: Observation, incident: str | None) -> None:
        move(self.suspected, observation, observation.suspect, incident)
        observation.suspect = incident

    def held_by(self, incident: str) -> set[Observation]:
        return self.held.get(incident, set())

    def suspected_by(self, incident: str) -> set[Observation]:
        return self.suspected.get(incident, set())

    def forget(self, incident: str) -> None:
        self.held.pop(incident, None)
        self.suspected.pop(incident, None)

    def owner_of(self, observation: Observation) -> str | None:
        claimed = self.network.claimed
        return next((claimed[step] for step in self.network.uplinks(observation.key[1]) if step in claimed), None)

    def clearing_of(self, observation: Observation) -> list[str]:
        ending = self.network.ending
        return [ending[step] for step in self.network.uplinks(observation.key[1]) if step in ending]

    def over(self, services: Iterable[int]) -> tuple[list[str], list[str]]:
        claimed = self.network.claimed
        return [claimed[one] for one in self._fail(services) if one in claimed], list(self.network.ending.values())

    def lost_since(self, services: Iterable[int], since_us: int) -> bool:
        return False

    def takes_down(self, standing: Standing, services: Iterable[int]) -> bool:
        roots = self.network.ending if standing.clearing else self.network.claimed
        return any(roots.get(one) == standing.incident for one in self._fail(services))

    def _fail(self, services: Iterable[int]) -> Iterable[int]:
        """What takes one of them down by itself."""
        return chain.from_iterable(cover.fails_service(self.network.topology, service) for service in services)

    def clears(self, element: int) -> bool:
        return element in self.network.ending

    def claim(self, standing: Standing, others: Iterable[Standing]) -> None:
        for root in standing.roots:
            for one in self.network.alike(root):
                self.network.claimed.setdefault(one, standing.incident)

    def reclaim(self, standing: Iterable[Standing]) -> None:
        self.network.claimed.clear()
        for one in sorted(standing, key=lambda one: (one.claimed, one.incident)):
            if not one.clearing and not one.released:
                self.claim(one, ())

    def expose(self, standing: Iterable[Standing]) -> list[Observation]:
        self.network.ending.clear()
        for one in sorted(standing, key=lambda one: one.incident):
            if one.clearing and not one.released:
                members = chain.from_iterable(self.network.alike(root) for root in one.roots)
                self.network.ending.update(dict.fromkeys(members, one.incident))
        return []

    def absorbed(self, standing: Standing) -> list[Observation]:
        return [one for one in self.network.free() if self.owner_of(one) == standing.incident]

    def met(self, standing: Standing, others: Iterable[Standing]) -> list[Observation]:
        return []


def move(held: dict[str, set[Observation]], observation: Observation, was: str | None, now: str | None) -> None:
    if was is not None:
        held.get(was, set()).discard(observation)
    if now is not None:
        held.setdefault(now, set()).add(observation)


class Roots:
    """Implements `port.Roots`."""

    def __init__(self, network: Network, share: Share | None) -> None:
        self.network = network
        self.share = share
        self.work: list[tuple[tuple[str, ...], int, int]] = []

    def alike(self, root: str) -> tuple[str, ...]:
        return tuple(self.network.topology.ids[one] for one in self.network.alike(root)) or (root,)

    def broken(self, roots: Iterable[str], cards: Collection[str] = (), incident: str = "") -> tuple[int, ...]:
        found = map(self.network.topology.find, roots)
        return tuple(sorted(one for one in found if one is not None))

    def partly_broken(self, root: str, cards: Collection[str] = ()) -> bool:
        return False

    def turned(self) -> set[str]:
        return set()

    def quiet(self, fallen: Down, age_us: int, *, told: bool, alone: bool) -> Intervals:
        return ()

    def hides(self, root: str) -> bool:
        return False

    def belied(self, told: Iterable[Observation], answered: Mapping[str, int], *, of_links: bool) -> list[Observation]:
        return []

    def carried(self, answered: Mapping[str, int], told: Iterable[Observation]) -> Intervals:
        return ()

    def still_broken(self, failed: Collection[int], well: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(failed))

    def is_ours(self, root: str) -> bool:
        share, topology = self.share, self.network.topology
        return share is None or share.domains.number(element_of(topology, root)) == share.number

    def planned_until_us(self, root: str) -> int:
        above = {*self.network.alike(root), *self._over(root)}
        return max(
            (until_us for names, _, until_us in self.work if not above.isdisjoint(self._elements(names))), default=0
        )

    def _over(self, root: str) -> Iterable[int]:
        """What takes a device or a link along."""
        topology, element = self.network.topology, self.network.topology.find(root)
        if element is not None and topology.is_device(element):
            return cover.cuts_off(topology, element)
        return cover.stops(topology, element) if element is not None and topology.kind_of(element) == "link" else ()

    def _elements(self, names: Iterable[str]) -> set[int]:
        return {element for name in names if (element := self.network.topology.find(name)) is not None}

    def complaints_for(self, root: str) -> dict[str, int]:
        return {}

    def free_for(self, root: str) -> list[Observation]:
        return [one for one in self.network.free() if self.speaks_for(root, one)]

    def speaks_for(self, root: str, told: Observation) -> bool:
        return not set(self.network.alike(root)).isdisjoint(self.network.uplinks(told.key[1]))

    def names_root(self, root: str, told: Iterable[Observation]) -> bool:
        return any(one.key[1] in self.network.alike(root) for one in told)

    def beyond(self, root: str, told: Iterable[Observation]) -> list[Observation]:
        return [one for one in told if not self.speaks_for(root, one)]


class Naive:
    """Implements `port.Engine`."""

    def __init__(self, topology: Topology, policy: FaultPolicy, related: Related, share: Share | None) -> None:
        self.network = Network(topology)
        self.books, self.known = Accounts(self.network), Roots(self.network, share)
        self.accounts: port.Accounts = self.books
        self.roots: port.Roots = self.known
        self.by_alarm: dict[str, Observation] = {}
        self.work = 0

    def observe(self, change: port.Change) -> Observation | None:
        match change:
            case port.AlarmStands(alarm, name, alarm_type, since_us):
                element = self.network.failed(name, alarm_type)
                return None if element is None else self._stands(alarm, element, since_us)
            case port.AlarmEnded(alarm) if alarm in self.by_alarm:
                return self._ended(alarm)
            case port.AlarmDated(alarm, since_us) if alarm in self.by_alarm:
                date(self.by_alarm[alarm], alarm, since_us)
            case port.AlarmHeard(alarm, _, _, at_us) if alarm in self.by_alarm:
                self.by_alarm[alarm].last_us[alarm] = at_us
            case port.AlarmFreed(alarm, at_us) if alarm in self.by_alarm:
                self.by_alarm[alarm].freed_us[alarm] = at_us
        return None

    def _stands(self, alarm: str, element: int, since_us: int) -> Observation:
        kind = {"link": "link_end", "device": "device"}.get(self.network.topology.kind_of(element), "direct")
        told = self.network.told.setdefault(element, Observation((kind, element, 0), kind))
        self.by_alarm[alarm] = told
        date(told, alarm, since_us)
        return told

    def _ended(self, alarm: str) -> Observation | None:
        told = self.by_alarm.pop(alarm)
        for times in (told.alarms, told.last_us, told.freed_us):
            times.pop(alarm, None)
        if told.alarms:
            told.first_us = min(told.alarms.values())
            return None
        del self.network.told[told.key[1]]
        self.books.held_by(told.owner or "").discard(told)
        self.books.suspect(told, None)
        return told

    def plan(self, windows: Iterable[tuple[tuple[str, ...], int, int]]) -> list[Observation]:
        before, self.known.work = self.known.work, list(windows)
        turned = {name for names, *_ in {*before} ^ {*self.known.work} for name in names}
        return [one for one in self.network.free() if any(self.known.speaks_for(name, one) for name in turned)]

    def observation(self, alarm: str) -> Observation | None:
        return self.by_alarm.get(alarm)

    def touch(self, what: port.Touched) -> None:
        match what:
            case Observation():
                element: int | None = what.key[1]
            case port.AlarmStands():
                element = self.network.failed(what.object, what.alarm_type)
            case port.Root(name):
                element = self.network.topology.find(name)
            case _:
                element = None
        self.network.touched.update(() if element is None else (element,))

    def forget_touched(self) -> None:
        self.network.touched.clear()

    def pending(self) -> bool:
        return bool(self.network.touched)

    def diagnose(self, now_us: int, suspected: Mapping[str, str], looks: Collection[str]) -> port.Diagnosis:
        self.network.touched.clear()
        by_root: dict[int, list[Observation]] = {}
        for one in self.network.free():
            by_root.setdefault(self.network.root_of(one), []).append(one)
        self.work = len(self.network.told)
        found = [self._told(self.network.topology.ids[root], told) for root, told in sorted(by_root.items())]
        return port.Diagnosis(found, set(suspected.values()))

    def units(self) -> int:
        return self.work

    def sharper(self, standing: Standing, now_us: int) -> Hypothesis | None:
        return None

    def better(
        self, diagnosis: port.Diagnosis, standing: Callable[[str], Standing], now_us: int
    ) -> list[port.TakeOver]:
        return []

    def swallowed(self, root: str, standing: Callable[[str], Standing]) -> list[str]:
        names = sorted(name for name, held in self.books.held.items() if held and not self.known.beyond(root, held))
        return [name for name in names if standing(name).live and standing(name).movable]

    def heard_again(self, standing: Standing, calls: Iterable[port.Complaint], now_us: int) -> Hypothesis | None:
        return None

    def best_for(self, observation: Observation, now_us: int, *, alone: float = 0.0) -> Hypothesis | None:
        return None

    def weigh(
        self, root: str, told: Iterable[Observation], now_us: int, held: port.Held | None = None
    ) -> Hypothesis | None:
        speaks = [one for one in told if self.known.speaks_for(root, one)]
        return self._told(root, speaks) if speaks else None

    def judge(
        self, root: str, told: Iterable[Observation], now_us: int, held: port.Held | None = None
    ) -> Hypothesis | None:
        return self.weigh(root, told, now_us, held)

    def assume(self, root: str, told: Iterable[Observation], now_us: int) -> Hypothesis:
        return self._told(root, sorted(told, key=lambda one: one.key))

    def _told(self, root: str, told: list[Observation]) -> Hypothesis:
        """`odds` 0: other roots are not looked at, so it opens when it is old enough."""
        gain = PRIOR + WORTH * len(told)
        return Hypothesis(root, self.known.alike(root), gain, PRIOR, 0, 1.0, SURE_PPM, told)

    def explained(self, hypothesis: Hypothesis) -> list[Observation]:
        return list(hypothesis.speaks)

    def explain(self, hypothesis: Hypothesis) -> list[Line]:
        named = (kind_of(self.network.topology, hypothesis.root), hypothesis.root)
        return [Line("root", (named, hypothesis.confidence_ppm, hypothesis.gain)), Line("prior", (hypothesis.prior,))]


def date(told: Observation, alarm: str, since_us: int) -> None:
    told.alarms[alarm] = since_us
    told.first_us = min(told.alarms.values())
