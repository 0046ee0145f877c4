"""`simpul board`: the incidents, live, in the terminal, in English or Bahasa Indonesia."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from streams.cli.explaining import kind_words, state_word
from streams.cli.service import URL, Service, TokenOption, Unanswered, Url, fail, out, service
from topology.english import counted
from topology.model import Language

EVERY_S = 1.0
SHOWN = 40
WIDE = 100
COLUMNS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Incident", "Class", "Status", "Root", "Conf.", "Since", "Down", "At risk", "Ticket"),
    "id": ("Insiden", "Kelas", "Status", "Akar", "Yakin", "Sejak", "Putus", "Terancam", "Tiket"),
}
ROOT, CONFIDENCE, DOWN, AT_RISK = 3, 4, 6, 7  # places of columns
CALM: Final[dict[Language, str]] = {
    "en": "No incident. The network is well.",
    "id": "Tidak ada gangguan. Jaringan normal.",
}
NOTHING: Final[dict[Language, str]] = {"en": "No incident.", "id": "Tidak ada insiden."}  # where that is not all
TROUBLE: Final[dict[Language, str]] = {
    "en": "This service itself has a problem: {}",
    "id": "Sistem Simpul sendiri bermasalah: {}",
}
UNEXPLAINED: Final[dict[Language, str]] = {
    "en": "Major or critical alarms that no incident explains: {}",
    "id": "Alarm major atau critical yang belum dijelaskan insiden mana pun: {}",
}
DUE_H = 24  # planned work that begins within so many hours is shown
MOST_WORK = 10
WORK: Final[dict[Language, tuple[str, str]]] = {
    "en": ("Planned work now: {}", "Planned work to come: {}"),
    "id": ("Pekerjaan terencana sedang berjalan: {}", "Pekerjaan terencana mendatang: {}"),
}
WORK_SAYS: Final[dict[Language, str]] = {"en": "{} from {} to {} at {} ({})", "id": "{} dari {} sampai {} di {} ({})"}
COUNTED: Final[dict[Language, tuple[str, str]]] = {
    "en": ("{} open, {} suspected, ", "{1} down"),
    "id": ("{} terbuka, {} diduga, ", "{} pelanggan terputus"),
}
ORDER = {"open": 0, "clearing": 1, "suspected": 2, "resolved": 3}
WEIGHT = {"Critical": 0, "Major": 1, "Minor": 2}
STATUS = {"open": "bold red", "clearing": "yellow", "suspected": "magenta", "resolved": "green"}
COLOURS = {"Critical": "bold white on red", "Major": "black on yellow", "Minor": "black on cyan"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the service answers, at one look."""

    incidents: list[dict[str, Any]]
    customers_down: int  # each once, under whichever incidents
    wrong: dict[str, str]  # with the service itself
    unexplained: int  # major and critical alarms
    work: list[dict[str, Any]]  # planned, now or soon


