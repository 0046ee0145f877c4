"""`simpul rca` and `simpul handover`: what is handed on, to the file or to the next shift."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from correlator.events import HOUR_US
from correlator.times import rfc3339
from streams import clock
from streams.cli.reporting import FILES, Format, Out, keep, show
from streams.cli.service import URL, TokenOption, Unanswered, Url, fail, part, service
from topology.model import Language

Spoken = Annotated[Language, typer.Option("--language", "--lang", help="id (Bahasa Indonesia) or en")]


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
