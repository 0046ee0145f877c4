"""How every command loads its inventory and policy."""

from pathlib import Path

import typer

from correlator.policy import Policy
from streams.host.world_cache import WorldCache
from streams.host.worlds import BadPolicy, read_policy
from topology.compile import compile_inventory
from topology.english import counted
from topology.graph import Topology
from topology.loaders import load
from topology.model import BadInventory, Inventory


def loaded(path: Path) -> Inventory:
    """The inventory at a path; a bad one ends the command with status 2 and every fault listed."""
    try:
        return load(path)
    except BadInventory as bad:
        raise refused(path, bad) from None


def refused(path: Path, bad: BadInventory) -> typer.Exit:
    """Says every fault, and is then to be raised."""
    typer.echo(f"inventory {path}: {counted(len(bad.faults), 'fault')}", err=True)
    for fault in bad.faults:
        typer.echo(f"  {fault}", err=True)
    return typer.Exit(2)


def compiled(path: Path, cache: Path | None = None) -> Topology:
    """The world of the inventory at a path; with a folder to keep it in, compiled only where it has changed."""
    if cache is None:
        return compile_inventory(loaded(path))
    try:
        found = WorldCache(cache).compiled(path)
    except BadInventory as bad:
        raise refused(path, bad) from None
    if found.remark:
        typer.echo(f"{cache}: {found.remark}", err=True)
    return found.topology


def policy_from(path: Path | None) -> Policy:
    """The policy at a path, the default one without; a bad one ends the command with status 2."""
    try:
        return read_policy(path)
    except BadPolicy as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
