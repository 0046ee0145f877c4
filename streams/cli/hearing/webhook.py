"""`simpul webhook test`: what a body would become, with the settings and the inventory in force, without a service."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from connectors.formats.json_rows import Envelope
from connectors.ports import PortError
from correlator.events import Alarm, moment
from correlator.policy import Policy
from correlator.wire import BadInput
from correlator.world import World
from streams import bootstrap, clock
from streams.cli.inventories import loaded
from streams.settings import BadSettings, Settings, load
from topology.compile import compile_inventory
from topology.model import Inventory

SHOWN = ("alarm_type", "state", "severity", "qualifier")


class Told(msgspec.Struct, omit_defaults=True):
    """What became of one row."""

    row: int
    outcome: str  # read, refused
    alarm: dict[str, Any] = {}
    unresolved: bool = False  # the inventory lacks its object
    field: str | None = None
    why: str = ""


def command(
    name: Annotated[str, typer.Argument(help="the webhook: a format, or a name of [webhooks.NAME]")],
    file: Annotated[Path, typer.Argument(help="a body, as the sender posts it")],
    inventory: Annotated[Path | None, typer.Option(help="JSON, CSV folder or GraphML; none: the settings'")] = None,
    config: Annotated[Path | None, typer.Option(help="settings; none: simpul.toml where there is one")] = None,
    json: Annotated[bool, typer.Option("--json", help="a JSON object a row, on standard output")] = False,
) -> None:
    """Show what a body becomes: object, type, severity, raise or clear; or why not, with the field and the remedy.

    Exit status 1 where a row is refused, or its object is not in the inventory.
    """
    try:
        settings = load(config)
        told = list(results(settings, name, file.read_bytes(), inventory or settings.inventory))
    except (BadSettings, PortError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for one in told:
        typer.echo(msgspec.json.encode(one).decode() if json else shown(one))
    if not told and not json:
        typer.echo("nothing: this body changes no alarm")
    if any(one.outcome == "refused" or one.unresolved for one in told):
        raise typer.Exit(1)


def results(settings: Settings, name: str, body: bytes, inventory: Path | None) -> Iterator[Told]:
    """Raises PortError, BadSettings."""
    parsers = bootstrap.parsers(settings)
    if name not in parsers:
        raise BadSettings(f"there is no webhook {name}: there are {', '.join(sorted(parsers))}")
    network = loaded(inventory) if inventory is not None else Inventory()
    world = World(compile_inventory(network), Policy())
    resolver = bootstrap.resolver_of(world, clock.wall_us)
    parsed = parsers[name](body, Envelope(moment(clock.wall_us()), name, settings.http.batch, resolver.knows))
    rows = [parsed] if isinstance(parsed, BadInput) else parsed
    for number, row in enumerate(rows):
        if isinstance(row, BadInput):
            yield Told(number, "refused", field=row.field, why=row.reason)
        else:
            found = resolver.object_named(row.object)
            unresolved = found is None or not resolver.lists(found)
            yield Told(number, "read", _told(row, found or row.object), unresolved=unresolved)


def _told(alarm: Alarm, found: str) -> dict[str, Any]:
    named = {key: value for key in SHOWN if (value := getattr(alarm, key)) is not None}
    return {"object": found, **named, "time": alarm.time, "id": alarm.id, "text": alarm.text}


def shown(one: Told) -> str:
    if one.outcome == "refused":
        return f"row {one.row}: refused, {one.field}: {one.why}" if one.field else f"row {one.row}: refused, {one.why}"
    words = " ".join(str(one.alarm[key]) for key in ("object", *SHOWN) if key in one.alarm)
    text = f" ({one.alarm['text']})" if one.alarm["text"] else ""
    lacking = "\n  the inventory has no such object: give it a row, or this name or address" if one.unresolved else ""
    return f"row {one.row}: {words}{text}{lacking}"
