"""`simpul inventory suspicions`: dependencies that the inventory seems to lack, as JSON Patch."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from correlator.learning.inventory_patch import change, changed, operations
from correlator.learning.suspicions import suspicions
from streams.cli.inventories import loaded
from streams.cli.learning.lived import Events, Inventory, Journal, Policies, lived
from topology.loaders.dump import to_json


def command(
    inventory: Inventory,
    events: Events = "-",
    journal: Journal = None,
    policy: Policies = None,
    out: Annotated[
        Path | None, typer.Option(help="file for the whole inventory (JSON) with the proposals in it")
    ] = None,
) -> None:
    """Propose what the inventory seems to lack: what keeps failing with a root that cannot explain it."""
    history, _ = lived(inventory, events, journal, policy)
    rows = loaded(inventory[-1])
    found = suspicions(history)
    for one in found:
        text = f"{one.thing} began with {one.root} {one.together} of {one.times} times, and {one.begun} times in all"
        typer.echo(f"{text}; by chance: {one.chance:.1g}", err=True)
    if not found:
        typer.echo("no suspicion: nothing keeps failing with a root that cannot explain it", err=True)
        return
    changes = [change(rows, one) for one in found]
    typer.echo(msgspec.json.format(msgspec.json.encode(operations(rows, changes)), indent=1).decode())
    if out is not None:
        out.write_bytes(to_json(changed(rows, changes)))
