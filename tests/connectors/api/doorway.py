"""The whole HTTP door over fakes, and a caller who may hold any role."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from connectors.access.holders import Audited, Role
from connectors.access.limits import BucketLimiter
from connectors.access.links import Links
from connectors.access.passes import MemoryPasses, PassList
from connectors.access.signatures import Signer
from connectors.access.single_sign_on import SingleSignOn
from connectors.access.tries import Tries
from connectors.access.users import Users
from connectors.api.app import Doors, DoorSettings, create_app
from connectors.api.doors import Parser
from connectors.api.read import Reader
from connectors.buckets import MemoryBuckets
from connectors.console.page import Console, Parts
from connectors.heard import Heard
from connectors.journal.memory import MemoryJournal
from connectors.metrics import Counted
from connectors.privacy.vault import MemoryVault
from connectors.privacy.words import Words
from connectors.resolver import InventoryResolver
from connectors.store.memory import MemoryStore
from connectors.telemetry.metrics import PrometheusCounter
from connectors.webhooks import alertmanager, generic, grafana, librenms, prtg, tmf642, zabbix
from correlator.world import World
from tests.connectors.house import DOMAIN, WORLD, House, Inbox, IntakeRegister

LINKS = Links(b"secret", "https://answers.example.net")
PARSERS: dict[str, Parser] = {
    "generic": generic.parse,
    "alertmanager": alertmanager.parse,
    "grafana": grafana.parse,
    "librenms": librenms.parse,
    "prtg": prtg.parse,
    "tmf642": tmf642.parse,
    "zabbix": zabbix.parse,
}


@dataclass(frozen=True)
class Person:
    """Implements `Holder`."""

    id: str
    name: str
    role: Role
    scope: tuple[str, ...] = ()


@dataclass
class Badges:
    """Implements `Bearers`: the bearer `badge-ROLE` holds that role, all within one scope."""

    gone: set[str] = field(default_factory=set)
    scope: tuple[str, ...] = ()
    asked: int = 0
    turns: int = 0  # of the loop that a look takes

    async def verified(self, bearer: str) -> Person | None:
        self.asked += 1
        for _ in range(self.turns):
            await asyncio.sleep(0)
        role = bearer.removeprefix("badge-")
        known = role != bearer and role not in self.gone
        return Person(role, f"the {role}", role, self.scope) if known else None  # type: ignore[arg-type]  # the tests name real roles

    def stands(self, identity: str) -> bool:
        return identity not in self.gone


class Door:
    """Knock with `ask`."""

    wrong: str | None = None
    noted: str | None = None

    def __init__(
        self,
        folder: Path,
        settings: DoorSettings | None = None,
        *,
        store: MemoryStore | None = None,
        passes: PassList | None = None,
        world: World = WORLD,
        parsers: Mapping[str, Parser] | None = None,
        signers: Sequence[Signer] | Mapping[str, Signer] = (),
        users: Users | None = None,
        single_sign_on: SingleSignOn | None = None,
    ) -> None:
        self.house = House(store, world)
        self.inbox, self.badges = Inbox(), Badges()
        self.counter = PrometheusCounter()
        self.audited: list[Audited] = []
        self.journal, self.vault = MemoryJournal(), MemoryVault()
        checks = {"worker": lambda: self.wrong}
        given, limiter = settings or DoorSettings(), BucketLimiter(MemoryBuckets(lambda: self.house.now_us))
        self.page = Console(
            Parts(
                store=self.house.store,
                worlds={DOMAIN: self.house.world},
                clock=self.house.clock,
                bearers=self.badges,
                counter=self.counter,
                passes=passes or MemoryPasses(),
                folder=folder,
                checks=checks,
                users=users,
                tries=Tries(limiter, given.guesses_per_min),
                single_sign_on=single_sign_on,
            )
        )
        resolver = InventoryResolver(world.topology, {"JKT-CR1": "cr1.jakarta"}, self.house.clock)
        self.heard = Heard(self.house.clock, resolver.lists)
        self.app: FastAPI = create_app(
            Doors(
                inlet=self.inbox,
                reader=Reader(self.house.store, {DOMAIN: self.house.world}, self.house.clock, IntakeRegister()),
                words=Words(self.journal, (DOMAIN,), self.vault),
                tokens=self.badges,
                resolver=resolver,
                counter=self.counter,
                clock=self.house.clock,
                parsers={**PARSERS, **(parsers or {})},
                forms=("prtg", "/replies/sms"),
                signers=dict(signers) if isinstance(signers, Mapping) else {one.name: one for one in signers},
                heard=self.heard,
                checks=checks,
                exposition=self.counter.exposition,
                limiter=limiter,
                audit=self.audited.append,
                settings=given,
                notes={"kernel": lambda: self.noted},
                page=self.page,
                links=LINKS,
            )
        )

    def ask(self, method: str, path: str, role: Role | None = "administrator", **more: Any) -> httpx.Response:
        """One request with the badge of a role; None: without any. `peer`: the address that it comes from."""
        headers = {**({"Authorization": f"Bearer badge-{role}"} if role else {}), **more.pop("headers", {})}
        return asyncio.run(self._asked(method, path, more.pop("peer", "127.0.0.1"), headers=headers, **more))

    def ask_at_once(self, number: int, path: str, bearer: str) -> list[httpx.Response]:
        """So many requests with one bearer, none of which waits for another's answer."""
        headers = {"Authorization": f"Bearer {bearer}"}

        async def asked() -> list[httpx.Response]:
            return await asyncio.gather(
                *(self._asked("GET", path, "192.0.2.1", headers=headers) for _ in range(number))
            )

        return asyncio.run(asked())

    async def _asked(self, method: str, path: str, peer: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://simpul.test") as client:
            return await client.request(method, path, **more)

    def counted(self, metric: Counted, *labels: str) -> float:
        by = dict(zip(metric.labels, labels, strict=True))
        return self.counter.registry.get_sample_value(metric.name, by) or 0.0


def error(answer: httpx.Response) -> dict[str, Any]:
    """The one shape of every error."""
    body = answer.json()
    assert body.keys() == {"error"}, body
    assert body["error"].keys() == {"field", "reason", "remedy"}, body
    return dict(body["error"])
