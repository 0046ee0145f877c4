"""Zabbix 6.0 and later, by its JSON-RPC API (https://www.zabbix.com/documentation/current/en/manual/api).

problem.get says what it holds active, read by the webhook's own reader; host.get and item.get say how its hosts are.

A host is lost where Zabbix knows of its interfaces or its ping, and no way to it works.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from connectors.formats.json_rows import Envelope
from connectors.polls.http import Http
from connectors.polls.named import Hosts
from connectors.polls.port import Answer, Unanswered
from correlator.alarms.states import key_of
from correlator.events import Alarm
from correlator.wire import BadInput

T = TypeVar("T")
PATH = "/api_jsonrpc.php"
AVAILABLE, UNAVAILABLE = "1", "2"  # of an interface; 0: not known
BEARER = (6, 4)  # from here on the token goes in a header, before it within the body
MOST = 100_000

Read = Callable[[bytes, Envelope], list[Alarm | BadInput] | BadInput]


class Interface(msgspec.Struct, frozen=True):
    ip: str = ""
    dns: str = ""
    main: str = "1"
    available: str = "0"


class Host(msgspec.Struct, frozen=True):
    hostid: str
    host: str
    name: str = ""
    interfaces: list[Interface] = []


class ItemKey(msgspec.Struct, frozen=True):
    key_: str = ""


class Ping(msgspec.Struct, frozen=True):
    hostid: str
    key_: str = ""
    lastvalue: str = ""
    lastclock: str = "0"


class Trigger(msgspec.Struct, frozen=True):
    triggerid: str
    hosts: list[Host] = []
    items: list[ItemKey] = []


class Problem(msgspec.Struct, frozen=True):
    eventid: str
    objectid: str
    name: str = ""
    severity: str = "0"
    clock: str = ""
    tags: list[dict[str, str]] = []


class Fault(msgspec.Struct, frozen=True):
    message: str = ""
    data: str = ""


class Reply(msgspec.Struct, frozen=True):
    result: Any = None
    error: Fault | None = None


class Zabbix:
    """Implements `Asked`. `token`: of its API; `sender`: the name of our token with which its webhook comes."""

    def __init__(self, http: Http, token: str | None, sender: str, read: Read, hosts: Hosts) -> None:
        self._http = http
        self._token = token
        self._sender = sender
        self._read = read
        self._hosts = hosts
        self._in_body: bool | None = None  # where the token goes; None: the version is not known yet

    async def ask(self, now: datetime) -> Answer:
        hosts = {
            one.hostid: one
            for one in await self._listed(
                "host.get",
                Host,
                {
                    "output": ["hostid", "host", "name"],
                    "selectInterfaces": ["ip", "dns", "main", "available"],
                    "filter": {"status": 0},
                },
            )
        }
        pings = await self._listed(
            "item.get",
            Ping,
            {
                "output": ["hostid", "key_", "lastvalue", "lastclock"],
                "search": {"key_": "icmpping"},
                "startSearch": True,
                "monitored": True,
            },
        )
        reached = _reached(hosts, pings)
        problems = await self._problems(hosts, now)
        held = {key_of(one) for one in problems}
        names = {one.hostid: (one.host, one.name, *_addresses(one)) for one in hosts.values()}
        return self._hosts.answer(
            now,
            {names[host]: well for host, well in reached.items()},
            problems,
            lambda one: one.key in held if (one.qualifier or "").startswith("trigger ") else None,
        )

    async def close(self) -> None:
        await self._http.close()

    async def _problems(self, hosts: Mapping[str, Host], now: datetime) -> list[Alarm]:
        """What is active, as the webhook would say it."""
        problems = await self._listed(
            "problem.get",
            Problem,
            {
                "output": ["eventid", "objectid", "name", "severity", "clock"],
                "selectTags": ["tag", "value"],
                "source": 0,
                "object": 0,
            },
        )
        triggers = (
            {
                one.triggerid: one
                for one in await self._listed(
                    "trigger.get",
                    Trigger,
                    {
                        "output": ["triggerid"],
                        "triggerids": sorted({one.objectid for one in problems}),
                        "selectHosts": ["hostid", "host", "name"],
                        "selectItems": ["key_"],
                    },
                )
            }
            if problems
            else {}
        )
        said = []
        for problem in problems:
            trigger = triggers.get(problem.objectid)
            if trigger is None or not trigger.hosts:
                continue  # its host is not monitored, or not for us to see
            host = trigger.hosts[0]
            body = {
                "event": problem.eventid,
                "value": "1",
                "trigger": problem.objectid,
                "host": host.host,
                "visible": host.name,
                "address": next(iter(_addresses(hosts.get(host.hostid, host))), ""),
                "item": trigger.items[0].key_ if trigger.items else "",
                "name": problem.name,
                "severity": problem.severity,
                "time": problem.clock,
                "tags": problem.tags,
            }
            envelope = Envelope(now, self._sender, MOST, self._hosts.resolver.knows)
            read = self._read(msgspec.json.encode(body), envelope)
            if isinstance(read, BadInput):
                raise Unanswered(f"problem.get: {read.field}: {read.reason}", f"Look at {self._http.part}.url")
            said += [self._hosts.own(one) for one in read if isinstance(one, Alarm)]
        return said

    async def _listed(self, method: str, shape: type[T], params: Mapping[str, Any]) -> list[T]:
        found = await self._called(method, params)
        try:
            return msgspec.convert(found, list[shape])  # type: ignore[valid-type]  # a type at run time
        except msgspec.ValidationError as error:
            raise Unanswered(f"{method}: {error}"[:300], f"Look at {self._http.part}.url") from None

    async def _called(self, method: str, params: Any) -> Any:
        if self._in_body is None and method != "apiinfo.version":
            version = str(await self._called("apiinfo.version", []))
            parts = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
            self._in_body = parts < BEARER
        body = {"jsonrpc": "2.0", "method": method, "params": params, "id": 1}
        if self._in_body and self._token and method != "apiinfo.version":
            body["auth"] = self._token
        headers = {"Authorization": f"Bearer {self._token}"} if self._in_body is False and self._token else {}
        reply = await self._http.post(PATH, Reply, body, headers)
        if reply.error is not None:
            said = f"{reply.error.message} {reply.error.data}".strip()[:200]
            raise Unanswered(f"{method} is refused: {said}", f"Give {self._http.part}.token a user that may read hosts")
        return reply.result


def _addresses(host: Host) -> Sequence[str]:
    """The main one first."""
    listed = sorted(host.interfaces, key=lambda one: one.main != "1")
    return [name for one in listed for name in (one.ip, one.dns) if name]


def _reached(hosts: Mapping[str, Host], pings: Sequence[Ping]) -> dict[str, bool]:
    """By host, of those of which Zabbix knows."""
    found: dict[str, bool] = {}
    for host in hosts.values():
        for one in host.interfaces:
            if one.available in (AVAILABLE, UNAVAILABLE):
                found[host.hostid] = found.get(host.hostid, False) or one.available == AVAILABLE
    for ping in pings:
        told = ping.key_ == "icmpping" or ping.key_.startswith("icmpping[")  # not icmppingloss, icmppingsec
        if told and ping.hostid in hosts and ping.lastclock != "0" and ping.lastvalue in ("0", "1"):
            found[ping.hostid] = found.get(ping.hostid, False) or ping.lastvalue == "1"
    return found
