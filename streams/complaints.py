"""A complaint on its way into the journal: classified before it, so that every fold sees the same verdict."""

from correlator.care import classify
from correlator.events import Complaint, ComplaintIn


def journaled(event: ComplaintIn, number: str, customer: str | None, sealed: bytes | None) -> Complaint:
    """A complaint as journaled: its text classified before the journal, the classifier's version beside the verdict."""
    verdict = classify.classify(event.text, None)
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
        classifier=verdict.version,
        language=verdict.language,
        sealed=sealed,
    )
