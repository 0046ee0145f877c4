"""The command line: what there is is a table; of it, what is asked for is imported.

Each command is a function in a module of `streams.cli`. To import them all takes longer than most of them take.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

import typer

COMMANDS: Final[Mapping[str, str]] = {
    "alarms": "alarms.command",
    "api": "distributed.api.command",
    "backup": "data_folder.backing_up.backup",
    "board": "board.command",
    "demo": "demoing.command",
    "dispatch": "distributed.dispatch.command",
    "do": "asking.do",
    "doctor": "doctor.command",
    "edge": "distributed.edge.command",
    "erase": "erasing.command",
    "explain": "explaining.explain",
    "handover": "reporting.handover",
    "holidays": "offline.holidaying.command",
    "learn": "learning.learn.command",
    "prepare": "distributed.preparing.command",
    "rca": "reporting.rca",
    "replay": "replaying.command",
    "report": "reporting.command",
    "restore": "data_folder.backing_up.restore",
    "rota": "offline.rota.command",
    "run": "running.command",
    "simulate": "simulating.command",
    "sources": "hearing.sources.command",
    "top": "top.command",
    "topics": "distributed.topics.command",
    "whatif": "whatif.command",
    "who": "asking.who",
    "worker": "distributed.worker.command",
}
# What a group is about, and its commands.
GROUPS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "catalogue": (
        "What the network's messages mean.",
        {"import": "offline.importing.command", "test": "offline.catalogue.command"},
    ),
    "inventory": (
        "Look at an inventory before it is put in force.",
        {"check": "checking.command", "suspicions": "learning.suspicions.command"},
    ),
    "messages": (
        "Messages that went wrong: list them, send them again.",
        {"list": "messages.listed", "again": "messages.again"},
    ),
    "snmp": (
        "SNMPv3: users, and the engines that spoke.",
        {"add": "access.snmp.add", "forget": "access.snmp.forget", "list": "access.snmp.listed"},
    ),
    "token": (
        "Bearer tokens: who may knock at which door.",
        {"issue": "access.tokens.issue", "list": "access.tokens.listed", "revoke": "access.tokens.revoke"},
    ),
    "users": (
        "Persons who sign in at the page by name and password.",
        {
            "add": "access.users.add",
            "disable": "access.users.disable",
            "list": "access.users.listed",
            "reset": "access.users.reset",
            "totp": "access.users.totp",
        },
    ),
    "audit": (
        "The trail of the doors: who did what, and who was refused.",
        {
            "verify": "access.auditing.verify",
            "export": "access.auditing.export",
            "send": "access.auditing.send",
        },
    ),
    "keys": ("The keys under which persons' data are sealed.", {"rotate": "access.keys.rotate"}),
    "session": (
        "Who is signed in at the page.",
        {"list": "access.sessions.listed", "revoke": "access.sessions.revoke", "link": "access.sessions.link"},
    ),
    "webhook": ("Webhooks: what other systems post.", {"test": "hearing.webhook.command"}),
}


def made(asked: str | None = None) -> typer.Typer:
    """All of it; where one command or group is asked for, that alone."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(simpul)
    alone = asked in COMMANDS or asked in GROUPS
    for name, place in COMMANDS.items():
        if not alone or name == asked:
            app.command(name)(_function(place))
    for name, (about, commands) in GROUPS.items():
        if not alone or name == asked:
            group = typer.Typer(no_args_is_help=True, help=about)
            group.callback()(lambda: None)  # a group stays one, also of one command
            for word, place in commands.items():
                group.command(word)(_function(place))
            app.add_typer(group, name=name)
    return app


def simpul() -> None:
    """Simpul joins network alarms, complaints and the topology into incidents, tickets and notices."""


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(f"streams.cli.{module}"), name)
    return found


def main() -> None:
    made(sys.argv[1] if len(sys.argv) > 1 else None)()


if __name__ == "__main__":
    main()
