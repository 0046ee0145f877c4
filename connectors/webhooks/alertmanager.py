"""Prometheus Alertmanager's webhook, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).

What an alert is about is read from its labels; what it says, from an `alarm_type` label or a table by alert name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from connectors.formats.json_rows import Envelope, Item, converted, decoded, overfull, shaped
from connectors.webhooks.said import TYPES, believed, fit
from correlator.events import Alarm, AlarmType, Severity, Time, microseconds
from correlator.wire import BadInput

ALARM_TYPES: dict[str, AlarmType] = {  # alert names that common exporters' rule sets use
    "InstanceDown": "device_unreachable",
    "HostDown": "device_unreachable",
    "TargetDown": "device_unreachable",
    "ProbeFailed": "device_unreachable",
    "ProbeFailure": "device_unreachable",
    "BlackboxProbeFailed": "device_unreachable",
    "DeviceDown": "device_unreachable",
    "DeviceUnreachable": "device_unreachable",
    "PingFailed": "device_unreachable",
    "SnmpTargetDown": "device_unreachable",
    "InterfaceDown": "link_down",
    "InterfaceOperDown": "link_down",
    "LinkDown": "link_down",
    "PortDown": "link_down",
    "LossOfSignal": "loss_of_signal",
    "OpticalLossOfSignal": "loss_of_signal",
    "BGPSessionDown": "neighbor_down",
    "BgpSessionDown": "neighbor_down",
    "BGPPeerDown": "neighbor_down",
    "OSPFNeighborDown": "neighbor_down",
    "ISISAdjacencyDown": "neighbor_down",
    "BFDSessionDown": "neighbor_down",
    "FiberBreak": "fiber_break",
    "UPSOnBattery": "on_battery",
    "UpsOnBattery": "on_battery",
    "PowerFailure": "power_failure",
    "MainsFailure": "power_failure",
    "UPSInputPowerLost": "power_failure",
    "ServiceDown": "service_down",
    "OpticalPowerLow": "signal_degraded",
    "InterfaceErrorsHigh": "signal_degraded",
    "HighTemperature": "high_temperature",
    "TemperatureHigh": "high_temperature",
    "HostRebooted": "device_restart",
    "DeviceRestarted": "device_restart",
}
SEVERITIES: dict[str, Severity] = {
    "critical": "critical",
    "page": "critical",
    "major": "major",
    "error": "major",
    "high": "major",
    "minor": "minor",
    "warning": "warning",
    "indeterminate": "indeterminate",
    "info": "indeterminate",
    "none": "indeterminate",
}


Row = TypeVar("Row")
ROOT = {"true": True, "false": False}


class Origin(NamedTuple):
    """Who speaks so: how the sources and the ids of its alarms begin."""

    name: str
    mark: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which labels name what; the operator's settings may replace each, the defaults fit common exporters."""

    alarm_types: Mapping[str, AlarmType] = field(default_factory=lambda: ALARM_TYPES)
    objects: tuple[str, ...] = ("object",)  # taken as they are
    devices: tuple[str, ...] = ("device", "instance", "host", "hostname", "node", "target")
    ports: tuple[str, ...] = ("port", "ifName", "ifname", "interface", "ifDescr", "ifdescr")


