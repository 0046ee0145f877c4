"""What a system that subscribed is told: an event of TMF621 or TMF642 within a CloudEvent 1.0, structured."""

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args
from urllib.parse import quote

import msgspec

from correlator.effects import Announced
from correlator.events import AlarmEvent, TicketEvent, TmfEvent, moment
from correlator.rows.incidents import AlarmRow
from correlator.rows.service_desk import TicketRow

MEDIA_TYPE: Final = "application/cloudevents+json; charset=UTF-8"
TYPE: Final = "org.tmforum."  # before the name of an event: a CloudEvent's type is a reversed domain's
TICKETS: Final[tuple[TmfEvent, ...]] = get_args(TicketEvent)
ALARMS: Final[tuple[TmfEvent, ...]] = get_args(AlarmEvent)

_ticket = msgspec.msgpack.Decoder(TicketRow).decode
_alarm = msgspec.msgpack.Decoder(AlarmRow).decode


class Announcing:
    """One domain's. `ticket`, `alarm`: a row as the TM Forum's doors show it."""

    def __init__(
        self,
        domain: str,
        ticket: Callable[[TicketRow], Mapping[str, Any]],
        alarm: Callable[[AlarmRow], Mapping[str, Any]],
    ) -> None:
        self._domain = domain
        self._ticket = ticket
        self._alarm = alarm

    def __call__(self, effect: Announced) -> str:
        """The same text at each attempt. `source` and `id` name the event for ever."""
        if effect.kind in ALARMS:
            what, resource = "alarm", self._alarm(_alarm(effect.row))
        else:
            what, resource = "troubleTicket", self._ticket(_ticket(effect.row))
        time = moment(effect.at_us)
        event = {"@type": effect.kind, "eventId": effect.id, "eventTime": time, "eventType": effect.kind}
        told = {
            "specversion": "1.0",
            "id": effect.id,
            "source": quote(self._domain),
            "type": f"{TYPE}{effect.kind}",
            "subject": resource["id"],
            "time": time,
            "datacontenttype": "application/json",
            "data": {**event, "event": {what: resource}},
        }
        return msgspec.json.encode(told).decode()
