"""The contact that came with a complaint whose customer the inventory lacks: it lies sealed in the journal alone."""

from collections.abc import Iterator

import msgspec

from connectors.formats.journal_frames import frames_since
from connectors.ports import Contact, Journal, Store, Vault
from correlator.events import MINUTE_US, SECOND_US, Complaint

MARGINS_US = (SECOND_US, 10 * MINUTE_US)  # the ticket was opened so long after its frame at most; the likely one first


class _Kept(msgspec.Struct):
    contact: str | None = None


class Complainants:
    """Finds the complaint in the journal by the time of its ticket; asked once a message, so nothing is cached."""

    def __init__(self, domain: str, journal: Journal, store: Store, vault: Vault) -> None:
        self._domain = domain
        self._journal = journal
        self._store = store
        self._vault = vault

    def contact(self, complaint: str) -> Contact | None:
        """None where there was none, or it was erased or is older than the journal."""
        event = self._event(complaint)
        if event is None or event.sealed is None:
            return None
        person = f"customer:{event.customer}" if event.customer else f"complaint:{event.id}"
        plain = self._vault.unseal(person, event.sealed)
        if plain is None:
            return None
        given = (msgspec.json.decode(plain, type=_Kept).contact or "").strip()
        if not given:
            return None
        return Contact(None, None, given) if "@" in given else Contact(None, given, None)

    def _event(self, complaint: str) -> Complaint | None:
        row = self._store.row(self._domain, "complaints", complaint)
        ticket = self._store.row(self._domain, "tickets", row.ticket) if row else None
        if ticket is None:
            return None
        for margin_us in MARGINS_US:
            for event in self._around(ticket.opened_us, margin_us):
                if event.id == complaint:
                    return event
        return None

    def _around(self, at_us: int, margin_us: int) -> Iterator[Complaint]:
        for frame in frames_since(self._journal, self._domain, at_us - margin_us):
            if frame.at_us > at_us + margin_us:
                return
            yield from (event for event in frame.events if isinstance(event, Complaint))
