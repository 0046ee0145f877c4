"""`simpul report`, `simpul rca`, `simpul handover`: what is handed on, in the terminal, for programs, on paper."""

import csv
import io
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from rich.markup import escape

from correlator.events import HOUR_US
from correlator.times import rfc3339
from streams import clock
from streams.cli.service import URL, Service, TokenOption, Unanswered, Url, err, fail, out, part, service
from topology.model import Language

NOTHING: Final[dict[Language, str]] = {"en": "Nothing in {}.", "id": "Tidak ada data pada {}."}
FILES: Final = ("pdf", "xlsx")
RESTITUTION: Final = "restitution"  # behind a door of its own: it names customers
Format = Literal["table", "csv", "json", "pdf", "xlsx"]
Spoken = Annotated[Language, typer.Option("--language", "--lang", help="id (Bahasa Indonesia) or en")]
Out = Annotated[Path | None, typer.Option("--out", help="file to write; else the report's name in this folder")]


def command(
    name: Annotated[str | None, typer.Argument(help="of the report; without one: which there are")] = None,
    month: Annotated[str | None, typer.Option(help="as 2026-03, in WIB")] = None,
    form: Annotated[
        Format, typer.Option("--format", help="csv for a spreadsheet, json for programs; documents also pdf, xlsx")
    ] = "table",
    language: Spoken = "id",
    section: Annotated[str | None, typer.Option(help="one table of a document alone")] = None,
    file: Out = None,
    url: Url = URL,
    token: TokenOption = None,
) -> None:
    """What the service says of a month: recap, SLA, outages, restitution, the regulator's figures."""
    if name is not None and month is None:
        err.print("[red]a report is of a month[/red]\nGive it with --month, as --month 2026-03.")
        raise typer.Exit(2)
    asked = service(url, token)
    try:
        if name is None or month is None:
            _list(asked, "table" if form in FILES else form, language)
            return
        path = f"/{RESTITUTION}" if name == RESTITUTION else f"/reports/{part(name)}"
        given = {"month": month, "language": language, **({"section": section} if section else {})}
        if form in FILES:
            keep(asked.file(path, format=form, **given), file or Path(f"{name}-{month}.{form}"))
            return
        found = show(asked, path, given, form)
    except Unanswered as error:
        raise fail(error) from None
    if not found and form == "table":
        out.print(NOTHING[language].format(month))


def rca(
    name: Annotated[str, typer.Argument(help="of the incident, or the number of its ticket or of a complaint's")],
    form: Annotated[Literal["pdf", "json"], typer.Option("--format", help="json for programs")] = "pdf",
    language: Spoken = "id",
    file: Out = None,
    url: Url = URL,
    token: TokenOption = None,
) -> None:
    """One RCA/CAPA record (SOP 7), to be read and signed."""
    try:
        data = service(url, token).file(f"/incidents/{part(name)}/rca", format=form, language=language)
    except Unanswered as error:
        raise fail(error) from None
    if form == "json" and file is None:
        typer.echo(data.decode())
    else:
        keep(data, file or Path(f"rca-{name}.pdf"))


def handover(
    since: Annotated[str | None, typer.Option(help="when the shift began, as 2026-03-01T07:00:00+07:00")] = None,
    within_h: Annotated[int, typer.Option("--within-h", min=0, help="hours ahead whose promises are named")] = 8,
    form: Annotated[Format, typer.Option("--format", help="pdf and xlsx go into a file")] = "table",
    language: Spoken = "id",
    file: Out = None,
    url: Url = URL,
    token: TokenOption = None,
) -> None:
    """What changed since the shift began (without --since: eight hours ago), what is open, what was promised."""
    began = since or rfc3339(clock.wall_us() - 8 * HOUR_US)
    given = {"since": began, "within_h": str(within_h), "language": language}
    asked = service(url, token)
    try:
        if form in FILES:
            keep(asked.file("/handover", format=form, **given), file or Path(f"handover.{form}"))
        else:
            show(asked, "/handover", given, form)
    except Unanswered as error:
        raise fail(error) from None


def keep(data: bytes, file: Path) -> None:
    """Into a file, and say which."""
    try:
        file.write_bytes(data)
    except OSError as error:
        err.print(f"[red]{escape(str(file))} cannot be written: {error.strerror}[/red]\nName another with --out.")
        raise typer.Exit(1) from None
    out.print(escape(str(file)), highlight=False)


def _list(asked: Service, form: Format, language: Language) -> None:
    """Raises Unanswered."""
    found = asked.get("/reports", language=language)
    if form == "json":
        _say_json(found)
        return
    rows = [[one["name"], one["title"]] for one in found["reports"]]
    if form == "csv":
        csv.writer(sys.stdout).writerows(rows)
    else:
        _lay_out(rows)


def show(asked: Service, path: str, given: dict[str, str], form: Format) -> bool:
    """Whether there was anything. Raises Unanswered."""
    if form == "json":
        found = json.loads(asked.text(path, **given))
        _say_json(found)
        return any(table["rows"] for table in found.get("sections", [found]))
    text = asked.text(path, format="csv", **given)
    if form == "csv":
        typer.echo(text, nl=False)
        return True
    tables = [list(csv.reader(io.StringIO(table))) for table in text.split("\r\n\r\n")]
    titled = len(tables) > 1  # a document's tables have their titles above them
    for number, rows in enumerate(tables):
        if titled:
            out.print(f"{chr(10) if number else ''}{escape(rows[0][0])}", style="bold", highlight=False)
        _lay_out(rows[titled:], "dim")
    return any(len(rows) > 1 + titled for rows in tables)


def _say_json(found: dict[str, Any]) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


def _lay_out(rows: list[list[str]], first: str | None = None) -> None:
    """No table of lines: a narrow terminal breaks it, a pipe has it whole. `first`: the style of the first row."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        out.print(escape(line), style=first if row is rows[0] else None, highlight=False)
