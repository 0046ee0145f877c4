"""What the network would say of a failure and of its repair: derived from `topology.impact`, not made up.

Ports that a gateway still reaches say linkDown, and that the BGP session over the link is lost; an optical manager says
which protected links lost a route; a poller misses its devices; a probe misses the companies' services. Whoever is cut
off cannot say so.
"""

from dataclasses import dataclass, replace
from typing import Literal

from correlator.events import AlarmType, Severity
from topology.graph import Topology
from topology.impact import Down, down, services_down
from topology.model import Product
from topology.predict import predict

POLLER, OPTICAL, PROBE = "icmp:poller", "ems:optical", "probe:sla"
UNWATCHED = ("splitter", "ont", "cpe")  # no poller asks these
PROBED: tuple[Product, ...] = ("dia", "tower", "wireless", "vpn")
PORT_EVERY_S, SESSION_AFTER_S = 0.1, 0.05
POLLED_FROM_S, POLLER_EVERY_S, A_ROUND = 1.0, 1.0, 10  # it asks ten devices a second, and goes round
PROBED_FROM_S, PROBE_EVERY_S = 10.0, 2.0

State = Literal["raised", "cleared"]


@dataclass(frozen=True, slots=True)
class Said:
    """One alarm that one source tells, `at_s` after the failure or the repair."""

    at_s: float
    source: str  # `snmp:` and the device's address for a trap of the device itself
    object: str
    alarm_type: AlarmType
    state: State
    severity: Severity | None
    qualifier: str | None = None  # of a BGP session: `bgp:` and the neighbour's address

    @property
    def is_trap(self) -> bool:
        return self.source.startswith("snmp:")


@dataclass(frozen=True, slots=True)
class Failure:
    """A root and what its failure does."""

    topology: Topology
    root: str
    down: Down

    @property
    def services(self) -> list[str]:
        """Services that go down, by id."""
        ids = self.topology.service_ids
        return [ids[number] for number in services_down(self.topology, self.down).tolist()]


def failure(topology: Topology, root: str) -> Failure:
    """KeyError where the inventory has no such element."""
    return Failure(topology, root, down(topology, (topology.index[root],)))


def storm(failed: Failure) -> list[Said]:
    """What is said once it fails, in order of time."""
    return sorted([*_ports(failed, "raised"), *_others(failed, "raised")], key=lambda said: said.at_s)


def calm(failed: Failure) -> list[Said]:
    """What is said once it is repaired: both ends of each link speak again, those that were cut off too."""
    return sorted([*_ports(failed, "cleared"), *_others(failed, "cleared")], key=lambda said: said.at_s)


def address_of(topology: Topology, device: int) -> str | None:
    return next((address for address, number in topology.addresses.items() if number == device), None)


def _ports(failed: Failure, state: State) -> list[Said]:
    """Both ends of each link, but those that are cut off; on the backbone with the session over the link."""
    topology, found = failed.topology, list[Said]()
    for link in predict(topology, failed.down).links:
        for port, far in zip(topology.ports_of(link), reversed(topology.ends(link)), strict=True):
            device = topology.device_of(port)
            mute = failed.down.holds(topology.position.item(device)) and state == "raised"
            address, peer = address_of(topology, device), address_of(topology, far)
            if address is None or mute:
                continue
            at_s, source, name = PORT_EVERY_S * len(found), f"snmp:{address}", topology.ids[port]
            found.append(_said(at_s, source, name, "link_down", state))
            if peer is not None and topology.tier_of(link) == "backbone":
                session = _said(at_s + SESSION_AFTER_S, source, name, "neighbor_down", state)
                found.append(replace(session, qualifier=f"bgp:{peer}"))
    return found


def _others(failed: Failure, state: State) -> list[Said]:
    topology, fallen = failed.topology, failed.down
    found = [
        _said(1.0, OPTICAL, topology.ids[link], "protection_switch", state)
        for link in predict(topology, fallen).degraded
    ]
    for n, device in enumerate(_polled(failed)):
        found.append(
            _said(POLLED_FROM_S + POLLER_EVERY_S * (n // A_ROUND), POLLER, device, "device_unreachable", state)
        )
    products = dict(zip(topology.service_ids, topology.service_product, strict=True))
    probed = [service for service in failed.services if products[service] in PROBED]
    for n, service in enumerate(probed):
        found.append(_said(PROBED_FROM_S + PROBE_EVERY_S * (n // A_ROUND), PROBE, service, "service_down", state))
    return found


def _polled(failed: Failure) -> list[str]:
    topology = failed.topology
    return [
        topology.ids[device]
        for low, high in failed.down.intervals
        for device in topology.device_at[low:high].tolist()
        if topology.role_of(device) not in UNWATCHED
    ]


def _said(at_s: float, source: str, name: str, alarm_type: AlarmType, state: State) -> Said:
    severity: Severity | None = None if state == "cleared" else "minor" if source == OPTICAL else "major"
    return Said(round(at_s, 2), source, name, alarm_type, state, severity)
