"""`simpul messages`: those that failed, or of which nobody knows whether they were sent; and to send them again."""

import json
from typing import Annotated, Any, Final

import typer
from rich.markup import escape

from streams.cli.asking import do
from streams.cli.service import URL, AsJson, TokenOption, Unanswered, Url, fail, out, service
from topology.model import Language

COLUMNS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Message", "To", "Channel", "Kind", "Ticket", "State", "When", "Tried", "Why", "Sent again"),
    "id": ("Pesan", "Kepada", "Saluran", "Jenis", "Tiket", "Status", "Waktu", "Percobaan", "Sebab", "Dikirim lagi"),
}
STATES: Final[dict[str, tuple[str, str]]] = {
    "uncertain": ("uncertain", "tak pasti"),
    "failed": ("failed", "gagal"),
    "dead": ("given up", "dihentikan"),
    "queued": ("queued", "antre"),
    "trying": ("sending", "sedang dikirim"),
    "sent": ("sent", "terkirim"),
    "delivered": ("delivered", "diterima"),
}
HEARD: Final[dict[Language, str]] = {"en": "a receipt says: {}", "id": "kata tanda terima: {}"}
BY: Final[dict[Language, str]] = {"en": "{} by {}", "id": "{} oleh {}"}
PERHAPS: Final[dict[Language, str]] = {
    "en": "may have been received before",
    "id": "mungkin sudah diterima sebelumnya",
}
NONE: Final[dict[Language, str]] = {"en": "No message went wrong.", "id": "Tidak ada pesan yang gagal atau tak pasti."}
NONE_AGAIN: Final[dict[Language, str]] = {
    "en": "No message was sent again.",
    "id": "Tidak ada pesan yang dikirim lagi.",
}
MORE: Final[dict[Language, str]] = {
    "en": "There are more; these are the newest.",
    "id": "Masih ada yang lain; ini yang terbaru.",
}


def listed(
    ticket: Annotated[str | None, typer.Option(help="of this outage or complaint, by number or id")] = None,
    state: Annotated[str, typer.Option(help="uncertain, failed, dead; several by commas")] = "uncertain,failed,dead",
    again: Annotated[bool, typer.Option("--again", help="those that were sent again, in whatever state")] = False,
    language: Annotated[Language, typer.Option("--lang", help="en, or id for Bahasa Indonesia")] = "en",
    url: Url = URL,
    token: TokenOption = None,
    as_json: AsJson = False,
) -> None:
    """Messages that failed or may not have been sent: to whom, of which ticket, when, how often tried, and why."""
    wanted: dict[str, Any] = {"again": True} if again else {"state": state.split(",")}
    if ticket is not None:
        wanted["ticket"] = ticket
    try:
        found = service(url, token).get("/messages", **wanted)
    except Unanswered as error:
        raise fail(error) from None
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif not found["messages"]:
        out.print((NONE_AGAIN if again else NONE)[language])
    else:
        _show(found, language)


def again(
    ticket: Annotated[str, typer.Argument(help="an outage or a complaint, by number or id")],
    messages: Annotated[
        list[str] | None, typer.Argument(metavar="[MESSAGE]...", help="by id; none: all that are uncertain")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", "-r", help="why; it goes into the trail")] = None,
    url: Url = URL,
    token: TokenOption = None,
) -> None:
    """Send messages again that failed or are uncertain, where they still hold true."""
    do("send_again", ticket, [f"messages={json.dumps(messages)}"] if messages else [], reason, url, token)


def _show(found: dict[str, Any], language: Language) -> None:
    rows = [COLUMNS[language], *(_cells(one, language) for one in found["messages"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:  # no table: a narrow terminal breaks its lines, a pipe has them whole
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        out.print(escape(line), style="dim" if row is rows[0] else None, highlight=False)
    if found["more"]:
        out.print(MORE[language])


def _cells(one: dict[str, Any], language: Language) -> tuple[str, ...]:
    """One for each of `COLUMNS`."""
    what = one["kind"] if not one["update"] else f"{one['kind']} {one['update']}"
    when, state = one["at"][:19].replace("T", " "), _state(one["state"], language)
    told = (one["id"], one["to"].removeprefix("customer:"), one["word"], what, one["ticket"], state, when)
    heard = HEARD[language].format(_state(one["heard"], language)) if one["heard"] else None
    why = "; ".join(words for words in (one["why"], heard) if words)
    return *(cell or "" for cell in told), str(one["attempts"]), why, _again(one["again"], language)


def _state(state: str, language: Language) -> str:
    english, indonesian = STATES[state]
    return indonesian if language == "id" else english


def _again(again: dict[str, Any] | None, language: Language) -> str:
    """When it was sent again and by whom, and whether the customer may have it twice."""
    if again is None:
        return ""
    when = again["at"][:19].replace("T", " ")
    told = when if again["by"] is None else BY[language].format(when, again["by"])
    return f"{told}, {PERHAPS[language]}" if again["perhaps_received"] else told
