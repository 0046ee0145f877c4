"""LibreNMS, by its API version 0 (https://docs.librenms.org/API/: Devices, list_devices; Ports, get_all_ports; Alerts).

Its devices say which it polls and how they are, its ports whether they are up. Of ports those count that a row of the
inventory has, that are meant to be up, and whose device answers it: of others it has old words. Its alerts name rule
and device, not the port, so an alarm that its webhook told is held while an alert of that rule on that device is open;
none is raised of them. They are asked for in one question: its source takes several states between commas
(includes/html/api_functions.inc.php, list_alerts: `explode(',', ...)`), though the page speaks of one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from connectors.polls.http import Http
from connectors.polls.named import Hosts
from connectors.polls.port import Answer, Standing
from correlator.events import AlarmType
from topology.model import device_of

OPEN = "1,2,3,4,5"  # alert, acknowledged, worse, better, changed
UP = ("1", "true")
COLUMNS = "device_id,ifIndex,ifName,ifDescr,ifAlias,ifOperStatus,ifAdminStatus,ignore,disabled"
LINK: AlarmType = "link_down"
SAYS = {"up": True, "down": False, "lowerLayerDown": False}  # of ifOperStatus (RFC 2863); the others say nothing


class Device(msgspec.Struct, frozen=True):
    """Numbers come as numbers or as text."""

    hostname: str
    status: Any
    device_id: Any = None
    sys_name: str | None = msgspec.field(name="sysName", default=None)
    ip: str | None = None
    disabled: Any = 0
    ignore: Any = 0


class Devices(msgspec.Struct, frozen=True):
    devices: list[Device]


class Port(msgspec.Struct, frozen=True, rename="camel"):
    device_id: Any = msgspec.field(name="device_id")
    if_name: str | None = None
    if_descr: str | None = None
    if_alias: str | None = None
    if_index: Any = None
    if_oper_status: str | None = None
    if_admin_status: str | None = None
    disabled: Any = 0
    ignore: Any = 0


class Ports(msgspec.Struct, frozen=True):
    ports: list[Port]


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
        alerts = (await self._http.get("/api/v0/alerts", Alerts, state=OPEN)).alerts
        names: dict[str, tuple[str, ...]] = {}
        for one in listed:
            names[one.hostname] = (one.hostname, one.sys_name or "", one.ip or "")
        polled = [one for one in listed if not _is_set(one.disabled) and not _is_set(one.ignore)]
        reached = {names[one.hostname]: _is_set(one.status) for one in polled}
        ports = (await self._http.get("/api/v0/ports", Ports, columns=COLUMNS)).ports
        up = self._up(ports, {str(one.device_id): names[one.hostname] for one in polled if _is_set(one.status)})
        found = {(self._hosts.named(names.get(one.hostname, (one.hostname,))), str(one.rule_id)) for one in alerts}

        def holds(one: Standing) -> bool | None:
            if one.alarm_type == LINK and one.qualifier is None:
                return None if one.object not in up else not up[one.object]
            rule = (one.qualifier or "").split()
            if len(rule) < 2 or rule[0] != "rule":
                return None
            return any((place, rule[1]) in found for place in (one.object, device_of(one.object)))

        down = [self._hosts.wrong(name, LINK, now) for name, works in up.items() if not works]
        return self._hosts.answer(now, reached, down, holds)

    async def close(self) -> None:
        await self._http.close()

    def _up(self, ports: Sequence[Port], devices: Mapping[str, Sequence[str]]) -> dict[str, bool]:
        """By the inventory's id of a port. `devices`: names of those that answer, by LibreNMS' number."""
        found: dict[str, bool] = {}
        for one in ports:
            names = devices.get(str(one.device_id))
            says = SAYS.get(one.if_oper_status or "")
            if (
                names is None
                or says is None
                or one.if_admin_status != "up"
                or _is_set(one.disabled)
                or _is_set(one.ignore)
            ):
                continue
            called = [str(name) for name in (one.if_name, one.if_descr, one.if_alias, one.if_index) if name]
            port = self._hosts.resolver.listed_port(self._hosts.named(names), called)
            if port is not None:
                found[port] = found.get(port, True) and says
        return found


def _is_set(value: Any) -> bool:
    return str(value).lower() in UP
