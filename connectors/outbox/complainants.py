"""The contact that came with a complaint whose customer the inventory lacks: it lies sealed in the journal alone."""

from connectors.ports import Contact, Journal, Store, Vault
from connectors.privacy.words import Words


class Complainants:
    """Asked once a message, so nothing is cached."""

    def __init__(self, domain: str, journal: Journal, store: Store, vault: Vault) -> None:
        self._domain = domain
        self._store = store
        self._words = Words(journal, (domain,), vault)

    def contact(self, complaint: str) -> Contact | None:
        """None where there was none, or it was erased or is older than the journal."""
        row = self._store.row(self._domain, "complaints", complaint)
        ticket = self._store.row(self._domain, "tickets", row.ticket) if row else None
        if ticket is None:
            return None
        given = (self._words.complaint(complaint, ticket.opened_us).contact or "").strip()
        if not given:
            return None
        return Contact(None, None, given) if "@" in given else Contact(None, given, None)
