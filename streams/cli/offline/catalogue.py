"""`simpul catalogue test`: what the lines and traps of a file become, with the settings and the inventory in force.

Of a catalogue file, what staff have yet to say of its traps.
"""

from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from connectors.formats.raw_frames import Datagram
from connectors.listeners.unread import Unread
from connectors.metrics import SYSLOG_LINES, TRAPS_UNKNOWN, Counted
from connectors.ports import PortError
from correlator.events import Alarm
from correlator.policy import Policy
from correlator.wire import BadInput
from correlator.world import World
from streams import bootstrap, clock
from streams.bootstrap.snmp.catalogues import holes_in_force, holes_of
from streams.cli.inventories import loaded
from streams.settings import BadSettings, Settings, load
from topology.compile import compile_inventory
from topology.english import counted
from topology.model import Inventory

LEAST_HEX = 20  # digits: a shorter line is no message


@dataclass(slots=True)
class Heard:
    """Implements `ports.Counter`: what the reader counted of one message."""

    vendor: str = ""
    unknown: bool = False

    def count(self, metric: Counted, *labels: str, n: int = 1) -> None:
        del n  # a message has one
        if metric is SYSLOG_LINES:
            self.vendor = labels[0].replace("none", "")
        self.unknown = self.unknown or metric is TRAPS_UNKNOWN


class Told(msgspec.Struct, omit_defaults=True):
    """What became of one message."""

    line: str
    kind: str  # of listener: snmp, syslog
    outcome: str  # read, nothing, unknown, hole, two_readings, refused
    vendor: str = ""
    why: str = ""  # it was refused; or what the catalogue does not say yet
    template: str = ""  # of what is unknown
    alarms: list[dict[str, Any]] = []


def command(
    file: Annotated[
        Path, typer.Argument(help="a line a message, octets in hexadecimal digits; or a trap catalogue, as mine.toml")
    ],
    sender: Annotated[str, typer.Option(help="address that sent them")] = "127.0.0.1",
    inventory: Annotated[Path | None, typer.Option(help="JSON, CSV folder or GraphML; none: the settings'")] = None,
    config: Annotated[Path | None, typer.Option(help="settings; none: simpul.toml where there is one")] = None,
    json: Annotated[bool, typer.Option("--json", help="a JSON object a message, on standard output")] = False,
) -> None:
    """Show what syslog lines and traps become: vendor, object, kind, severity, raise or clear; or unknown, by template.

    Of a trap catalogue: the traps that wait for staff. Exit status 1 where one of them is unknown, refused or waits.
    """
    try:
        settings = load(config)
        if file.suffix == ".toml":
            raise typer.Exit(waiting(file))
        outcomes = Tally[str]()
        for told in results(settings, messages(file), inventory or settings.inventory, sender):
            outcomes[told.outcome] += 1
            typer.echo(msgspec.json.encode(told).decode() if json else shown(told))
    except (BadSettings, PortError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if not json:
        typer.echo(", ".join(f"{n} {outcome}" for outcome, n in sorted(outcomes.items())) or "no message")
    if outcomes.keys() - {"read", "nothing"}:
        raise typer.Exit(1)


def waiting(file: Path) -> int:
    """Lists the holes of a catalogue file; the exit status. Raises CatalogueError."""
    holes = holes_of(file)
    for hole in holes:
        typer.echo(f"{hole.trap}\n    " + "\n    ".join(hole.gaps))
    typer.echo(f"{counted(len(holes), 'trap')} of {file.name} {'waits' if len(holes) == 1 else 'wait'} for staff")
    return bool(holes)


def messages(file: Path) -> Iterator[tuple[str, bytes]]:
    """(as the file has it, octets) of each line that is not empty."""
    for octets in file.read_bytes().splitlines():
        if octets.strip():
            line = octets.decode(errors="replace")
            plain = line.strip().replace(":", "")
            hexadecimal = (
                len(plain) >= LEAST_HEX and len(plain) % 2 == 0 and not set(plain.lower()) - set("0123456789abcdef")
            )
            yield line, bytes.fromhex(plain) if hexadecimal else octets


def results(
    settings: Settings, given: Iterator[tuple[str, bytes]], inventory: Path | None, sender: str
) -> Iterator[Told]:
    """Raises PortError."""
    network = loaded(inventory) if inventory is not None else Inventory()
    world = World(compile_inventory(network), Policy())
    now = clock.wall_us
    heard, unread = Heard(), Unread()
    around = bootstrap.Around(world.topology, bootstrap.resolver_of(world, now), heard, unread)
    readers, holes = bootstrap.readers(settings, around), holes_in_force(settings)
    for number, (line, octets) in enumerate(given):
        kind = bootstrap.kind_of(octets)
        heard.vendor, heard.unknown, seen = "", False, sum(group.times for group in unread.groups())
        said = readers[kind].read(Datagram(sender, now(), octets), f"{number}")
        if isinstance(said, BadInput):
            yield Told(line, kind, "refused", why=said.reason)
        elif sum(group.times for group in unread.groups()) > seen:
            group = max(unread.groups(), key=lambda one: one.last_us)
            yield Told(line, kind, group.why, template=group.template)
        else:
            hole = holes.get(said[0].qualifier or "") if heard.unknown and said else None
            outcome = "hole" if hole else "unknown" if heard.unknown else "read" if said else "nothing"
            why = f"{hole.trap} of {hole.file} wants {'; '.join(hole.gaps)}" if hole else ""
            yield Told(line, kind, outcome, heard.vendor, why, alarms=rows(said))


def rows(said: Sequence[Alarm]) -> list[dict[str, Any]]:
    keys = ("object", "alarm_type", "state", "severity", "qualifier", "text")
    return [{key: value for key in keys if (value := getattr(alarm, key)) is not None} for alarm in said]


def shown(told: Told) -> str:
    by = f" {told.vendor}" if told.vendor else ""
    head = f"{told.line}\n  {told.kind}{by}: {told.outcome}"
    if told.why:
        return f"{head}, {told.why}"
    if told.template:
        return f"{head}, {told.template}"
    lines = [
        f"    {one['object']} {one['alarm_type']} {one['state']}"
        + "".join(f" {one[key]}" for key in ("severity", "qualifier") if key in one)
        + (f" ({one['text']})" if "text" in one else "")
        for one in told.alarms
    ]
    return "\n".join([head, *lines])
