"""`simpul explain`, `simpul who`, `simpul do`: questions and orders to the running service."""

import json
import re
import sys
import time
from typing import Annotated, Any, get_args

import typer
from rich.markup import escape

from correlator.events import Action
from streams import clock
from streams.commands.service import URL, AsJson, Service, TokenOption, Unanswered, Url, err, fail, out, service

NUMBER = re.compile(r"^NT-\d{8}-\d{6}$", re.IGNORECASE)
PHONE = re.compile(r"^\+?[\d\s().-]{6,20}$")
LISTS = ("alarms", "complaints")  # arguments that are lists (contract, "Commands")
WAIT_S = 5.0  # for the worker to decide
COLOURS = {"Critical": "bold red", "Major": "yellow", "Minor": "cyan"}


def explain(
    incident: Annotated[str, typer.Argument(help="an incident's id, as IN-000001, or a ticket's number")],
    url: Url = URL,
    token: TokenOption = None,
    as_json: AsJson = False,
) -> None:
    """Why the service believes that this is what broke."""
    asked = service(url, token)
    try:
        incident = _incident(asked, incident.strip())
        whole = asked.get(f"/incidents/{_part(incident)}")
        said = asked.get(f"/explain/{_part(incident)}")
    except Unanswered as error:
        raise fail(error) from None
    if as_json:
        typer.echo(json.dumps({**whole, **said}, ensure_ascii=False, indent=1))
        return
    show_incident(whole)
    out.print("\n[bold]Why[/bold]")
    for line in said["explanation"] or ["Nothing is written down yet."]:
        out.print(f"  {escape(line)}")
    show_course(whole, said)


def _incident(asked: Service, name: str) -> str:
    """Whoever is called at night has the ticket's number. Raises Unanswered."""
    if not NUMBER.match(name):
        return name
    ticket = asked.get(f"/tickets/{_part(name.upper())}")
    if ticket["incident"] is None:
        raise Unanswered(f"ticket {name} belongs to no incident", f"`simpul who {name}` tells whose it is")
    return str(ticket["incident"])


def show_incident(whole: dict[str, Any]) -> None:
    root, impact, ticket = whole["root"], whole["impact"], whole["ticket"]
    colour = COLOURS.get(whole["severity"], "")
    out.print(f"[bold]{whole['id']}[/bold] {whole['status']}  [{colour}]{whole['severity']}[/{colour}]")
    kind = " ".join(str(part) for part in (root["tier"], root["kind"] or "unknown element") if part)
    out.print(f"  root       {kind} [bold]{escape(root['id'])}[/bold], confidence {root['confidence']:.2f}")
    others = [name for name in root["equivalent"] if name != root["id"]]
    if others:
        out.print(f"  or else    {escape(', '.join(others))} (no evidence tells them apart)")
    if whole["status"] == "suspected":  # noughts would read as "nobody is down"
        out.print("  impact     counted when it opens; until then: simpul whatif")
        out.print("  evidence   told below; alarms and complaints join it when it opens")
    else:
        out.print(
            f"  impact     {impact['customers_down_now']} customers down now, {impact['customers_down']} at most; "
            f"{impact['services_down']} services down, {impact['services_at_risk']} at risk"
        )
        out.print(f"  evidence   {len(whole['alarms'])} alarms, {len(whole['complaints'])} complaints")
    out.print(f"  ticket     {ticket['number'] + ', ' + ticket['stage'] if ticket else 'none yet'}")
    hands = [f"{word} {whole[field]}" for word, field in HANDS if whole[field]]
    out.print(f"  hands      {escape(', '.join(hands) or 'nobody has acknowledged it')}")


HANDS = (("acknowledged by", "acknowledged_by"), ("assigned to", "assigned_to"), ("root set by", "pinned_by"))


def show_course(whole: dict[str, Any], said: dict[str, Any]) -> None:
    """How the verdict moved, what else it could be, what was decided."""
    if whole["alternatives"]:
        names = [f"{one['kind'] or ''} {one['id']} ({one['confidence']:.2f})" for one in whole["alternatives"]]
        out.print(f"\n[bold]Otherwise[/bold]\n  {escape(', '.join(names))}")
    for title, lines in (
        ("Course", [f"{one['at']}  {one['status']}, root {one['root']}" for one in said["verdicts"]]),
        ("Decisions", [f"{one['at']}  {one['text']} {_source(one['source'])}" for one in said["decisions"][-15:]]),
    ):
        if lines:
            out.print(f"\n[bold]{title}[/bold]")
        for line in lines:
            out.print(f"  {escape(line)}")


def who(
    asked_for: Annotated[
        str, typer.Argument(metavar="CUSTOMER|PHONE|NUMBER", help="customer, service, phone or ticket number")
    ],
    url: Url = URL,
    token: TokenOption = None,
    as_json: AsJson = False,
) -> None:
    """Is this customer in a known outage? With the sentence to read out."""
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
        ticket = asked.get(f"/tickets/{_part(name.upper())}")
        customer, holder = ticket["customer"], ticket["service"]
        found: dict[str, Any] = {"affected": None, "outages": [], "sentence": None}
        if holder or customer:
            found = asked.get("/outages/affected", **({"service": holder} if holder else {"customer": customer}))
        return {**found, "ticket": ticket}
    order = ("phone", "customer", "service") if PHONE.match(name) else ("customer", "service", "phone")
    for by in order:
        try:
            return {**asked.get("/outages/affected", **{by: name}), "ticket": None}
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
    out.print(word)
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
    """Give an order to the running service; it is decided by the policy, and written in the trail."""
    if action not in get_args(Action):
        err.print(f"[red]there is no action {escape(action)}[/red]\nThere are: {', '.join(sorted(get_args(Action)))}.")
        raise typer.Exit(2)
    given = _arguments(arguments or [])
    if not reason and sys.stdin.isatty():
        reason = typer.prompt("Why")
    if not reason:
        err.print("[red]an order needs a reason[/red]\nGive it with --reason.")
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
    """What became of the order; after `WAIT_S` it may still be waiting."""
    until_s = clock.monotonic_s() + WAIT_S
    while True:
        became: dict[str, Any] = asked.get(f"/commands/{_part(name)}")
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


def _part(name: str) -> str:
    """Fit for one part of a path."""
    from urllib.parse import quote

    return quote(name, safe="")


def _source(text: str) -> str:
    return f"({text})" if text else ""
