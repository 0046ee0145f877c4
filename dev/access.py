"""Writes `docs/access.md`: which role may knock at which door, and give which command; made of the tables in the code.

make schemas
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

from connectors.access.routes import AUDITED, BY_COOKIE, EVERYONE, GUESSING, OPEN, ROUTES
from correlator.events import StaffRole
from correlator.policy.care import CarePolicy

PAGE = Path(__file__).resolve().parents[1] / "docs" / "access.md"
STAFF = get_args(StaffRole)
ROLES = (*STAFF, *sorted(EVERYONE - set(STAFF)))

HEAD = """# Who may do what

Made of the code by `make schemas`; a test holds it. A token has less than its role where its scope says so, and nothing
once it is revoked or has run out ([operations.md](operations.md)).
"""
DOORS = """
## Doors

`open`: no token is asked for. `cookie`: the page's counts as well. `audited`: each request is told, not refusals alone.
"""
COMMANDS = """
## Commands

The default of the policy (`care.may`). A command comes in by `POST /commands`, and is decided when it is folded. A
stage is moved by its owner or above besides (as are `close` and `reopen` of a ticket), and nobody but the NOC
acknowledges an incident or an outage ticket: that is its first response (SOP 5). An incident is closed by whoever may
name its root (`accept_root`): all who are down hear that it is repaired.
"""


def page() -> str:
    doors = {f"`{method} {path}`": (roles, marks((method, path))) for (method, path), roles in ROUTES.items()}
    commands = {f"`{action}`": (frozenset(roles), "") for action, roles in CarePolicy().may.items()}
    return HEAD + DOORS + table("door", ROLES, doors) + COMMANDS + table("command", STAFF, commands)


def marks(route: tuple[str, str]) -> str:
    said = {
        "open": ROUTES[route] == OPEN,
        "cookie": route in BY_COOKIE,
        "audited": route in AUDITED,
        "guesses are counted": route in GUESSING,
    }
    return ", ".join(word for word, holds in said.items() if holds)


def table(what: str, roles: Iterable[str], rows: Mapping[str, tuple[frozenset[str], str]]) -> str:
    columns = list(roles)
    head = f"\n| {what}" + "".join(f" | {role.replace('_', ' ')}" for role in columns) + " | |\n"
    line = "| --- |" + " :-: |" * len(columns) + " --- |\n"
    body = (
        f"| {name} | " + " | ".join("x" if role in may else "" for role in columns) + f" | {remark} |\n"
        for name, (may, remark) in rows.items()
    )
    return head + line + "".join(body)


def main() -> int:
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE.name} is written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
