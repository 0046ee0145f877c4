"""Which devices are asked for the names of their ports, and who asks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from connectors.ports import Counter, Inlet, Resolver, Store
from correlator.events import HOUR_US, Alarm, moment
from streams import clock
from streams.bootstrap.polls import Trouble, snmp_user
from streams.files import Files, make_folder
from streams.settings import Settings
from topology.graph import Topology

if TYPE_CHECKING:
    from connectors.polls.port_asker import PortAsker
    from connectors.polls.port_names import Asked, PortNames

TRIED_S = 2.0  # a device that is only looked at, and once more


def port_names(settings: Settings, topology: Topology, now: clock.Clock) -> "PortNames | None":
    """None where the settings name no device; then nothing is loaded. Raises Unusable, BadFiles."""
    if not settings.ports:
        return None
    from connectors.polls.port_names import PortNames

    make_folder(settings.data)
    return PortNames(Files(settings.data).port_names, asked(settings, topology), now)


def asked(settings: Settings, topology: Topology) -> "dict[str, Asked]":
    """By the device's id. Of several addresses the one in the smallest network, of several parts that part. Raises
    Unusable for a user that there is not."""
    from connectors.polls.port_names import Asked
    from connectors.polls.snmp import Agent

    users = {
        name: None if one.username is None else snmp_user(settings, f"ports.{name}", one.username)
        for name, one in settings.ports.items()
    }
    networks = [(network, name, one) for name, one in settings.ports.items() for network in one.devices]
    networks.sort(key=lambda each: -each[0].prefixlen)
    addresses = [(ip_address(address), address, topology.ids[device]) for address, device in topology.addresses.items()]
    found: dict[str, Asked] = {}
    for network, name, one in networks:
        for place, address, device in addresses:
            if device not in found and place in network:
                agent = Agent(f"ports.{name}", address, one.port, one.community or "", users[name])
                found[device] = Asked(agent, one.every_h * HOUR_US)
    return found


async def tried(asked: "Mapping[str, Asked]") -> Mapping[str, Trouble | None]:
    """What is wrong where these devices are asked for their ports, by id; None: nothing."""
    from connectors.polls.port import Unanswered
    from connectors.polls.port_names import shown
    from connectors.polls.snmp import Engine, Walker

    engine, found = Engine(), dict[str, Trouble | None]()
    for device, one in asked.items():
        try:
            await shown(Walker(replace(one.agent, timeout_s=TRIED_S, retries=1), engine))
            found[device] = None
        except Unanswered as error:
            found[device] = Trouble(error.what, error.remedy)
    await engine.close()
    return found


@dataclass(frozen=True, slots=True)
class PortAskerParts:
    """`inlet`: to which it hands on, and says again; `domain`: whose alarms are looked through."""

    resolver: Resolver
    inlet: Inlet
    counter: Counter
    store: Store
    domain: str


def port_asker(names: "PortNames", parts: PortAskerParts) -> "PortAsker":
    from connectors.polls.port_asker import PortAsker

    def standing() -> Sequence[Alarm]:
        return [
            Alarm(
                id=row.first_id,
                time=moment(row.first_us),
                source=row.source,
                object=row.object,
                qualifier=row.qualifier,
                alarm_type=row.alarm_type,
                severity=row.severity,
                state="raised",
                text=row.text,
            )
            for _, row in parts.store.rows(parts.domain, "alarms")
            if row.active and "/" in row.object
        ]

    return PortAsker(names, parts.resolver, parts.inlet, parts.counter, standing)
