"""A journal, or recorded events, folded again and watched."""

from pathlib import Path
from typing import Annotated

import typer

from correlator.learning.history import History, Watch
from correlator.policy import Policy
from streams.cli.inventories import compiled, policy_from
from streams.cli.replaying import from_journal, read
from streams.replay.replay import Given, replay

DRAIN_S = 3600.0
Inventory = Annotated[list[Path], typer.Option(help="JSON file, CSV folder or GraphML; the first is in force")]
Events = Annotated[str, typer.Option(help="events.jsonl, or - for standard input")]
Journal = Annotated[Path | None, typer.Option(help="journal of a live service, in place of events")]
Policies = Annotated[list[Path] | None, typer.Option(help="policy file (TOML or JSON); the first is in force")]


def lived(
    inventory: list[Path], events: str, journal: Path | None, policy: list[Path] | None
) -> tuple[History, Policy]:
    """All of it folded again, and watched; the policy that is in force at the end."""
    watch = Watch()
    policies = [policy_from(path) for path in policy] if policy else [policy_from(None)]
    given = Given([compiled(path) for path in inventory], policies)
    if journal is not None:
        run = from_journal(given, journal, DRAIN_S, watch)
    else:
        run = replay(given, read(events), DRAIN_S, watch=watch)
    return watch.history(run.world.topology), run.world.policy
