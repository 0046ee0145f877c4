"""What an alarm says about the network: which single failures explain it, and what it is worth.

A token is one thing told: a link end that is dark, a device that is lost, a fibre that is broken. Several alarm types
may tell the same token (loss_of_signal and link_down, by vendor); it counts once. The two ends of a link are two
tokens; its silence is one (contract, table of alarm types).
"""

from dataclasses import dataclass
from typing import Literal

from correlator.events import EVENTS, PRECURSORS, AlarmType
from correlator.inference.likelihood import Scores
from correlator.inference.port import Observation
from topology import cover
from topology.graph import Topology

EXTERNAL = -1  # the candidate "the cause is outside"

TokenKind = Literal["link_end", "device", "switch", "fibre", "power", "gasp", "card", "service", "direct"]


@dataclass(slots=True, eq=False, kw_only=True)
class Token(Observation):
    """One thing that alarms tell now. `credit`: whom it speaks for; `explain`: who else would account for it."""

    kind: TokenKind
    worth: int  # micro-nats
    credit: tuple[int, ...]
    explain: tuple[int, ...]
    device: int = -1  # device tokens: the element; of a service the ONT or CPE that it hangs on
    link: int = -1  # link ends and switches: the element
    speaker: int = -1  # ONTs: the OLT that tells of it
    plain: tuple[int, ...] = ()  # whom it speaks for in the sound network; `credit` may hold more


@dataclass(frozen=True, slots=True)
class Plan:
    """The token that an alarm of this object and type tells."""

    key: tuple[str, int, int]
    kind: TokenKind
    worth: int
    credit: tuple[int, ...]
    explain: tuple[int, ...] = ()
    device: int = -1
    link: int = -1
    speaker: int = -1

    @property
    def plain(self) -> tuple[int, ...]:
        return self.credit

    def token(self, more: tuple[int, ...] = ()) -> Token:
        """`more`: whom else it speaks for while others have failed (`faults.wounds`)."""
        return Token(
            key=self.key,
            kind=self.kind,
            worth=self.worth,
            credit=self.credit + more,
            explain=self.explain,
            device=self.device,
            link=self.link,
            speaker=self.speaker,
            plain=self.credit,
        )


