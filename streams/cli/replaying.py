"""`simpul replay`: files in, files out."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from connectors.ports import PortError
from correlator.inference.engines import DEFAULT
from correlator.learning.history import Watch
from streams import clock
from streams.cli.engines import engine_named
from streams.cli.inventories import compiled, policy_from
from streams.replay.recorded import CannotReplay, replay_journal
from streams.replay.replay import Figures, Given, Replay, peak_mb, replay, write
from topology.english import counted


def command(
    out: Annotated[Path, typer.Option(help="folder for the seven files")],
    inventory: Annotated[list[Path], typer.Option(help="JSON file, CSV folder or GraphML; the first is in force")],
    events: Annotated[str, typer.Option(help="events.jsonl, or - for standard input")] = "-",
    journal: Annotated[Path | None, typer.Option(help="journal of a live service, in place of events")] = None,
    policy: Annotated[list[Path] | None, typer.Option(help="policy file (TOML or JSON); the first is in force")] = None,
    drain: Annotated[float, typer.Option(help="seconds that time goes on after the last event", min=0)] = 3600,
    engine: Annotated[str, typer.Option(help="what finds the faults; or package.module:Class of your own")] = DEFAULT,
) -> None:
    """Run the whole service on recorded events, as fast as it can."""
    started = clock.monotonic_s()
    make = engine_named(engine)
    with ending(out):  # before the work, not after it
        out.mkdir(parents=True, exist_ok=True)
    gc.disable()  # what is loaded and folded lives on; the collector would only walk it again and again
    worlds = [compiled(path) for path in inventory]
    given = Given(worlds, [policy_from(path) for path in policy] if policy else [policy_from(None)], make)
    gc.freeze()
    if journal is not None:
        run = from_journal(given, journal, drain)
        return finish(run, out, started)
    data = read(events)
    lines = data.count(b"\n") + 1
    if sys.stderr.isatty():
        columns = TextColumn("replay"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn()
        with Progress(*columns, transient=True) as bar:
            task = bar.add_task("replay", total=lines)
            run = replay(given, data, drain, lambda done: bar.update(task, completed=done))
    else:
        run = replay(given, data, drain)
    return finish(run, out, started)


def from_journal(given: Given, path: Path, drain_s: float, watch: Watch | None = None) -> Replay:
    """Status 2 where the journal cannot be read, or names a World that was not given."""
    from streams import bootstrap  # all that a service is made of, which files alone need not

    try:
        recorded = bootstrap.recorded(path)
        domains = recorded.domains()
        if len(domains) != 1:
            raise CannotReplay(f"the journal has the domains {', '.join(domains) or 'none'}; one is expected")
        return replay_journal(given, recorded, domains[0], drain_s, watch)
    except (PortError, CannotReplay) as fault:
        typer.echo(f"journal {path}: {fault}", err=True)
        raise typer.Exit(2) from None


def finish(run: Replay, out: Path, started: float) -> None:
    """The seven files, and a word to the terminal."""
    wall_s = clock.monotonic_s() - started
    with ending(out):
        write(run, out, version("simpul"), Figures(wall_s, peak_mb()))
    _say(run, out, wall_s)


@contextmanager
def ending(out: Path) -> Iterator[None]:
    """Status 2 where the folder cannot be made, or not be written."""
    try:
        yield
    except OSError as fault:
        typer.echo(f"cannot write into {out}: {fault.strerror}. Name a folder with some space for --out", err=True)
        raise typer.Exit(2) from None


def read(events: str) -> bytes:
    if events == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(events).read_bytes()
    except OSError as fault:
        typer.echo(f"cannot read the events {events}: {fault.strerror}. Name a file of JSON lines, or -", err=True)
        raise typer.Exit(2) from None


def _say(run: Replay, out: Path, wall_s: float) -> None:
    counts = {"event": run.events, "incident": len(run.state.incidents), "ticket": len(run.state.tickets)}
    events, incidents, tickets = (counted(count, word) for word, count in counts.items())
    rejected = len(run.rejected)
    typer.echo(f"{events}, {rejected} rejected, {incidents}, {tickets} in {wall_s:.1f} s; written to {out}")
