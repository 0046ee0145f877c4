"""A complaint, and a reply, on its way into the journal: read before it, so that every fold sees the same verdict."""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

import msgspec

from connectors.privacy.directory import plain_email, plain_phone
from correlator.events import DAY_US, Complaint, ComplaintIn, Reply, ReplyIn
from correlator.service_desk.texts import answers, classifier

PEOPLE_AT_MOST = 100_000  # who are remembered


@dataclass(slots=True)
class People:
    """For whom who has complained within a day: ten complaints from one telephone are one witness.

    Only keyed digests of contacts are held, in memory: after a start nobody is known, and a complaint counts in full.
    """

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _first: OrderedDict[bytes, tuple[str, int]] = field(default_factory=OrderedDict)  # customer, when

    def speaks_for_others(self, contact: str | None, customer: str | None, at_us: int) -> bool:
        """That this contact complained for another customer first. `at_us`: microseconds since 1970."""
        if not contact or not customer:
            return False
        plain = plain_email(contact) or plain_phone(contact) or contact
        person = hashlib.blake2b(plain.encode(), key=self._key, digest_size=16).digest()
        first, since_us = self._first.get(person, (customer, at_us))
        if at_us - since_us >= DAY_US:
            first, since_us = customer, at_us
        self._first[person] = first, since_us
        if len(self._first) > PEOPLE_AT_MOST:
            self._first.popitem(last=False)
        return first != customer


def journaled(
    event: ComplaintIn, number: str, customer: str | None, sealed: bytes | None, *, for_others: bool = False
) -> Complaint:
    """A complaint as journaled: its text classified before the journal, the classifier's version beside the verdict."""
    verdict = classifier.classify(event.text)
    return Complaint(
        id=event.id,
        time=event.time,
        received=event.received,
        occurred=event.occurred,
        channel=event.channel,
        customer=customer,
        service=event.service,
        number=number,
        category=verdict.category,
        symptom=verdict.symptom,
        breadth=verdict.breadth,
        classifier=verdict.version,
        cause=verdict.cause,
        words=verdict.words,
        language=verdict.language,
        sealed=sealed,
        for_others=for_others,
        has_mains=verdict.has_mains,
        still=verdict.still,
        works=verdict.works,
    )


def replied(event: ReplyIn, sealed: bytes | None) -> Reply:
    """A customer's answer as journaled: of one who is not satisfied, what the words tell of is read before."""
    return Reply(
        id=event.id,
        time=event.time,
        customer=event.customer,
        ticket=event.ticket,
        says=event.says,
        sealed=sealed,
        via=event.via,
        score=event.score,
        stop=event.stop,
        complaint=event.complaint,
        symptom=answers.tells_of(event.text or "") if event.says == "not_satisfied" else None,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a person, before they are sealed."""

    customer: str | None
    person: str
    plain: bytes


def said_by(customer: str | None, complaint: str, kept: dict[str, str | None]) -> Said:
    """Under the customer's key, or the complaint's where the person is unknown."""
    person = f"customer:{customer}" if customer else f"complaint:{complaint}"
    return Said(customer, person, msgspec.json.encode(kept))
