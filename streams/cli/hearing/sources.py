"""`simpul sources`: who speaks, how much, by which clock, and what of it could not be used."""

import json
from typing import Annotated, Any, Final

import typer
from rich.markup import escape

from streams.cli.service import URL, AsJson, TokenOption, Unanswered, Url, fail, out, service, short

COLUMNS: Final = (
    "Door",
    "Source",
    "Last heard",
    "Alarms",
    "A minute",
    "Clock",
    "Unread",
    "Unresolved",
    "Missing",
    "Shed",
)
NOBODY: Final = "Nobody has spoken to this process since it started."
MOST_NAMED = 10


def command(
    last: Annotated[int, typer.Option(min=1, max=500, help="those heard last")] = 50,
    url: Url = URL,
    token: TokenOption = None,
    as_json: AsJson = False,
) -> None:
    """Who speaks, rate, last heard, their clock against ours, what was unread or unresolved, and the remedies."""
    try:
        found = service(url, token).get("/sources", limit=last)
    except Unanswered as error:
        raise fail(error) from None
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    if not found["sources"]:
        out.print(NOBODY)
    else:
        rows = [COLUMNS, *map(_cells, found["sources"])]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:  # no table: a narrow terminal breaks its lines, a pipe has them whole
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            out.print(escape(line), style="dim" if row is COLUMNS else None, highlight=False)
    for one in found["habits"]:
        if told := _habit(one):
            style = "yellow" if one["quiet"] or one["clock_wrong_s"] else None
            out.print(escape(f"{one['source']}: {told}"), style=style, highlight=False)
    for one in found["sources"]:
        for remedy in one["remedies"]:
            out.print(escape(f"{one['door']} {one['source']}: {remedy}"), style="yellow", highlight=False)
    for name, figures in sorted(found["listeners"].items()):
        told = ", ".join(f"{key} {value}" for key, value in figures.items() if not isinstance(value, dict))
        why = ", ".join(f"{key} {value}" for key, value in figures.get("unread_why", {}).items())
        out.print(escape(f"listener {name}: {told}" + (f" ({why})" if why else "")), highlight=False)
    for one in found["unnamed"][:MOST_NAMED]:
        said = f"no row of the inventory names {one['name']} (as {one['as']}, {one['times']} times)"
        out.print(escape(said), style="yellow", highlight=False)
    if (more := len(found["unnamed"]) - MOST_NAMED) > 0:
        out.print(f"and {more} more: --json lists them", highlight=False)


def _habit(one: dict[str, Any]) -> str:
    """In a line; empty for one of which nothing is learned yet and that asks nobody."""
    said = []
    if one["quiet"]:
        said.append(f"QUIET since {str(one['quiet'])[:19].replace('T', ' ')}")
    if wrong_s := one["clock_wrong_s"]:
        said.append(f"CLOCK WRONG, {abs(wrong_s):,} s {'behind' if wrong_s > 0 else 'ahead'}")
    if one["every_s"] or one["quiet_after_s"]:
        often = f"every {one['every_s']} s" if one["every_s"] else f"every {one['gap_s']} s in the mean"
        said.append(f"speaks {often}, quiet after {one['quiet_after_s']} s")
    if one["polls"]:
        said.append(f"asks {one['polls']:,} devices")
    if one["last_resync"]:
        said.append(f"last resync {str(one['last_resync'])[:19].replace('T', ' ')}")
    if one["old_ends"]:
        said.append(f"{one['old_ends']:,} ends older than what stands, the last of {one['old_end_of']}")
    return "; ".join(said)


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    """One for each of `COLUMNS`."""
    offset = one["clock_offset_s"]
    clock = "" if offset is None else f"{-offset:.1f} s ahead" if offset < 0 else f"{offset:.1f} s late"
    last = f"{str(one['last'])[:19].replace('T', ' ')} ({one['silent_s']} s ago)"
    numbers = str(one["alarms"]), str(one["alarms_per_min"]), clock, str(one["unread"]), str(one["unresolved"])
    missing = "" if one["missing"] is None else str(one["missing"])
    return one["door"], short(one["source"]), last, *numbers, missing, str(one["shed"] or "")