class Planner:
    """Plans by (object, alarm type), remembered."""

    def __init__(self, topology: Topology, scores: Scores) -> None:
        self._topology = topology
        self._active = scores.active
        self._known: dict[tuple[str, AlarmType], Plan | None] = {}
        self.loose_ports: dict[str, int] = {}  # ports of known devices that no row names: candidates beyond the rows
        self._loose_names: list[str] = []

    def plan(self, name: str, alarm_type: AlarmType) -> Plan | None:
        """None where the alarm is no evidence (a precursor, an event, an object that the inventory lacks)."""
        try:
            return self._known[name, alarm_type]
        except KeyError:
            found = self._known[name, alarm_type] = self._make(name, alarm_type)
            return found

    def name_of(self, candidate: int) -> str:
        if candidate == EXTERNAL:
            return "external"
        rows = len(self._topology.ids)
        return self._topology.ids[candidate] if candidate < rows else self._loose_names[candidate - rows]

    def kind_of(self, candidate: int) -> str:
        if candidate == EXTERNAL:
            return "external"
        return self._topology.kind_of(candidate) if candidate < len(self._topology.ids) else "port"

    def candidate(self, name: str) -> int | None:
        """The candidate of an id, as a person may name it."""
        if name == "external":
            return EXTERNAL
        found = self._topology.find(name)
        if found is None and self._topology.find_port(name) is not None:
            return self._loose(name)
        return found

    def _loose(self, name: str) -> int:
        number = self.loose_ports.get(name)
        if number is None:
            number = self.loose_ports[name] = len(self._topology.ids) + len(self._loose_names)
            self._loose_names.append(name)
        return number

    def _make(self, name: str, alarm_type: AlarmType) -> Plan | None:
        if alarm_type in PRECURSORS or alarm_type in EVENTS:
            return None
        element = self._topology.find(name)
        if element is None:
            if self._topology.find_port(name) is None:
                return None
            return self._alone(self._loose(name), alarm_type)
        match self._topology.kind_of(element):
            case "port":
                return self._of_port(element, alarm_type)
            case "link":
                return self._of_link(element, alarm_type, 2)
            case "device":
                return self._of_device(element, alarm_type)
            case "splitter":
                return self._direct(element, cover.cuts_off(self._topology, element))
            case "span" | "conduit":
                severs = cover.severs(self._topology, element)
                return self._direct(element, severs, credit=severs)
            case "site" | "risk_group":
                return self._of_place(element, alarm_type)
            case "service":
                service = element - self._topology.first_service
                fails = cover.fails_service(self._topology, service)
                points = [self._topology.device_of(point) for point in self._topology.service_attach(service)]
                at_home = len(points) == 1 and self._topology.role_of(points[0]) in ("ont", "cpe")
                home = points[0] if at_home else -1
                return Plan(("service", element, 0), "service", self._active["service_down"], fails, device=home)

    def _alone(self, candidate: int, alarm_type: AlarmType) -> Plan:
        kind: TokenKind = "card" if alarm_type == "card_failure" else "direct"
        return Plan((kind, candidate, 0), kind, self._active[alarm_type], (candidate,))

    def _direct(self, element: int, explain: tuple[int, ...], credit: tuple[int, ...] | None = None) -> Plan:
        """An alarm about what does not speak by itself is direct evidence for it."""
        return Plan(("fibre", element, 0), "fibre", self._active["fiber_break"], credit or (element,), explain)

    def _of_port(self, port: int, alarm_type: AlarmType) -> Plan | None:
        link = self._topology.link_of(port)
        if link < 0 or alarm_type == "card_failure":
            return self._alone(port, alarm_type)
        end = 0 if self._topology.ports_of(link)[0] == port else 1
        return self._of_link(link, alarm_type, end)

    def _of_link(self, link: int, alarm_type: AlarmType, end: int) -> Plan:
        """`end`: 0 and 1 the ports, 2 a manager in place of both."""
        topology = self._topology
        worth = self._active[alarm_type] * (2 if end == 2 else 1)
        if alarm_type == "fiber_break":
            return Plan(("fibre", link, 0), "fibre", self._active["fiber_break"], cover.severs(topology, link))
        stops = cover.stops(topology, link)
        if alarm_type == "protection_switch":
            credit = cover.degrades(topology, link)
            return Plan(("switch", link, end), "switch", worth, credit, stops, link=link)
        if end == 2:
            return Plan(("link_end", link, 2), "link_end", worth, stops, link=link)
        # who is cut off cannot have told it
        mute = set(cover.cuts_off(topology, topology.ends(link)[end]))
        credit = tuple(c for c in stops if c not in mute)
        return Plan(("link_end", link, end), "link_end", worth, credit, tuple(c for c in stops if c in mute), link=link)

    def _of_device(self, device: int, alarm_type: AlarmType) -> Plan | None:
        topology, worth = self._topology, self._active[alarm_type]
        match alarm_type:
            case "neighbor_down":  # which of its neighbors is not said
                return None
            case "power_failure" | "on_battery":
                return Plan(("power", device, 0), "power", worth, cover.unpowers(topology, device), device=device)
            case "dying_gasp":
                # a customer who switches off is no fault: it speaks for the mains of more than this one device
                mains = tuple(c for c in cover.unpowers(topology, device) if c != device)
                return Plan(("gasp", device, 0), "gasp", worth, mains, device=device)
            case "card_failure":
                return Plan(("card", device, 0), "card", worth, (device,), cover.unpowers(topology, device))
            case _:
                cuts, speaker = cover.cuts_off(topology, device), cover.speaker(topology, device)
                return Plan(("device", device, 0), "device", worth, cuts, device=device, speaker=speaker)

    def _of_place(self, element: int, alarm_type: AlarmType) -> Plan:
        topology, worth = self._topology, self._active[alarm_type]
        if topology.kind_of(element) == "site":
            return Plan(("power", element, 0), "power", worth, cover.unpowers(topology, element))
        return Plan(("power", element, 0), "power", self._active["power_failure"], (element,))


def give(token: Token, sets: dict[int, set[Token]], worth: dict[int, int]) -> None:
    """It counts for those for whom it speaks: `sets` and `worth` by candidate."""
    value = token.worth
    for candidate in token.credit:
        held = sets.get(candidate)
        if held is None:
            sets[candidate] = {token}
            worth[candidate] = value
        else:
            held.add(token)
            worth[candidate] += value


def take(token: Token, sets: dict[int, set[Token]], worth: dict[int, int]) -> None:
    """It counts no more; who has nothing left is left out."""
    value = token.worth
    for candidate in token.credit:
        held = sets[candidate]
        held.discard(token)
        if held:
            worth[candidate] -= value
        else:
            del sets[candidate], worth[candidate]
