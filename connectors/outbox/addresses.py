"""Where a recipient can be reached. What comes out of here is personal data: it goes to a channel and nowhere else."""

from collections.abc import Callable, Mapping, Sequence

from connectors.outbox.parts import Reads
from connectors.ports import Contact, Directory, Unusable

Known = Callable[[str], Contact | None]


class Addresses:
    """`complaints`: the contact that came with a complaint, by its id; `staff`: each role's mail address; `persons`:
    those on duty; `hubs`: where a system that subscribed is told, None where it did not, or no longer."""

    def __init__(
        self,
        directory: Directory,
        complaints: Known,
        staff: Mapping[str, str],
        persons: Known = lambda _: None,
        hubs: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._directory = directory
        self._complaints = complaints
        self._staff = staff
        self._persons = persons
        self._hubs = hubs

    def of(self, recipients: Sequence[str]) -> "Found":
        """Customers are looked up together. Where one of them cannot be read, each by itself, as it is asked for."""
        names = [name for kind, _, name in (one.partition(":") for one in recipients) if kind == "customer"]
        try:
            customers: Known = self._directory.contacts(names).get
        except Unusable:
            customers = self._directory.contact
        return Found(customers, self._complaints, self._staff, self._persons, self._hubs)


class Found:
    """Contacts, by the id of the customer or of the complaint."""

    def __init__(
        self,
        customers: Known,
        complaints: Known,
        staff: Mapping[str, str],
        persons: Known,
        hubs: Callable[[str], str | None],
    ) -> None:
        self._customers = customers
        self._complaints = complaints
        self._staff = staff
        self._persons = persons
        self._hubs = hubs

    def address(self, recipient: str, reads: Reads, word: str) -> str | None:
        """For a channel that takes any address: the one that the word asks for, else another, else the bare id."""
        kind, _, name = recipient.partition(":")
        if kind == "staff":
            return self._of_staff(name, reads)
        if kind == "hub":
            return self._hubs(name)
        contact = self._customers(name) if kind == "customer" else self._complaints(name)
        if contact is None:
            return None
        match reads:
            case "phone":
                return contact.phone
            case "email":
                return contact.email
            case "any":
                known = (contact.email, contact.phone) if word == "email" else (contact.phone, contact.email)
                return (None if word == "portal" else known[0] or known[1]) or name

    def _of_staff(self, name: str, reads: Reads) -> str | None:
        """`ROLE` or `ROLE/PERSON`; who has left the rota meanwhile, or lacks a mail address, is reached as the role."""
        role, _, person = name.partition("/")
        contact = (self._persons(person) if person else None) or Contact(None, None, None)
        if reads == "phone":
            return contact.phone
        mail = contact.email or self._staff.get(role)
        return mail if reads == "email" else contact.phone or mail or person or role
