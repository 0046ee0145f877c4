"""What the demo shows in the terminal: the service's own words, framed."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from connectors.formats.documents.rca import happened
from streams.demo.doors import Json
from streams.demo.play import Taken
from topology.english import counted

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
CLASS_STYLES = {"Critical": "bold red", "Major": "yellow", "Minor": "green"}


def framed(inside: RenderableType, title: str, style: str = "cyan") -> Panel:
    return Panel(inside, title=escape(title), title_align="left", border_style=style)


def incident(whole: Json) -> Panel:
    """What a shift sees first, and why the service says so."""
    root, impact, ticket = whole["root"], whole["impact"], whole["ticket"]
    services, customers, risky = impact["services_down"], impact["customers_down"], impact["services_at_risk"]
    alarms = len(whole["alarms"])
    head = Text.assemble(
        (f"{whole['severity']} ", CLASS_STYLES[whole["severity"]]),
        f"{root['kind']} ",
        (root["id"], "bold"),
        f", confidence {root['confidence']:.2f}\n",
        f"{counted(services, 'service')} and {counted(customers, 'customer')} down, ",
        f"{counted(risky, 'service on its', 'services on their')} last leg\n",
        f"{counted(alarms, 'alarm is', 'alarms are')} one incident; ticket {ticket['number']}",
    )
    why = (Text("\n".join(("", f"{LANGUAGES[one]}:", *whole["why"][one])), style="dim") for one in LANGUAGES)
    return framed(Group(head, *why), f"{whole['id']} {whole['status']}", "red")


def ticket(row: Json) -> Panel:
    """Class with its reason, and the clocks of the SOP."""
    table = Table.grid(padding=(0, 2))
    for clock in row["clocks"]:
        done = f"met {short(clock['met_at'])}" if clock["met_at"] else "running"
        table.add_row(clock["name"], f"due {short(clock['due_at'])}", done)
    head = Text.assemble((row["class"], CLASS_STYLES[row["class"]]), f": {row['class_reason']}")
    return framed(Group(head, table), f"Ticket {row['number']}, stage {row['stage']}")


def message(line: Json) -> Panel:
    """One message as it left, with its language."""
    body = Text(line["body"])
    text = Group(Text(line["subject"], style="bold"), body) if line["subject"] else body
    return framed(text, f"{line['kind']} ({LANGUAGES[line['language']]}), to one of the customers", "blue")


def calls(taken: Iterable[Taken], parents: dict[str, bool]) -> Table:
    """Each complaint with its number, and whether it hangs under the outage (`parents`, by the call's key)."""
    table = Table(show_edge=False, padding=(0, 1))
    for column in ("channel", "what was said", "Tiket Komplain", "under the outage"):
        table.add_column(column)
    for one in taken:
        said = f"{one.call.text} [dim]({one.call.language})[/dim]"
        under = "[red]yes[/red]" if parents[one.call.key] else "no"
        table.add_row(one.call.channel, said, one.number, under)
    return table


def spoken(taken: Taken) -> Panel | None:
    """What a phone agent can read out at once, in both languages."""
    if taken.known is None:
        return None
    sentence = taken.known["sentence"]
    lines = "\n".join(f"{LANGUAGES[language]}: {sentence[language]}" for language in ("id", "en"))
    return framed(Text(lines), f"The answer to the {taken.call.channel} complaint {taken.number}", "blue")


def record(row: Json) -> Panel:
    """The RCA/CAPA record, with what the machine knows."""
    impact, sla = row["impact"], row["sla"]
    lines = [
        f"root {row['root']}, cause {row['cause_category']}",
        f"{counted(impact['customers'], 'customer')}, {counted(impact['user_minutes'], 'customer minute')}",
        f"SLA met: {', '.join(sla['met']) or 'none yet'}; breached: {', '.join(sla['breached']) or 'none'}",
        *(f"{short(moment['at'])}  {happened(moment['what'], 'en')}" for moment in row["timeline"]),
        "five whys, corrective and preventive actions: for people to fill in",
    ]
    return framed(Text("\n".join(lines)), f"RCA/CAPA {row['id']}, {row['state']}", "magenta")


def short(at: str | None) -> str:
    """RFC 3339 to what a terminal has room for: date, time, zone as written."""
    return "-" if at is None else f"{at[:10]} {at[11:19]}{at[19:].lstrip('.0123456789')}"
