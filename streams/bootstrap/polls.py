"""What is asked: a poller for each `[polls.NAME]`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from connectors.ports import Counter, Inlet, Resolver, Store
from correlator.events import Alarm
from streams import clock
from streams.poll_settings import Poll as PollPart
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.polls.poller import Poller
    from connectors.polls.port import Asked, Standing


@dataclass(frozen=True, slots=True)
class PollParts:
    """What the pollers of a process share. `domains`: whose alarms are looked through."""

    inlet: Inlet
    store: Store
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
    return [
        Poller(Poll(name, source_of(name, one), one.every_s, one.confirm), asked(name, one, parts), ports)
        for name, one in settings.polls.items()
    ]


def source_of(name: str, one: PollPart) -> str:
    """As its alarms name it."""
    return one.source or f"{one.system}:{name}"


def asked(name: str, one: PollPart, parts: PollParts) -> "Asked":
    from connectors.polls.http import Http, Site

    site = Site(
        part=f"polls.{name}",
        url=one.url,
        token=one.token,
        username=one.username,
        password=one.password,
        authorities=None if one.authorities is None else str(one.authorities),
    )
    source = source_of(name, one)
    match one.system:
        case "prometheus":
            from connectors.polls.prometheus import QUERIES, Names, Prometheus
            from connectors.webhooks.alertmanager import Mapped, object_of

            names = Names(parts.resolver, lambda labels: object_of(labels, Mapped()))
            return Prometheus(Http(site), source, QUERIES if one.queries is None else one.queries, names)
        case "alertmanager":
            from connectors.polls.alertmanager import Alertmanager
            from connectors.webhooks import alertmanager

            def read(alerts, envelope):  # type: ignore[no-untyped-def]  # as `Read` has it
                origin = alertmanager.Origin("alertmanager", "am")
                return alertmanager.alarms_of(alerts, envelope, alertmanager.Mapped(), origin)

            return Alertmanager(Http(site), source.partition(":")[2] or source, read, _own(parts.resolver, source))


def _own(resolver: Resolver, source: str) -> Callable[[Alarm], Alarm]:
    """Under the inventory's id, and of this source."""

    def own(alarm: Alarm) -> Alarm:
        return msgspec.structs.replace(alarm, object=resolver.object_named(alarm.object) or alarm.object, source=source)

    return own


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
