"""`simpul doctor`: what is wrong with settings, doors, certificates, clock, disk and files; what to do about each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from streams.cli.checking import plain_console
from streams.cli.service import Config
from streams.doctor.asking import asking
from streams.doctor.finding import Finding, well
from streams.doctor.folder import folder, is_running
from streams.doctor.given import given
from streams.doctor.holders import holders
from streams.doctor.ports import doors
from streams.doctor.reach import reach
from streams.doctor.snmp import snmp
from streams.doctor.times import clocks
from streams.doctor.tls import tls
from streams.settings import FILE, BadSettings, Settings, load

COLOURS = {"ok": "green", "warning": "yellow", "wrong": "bold red"}


def command(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable, on standard output")] = False,
) -> None:
    """Look at everything that the service needs, also while it runs. Exit status 1 where something is wrong."""
    findings = list(examined(config))
    good = all(one.state != "wrong" for one in findings)
    if as_json:
        typer.echo(msgspec.json.encode({"good": good, "findings": findings}).decode())
    else:
        show(findings)
    raise typer.Exit(0 if good else 1)


def examined(config: Path | None) -> Iterator[Finding]:
    """Each part in turn; without good settings there is nothing else to look at."""
    try:
        settings = load(config)
    except BadSettings as bad:
        yield Finding("settings", "wrong", str(bad), "Correct each field; docs/operations.md lists them")
        return
    named = config or (FILE if FILE.exists() else None)
    yield well("settings", f"{named}" if named else "the defaults: there is no simpul.toml here")
    yield from parts(settings)


def parts(settings: Settings) -> Iterator[Finding]:
    yield from folder(settings.data)
    yield from doors(settings, running=is_running(settings.data))
    yield from snmp(settings)
    yield from tls(settings.http)
    yield from holders(settings)
    yield from clocks(settings)
    yield from given(settings)
    yield from reach(settings)
    yield from asking(settings)


def show(findings: list[Finding]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("", "part", "found", "what to do"):
        table.add_column(name, overflow="fold")
    for one in findings:
        table.add_row(Text(one.state, style=COLOURS[one.state]), one.part, one.what, one.remedy)
    console = plain_console()
    console.print(table)
    wrong = sum(one.state == "wrong" for one in findings)
    warnings = sum(one.state == "warning" for one in findings)
    console.print(f"\n{wrong} wrong, {warnings} warnings, {len(findings) - wrong - warnings} well")
