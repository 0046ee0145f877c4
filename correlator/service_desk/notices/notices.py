"""Campaigns and notices as the messages that customers read: to whom, on which channel, in which words.

A campaign's message has the id `{campaign}:{customer}`; it goes by phone where the customer has one, since whoever is
down may read no mail; else by mail, else to the portal. A notice answers on the channel on which the complaint came.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from msgspec import structs

from correlator.customers import LAYOUT, both, unpack
from correlator.effects import Alert, Campaign, Notice, NoticeFacts, NoticeKind
from correlator.events import Channel, StaffRole
from correlator.policy.care import CarePolicy
from correlator.service_desk.notices import alert_words, notice_words
from correlator.service_desk.notices.notice_words import Language
from correlator.times import Zone, staff_time
from correlator.world import World
from topology.graph import Topology
from topology.impact import customers_of

SUBJECT_SHOWN = 120
ROLES: dict[StaffRole, str] = {
    "customer_care": "Customer Care",
    "customer_support": "Customer Support",
    "care_supervisor": "Customer Care Supervisor",
    "service_manager": "Customer Service Manager",
    "operations_director": "Director of Network Operations",
    "noc_operator": "NOC operator",
    "technical": "Divisi Teknis / technical division",
    "billing_account": "Billing & Account",
    "customer_experience": "Customer Experience",
    "administrator": "administrator",
}


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """One message to one customer, with its text."""

    id: str
    incident: str | None
    ticket: str
    customer: str | None
    kind: NoticeKind
    update: int
    language: Language
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


def text(topology: Topology, policy: CarePolicy, effect: Campaign | Notice, customer: int) -> tuple[str, str]:
    """Subject and body for one customer, by number; -1: one who is not in the inventory."""
    language = topology.customer_language[customer] if isinstance(effect, Campaign) else effect.language
    zone = zone_of(topology, policy, customer)
    facts = _with_services(topology, effect, customer) if isinstance(effect, Campaign) else effect.facts
    return (
        notice_words.subject(facts, effect.kind, language),
        notice_words.body(facts, effect.kind, language, zone, policy.desk_phone),
    )


def _with_services(topology: Topology, campaign: Campaign, customer: int) -> NoticeFacts:
    """Where it is about some of the customer's services: about which."""
    if not campaign.services:
        return campaign.facts
    theirs = np.sort(np.array(topology.services_of(customer), LAYOUT))
    meant = both(theirs, unpack(campaign.services))
    if meant.size in (0, theirs.size):
        return campaign.facts
    products = {topology.service_product[number] for number in meant.tolist()}
    return structs.replace(
        campaign.facts,
        services=tuple(topology.service_ids[number] for number in meant.tolist()),
        product=products.pop() if len(products) == 1 else None,
    )


def fan_out(world: World, campaign: Campaign) -> Iterator[CustomerMessage]:
    """All messages of a campaign, by customer number. The world's inventory must be the one that it names."""
    topology, policy = world.topology, world.policy.care
    assert campaign.inventory == topology.hash, f"campaign {campaign.id} counts customers of another inventory"
    named = set(customers_of(topology, unpack(campaign.services)).tolist())  # to each of them their own words
    texts: dict[tuple[Language, Zone, int], tuple[str, str]] = {}
    for customer in unpack(campaign.audience).tolist():
        language = topology.customer_language[customer]
        key = language, zone_of(topology, policy, customer), customer if customer in named else -1
        if key not in texts:
            texts[key] = text(topology, policy, campaign, customer)
        name = topology.customer_ids[customer]
        yield CustomerMessage(
            id=message_id(campaign, name),
            incident=campaign.incident or None,
            ticket=campaign.ticket,
            customer=name,
            kind=campaign.kind,
            update=campaign.update,
            language=language,
            channel=channel_of(topology, customer),
            at_us=campaign.at_us,
            subject=texts[key][0],
            body=texts[key][1],
        )


def message_id(campaign: Campaign, customer: str) -> str:
    """The idempotency key of one customer's message; receipts name it."""
    return f"{campaign.again or campaign.id}:{customer}"


def single(world: World, notice: Notice) -> CustomerMessage:
    """The one message of a notice."""
    customer = world.topology.customer_index.get(notice.customer or "", -1)
    subject, body = text(world.topology, world.policy.care, notice, customer)
    return CustomerMessage(
        id=notice.again or notice.id,
        incident=notice.incident,
        ticket=notice.ticket,
        customer=notice.customer,
        kind=notice.kind,
        update=notice.update,
        language=notice.language,
        channel=notice.via,
        at_us=notice.at_us,
        subject=subject,
        body=body,
    )


# Staff


def alert_text(alert: Alert, answer_at: str | None = None) -> tuple[str, str]:
    """Subject and body of a warning to staff, in Bahasa Indonesia and English. `answer_at`: a link to say so by."""
    title = alert_words.title(alert.kind)
    body = [
        alert.text,
        "",
        f"Jenis / kind: {title}",
        f"Untuk / for: {ROLES[alert.role]}",
        f"Waktu / time: {staff_time(alert.at_us)}",
    ]
    if about := alert.matter or alert.about:
        body.append(f"Perihal / about: {about}")
    if alert.reason.source:
        body.append(f"Dasar / rule: {alert.reason.source}")
    if answer_at is not None:
        body += ["", f"Saya tangani / I am on it: {answer_at}"]
    return f"[Simpul] {title}: {shortened(alert.text)}", "\n".join(body)


def shortened(line: str) -> str:
    return line if len(line) <= SUBJECT_SHOWN else f"{line[: SUBJECT_SHOWN - 1]}…"
