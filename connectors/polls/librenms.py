"""LibreNMS, by its API version 0 (https://docs.librenms.org/API/Devices/#list_devices, /API/Alerts/#list_alerts).

Its devices say which it polls and how they are. Its alerts name rule and device, not the port, so an alarm that its
webhook told is held while an alert of that rule on that device is open; none is raised of them.
"""

from datetime import datetime
from typing import Any

import msgspec

from connectors.polls.http import Http
from connectors.polls.named import Hosts
from connectors.polls.port import Answer, Standing
from topology.model import device_of

OPEN = ("1", "2", "3", "4", "5")  # alert, acknowledged, worse, better, changed
UP = ("1", "true")


class Device(msgspec.Struct, frozen=True):
    """Numbers come as numbers or as text."""

    hostname: str
    status: Any
    sys_name: str | None = msgspec.field(name="sysName", default=None)
    ip: str | None = None
    disabled: Any = 0
    ignore: Any = 0


class Devices(msgspec.Struct, frozen=True):
    devices: list[Device]


class Alert(msgspec.Struct, frozen=True):
    rule_id: Any
    hostname: str


class Alerts(msgspec.Struct, frozen=True):
    alerts: list[Alert]


class Librenms:
    """Implements `Asked`."""

    def __init__(self, http: Http, hosts: Hosts) -> None:
        self._http = http
        self._hosts = hosts

    async def ask(self, now: datetime) -> Answer:
        listed = (await self._http.get("/api/v0/devices", Devices)).devices
        alerts = [one for state in OPEN for one in (await self._http.get("/api/v0/alerts", Alerts, state=state)).alerts]
        names: dict[str, tuple[str, ...]] = {}
        for one in listed:
            names[one.hostname] = (one.hostname, one.sys_name or "", one.ip or "")
        polled = [one for one in listed if not _is_set(one.disabled) and not _is_set(one.ignore)]
        reached = {names[one.hostname]: _is_set(one.status) for one in polled}
        found = {(self._hosts.named(names.get(one.hostname, (one.hostname,))), str(one.rule_id)) for one in alerts}

        def holds(one: Standing) -> bool | None:
            rule = (one.qualifier or "").split()
            if len(rule) < 2 or rule[0] != "rule":
                return None
            return any((place, rule[1]) in found for place in (one.object, device_of(one.object)))

        return self._hosts.answer(now, reached, [], holds)

    async def close(self) -> None:
        await self._http.close()


def _is_set(value: Any) -> bool:
    return str(value).lower() in UP
