"""`simpul top`: every process of the service in the terminal, live: what comes in, lags and waits, what it costs."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from streams import clock
from streams.cli.service import URL, AsJson, Service, TokenOption, Unanswered, fail, out, service
from streams.part import is_loopback
from streams.vitals import Reading, Row, readings, row
from topology.english import counted

EVERY_S = 2.0
LATE_S, FULL = 2.0, 0.9  # from here on a lag, a core's share is shown in another colour
STATES = {"well": "green", "ill": "bold red", "silent": "bold white on red"}
FIGURES_WIDE = 68  # characters of all columns but the first, at their widest
COLUMNS = ("Process", "State", "In", "Lag", "Fold", "Solve", "Alarm", "Inc", "Wait", "Old", "Sent", "CPU", "Mem")

Urls = Annotated[list[str], typer.Option("--url", help="where a process listens; again for more", envvar="SIMPUL_URL")]


@dataclass(frozen=True, slots=True)
class Seen:
    """A process as it stands; `row` is None where nobody answers."""

    url: str
    process: str  # empty where nobody answers
    state: str
    why: str = ""
    row: Row | None = None


@dataclass(slots=True)
class Watch:
    """One door, and what its processes showed before."""

    asked: Service
    token: str | None = None  # kept back until the door asks for it: it would travel in clear
    before: dict[str, Reading] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def look(self) -> list[Seen]:
        """Raises Unanswered."""
        checks = self.asked.health()["checks"]
        text, now_s = self._figures(), clock.monotonic_s()
        try:
            found = readings(text, now_s)
        except ValueError:
            found = []
        if not found:
            raise Unanswered(f"{self.asked.url}/metrics has no figures of Simpul", "Name its processes with --url")
        return [self._seen(one, checks, [other.process for other in found]) for one in found]

    def _figures(self) -> str:
        try:
            return self.asked.text("/metrics")
        except Unanswered as error:
            if error.status != 401 or self.token is None:
                raise
        self.asked, self.token = replace(self.asked, token=self.token), None
        return self.asked.text("/metrics")

    def _seen(self, now: Reading, checks: dict[str, str | None], processes: Sequence[str]) -> Seen:
        name, before = now.process, self.before.get(now.process)
        if before is None or now.at_s - before.at_s >= 0.1:  # else it has said nothing since
            self.rows[name], self.before[name] = row(before, now), now
        whose = {part: part if part in processes else processes[0] for part in checks}
        wrong = [f"{part}: {why}" for part, why in checks.items() if why and whose[part] == name]
        return Seen(self.asked.url, name, "ill" if wrong else "well", "; ".join(wrong), self.rows[name])


def command(
    urls: Urls = [URL],  # noqa: B006  # Typer reads it, nobody writes it
    token: TokenOption = None,
    once: Annotated[
        bool, typer.Option("--once", help="print it once and end; 1 where somebody does not answer")
    ] = False,
    as_json: AsJson = False,
    every_s: Annotated[float, typer.Option("--every", min=0.1, help="seconds between two looks")] = EVERY_S,
) -> None:
    """Every process of the service, live in the terminal, until Ctrl-C: rates a second, lag, queues, CPU and memory."""
    doors = [watched(service(url, token)) for url in urls]
    if len(doors) == 1:
        try:
            doors[0].look()
        except Unanswered as error:
            raise fail(error) from None
    else:
        look(doors)
    time.sleep(every_s)  # rates need two looks
    seen = look(doors)
    if as_json:
        typer.echo(json.dumps([told(one) for one in seen], ensure_ascii=False, indent=1))
    elif once or not out.is_terminal:
        out.print(drawn(seen, out.width))
    else:
        live(doors, seen, every_s)
    if any(one.row is None for one in seen):
        raise typer.Exit(1)


def watched(asked: Service) -> Watch:
    """The small doors of other machines ask for no token, and have no TLS."""
    place = split(asked.url)
    if place.scheme == "https" or is_loopback(place.hostname or ""):
        return Watch(asked)
    return Watch(replace(asked, token=None), asked.token)


def split(url: str) -> SplitResult:
    """What is no address has no parts; who asks there says so."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def live(doors: Sequence[Watch], seen: Sequence[Seen], every_s: float) -> None:
    with Live(drawn(seen, out.width), console=out, screen=True, auto_refresh=False) as shown:
        try:
            while True:
                time.sleep(every_s)
                shown.update(drawn(look(doors), out.width), refresh=True)
        except KeyboardInterrupt:
            return


