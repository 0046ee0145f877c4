"""`simpul learn`: what weeks of alarms and incidents say of the policy's rates."""

from pathlib import Path
from typing import Annotated

import typer

from correlator.learning.policy_text import CannotWrite, diff, proposed
from correlator.learning.rates import Proposal, proposals, repairs
from streams.cli.learning.lived import Events, Inventory, Journal, Policies, lived


def command(
    inventory: Inventory,
    events: Events = "-",
    journal: Journal = None,
    policy: Policies = None,
    out: Annotated[Path | None, typer.Option(help="file for the whole policy with the proposals in it")] = None,
) -> None:
    """Propose rates that weeks of alarms and incidents speak for, as a diff of the policy file."""
    path = policy[-1] if policy else None
    is_json = path is not None and path.suffix == ".json"
    if is_json and out is not None:
        typer.echo(f"{path}: the proposals are written into a TOML file alone; leave --out away to see them", err=True)
        raise typer.Exit(2)
    history, in_force = lived(inventory, events, journal, policy)
    found = proposals(history, in_force.faults)
    for kind, number, minutes in repairs(history):
        typer.echo(f"repairs: {kind}, {number}, half of them within {minutes} min", err=True)
    if not found:
        typer.echo("nothing to propose: what happened contradicts no number of the policy", err=True)
        return
    if is_json:
        listed(found)
        return
    before = path.read_text() if path is not None else ""
    try:
        after = proposed(before, found)
    except CannotWrite as fault:
        typer.echo(f"{path}: {fault}; these are the numbers", err=True)
        listed(found)
        raise typer.Exit(2) from None
    typer.echo(diff(before, after, str(path or "policy.toml")), nl=False)
    if out is not None:
        out.write_text(after)


def listed(found: list[Proposal]) -> None:
    """For a file into which they are not written."""
    for one in found:
        typer.echo(f"faults.{'.'.join(one.path)}: {one.before:.3g} to {one.after:.3g}  # {one.why}")
