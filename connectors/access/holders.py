"""Who stands at a door of the service: a name, a role and a scope, however they proved it (a bearer token, a page's
cookie).

A scope keeps a token to less than its role may do. Each word of it is a door's path as in the table of routes
(`door:/alarms`), or a source that it may speak for (`source:ems-1`; with `*` at the end: all that begin so). No word of
a kind: everything of that kind; but a token of the role `source` then speaks as itself alone.

A shared seam beside `ports`: the HTTP door and the page do not import one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from correlator.events import StaffRole

Role = StaffRole | Literal["source", "portal"]  # source: alarms in only; portal: complaints in, affected out
DOOR: Final = "door:"
SOURCE: Final = "source:"
# how the source of who names none begins; the token's name follows
SELF: Final = ("http", "alertmanager", "grafana", "librenms", "prtg", "zabbix")


class Holder(Protocol):
    """Who was let in."""

    @property
    def id(self) -> str: ...  # of the token that they hold; empty where they came by a one-time link

    @property
    def name(self) -> str: ...  # the actor of commands, the source of alarms

    @property
    def role(self) -> Role: ...

    @property
    def scope(self) -> Sequence[str]: ...


class Bearers(Protocol):
    """Who holds a bearer token."""

    async def verified(self, bearer: str) -> Holder | None:
        """The holder of this bearer; None where it is unknown, wrong or expired."""

    def stands(self, identity: str) -> bool:
        """Whether the token of this id is still good: not revoked, not expired."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One request and its outcome. It holds no secret, and nothing that a person wrote."""

    door: str  # method and path, as in the table of routes
    status: int
    address: str
    token: str = ""  # id; empty where nobody was let in, or by a one-time link
    name: str = ""
    role: str = ""
    why: str = ""  # of a refusal
    about: Mapping[str, str] = field(default_factory=dict)  # of a command: its id, the action, the target


def opens(scope: Sequence[str], path: str) -> bool:
    """Whether a token of this scope may knock at the door of this path (as in the table of routes)."""
    doors = [word.removeprefix(DOOR) for word in scope if word.startswith(DOOR)]
    return not doors or path in doors


def speaks_for(holder: Holder, source: str) -> bool:
    """Whether they may hand in alarms of this source. A system without such a scope speaks as itself alone."""
    door, _, name = source.partition(":")
    if door in SELF and name == holder.name:
        return True
    sources = [word.removeprefix(SOURCE) for word in holder.scope if word.startswith(SOURCE)]
    if not sources:
        return holder.role != "source"
    return any(source.startswith(name[:-1]) if name.endswith("*") else source == name for name in sources)


def spoken_for(holder: Holder, source: str) -> str:
    """The source as it is kept. The plain name of a token is short for `http:` and it: a system calls itself so."""
    return f"http:{source}" if source == holder.name and not speaks_for(holder, source) else source


def misspelt(scope: Sequence[str]) -> str | None:
    """The first word that is none of a scope's; None where all are good."""
    return next((word for word in scope if not _spelt(word)), None)


def _spelt(word: str) -> bool:
    kind, _, name = word.partition(":")
    return f"{kind}:" in (DOOR, SOURCE) and name.isprintable() and name.strip() == name != ""
