"""A complaint on its way into the journal: classified before it, so that every fold sees the same verdict."""

from dataclasses import dataclass

import msgspec

from correlator.events import Complaint, ComplaintIn
from correlator.service_desk.texts import classifier


def journaled(event: ComplaintIn, number: str, customer: str | None, sealed: bytes | None) -> Complaint:
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