def look(doors: Sequence[Watch]) -> list[Seen]:
    """All at once: one that hangs holds up the others no longer than its patience."""
    with ThreadPoolExecutor(len(doors)) as threads:
        return [one for found in threads.map(_look, doors) for one in found]


def _look(door: Watch) -> list[Seen]:
    try:
        return door.look()
    except Unanswered as error:
        return [Seen(door.asked.url, "", "silent", str(error))]


def told(one: Seen) -> dict[str, Any]:
    """For programs."""
    said = {"url": one.url, "process": one.process or None, "state": one.state, "why": one.why or None}
    return said | (one.row.told() if one.row else {})


# Drawn


def drawn(seen: Sequence[Seen], width: int) -> RenderableType:
    """`width` in characters: names are shortened, figures are not; readable at 80."""
    names = shortened(seen, max(10, width - FIGURES_WIDE))
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim", expand=False)
    for name in COLUMNS:
        left = name in ("Process", "State")
        table.add_column(name, justify="left" if left else "right", no_wrap=True, overflow="ellipsis")
    why = []
    for one, name in zip(seen, names, strict=True):
        table.add_row(Text(name), *cells(one))
        if one.why:
            why.append(Text.assemble((f"{name}: ", "bold"), one.why, style="red"))
    return Group(head(seen), table, *unexplained(seen), *why)


def unexplained(seen: Sequence[Seen]) -> list[Text]:
    """Also where there are none; nothing where no process knows."""
    found = [one.row.unexplained_alarms for one in seen if one.row and one.row.unexplained_alarms is not None]
    count = sum(found)
    text = f"Major or critical alarms that no incident explains: {count:.0f}"
    return [Text(text, style="yellow" if count else "dim")] if found else []


def shortened(seen: Sequence[Seen], most: int) -> list[str]:
    """A process, and where it listens where there are several; the host is left out where all have the same one."""
    places = [split(one.url) for one in seen]
    alone, near = len({one.url for one in seen}) == 1, len({place.hostname for place in places}) == 1
    names = []
    for one, place in zip(seen, places, strict=True):
        where = "" if alone and one.process else f":{place.netloc.rpartition(':')[2]}" if near else f" {place.netloc}"
        name = f"{one.process}{where}".strip()
        names.append(name if len(name) <= most else name[: most - 1] + "\N{HORIZONTAL ELLIPSIS}")
    return names


def head(seen: Sequence[Seen]) -> Text:
    wrong = sum(one.state != "well" for one in seen)
    text = Text.assemble(("Simpul ", "bold cyan"), f"{counted(len(seen), 'process', 'processes')}, ")
    text.append(f"{wrong} not well" if wrong else "all well", style="bold red" if wrong else "green")
    return text.append("   In, Fold, Solve, Sent: a second", style="dim")


def cells(one: Seen) -> list[RenderableType]:
    state = Text(one.state, style=STATES[one.state])
    if one.row is None:
        return [state]
    it = one.row
    return [
        state,
        number(it.taken_per_s),
        Text(span(it.lag_s), style="bold red" if (it.lag_s or 0) > LATE_S else ""),
        number(it.folded_per_s),
        number(it.solves_per_s),
        number(it.active_alarms),
        number(it.open_incidents),
        number(it.waiting),
        span(it.oldest_s),
        number(it.sent_per_s),
        Text("" if it.cpu is None else f"{it.cpu:.0%}", style="yellow" if (it.cpu or 0) > FULL else ""),
        size(it.memory_bytes),
    ]


def number(n: float | None) -> str:
    """At most five characters."""
    if n is None:
        return ""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if n >= limit:
            scaled = n / (1e3 if unit == "k" else limit)
            return f"{scaled:.0f}{unit}" if scaled >= 100 else f"{scaled:.1f}{unit}"
    return f"{n:.0f}" if n >= 10 or n == int(n) else f"{n:.1f}"


def span(seconds: float | None) -> str:
    if seconds is None:
        return ""
    for limit, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= limit:
            return f"{seconds / limit:.0f}{unit}"
    return f"{seconds:.0f}s" if seconds >= 10 or seconds == 0 else f"{seconds:.1f}s"


def size(octets: float | None) -> str:
    return "" if octets is None else f"{octets / 1e9:.1f}G" if octets >= 1e9 else f"{octets / 1e6:.0f}M"
