"""The port to an identity provider of the operator's own: a browser is sent there, and comes back with a code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from connectors.access.holders import Role


@dataclass(frozen=True, slots=True)
class Known:
    """As the provider knows somebody who is signed in: the claims `sub` and `sid`; empty: it did not say."""

    subject: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class LogOut:
    """Somebody signed out at the provider, in one session of theirs or, where it names none, in all."""

    who: Known
    id: str  # of the notice: it counts once
    until_us: int  # and no longer


@dataclass(frozen=True, slots=True)
class Person:
    """Implements `Holder`: who the provider says it is. No token of ours stands behind a session of theirs."""

    name: str
    role: Role
    id: str = ""
    scope: tuple[str, ...] = ()
    known: Known = field(default_factory=Known)


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

    async def finish(self, back: str, asked: Mapping[str, str], kept: str) -> Person:
        """Who it is. `asked`: the query that it came back with. Raises SignOnFailed."""

    async def logged_out(self, token: str) -> LogOut:
        """Of a logout token that somebody sends us; whether it came before, is not known here. Raises SignOnFailed."""
