"""Who stands at a door of the service: a name and a role, however they proved it (a bearer token, a page's cookie).

A shared seam beside `ports`: the HTTP door and the page do not import one another.
"""

from typing import Literal, Protocol

from correlator.events import StaffRole

Role = StaffRole | Literal["source", "portal"]  # source: alarms in only; portal: complaints in, affected out


class Holder(Protocol):
    """Who was let in."""

    @property
    def id(self) -> str: ...  # of the token that they hold; empty where they came by a one-time link

    @property
    def name(self) -> str: ...  # the actor of commands, the source of alarms

    @property
    def role(self) -> Role: ...


class Bearers(Protocol):
    """Who holds a bearer token."""

    async def verified(self, bearer: str) -> Holder | None:
        """The holder of this bearer; None where it is unknown, wrong or expired."""

    def stands(self, identity: str) -> bool:
        """Whether the token of this id is still good: not revoked, not expired."""
