"""`simpul simulate`: simulated nights with an auditor; a seed that breaks a law is told with how to see it again."""

import os
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from streams.simulation.many import Tally, simulate_many
from streams.simulation.simulation import NightResult
from topology.english import counted

SHOWN = 12  # lines of one seed


def command(
    seed: Annotated[int, typer.Option(help="the first seed", min=0)] = 0,
    seeds: Annotated[int, typer.Option(help="how many, from the first on", min=1)] = 1,
    processes: Annotated[int, typer.Option(help="0: one a core", min=0)] = 0,
) -> None:
    """Draw nights from seeds: networks, faults, mischief; and let an auditor check the laws."""
    console = Console(stderr=True)
    columns = TextColumn("nights"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("nights", total=seeds)

        def told(verdict: NightResult) -> None:
            bar.advance(task)
            for line in lines(verdict):
                bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

        tally = simulate_many(range(seed, seed + seeds), processes or min(seeds, os.cpu_count() or 1), told)
    for line in summary(tally):
        typer.echo(line)
    raise typer.Exit(1 if tally.broken else 0)


def lines(verdict: NightResult) -> list[str]:
    """What one seed broke, with the line that shows it again."""
    if not verdict.broken:
        return []
    more = len(verdict.broken) - SHOWN
    told = [f"seed {verdict.seed}: {text}" for text in verdict.broken[:SHOWN]]
    told += [f"seed {verdict.seed}: and {more} more"] if more > 0 else []
    return [*told, f"again: simpul simulate --seed {verdict.seed}"]


def summary(tally: Tally) -> list[str]:
    """Which laws held, which did not, and what became of the faults."""
    found = ", ".join(f"{count} {what}" for what, count in sorted(tally.findings.items()))
    nights = counted(tally.seeds, "night")
    told = [f"{nights}, {len(tally.broken)} broke a law; faults injected: {found or 'none'}"]
    if tally.disorder:
        mixed = ", ".join(f"{count} {what}" for what, count in tally.disorder.most_common())
        told.append(f"in another order of arrival: {mixed}")
    for law, seeds in tally.by_law().items():
        told.append(f"  {law}: {counted(len(seeds), 'night')}, as {', '.join(map(str, seeds[:10]))}")
    return told
