"""`simpul who`, `simpul do`: a question and commands to the running service."""

import json
import re
import sys
import time
from typing import Annotated, Any, get_args

import typer
from rich.markup import escape

from correlator.events import Action
from streams import clock
from streams.cli.service import (
    NUMBER,
    URL,
    AsJson,
    Service,
    TokenOption,
    Unanswered,
    Url,
    err,
    fail,
    out,
    part,
    service,
)

PHONE = re.compile(r"^\+?[\d\s().-]{6,20}$")
LISTS = ("alarms", "complaints", "messages")  # arguments that are lists (contract, "Commands")
WAIT_S = 5.0  # for the worker to decide


def who(
    asked_for: Annotated[
        str, typer.Argument(metavar="CUSTOMER|PHONE|NUMBER", help="customer, service, phone or ticket number")
    ],
    url: Url = URL,
    token: TokenOption = None,
    as_json: AsJson = False,
) -> None:
    """Is this customer in a known outage, or under planned work? With the sentence to read out."""
    asked = service(url, token)
    try:
        found = affected(asked, asked_for.strip())
    except Unanswered as error:
        raise fail(error) from None
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        show_affected(found)


def affected(asked: Service, name: str) -> dict[str, Any]:
    """By ticket number, else by whatever the name looks like. Raises Unanswered."""
    if NUMBER.match(name):
        ticket = asked.get(f"/tickets/{part(name.upper())}")
        customer, holder = ticket["customer"], ticket["service"]
        found: dict[str, Any] = {"affected": None, "outages": [], "planned": [], "sentence": None}
        if holder or customer:
            found = asked.get("/outages/affected", **({"service": holder} if holder else {"customer": customer}))
        return {**found, "ticket": ticket}
    order = ("phone", "customer", "service") if PHONE.match(name) else ("customer", "service", "phone")
    for by in order:
        try:
            return {**asked.post("/outages/affected", {by: name, "reason": "simpul who"}), "ticket": None}
        except Unanswered as error:
            if error.status != 404:
                raise
    raise Unanswered(f"no customer, service or phone is {name}", "Check it; `NT-...` asks by ticket number")


def show_affected(found: dict[str, Any]) -> None:
    ticket, sentence = found["ticket"], found["sentence"]
    if ticket is not None:
        about = escape(ticket["customer"] or ticket["incident"] or "nobody known")
        out.print(f"[bold]{ticket['number']}[/bold] {ticket['kind']}, {ticket['class']}, {ticket['stage']}: {about}")
    if sentence is None:
        out.print("The ticket names no customer that the inventory knows.")
        return
    word = "[bold red]in an outage[/bold red]" if found["affected"] else "[green]in no known outage[/green]"
    if found.get("unconfirmed"):
        word = "[yellow]their outage is over, but that is not confirmed for their own line[/yellow]"
    out.print(
        f"{word}, but [yellow]under planned work[/yellow]" if found["planned"] and not found["affected"] else word
    )
    for work in found["planned"]:
        out.print(f"  planned work {escape(work['id'])}, from {work['start']} to {work['end']}")
    for outage in found["outages"]:
        out.print(f"  {outage['incident']} {outage['status']}, ticket {outage['ticket']}, since {outage['since']}")
    for language in ("id", "en"):
        out.print(f"  [dim]{language}[/dim]  {escape(sentence[language])}")


def do(
    action: Annotated[str, typer.Argument(help="what to do, as acknowledge, assign, accept_root, shelve, close")],
    target: Annotated[
        str, typer.Argument(help="an incident, a ticket (id or number), an alarm's event, an RCA record")
    ],
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="as to=budi")] = None,
    reason: Annotated[str | None, typer.Option("--reason", "-r", help="why; it goes into the trail")] = None,
    url: Url = URL,
    token: TokenOption = None,
) -> None:
    """Give a command to the running service; it is decided by the policy, and written in the trail."""
    if action not in get_args(Action):
        err.print(f"[red]there is no action {escape(action)}[/red]\nThere are: {', '.join(sorted(get_args(Action)))}.")
        raise typer.Exit(2)
    given = _arguments(arguments or [])
    if not reason and sys.stdin.isatty():
        reason = typer.prompt("Why")
    if not reason:
        err.print("[red]a command needs a reason[/red]\nGive it with --reason.")
        raise typer.Exit(2)
    asked = service(url, token)
    try:
        body = {"action": action, "target": target, "arguments": given, "reason": reason}
        sent = asked.post("/commands", body)
        became = _decided(asked, sent["id"])
    except Unanswered as error:
        raise fail(error) from None
    _say(became, f"{action} {target}")


def _say(became: dict[str, Any], what: str) -> None:
    match became["state"]:
        case "done":
            out.print(f"[green]done[/green]: {escape(what)}")
        case "rejected":
            err.print(f"[red]rejected[/red]: {escape(became['reason'])}")
            raise typer.Exit(1)
        case _:
            out.print(f"[yellow]taken, not yet decided[/yellow]: {escape(what)}, as {became['id']}")


def _decided(asked: Service, name: str) -> dict[str, Any]:
    """What became of the command; after `WAIT_S` it may still be waiting."""
    until_s = clock.monotonic_s() + WAIT_S
    while True:
        became: dict[str, Any] = asked.get(f"/commands/{part(name)}")
        if became["state"] != "waiting" or clock.monotonic_s() >= until_s:
            return became
        time.sleep(0.1)


def _arguments(given: list[str]) -> dict[str, Any]:
    """`key=value`: the value is JSON where it reads as JSON, else text; alarms and complaints are lists."""
    found: dict[str, Any] = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not sign or not key.isidentifier():
            err.print(f"[red]{escape(one)} is no key=value[/red]\nWrite arguments as to=budi or alarms=a-1,a-2.")
            raise typer.Exit(2)
        found[key] = value.split(",") if key in LISTS and not value.startswith("[") else _value(value)
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
