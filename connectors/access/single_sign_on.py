"""The port to an identity provider of the operator's own: a browser is sent there, and comes back with a code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from connectors.access.holders import Holder, Role


@dataclass(frozen=True, slots=True)
class Person:
    """Implements `Holder`: who the provider says it is. No token of ours stands behind a session of theirs."""

    name: str
    role: Role
    id: str = ""
    scope: tuple[str, ...] = ()


class SignOnFailed(Exception):
    """`reason`: `oidc_away`, `oidc_refused` or `oidc_no_role`; `what` and `remedy` are for the operator's log."""

    def __init__(self, reason: str, what: str, remedy: str) -> None:
        super().__init__(f"{what}. {remedy}")
        self.reason = reason
        self.what = what
        self.remedy = remedy


class SingleSignOn(Protocol):
    """OpenID Connect, authorization code with PKCE."""

    @property
    def title(self) -> str:
        """What the page calls it."""

    async def begin(self, back: str) -> tuple[str, str]:
        """Where to send the browser, and what it keeps until it is back at the address `back`. Raises SignOnFailed."""

    async def finish(self, back: str, asked: Mapping[str, str], kept: str) -> Holder:
        """Who it is. `asked`: the query that it came back with. Raises SignOnFailed."""
