"""What `--engine` names: one of those that there are, or one of your own."""

from importlib import import_module

import typer

from correlator.inference.engines import ENGINES
from correlator.world import MakeEngine


def engine_named(name: str) -> MakeEngine:
    """By its name, or `package.module:Class`; one that cannot be had ends the command with status 2."""
    known = ENGINES.get(name)
    if known is not None:
        return known
    module, colon, word = name.partition(":")
    if not (colon and word and all(module.split("."))):
        raise refused(f"there is no engine {name}")
    try:
        made: MakeEngine | None = getattr(import_module(module), word, None)
    except ImportError as fault:
        raise refused(f"engine {name} cannot be imported: {fault}") from None
    if not callable(made):
        raise refused(f"{module} has no class {word}")
    return made


def refused(fault: str) -> typer.Exit:
    """Says which there are, and is then to be raised."""
    typer.echo(f"{fault}. There are: {', '.join(ENGINES)}; or package.module:Class names one of your own", err=True)
    return typer.Exit(2)
