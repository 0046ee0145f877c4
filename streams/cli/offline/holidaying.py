"""`simpul holidays`: Indonesia's public holidays and joint leave, as lines for the policy (SOP 5, "hari kerja").

The core counts working days by the policy alone, so that a journal gives the same clocks whatever library is installed.
"""

from typing import Annotated

import typer

CATEGORIES = ("public", "government")  # the library's words; the second is cuti bersama


def command(
    years: Annotated[list[int], typer.Argument(help="as 2026 2027", metavar="YEAR...", min=1945, max=2100)],
) -> None:
    """Print public holidays and joint leave for the policy: what is not a working day. Add the operator's own."""
    from holidays import country_holidays

    found = country_holidays("ID", years=years, categories=CATEGORIES, language="id")
    missing = [year for year in years if not country_holidays("ID", years=year, categories=CATEGORIES[1:])]
    typer.echo("# Below [care] of the policy. (perkiraan): the moon decides, look again when the decree is out.")
    if missing:
        typer.echo(f"# Joint leave (cuti bersama) of {', '.join(map(str, missing))} is not known yet: add it.")
    typer.echo("holidays = [")
    for day, name in sorted(found.items()):
        typer.echo(f'  "{day.isoformat()}",  # {name}')
    typer.echo("]")