class Alert(msgspec.Struct, frozen=True):
    """One alert of the group. Fields that a later Alertmanager adds are let by."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: Time = msgspec.field(name="startsAt")
    ends_at: Time = msgspec.field(name="endsAt")
    fingerprint: str
    generator_url: str = msgspec.field(name="generatorURL", default="")


class Payload(msgspec.Struct, Generic[Row], frozen=True):
    """What Alertmanager posts: a group of alerts."""

    version: Literal["4"]
    group_key: str = msgspec.field(name="groupKey")
    status: Literal["firing", "resolved"]
    receiver: str
    alerts: list[Row]
    truncated: int = msgspec.field(name="truncatedAlerts", default=0)


_WELL = msgspec.json.Decoder(Payload[Alert])  # a body in which nothing is wrong, in one pass
ALERTMANAGER = Origin("alertmanager", "am")


def parse(body: bytes, envelope: Envelope, mapped: Mapped | None = None) -> list[Alarm | BadInput] | BadInput:
    """The alarms of one notification, and why others are none. One that names no object stands under its own name."""
    full = overfull(body)
    if full is not None:
        return full
    try:
        well = _WELL.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _looked_through(body, envelope, mapped or Mapped())  # alert by alert, to say what is wrong
    if len(well.alerts) > envelope.most:
        return _too_many(len(well.alerts), envelope)
    return [_alarm(alert, envelope, mapped or Mapped(), ALERTMANAGER) for alert in well.alerts]


def _looked_through(body: bytes, envelope: Envelope, mapped: Mapped) -> list[Alarm | BadInput] | BadInput:
    item = decoded(body)
    if isinstance(item, BadInput):
        return item
    payload = converted(item, Payload[dict[str, Any]])
    if isinstance(payload, BadInput):
        return payload
    return alarms_of(payload.alerts, envelope, mapped, ALERTMANAGER)


def alarms_of(
    alerts: list[dict[str, Any]], envelope: Envelope, mapped: Mapped, origin: Origin
) -> list[Alarm | BadInput] | BadInput:
    """One each; of whoever speaks in Alertmanager's alerts."""
    if len(alerts) > envelope.most:
        return _too_many(len(alerts), envelope)
    rows = [shaped(Item(f"alerts[{number}]", alert), Alert) for number, alert in enumerate(alerts)]
    return [row if isinstance(row, BadInput) else _alarm(row, envelope, mapped, origin) for row in rows]


def _too_many(number: int, envelope: Envelope) -> BadInput:
    return BadInput("alerts", f"{number} alerts, at most {envelope.most}; set max_alerts")


def _alarm(alert: Alert, envelope: Envelope, mapped: Mapped, origin: Origin) -> Alarm:
    # `startsAt`, or `endsAt` once resolved; Go writes year 1 where it has no time
    time = believed(alert.starts_at if alert.status == "firing" else alert.ends_at, envelope.received)
    alarm_type = TYPES.get(alert.labels.get("alarm_type", "")) or mapped.alarm_types.get(
        alert.labels.get("alertname", "")
    )
    # where nothing maps it, it is kept as `other`, told apart by its fingerprint
    qualifier = alert.labels.get("qualifier") or (alert.fingerprint if alarm_type is None else None)
    severity = SEVERITIES.get(alert.labels.get("severity", "").lower())
    return Alarm(
        # the same while Alertmanager repeats it (repeat_interval), and from each member of its cluster
        id=f"{origin.mark}-{fit(alert.fingerprint)}-{microseconds(time)}-{alert.status}",
        time=time,
        received=envelope.received,
        source=f"{origin.name}:{envelope.sender}",
        object=object_of(alert.labels, mapped),
        qualifier=fit(qualifier) if qualifier else None,
        alarm_type=alarm_type or "other",
        severity=severity if severity or alert.status == "resolved" else "indeterminate",
        state="raised" if alert.status == "firing" else "cleared",
        text=_text(alert),
        is_root_cause=ROOT.get(alert.labels.get("is_root_cause", "").lower()),
    )


def object_of(labels: Mapping[str, str], mapped: Mapped) -> str:
    """What these labels are about: an object, a port of a device, or a device."""
    if named := _first(labels, mapped.objects):
        return fit(named)
    device = _first(labels, mapped.devices)
    if not device:
        return fit(labels.get("site") or labels.get("service") or labels.get("alertname") or "alertmanager")
    port = _first(labels, mapped.ports)
    host = _host(device)
    return fit(f"{host}/{port}" if port and "/" not in host else host)


def _first(labels: Mapping[str, str], names: tuple[str, ...]) -> str:
    for name in names:
        if name in labels and (said := labels[name].strip()):
            return said
    return ""


def _host(instance: str) -> str:
    """`host:9100`, `[2001:db8::1]:161` or the URL of a probe, without scheme, port and path."""
    if "://" in instance:
        return _hostname(instance) or instance
    if instance.startswith("["):
        return instance[1:].partition("]")[0]
    host, colon, port = instance.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else instance


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _text(alert: Alert) -> str | None:
    notes = alert.annotations
    said = next((notes[name] for name in ("summary", "description", "message") if notes.get(name)), "")
    return said or alert.labels.get("alertname") or None
