"""What a person said, unsealed: the words of a complaint and of the replies to it lie in the journal alone.

They are found by the time that the rows know: of the ticket, of a line of its trail. Nothing is cached, so an erasure
counts at once, and what is older than the journal is gone with it.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from connectors.formats.journal_frames import frames_since
from connectors.ports import Journal, Vault
from correlator.events import MINUTE_US, SECOND_US, Complaint, Reply, microseconds

# The row was made so long after its frame at most; the likely one first
MARGINS_US = (SECOND_US, 10 * MINUTE_US)

State = Literal["kept", "none", "erased", "gone"]  # gone: older than the journal


class _Sealed(msgspec.Struct):
    text: str | None = None
    contact: str | None = None


class Said(NamedTuple):
    """`state`: why there are no words where there are none; `at_us`: when it was said."""

    state: State
    text: str | None = None
    contact: str | None = None
    at_us: int | None = None
    says: str | None = None  # of a reply: satisfied, not_satisfied, other


GONE = Said("gone")


class Words:
    """`domains`: in whose journals to look; a complaint that another domain works on stays where it came in."""

    def __init__(self, journal: Journal, domains: Sequence[str], vault: Vault) -> None:
        self._journal = journal
        self._domains = domains
        self._vault = vault

    def complaint(self, complaint: str, opened_us: int) -> Said:
        """By its id, and when its ticket was opened."""
        for event in self._around(opened_us):
            if isinstance(event, Complaint) and event.id == complaint:
                return self._unsealed(event, event.customer, event.id)
        return GONE

    def replies(self, tickets: Sequence[str], times: Sequence[int]) -> list[Said]:
        """To a ticket, by what it is called (id and number), and when each came in; in that order."""
        found: list[Said] = []
        known: set[str] = set()
        for at_us in times:
            said = GONE
            for event in self._around(at_us):
                if isinstance(event, Reply) and event.ticket in tickets and event.id not in known:
                    known.add(event.id)
                    about = event.complaint or event.ticket  # whose key it is, of one nobody knows
                    said = self._unsealed(event, event.customer, about)._replace(says=event.says)
                    break
            found.append(said if said.at_us is not None else said._replace(at_us=at_us))
        return found

    def survey(self, survey: str, customer: str, answered_us: int) -> Said:
        """What a customer wrote to a survey, by when it came in."""
        for event in self._around(answered_us):
            if isinstance(event, Reply) and (event.ticket, event.customer) == (survey, customer) and event.sealed:
                return self._unsealed(event, customer, survey)
        return GONE

    def _around(self, at_us: int) -> Iterator[Complaint | Reply]:
        for margin_us in MARGINS_US:
            for domain in self._domains:
                for frame in frames_since(self._journal, domain, at_us - margin_us):
                    if frame.at_us > at_us + margin_us:
                        break
                    yield from (event for event in frame.events if isinstance(event, Complaint | Reply))

    def _unsealed(self, event: Complaint | Reply, customer: str | None, about: str) -> Said:
        at_us = microseconds(event.time)
        if event.sealed is None:
            return Said("none", at_us=at_us)
        plain = self._vault.unseal(f"customer:{customer}" if customer else f"complaint:{about}", event.sealed)
        if plain is None:
            return Said("erased", at_us=at_us)
        kept = msgspec.json.decode(plain, type=_Sealed)
        return Said("kept", kept.text, kept.contact, at_us)
