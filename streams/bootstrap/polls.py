"""What is asked: a poller for each `[polls.NAME]`."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from connectors.listeners.port import Context
from connectors.ports import Counter, Inlet, PortError, Resolver, Store, Unusable
from correlator.events import Alarm, AlarmType, moment
from streams import clock
from streams.bootstrap.listeners import snmp_of
from streams.poll_settings import Poll as PollPart
from streams.settings import Settings
from topology.graph import Topology

if TYPE_CHECKING:
    from connectors.polls.poller import Poller
    from connectors.polls.port import Asked, Standing
    from connectors.polls.snmp import User

TRIED_S = 15.0  # with one system that is only looked at


@dataclass(frozen=True, slots=True)
class PollParts:
    """What the pollers of a process share. `domains`: whose alarms are looked through."""

    inlet: Inlet
    store: Store
    topology: Topology
    domains: Sequence[str]
    resolver: Resolver
    counter: Counter
    clock: clock.Clock


def pollers(settings: Settings, parts: PollParts) -> "list[Poller]":
    """None where the settings name none; then nothing is loaded."""
    if not settings.polls:
        return []
    from connectors.polls.poller import Poll, Poller, PollPorts

    ports = PollPorts(parts.inlet, _standing(parts), parts.clock, parts.counter)
    made = []
    for name, one in settings.polls.items():
        confirm = one.confirm if one.system == "prometheus" else 1  # the others' own rules have waited already
        poll = Poll(name, source_of(name, one), one.every_s, confirm)
        made.append(Poller(poll, asked(settings, name, parts.topology, parts.resolver), ports))
    return made


def source_of(name: str, one: PollPart) -> str:
    """As its alarms name it."""
    return one.source or f"{one.system}:{_place(one.url)[0] if one.system == 'snmp' else name}"


def asked(settings: Settings, name: str, topology: Topology, resolver: Resolver) -> "Asked":
    """What is asked in this part of the settings. Raises Unusable."""
    from connectors.polls.http import Http, Site
    from connectors.polls.named import Hosts

    one = settings.polls[name]
    site = Site(
        part=f"polls.{name}",
        url=one.url,
        token=one.token,
        username=one.username,
        password=one.password,
        authorities=None if one.authorities is None else str(one.authorities),
    )
    source = source_of(name, one)
    sender, hosts = source.partition(":")[2] or source, Hosts(resolver, source)
    match one.system:
        case "prometheus":
            from connectors.polls.prometheus import QUERIES, Names, Prometheus
            from connectors.webhooks.alertmanager import Mapped, object_of

            names = Names(resolver, lambda labels: object_of(labels, Mapped()))
            return Prometheus(Http(site), source, QUERIES if one.queries is None else one.queries, names)
        case "alertmanager":
            from connectors.polls.alertmanager import Alertmanager
            from connectors.webhooks.alertmanager import Mapped, Origin, alarms_of

            origin = Origin("alertmanager", "am")
            return Alertmanager(
                Http(site), sender, lambda alerts, envelope: alarms_of(alerts, envelope, Mapped(), origin), hosts.own
            )
        case "zabbix":
            from connectors.polls.zabbix import Zabbix
            from connectors.webhooks.zabbix import parse

            return Zabbix(Http(replace(site, token=None)), one.token, sender, parse, hosts)
        case "librenms":
            from connectors.polls.librenms import Librenms

            key = {} if one.token is None else {"X-Auth-Token": one.token}
            return Librenms(Http(replace(site, token=None, headers=key)), hosts)
        case "snmp":
            return _agent(settings, name, topology, resolver)


class Trouble(NamedTuple):
    """Why it cannot be asked. `passes`: by itself."""

    what: str
    remedy: str
    passes: bool = False


class Held(NamedTuple):
    """What one answered. `strays`: names in it that no row of the inventory has."""

    devices: int
    active: int
    strays: Sequence[str]


async def tried(settings: Settings, topology: Topology, resolver: Resolver) -> Mapping[str, Held | Trouble]:
    """Each poll's answer, asked once and all together, as the service would ask."""
    found = await asyncio.gather(*(_tried(settings, name, topology, resolver) for name in settings.polls))
    return dict(zip(settings.polls, found, strict=True))


