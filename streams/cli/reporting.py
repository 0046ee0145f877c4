"""`simpul report`: what the service says of a month, as a table, as CSV or as JSON."""

import csv
import io
import json
import sys
from typing import Annotated, Any, Final, Literal

import typer
from rich.markup import escape

from streams.cli.service import URL, Service, TokenOption, Unanswered, Url, err, fail, out, part, service
from topology.model import Language

NOTHING: Final[dict[Language, str]] = {"en": "Nothing in {}.", "id": "Tidak ada data pada {}."}
Format = Literal["table", "csv", "json"]


def command(
    name: Annotated[str | None, typer.Argument(help="of the report; without one: which there are")] = None,
    month: Annotated[str | None, typer.Option(help="as 2026-03, in WIB")] = None,
    form: Annotated[Format, typer.Option("--format", help="csv for a spreadsheet, json for programs")] = "table",
    language: Annotated[Language, typer.Option("--language", "--lang", help="id (Bahasa Indonesia) or en")] = "id",
    url: Url = URL,
    token: TokenOption = None,
) -> None:
    """What the service says of a month: how the SLA was kept, which outages there were."""
    if name is not None and month is None:
        err.print("[red]a report is of a month[/red]\nGive it with --month, as --month 2026-03.")
        raise typer.Exit(2)
    asked = service(url, token)
    try:
        if name is None or month is None:
            _list(asked, form, language)
            return
        found = _show(asked, f"/reports/{part(name)}", {"month": month, "language": language}, form)
    except Unanswered as error:
        raise fail(error) from None
    if not found and form == "table":
        out.print(NOTHING[language].format(month))


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


def _show(asked: Service, path: str, given: dict[str, str], form: Format) -> bool:
    """Whether there was anything. Raises Unanswered."""
    if form == "json":
        found = asked.get(path, **given)
        _say_json(found)
        return bool(found["rows"])
    text = asked.text(path, format="csv", **given)
    rows = list(csv.reader(io.StringIO(text)))
    if form == "csv":
        typer.echo(text, nl=False)
    else:
        _lay_out(rows, "dim")
    return len(rows) > 1


def _say_json(found: dict[str, Any]) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


def _lay_out(rows: list[list[str]], first: str | None = None) -> None:
    """No table of lines: a narrow terminal breaks it, a pipe has it whole. `first`: the style of the first row."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        out.print(escape(line), style=first if row is rows[0] else None, highlight=False)
