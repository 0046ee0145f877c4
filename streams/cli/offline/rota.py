"""`simpul rota`: who is on duty now and tonight, when nobody is, and what is wrong with the file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from correlator.events import DAY_US, HOUR_US, StaffRole
from correlator.times import OFFSET_US, midnight, parse_rfc3339, staff_time
from streams import clock
from streams.cli.service import Config
from streams.settings import BadSettings, load

if TYPE_CHECKING:
    from connectors.rota.rota import Rota

NIGHT_H = 3  # of the day in the rota's zone: three in the morning
LOOKED_DAYS = 7
MOST_GAPS = 5  # of a role that are printed


def command(
    file: Annotated[Path | None, typer.Option(help="a rota to test, before the settings name it")] = None,
    at: Annotated[str | None, typer.Option(help="another time, as 2026-03-01T22:00:00+07:00")] = None,
    config: Config = None,
) -> None:
    """Who is on duty now and tonight, by role, and when nobody is. Exit status 1 where the file is no good."""
    from connectors.rota.file import rota_of

    rota, faults = rota_of(file or _set(config))
    for fault in faults:
        typer.echo(f"wrong: {fault}", err=True)
    if rota is None:
        raise typer.Exit(1)
    now_us = clock.wall_us() if at is None else parse_rfc3339(at)
    if now_us is None:
        typer.echo(f"--at {at}: write a time with an offset, as 2026-03-01T22:00:00+07:00", err=True)
        raise typer.Exit(2)
    _show(rota, f"now, {staff_time(now_us)}", now_us)
    night_us = tonight(now_us, OFFSET_US[rota.time_zone])
    _show(rota, f"tonight, {staff_time(night_us)}", night_us)
    _show_gaps(rota, now_us)


def _set(config: Path | None) -> Path:
    try:
        rota = load(config).rota
    except BadSettings as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    if rota is None:
        typer.echo("no rota is set: write rota = FILE in simpul.toml, or test one with --file", err=True)
        raise typer.Exit(2)
    return rota


def tonight(now_us: int, offset_us: int) -> int:
    """The next three in the morning, where clocks are so far ahead of UTC."""
    night_us = midnight(now_us, offset_us) + NIGHT_H * HOUR_US
    return night_us if night_us > now_us else night_us + DAY_US


def _show(rota: "Rota", when: str, at_us: int) -> None:
    typer.echo(f"{when}:")
    for role in get_args(StaffRole):
        who = rota.on_duty(role, at_us)
        if who:
            typer.echo(f"  {role:20} {', '.join(_called(rota, person) for person in who)}")
        elif role in rota.roles:
            typer.echo(f"  {role:20} nobody: alerts go to the role's own address")


def _called(rota: "Rota", person: str) -> str:
    name = rota.persons[person].name
    return f"{person} ({name})" if name else person


def _show_gaps(rota: "Rota", now_us: int) -> None:
    for role in rota.roles:
        gaps = rota.gaps(role, now_us, LOOKED_DAYS)
        for begins_us, ends_us in gaps[:MOST_GAPS]:
            typer.echo(f"nobody is on duty for {role} from {staff_time(begins_us)} until {staff_time(ends_us)}")
        if len(gaps) > MOST_GAPS:
            typer.echo(f"... and {len(gaps) - MOST_GAPS} times more within {LOOKED_DAYS} days")