async def _tried(settings: Settings, name: str, topology: Topology, resolver: Resolver) -> Held | Trouble:
    from connectors.polls.port import NotYet, Unanswered

    try:
        system = asked(settings, name, topology, resolver)
    except PortError as error:
        return Trouble(error.what, error.remedy or f"Correct polls.{name}")
    try:
        async with asyncio.timeout(TRIED_S):
            answer = await system.ask(moment(clock.wall_us()))
    except TimeoutError:
        return Trouble(f"it has not answered within {TRIED_S:.0f} s", f"Look at polls.{name}.url and its load")
    except Unanswered as error:
        return Trouble(error.what, error.remedy, isinstance(error, NotYet))
    finally:
        await system.close()
    strays = sorted({one.object for one in answer.active if not resolver.lists(one.object)})
    return Held(len(answer.devices), len(answer.active), strays)


def _standing(parts: PollParts) -> "Callable[[str], Sequence[Standing]]":
    from connectors.polls.port import Standing

    def standing(source: str) -> Sequence[Standing]:
        return [
            Standing(key, row.object, row.alarm_type, row.qualifier)
            for domain in parts.domains
            for key, row in parts.store.rows(domain, "alarms")
            if row.active and row.source == source
        ]

    return standing


def _place(url: str) -> tuple[str, int]:
    """Host and port of `snmp://HOST:PORT`."""
    parsed = urlsplit(url)
    return parsed.hostname or "", parsed.port or 161


def _agent(settings: Settings, name: str, topology: Topology, resolver: Resolver) -> "Asked":
    """Read by the catalogues that read its traps. Raises Unusable for a user that there is not."""
    from connectors.polls.alarm_mib import ActiveAlarms, Reads
    from connectors.polls.snmp import Agent
    from connectors.snmp.listener import translator
    from connectors.snmp.trap import Trap
    from connectors.telemetry.metrics import MemoryCounter

    one = settings.polls[name]
    host, port = _place(one.url)
    user = None if one.username is None else snmp_user(settings, f"polls.{name}", one.username)
    made = translator(snmp_of(settings), Context("snmp", topology, resolver, MemoryCounter()))
    address = source_of(name, one).partition(":")[2]

    def alarms(notification: str, varbinds: Sequence[tuple[str, Any]], now: datetime) -> Sequence[Alarm]:
        meaning = repr((notification, varbinds)).encode()
        return made.alarms(Trap("v2c", b"", notification, 0, tuple(varbinds), meaning), address, now)

    def kinds(notification: str) -> frozenset[AlarmType]:
        entry = made.catalogue.entries.get(notification)
        return frozenset(rule.alarm_type for rule in entry.rules if rule.state == "raised") if entry else frozenset()

    agent = Agent(f"polls.{name}", host, port, one.token or "public", user)
    return ActiveAlarms(agent, Reads(alarms, kinds))


def snmp_user(settings: Settings, part: str, wanted: str) -> "User":
    """One of ours, by which we ask. `part`: of the settings, for words. Raises Unusable."""
    from connectors.polls.snmp import User
    from connectors.snmp.usm.users import load

    given = snmp_of(settings)
    assert given.users is not None, "a folder is always named"
    found = load(given.users, weak=given.weak).get(wanted.encode())
    if found is None:
        raise Unusable(f"{part}.username is {wanted}, whom no file has", f"Say simpul snmp add {wanted}")
    return User(
        found.name,
        found.auth.service if found.auth else None,
        found.auth_password,
        found.priv.service if found.priv else None,
        found.priv_password,
    )
