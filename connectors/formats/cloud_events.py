"""What other systems are told of our decisions: CloudEvents 1.0, one an effect, without a word of or about a person.

An effect's prose stays here: a command's reason is what somebody typed, a text may quote it. Codes, ids and times
go out. Ids are others' words too: one that reads like a phone or a mail is left out. What may change in these rows,
of which `docs/schemas` is made: `docs/decisions/0030-schemas.md`.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, assert_never
from urllib.parse import quote

import msgspec
from msgspec import UNSET, UnsetType

from connectors.ports import Emitted
from correlator.effects import (
    Alert,
    Announced,
    Campaign,
    Handed,
    Noted,
    Notice,
    NoticeFacts,
    NoticeKind,
    Reason,
    Rejected,
)
from correlator.events import Channel, StaffRole, Time, moment
from correlator.state import in_order

CONTACT = re.compile(r".*@.*|(\+|0|62)[\d ()-]{7,}", re.DOTALL)  # a mail; a phone, as Indonesians write it
CUSTOMER_BYTES = 4  # in a campaign's audience


class Why(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why, in one word; `rule`: where it is written (SOP 4.3, X.733, a policy's field)."""

    code: str
    rule: str | UnsetType = UNSET


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the customer reads: a ticket's number, and times."""

    number: str
    since: Time | UnsetType = UNSET  # the outage began
    until: Time | UnsetType = UNSET  # it ended; of planned work: it shall end
    estimate: Time | UnsetType = UNSET  # it shall end
    next: Time | UnsetType = UNSET  # we speak again
    known_incident: bool = False  # the complaint belongs to an outage that is known
    planned_work: bool = False  # the complaint is about planned work
    repeat: int = 0  # so many times it was said before


class AlertData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A warning to staff of one role."""

    role: StaffRole
    kind: str
    about: str | UnsetType = UNSET
    why: Why


class CampaignData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message to many customers."""

    incident: str
    ticket: str
    kind: NoticeKind
    update: int
    customers: int
    inventory: str  # hash of the inventory in which they are counted
    facts: Facts
    why: Why


class NoticeData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message to one person, about a complaint ticket."""

    ticket: str
    incident: str | UnsetType = UNSET
    customer: str | UnsetType = UNSET
    kind: NoticeKind
    update: int
    language: Literal["id", "en"]
    via: Channel
    facts: Facts
    why: Why


class RejectedData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event that changed nothing."""

    event: str | UnsetType = UNSET
    field: str | UnsetType = UNSET
    why: Why


class NotedData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something was done, or was not, for a reason."""

    about: str | UnsetType = UNSET
    why: Why


class Envelope(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """The attributes of a CloudEvent. `source` is the domain; `id` is unique in it, so both name the event for ever.

    `sequence` grows within a source, compared as text: a repeat is at or below what was read.
    """

    specversion: Literal["1.0"]
    id: str
    source: str
    time: Time
    subject: str | UnsetType = UNSET  # incident, ticket or object
    datacontenttype: Literal["application/json"]
    sequence: str


class AlertEvent(Envelope, frozen=True, kw_only=True, tag="id.simpul.alert.v1"):
    data: AlertData


class CampaignEvent(Envelope, frozen=True, kw_only=True, tag="id.simpul.campaign.v1"):
    data: CampaignData


class NoticeEvent(Envelope, frozen=True, kw_only=True, tag="id.simpul.notice.v1"):
    data: NoticeData


class RejectedEvent(Envelope, frozen=True, kw_only=True, tag="id.simpul.rejected.v1"):
    data: RejectedData


class NotedEvent(Envelope, frozen=True, kw_only=True, tag="id.simpul.noted.v1"):
    data: NotedData


CloudEvent = AlertEvent | CampaignEvent | NoticeEvent | RejectedEvent | NotedEvent


class Publisher(Protocol):
    """Tells other systems. At least once, and in a domain in order."""

    def publish(self, domain: str, events: Sequence[CloudEvent]) -> None:
        """Durable when it returns. Raises JournalFull; some may have gone out then."""

    def close(self) -> None: ...


def cloud_event(domain: str, emitted: Emitted) -> CloudEvent:
    """The same bytes each time: what is repeated is the same event."""
    effect = emitted.effect
    match effect:
        case Alert(role=role, kind=kind, about=about):
            data = AlertData(role=role, kind=kind, about=reference(about), why=_why(effect.reason))
            return AlertEvent(**_envelope(domain, emitted, about), data=data)
        case Campaign():
            return CampaignEvent(**_envelope(domain, emitted, effect.incident), data=_campaign(effect))
        case Notice():
            return NoticeEvent(**_envelope(domain, emitted, effect.ticket), data=_notice(effect))
        case Rejected(event=event, field=field):
            refused = RejectedData(event=reference(event), field=field or UNSET, why=_why(effect.reason))
            return RejectedEvent(**_envelope(domain, emitted, None), data=refused)
        case Noted(about=about):
            noted = NotedData(about=reference(about), why=_why(effect.reason))
            return NotedEvent(**_envelope(domain, emitted, about), data=noted)
        case Handed() | Announced():
            raise AssertionError("what goes to another domain's journal, or to subscribers, is no event on the topic")
        case _:
            assert_never(effect)


def reference(name: str | None) -> str | UnsetType:
    """An id, unless there is none, or it reads like a person's phone or mail."""
    return UNSET if name is None or CONTACT.fullmatch(name) else name


def _envelope(domain: str, emitted: Emitted, subject: str | None) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": emitted.effect.id,
        "source": quote(domain),  # a URI reference
        "time": moment(emitted.effect.at_us),
        "subject": reference(subject),
        "datacontenttype": "application/json",
        "sequence": f"{emitted.offset:016}.{in_order(emitted.place, 5)}",
    }


def _campaign(effect: Campaign) -> CampaignData:
    return CampaignData(
        incident=effect.incident,
        ticket=effect.ticket,
        kind=effect.kind,
        update=effect.update,
        customers=len(effect.audience) // CUSTOMER_BYTES,
        inventory=effect.inventory,
        facts=_facts(effect.facts),
        why=_why(effect.reason),
    )


def _notice(effect: Notice) -> NoticeData:
    return NoticeData(
        ticket=effect.ticket,
        incident=effect.incident or UNSET,
        customer=reference(effect.customer),
        kind=effect.kind,
        update=effect.update,
        language=effect.language,
        via=effect.via,
        facts=_facts(effect.facts),
        why=_why(effect.reason),
    )


def _facts(facts: NoticeFacts) -> Facts:
    return Facts(
        number=facts.number,
        since=_time(facts.since_us),
        until=_time(facts.until_us),
        estimate=_time(facts.estimate_us),
        next=_time(facts.next_us),
        known_incident=facts.known_incident,
        planned_work=facts.planned_work,
        repeat=facts.repeat,
    )


def _time(us: int | None) -> datetime | UnsetType:
    return UNSET if us is None else moment(us)


def _why(reason: Reason) -> Why:
    return Why(code=reason.code, rule=reason.source or UNSET)
