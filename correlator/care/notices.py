"""Campaigns and notices as the messages that customers read: to whom, on which channel, in which words.

A campaign's message has the id `{campaign}:{customer}`; it goes by phone where the customer has one, since whoever is
down may read no mail; else by mail, else to the portal. A notice answers on the channel on which the complaint came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from correlator.care import wording
from correlator.care.audience import unpack
from correlator.care.policy import CarePolicy
from correlator.effects import Campaign, Notice, NoticeKind
from correlator.events import Channel
from correlator.times import Zone
from correlator.world import World
from topology.graph import Topology


@dataclass(frozen=True, slots=True)
class Told:
    """One message to one customer, with its text."""

    id: str
    incident: str | None
    ticket: str
    customer: str | None
    kind: NoticeKind
    update: int
    language: Literal["id", "en"]
    channel: Channel
    at_us: int
    subject: str
    body: str


def zone_of(topology: Topology, policy: CarePolicy, customer: int) -> Zone:
    """By the region of the customer's services (policy `zones`); WIB where that is not known."""
    region = topology.customer_region(customer) if customer >= 0 else None
    return policy.zones.get((region or "").casefold(), "WIB")


def channel_of(topology: Topology, customer: int) -> Channel:
    if topology.customer_has_phone[customer]:
        return "phone"
    return "email" if topology.customer_has_email[customer] else "portal"


def fan_out(world: World, campaign: Campaign) -> Iterator[Told]:
    """All messages of a campaign, by customer number. The world's inventory must be the one that it names."""
    topology = world.topology
    assert campaign.inventory == topology.hash, f"campaign {campaign.id} counts customers of another inventory"
    texts: dict[tuple[Literal["id", "en"], Zone], tuple[str, str]] = {}
    for customer in unpack(campaign.audience).tolist():
        language = topology.customer_language[customer]
        zone = zone_of(topology, world.policy.care, customer)
        if (language, zone) not in texts:
            texts[language, zone] = (
                wording.subject(campaign.facts, campaign.kind, language),
                wording.body(campaign.facts, campaign.kind, language, zone),
            )
        subject, body = texts[language, zone]
        name = topology.customer_ids[customer]
        yield Told(
            id=f"{campaign.id}:{name}",
            incident=campaign.incident,
            ticket=campaign.ticket,
            customer=name,
            kind=campaign.kind,
            update=campaign.update,
            language=language,
            channel=channel_of(topology, customer),
            at_us=campaign.at_us,
            subject=subject,
            body=body,
        )


def single(world: World, notice: Notice) -> Told:
    """The one message of a notice."""
    customer = world.topology.customer_index.get(notice.customer or "", -1)
    zone = zone_of(world.topology, world.policy.care, customer)
    return Told(
        id=notice.id,
        incident=notice.incident,
        ticket=notice.ticket,
        customer=notice.customer,
        kind=notice.kind,
        update=notice.update,
        language=notice.language,
        channel=notice.via,
        at_us=notice.at_us,
        subject=wording.subject(notice.facts, notice.kind, notice.language),
        body=wording.body(notice.facts, notice.kind, notice.language, zone),
    )
