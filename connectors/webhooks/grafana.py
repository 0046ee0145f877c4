"""Grafana's unified alerting, webhook contact point
(https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/).

Its alerts are Alertmanager's: labels name the object, `alarm_type` or the rule's name the type. What Grafana says when
it has no reading (`DatasourceNoData`, `DatasourceError`) is about its data source: it is kept, and is never evidence
that the object is out.
"""

from typing import Any, Literal

import msgspec

from connectors.formats.json_rows import Envelope, converted, decoded
from connectors.webhooks.alertmanager import Mapped, Origin, alarms_of
from correlator.events import Alarm
from correlator.wire import BadInput

NO_READING = ("DatasourceNoData", "DatasourceError")


class Payload(msgspec.Struct, frozen=True):
    """A group of alerts. Fields that a later Grafana adds are let by."""

    version: Literal["1"]
    group_key: str = msgspec.field(name="groupKey")
    status: Literal["firing", "resolved"]
    receiver: str
    alerts: list[dict[str, Any]]


def parse(body: bytes, envelope: Envelope) -> list[Alarm | BadInput] | BadInput:
    """The alarms of one notification, and why others are none."""
    item = decoded(body)
    if isinstance(item, BadInput):
        return item
    payload = converted(item, Payload)
    if isinstance(payload, BadInput):
        return payload
    alerts = [_plain(alert) for alert in payload.alerts]
    return alarms_of(alerts, envelope, Mapped(), Origin("grafana", "gf"))


def _plain(alert: dict[str, Any]) -> dict[str, Any]:
    """The rule's own `alarm_type` does not hold where Grafana could not read."""
    labels = alert.get("labels")
    if not isinstance(labels, dict) or labels.get("alertname") not in NO_READING:
        return alert
    return {**alert, "labels": {name: value for name, value in labels.items() if name != "alarm_type"}}
