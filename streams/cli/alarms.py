"""`simpul alarms`: what the network says now, alarm by alarm."""

import json
import re
from typing import Annotated, Any, Final

import typer
from rich.markup import escape

from streams.cli.service import URL, WIDEST, AsJson, Service, TokenOption, Unanswered, Url, fail, out, service, short
from topology.english import counted
from topology.model import Language

COLUMNS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Alarm", "Since", "Object", "Type", "Severity", "Incident", ""),
    "id": ("Alarm", "Sejak", "Objek", "Jenis", "Tingkat", "Insiden", ""),
}
STATES: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "flapping": "flapping",
        "shelved": "shelved until {}",
        "unknown": "not in the inventory",
        "ended": "cleared {}",
    },
    "id": {
        "flapping": "flapping",
        "shelved": "ditangguhkan sampai {}",
        "unknown": "tidak ada di inventaris",
        "ended": "pulih {}",
    },
}
FINGERPRINT: Final = re.compile(r"^[0-9a-f]{16}$")  # how Alertmanager tells alerts apart, where no label does
PAGE = 500  # alarms that are asked for at once
LONGEST = 40  # of what an unknown alarm says
NONE: Final[dict[Language, str]] = {"en": "No such alarm.", "id": "Tidak ada alarm yang cocok."}
MORE: Final[dict[Language, str]] = {"en": "{} in all, the newest {}.", "id": "{} alarm, ditampilkan {} yang terbaru."}


def command(
    of: Annotated[
        str | None, typer.Argument(metavar="[OBJECT]", help="a device with its ports, a link, a span")
    ] = None,
    incident: Annotated[str | None, typer.Option(help="those that this incident explains")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="also those that have ended and are still kept")] = False,
    last: Annotated[int, typer.Option(min=1, help="the newest so many")] = 50,
    language: Annotated[Language, typer.Option("--lang", help="en, or id for Bahasa Indonesia")] = "en",
    url: Url = URL,
    token: TokenOption = None,
    as_json: AsJson = False,
) -> None:
    """The alarms that stand, newest first, with the ids that `simpul do shelve` takes."""
    named = {key: name.strip() for key, name in (("object", of), ("incident", incident)) if name is not None}
    try:
        found = newest(service(url, token), last, standing=not ended, **named)
    except Unanswered as error:
        raise fail(error) from None
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif not found["alarms"]:
        out.print(NONE[language])
    else:
        _show(found, language)


def newest(asked: Service, last: int, **wanted: Any) -> dict[str, Any]:
    """As one page has them, of as many pages as it takes; what the first says of all. Raises Unanswered."""
    page: dict[str, Any] = asked.get("/alarms", limit=min(last, PAGE), **wanted)
    found = page
    while page["next"] is not None and len(found["alarms"]) < last:
        left = last - len(found["alarms"])
        page = asked.get("/alarms", limit=min(left, PAGE), cursor=page["next"], **wanted)
        found = {**found, "alarms": found["alarms"] + page["alarms"], "next": page["next"]}
    return found


def _show(found: dict[str, Any], language: Language) -> None:
    rows = [COLUMNS[language], *(_cells(one, language) for one in found["alarms"])]
    # an id is shown whole, for it is typed again; a long one moves its own row alone
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths[0] = min(widths[0], WIDEST)
    for row in rows:  # no table: a narrow terminal breaks its lines, a pipe has them whole
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        out.print(escape(line), style="dim" if row is rows[0] else None, highlight=False)
    all_of_them, shown = found["count"], len(found["alarms"])
    if all_of_them > shown:
        told = counted(all_of_them, "alarm") if language == "en" else all_of_them
        out.print(MORE[language].format(told, shown))


def _to_seconds(at: str | None) -> str:
    return (at or "")[:19].replace("T", " ")


def _cells(one: dict[str, Any], language: Language) -> tuple[str, ...]:
    """One for each of `COLUMNS`."""
    since, name, kind = _to_seconds(one["raised_at"]), short(one["object"]), _kind(one)
    return one["id"], since, name, kind, one["severity"] or "", one["incident"] or "", _state(one, language)


def _kind(one: dict[str, Any]) -> str:
    """The type, with the qualifier; of `other` its text, where nothing but that says what it is."""
    more = one["qualifier"] or ""
    if one["alarm_type"] == "other" and one["text"] and (not more or FINGERPRINT.match(more)):
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in one["text"]).split())
        more = text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
    return f"{one['alarm_type']} ({short(more)})" if more else str(one["alarm_type"])


def _state(one: dict[str, Any], language: Language) -> str:
    words = STATES[language]
    said = (
        (one["state"] == "cleared", words["ended"].format(_to_seconds(one["cleared_at"]))),
        (one["flapping"], words["flapping"]),
        (one["shelved_until"] is not None, words["shelved"].format(_to_seconds(one["shelved_until"]))),
        (not one["known"], words["unknown"]),
    )
    return ", ".join(text for holds, text in said if holds)
