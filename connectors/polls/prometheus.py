"""Prometheus, by its HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries).

A query of each type of alarm says who is asked and how they are: what blackbox_exporter and snmp_exporter found. A
value is a word: 1 is well, 0 is not; of ifOperStatus (RFC 2863) 1 is up, 2 and 7 are down, others say nothing.
What has no series any more is neither well nor lost: its alarm stays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from connectors.polls.http import Http
from connectors.polls.port import Answer, Standing, Unanswered
from connectors.ports import Resolver
from correlator.events import Alarm, AlarmType

GOOD: Mapping[str, frozenset[str]] = {"link_down": frozenset({"1"})}
BAD: Mapping[str, frozenset[str]] = {"link_down": frozenset({"2", "7"})}
QUERIES: Mapping[AlarmType, tuple[str, ...]] = {
    "device_unreachable": ("probe_success", 'up{job=~"snmp.*"}'),
    "link_down": ("ifOperStatus and on (instance, ifIndex) (ifAdminStatus == 1)",),
}


class Series(msgspec.Struct, frozen=True):
    metric: dict[str, str]
    value: tuple[float, str]


class Vector(msgspec.Struct, frozen=True, rename="camel"):
    result_type: str
    result: list[Any]


class Reply(msgspec.Struct, frozen=True):
    status: str
    data: Vector


@dataclass(frozen=True, slots=True)
class Names:
    """What a series is about: `of` says it of its labels, the resolver under which id."""

    resolver: Resolver
    of: Callable[[Mapping[str, str]], str]

    def object(self, labels: Mapping[str, str], alarm_type: AlarmType) -> str:
        service = labels.get("service", "").strip() if alarm_type == "service_down" else ""
        name = service or self.of(labels)
        return self.resolver.object_named(name) or name


class Prometheus:
    """Implements `Asked`. Of a device all series have to say that it is lost, of a port or service one."""

    def __init__(self, http: Http, source: str, queries: Mapping[AlarmType, Sequence[str]], names: Names) -> None:
        self._http = http
        self._source = source
        self._queries = queries
        self._names = names

    async def ask(self, now: datetime) -> Answer:
        good: dict[tuple[str, AlarmType], bool] = {}
        for alarm_type, queries in self._queries.items():
            every = alarm_type == "device_unreachable"  # one way to it is enough
            for query in queries:
                for series in await self._vector(query):
                    said = _said(alarm_type, series.value[1])
                    if said is not None:
                        key = self._names.object(series.metric, alarm_type), alarm_type
                        before = good.get(key)
                        good[key] = said if before is None else (before or said if every else before and said)
        lists = self._names.resolver.lists
        return Answer(
            active=[self._alarm(key, now, "raised") for key, well in good.items() if not well],
            holds=lambda one: _holds(good, one),
            devices=frozenset(name for name, kind in good if kind == "device_unreachable" and lists(name)),
            well=[self._alarm(key, now, "cleared") for key, well in good.items() if well and key[1] == "service_down"],
        )

    async def close(self) -> None:
        await self._http.close()

    async def _vector(self, query: str) -> list[Series]:
        reply = await self._http.get("/api/v1/query", Reply, query=query)
        if reply.status != "success" or reply.data.result_type != "vector":
            raise Unanswered(f"{query} gives no instant vector", f"Correct it in {self._http.part}.queries")
        try:
            return msgspec.convert(reply.data.result, list[Series])
        except msgspec.ValidationError as error:
            raise Unanswered(f"{query}: {error}", f"Correct it in {self._http.part}.queries") from None

    def _alarm(self, key: tuple[str, AlarmType], now: datetime, state: str) -> Alarm:
        name, alarm_type = key
        said = {
            "id": f"{self._source}/{now.timestamp():.6f}/{alarm_type}/{name}",
            "time": now,
            "source": self._source,
            "object": name,
            "alarm_type": alarm_type,
            "severity": "major" if state == "raised" else None,
            "state": state,
        }
        return msgspec.convert(said, Alarm)


def _said(alarm_type: AlarmType, value: str) -> bool | None:
    """Whether it is well; None: it does not say."""
    if value in GOOD.get(alarm_type, ("1",)):
        return True
    return False if value in BAD.get(alarm_type, ("0",)) else None


def _holds(good: Mapping[tuple[str, AlarmType], bool], one: Standing) -> bool | None:
    if one.qualifier is not None:
        return None
    well = good.get((one.object, one.alarm_type))
    return None if well is None else not well
