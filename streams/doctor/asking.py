"""Whether what is asked answers: each `[polls.NAME]`, and some devices of each `[ports.NAME]`. It keeps nothing."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from connectors.ports import PortError
from correlator.policy import Policy
from correlator.world import World
from streams import bootstrap, clock
from streams.bootstrap import polls, ports
from streams.doctor.finding import Finding, well
from streams.files import inventory
from streams.poll_settings import Poll, Ports
from streams.settings import Settings
from topology.compile import compile_inventory
from topology.english import counted
from topology.graph import Topology
from topology.model import Inventory

SHOWN = 3  # devices: so many are asked for their ports, and so many names are told


def asking(settings: Settings) -> Iterator[Finding]:
    if not settings.polls and not settings.ports:
        return
    try:
        topology = compile_inventory(inventory(settings))
    except PortError:  # told elsewhere; whether they answer can be seen without it
        topology = compile_inventory(Inventory())
    resolver = bootstrap.resolver_of(World(topology, Policy()), clock.wall_us)
    said = asyncio.run(polls.tried(settings, topology, resolver))
    for name, poll in settings.polls.items():
        yield _poll(f"polls.{name}", poll, said[name])
    if settings.ports:
        yield from _ports(settings, topology)


def _poll(part: str, poll: Poll, said: polls.Held | polls.Trouble) -> Finding:
    if isinstance(said, polls.Trouble):
        return Finding(part, "warning" if said.passes else "wrong", f"{poll.url}: {said.what}", said.remedy)
    held = f"{counted(said.active, 'alarm')} active"
    if said.devices:
        held = f"asks {counted(said.devices, 'device')} of the inventory, {held}"
    what = f"{poll.url} answers: {held}; it is asked every {poll.every_s} s"
    if said.strays:
        what = f"{what}; no row names {_some(said.strays)}"
        return Finding(part, "warning", what, "Add the names to the inventory; docs/polls.md says which are tried")
    if not said.devices and poll.system in ("librenms", "prometheus", "zabbix"):
        what = f"{what}; it polls no device that a row names"
        return Finding(part, "warning", what, "Compare its names of hosts with the inventory's, docs/polls.md")
    return well(part, what)


def _ports(settings: Settings, topology: Topology) -> Iterator[Finding]:
    try:
        asked = ports.asked(settings, topology)
    except PortError as error:
        yield Finding("ports", "wrong", error.what, error.remedy)
        return
    mine = {name: [d for d, one in asked.items() if one.agent.part == f"ports.{name}"] for name in settings.ports}
    some = [device for devices in mine.values() for device in devices[:SHOWN]]
    tried = asyncio.run(ports.tried({device: asked[device] for device in some}))
    for name, part in settings.ports.items():
        yield _devices(f"ports.{name}", part, mine[name], tried)
    if settings.kafka is not None:
        what = "on several machines no device is asked for its ports"
        yield Finding("ports", "warning", what, "Name ports in the inventory as traps and lines do")


def _devices(part: str, given: Ports, devices: Sequence[str], tried: Mapping[str, polls.Trouble | None]) -> Finding:
    who = "a community" if given.username is None else f"the user {given.username}"
    if not devices:
        what = f"no device of the inventory has an address in {', '.join(map(str, given.devices))}"
        return Finding(part, "warning", what, f"Correct {part}.devices, or the rows' addresses")
    asked = devices[:SHOWN]
    silent = [(device, error) for device in asked if (error := tried[device]) is not None]
    what = f"{counted(len(devices), 'device')} asked by {who} where a port is not known"
    if not silent:
        return well(part, f"{what}; {_some(asked)} answered")
    told = (
        f"{what}; of {len(asked)} tried, {_some([device for device, _ in silent])} did not answer: {silent[0][1].what}"
    )
    return Finding(part, "wrong" if len(silent) == len(asked) else "warning", told, silent[0][1].remedy)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"