def command(
    url: Url = URL,
    token: TokenOption = None,
    once: Annotated[bool, typer.Option("--once", help="print it once and end")] = False,
    language: Annotated[Language, typer.Option("--lang", help="en, or id for Bahasa Indonesia")] = "en",
) -> None:
    """The incidents as they stand, live in the terminal, until Ctrl-C."""
    asked = service(url, token)
    try:
        shown = drawn(look(asked), out.width, language)
    except Unanswered as error:
        raise fail(error) from None
    if once or not out.is_terminal:
        out.print(shown)
        return
    with Live(shown, console=out, screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(EVERY_S)
                live.update(_again(asked, language), refresh=True)
        except KeyboardInterrupt:
            return


def _again(asked: Service, language: Language) -> RenderableType:
    """A board that loses the service stays up, and says so."""
    try:
        return drawn(look(asked), out.width, language)
    except Unanswered as error:
        return Panel(Text(str(error)), title="no answer", border_style="red")


def look(asked: Service) -> Seen:
    """What stands, and what was resolved of late; what needs a person first. Raises Unanswered."""
    answer = asked.get("/incidents", status=list(ORDER), limit=200)
    found: list[dict[str, Any]] = answer["incidents"]
    found.sort(
        key=lambda one: (
            ORDER[one["status"]],
            WEIGHT[one["severity"]],
            -one["impact"]["customers_down_now"],
            one["id"],
        )
    )
    wrong = {name: said for name, said in asked.health()["checks"].items() if said is not None}
    unexplained = asked.get("/alarms/unexplained")["count"]
    work = asked.get("/maintenance", within_h=DUE_H)["maintenance"]
    return Seen(found, answer["customers_down_now"], wrong, unexplained, work)


def drawn(seen: Seen, width: int, language: Language) -> RenderableType:
    """`width`: of the terminal, in characters."""
    return Group(
        head(seen, language), *remarks(seen, language), listed(seen, width, language), *planned(seen, language)
    )


def planned(seen: Seen, language: Language) -> list[Text]:
    """A line for each piece of planned work, what begins first at first."""
    said = [Text()] if seen.work else []
    for one in seen.work[:MOST_WORK]:
        start, end = (f"{datetime.fromisoformat(one[key]):%d/%m %H:%M}" for key in ("start", "end"))
        objects = ", ".join(one["objects"])
        now, to_come = WORK[language]
        line = WORK_SAYS[language].format(one["id"], start, end, objects, one["reason"])
        style = "yellow" if one["in_force"] else "dim"
        said.append(Text((now if one["in_force"] else to_come).format(line), style))
    if len(seen.work) > MOST_WORK:
        said.append(Text(f"+ {len(seen.work) - MOST_WORK}", "dim"))
    return said


def remarks(seen: Seen, language: Language) -> list[Text]:
    """What no incident tells: that the service itself is ill, and alarms that nothing explains."""
    said = []
    if seen.wrong:
        wrong = "; ".join(f"{name}: {why}" for name, why in seen.wrong.items())
        said.append(Text(TROUBLE[language].format(wrong), style="bold red"))
    if seen.unexplained:
        said.append(Text(UNEXPLAINED[language].format(seen.unexplained), style="yellow"))
    return said


def listed(seen: Seen, width: int, language: Language) -> RenderableType:
    """Below `WIDE` two columns are left out, so that a plain terminal shows the rest whole."""
    if not seen.incidents:
        well = not seen.wrong and not seen.unexplained
        return Text(f"\n{(CALM if well else NOTHING)[language]}", style="green" if well else "")
    table = Table(expand=True, box=None, pad_edge=False, header_style="dim")
    names = COLUMNS[language]
    places = [place for place in range(len(names)) if width >= WIDE or place not in (CONFIDENCE, AT_RISK)]
    for place in places:
        table.add_column(
            names[place],
            justify="right" if place in (CONFIDENCE, DOWN, AT_RISK) else "left",
            ratio=1 if place == ROOT else None,
            no_wrap=True,
            overflow="ellipsis",
        )
    for one in seen.incidents[:SHOWN]:
        cells = row(one, language)
        table.add_row(*(cells[place] for place in places))
    return table


def head(seen: Seen, language: Language) -> Text:
    opened = sum(one["status"] in ("open", "clearing") for one in seen.incidents)
    suspected = sum(one["status"] == "suspected" for one in seen.incidents)
    down = seen.customers_down
    stand, customers = COUNTED[language]
    text = Text.assemble(("Simpul ", "bold cyan"), stand.format(opened, suspected))
    return text.append(customers.format(down, counted(down, "customer")), style="bold red" if down else "green")


def row(one: dict[str, Any], language: Language) -> list[RenderableType]:
    """A cell for each of `COLUMNS`."""
    root, impact = one["root"], one["impact"]
    so = impact["customers_if_so"]
    since = datetime.fromisoformat(one["down_since"]) if one["down_since"] else None
    return [
        escape(one["id"]),
        Text(f" {one['severity']} ", style=COLOURS.get(one["severity"], "")),
        Text(state_word(one["status"], language), style=STATUS[one["status"]]),
        Text.assemble((root["id"], "bold"), f"  {kind_words(root, language)}"),
        f"{root['confidence']:.0%}",
        f"{since:%H:%M}" if since else "",
        str(impact["customers_down_now"]) if so is None else f"({so})",
        str(impact["services_at_risk"]),
        one["ticket"]["number"] if one["ticket"] else "",
    ]
