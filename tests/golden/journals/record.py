"""Records nights anew: `python -m tests.golden.journals.record [NAME ...]`; `--expected` writes what comes of them.

The inputs are data once they are recorded. Record a night again only to put something else into it.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

from tests.golden.journals import by_hand, care, chains, drawn, faults, loose_ends, mesh, quality, regions, turns
from tests.golden.journals.nights import all_nights, write_expected

Recording = Callable[[], None]


def recordings() -> dict[str, Recording]:
    """Name of a night -> what writes its inputs."""
    made: dict[str, Recording] = {name: partial(chains.record, name) for name in chains.CHAINS}
    made |= {name: partial(drawn.record, name) for name in drawn.SEEDS}
    for room in (by_hand, care, faults, loose_ends, mesh, quality, regions, turns):
        made |= room.NIGHTS
    return made


def main(
    names: Annotated[list[str] | None, typer.Argument(help="nights; all of them where none is named")] = None,
    expected: Annotated[bool, typer.Option("--expected", help="keep the inputs, write what comes out of them")] = False,
) -> None:
    """Write the inputs of nights, or what is expected of them."""
    known = recordings()
    wanted = names or sorted(known)
    if unknown := [name for name in wanted if name not in known]:
        raise typer.BadParameter(f"no night is named {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    if not expected:
        for name in wanted:
            known[name]()
            typer.echo(f"recorded {name}")
        return
    for night in all_nights(*wanted):
        write_expected(night)
        typer.echo(f"expected {night.name}")


if __name__ == "__main__":
    typer.run(main)
