"""`simpul demo`: the service, an invented operator's network, and a fibre cut that is told while it happens."""

import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from connectors.ports import PortError
from streams import bootstrap, clock, files
from streams.demo.doors import Address, DemoFailed, Doors
from streams.demo.headlines import headlines
from streams.demo.narrate import Narrator
from streams.demo.network import demo_inventory
from streams.demo.outcome import Outcome
from streams.demo.play import Player
from streams.demo.story import story
from streams.demo.watch import Watch
from streams.processes import logs, parent
from streams.settings import Channels, Http, Settings, Snmp
from topology.compile import compile_inventory
from topology.loaders.dump import to_json
from topology.model import Inventory

SPEED, FAST = 3.0, 30.0  # seconds of the story a second: three and a half minutes, or half of one
CANNOT = 2

WIDTH = 110  # columns at most: sentences are read worse on longer lines

out = Console(highlight=False)
out.width = min(out.width, WIDTH)


def command(
    fast: Annotated[bool, typer.Option("--fast", help=f"{FAST:.0f} times as fast, without a browser")] = False,
    speed: Annotated[float | None, typer.Option(help="seconds of the story a second", min=1, max=60)] = None,
    browser: Annotated[bool, typer.Option(help="open the live page, where there is a display")] = True,
    keep: Annotated[bool, typer.Option("--keep", help="leave the service running afterwards")] = False,
    data: Annotated[Path | None, typer.Option(help="an empty folder for what the service writes, kept")] = None,
) -> None:
    """A backbone conduit is cut: see it found, ticketed, explained and told, over the real doors, on this machine."""
    logs.configure("error")
    for number in (signal.SIGTERM, signal.SIGINT):  # so that the folder is removed too
        signal.signal(number, interrupted)  # a shell that starts us in the background has us ignore the second
    with folder(data) as where:
        try:
            holds = run(where, speed or (FAST if fast else SPEED), browser and not fast, keep)
        except PortError as error:
            out.print(f"[red]cannot start:[/red] {escape(str(error))}")
            raise typer.Exit(CANNOT) from None
        except DemoFailed as failed:
            out.print(f"[bold red]The story broke off:[/bold red] {escape(str(failed))}")
            holds = False
        except KeyboardInterrupt:
            out.print("stopped")
            holds = False
    raise typer.Exit(0 if holds else 1)


class Interrupted(KeyboardInterrupt):
    """Python ends by the signal, caught or not, once the very KeyboardInterrupt has left code that a library made of a
    text, such as a dataclass's methods while it is imported: of a kind of its own, it counts as caught."""


def interrupted(*_: object) -> None:
    raise Interrupted


@contextmanager
def folder(data: Path | None) -> Iterator[Path]:
    """The given one, which must be new or empty: an older story in it would be told again; else one for a while."""
    if data is None:
        with tempfile.TemporaryDirectory(prefix="simpul-demo-") as made:
            yield Path(made)
        return
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        out.print(f"[red]--data {data}:[/red] this is no empty folder. Name one that is empty or new.")
        raise typer.Exit(CANNOT)
    yield data


def run(data: Path, speed: float, browser: bool, keep: bool) -> bool:
    """Whether everything came as it should. Raises PortError, DemoFailed."""
    began_s = clock.monotonic_s()
    inventory = demo_inventory()
    settings = settings_for(data, speed)
    write(inventory, settings)
    with out.status("Starting the service: intake and worker ..."):
        first = bootstrap.prepare(settings)
        running = parent.start(settings)
    try:
        introduce(inventory, settings, running)
        show_page(settings, running, browser)
        assert first.token is not None, "a new folder has no tokens"
        outcome = play(inventory, settings, address(settings, running, first.token))
        took_s = clock.monotonic_s() - began_s
        out.print(f"The story took {took_s:.0f} s; {'all came as expected' if outcome.holds else 'see NO above'}.")
        if keep:
            wait(running, first.token)
        return outcome.holds
    finally:
        running.stop()


def settings_for(data: Path, speed: float) -> Settings:
    """Free ports, the file channel, a clock that runs faster. What the environment sets for a real service is not
    meant for the demo, neither here nor in the processes that it starts."""
    for name in [name for name in os.environ if name.upper().startswith("SIMPUL_")]:
        del os.environ[name]
    return Settings(
        data=data,
        inventory=data / "inventory.json",
        http=Http(port=0),
        snmp=Snmp(port=0),
        channels=Channels(),
        clock_factor=speed,
        clock_start_us=clock.wall_us(),
        log="error",
    )


def write(inventory: Inventory, settings: Settings) -> None:
    """The network as a file, as an operator would hand it in. Raises PortError."""
    assert settings.inventory is not None
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.inventory.write_bytes(to_json(inventory))
    except OSError as error:
        raise PortError(f"{settings.data} cannot be written: {error.strerror}", "Name another folder") from error


def introduce(inventory: Inventory, settings: Settings, running: parent.Running) -> None:
    cities = sum(site.id.startswith("POP-") for site in inventory.sites)
    out.print(
        f"An invented operator: {cities} cities, {len(inventory.devices):,} devices, {len(inventory.links):,} links, "
        f"{len(inventory.customers):,} customers. Nobody in it is real."
    )
    traps = running.snmp
    assert traps is not None, "the demo's settings open the door for traps"
    out.print(
        f"Traps go to UDP {traps[0]}:{traps[1]}; the story runs {settings.clock_factor:g} times as fast as time. "
        "+02:45: its minute and second."
    )


def show_page(settings: Settings, running: parent.Running, browser: bool) -> None:
    """The live page's address, once; opened where there is a display."""
    link = bootstrap.page_link(settings, running.http)
    out.print(f"Live page (signs you in once): {link}", soft_wrap=True)
    if browser and has_display():
        webbrowser.open(link)


def has_display() -> bool:
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def address(settings: Settings, running: parent.Running, token: str) -> Address:
    host, port = running.http
    assert running.snmp is not None, "the demo's settings open the door for traps"
    now = clock.accelerated(settings.clock_start_us, settings.clock_factor)
    return Address(running.snmp, f"http://{host}:{port}", token, now)


def play(inventory: Inventory, settings: Settings, where: Address) -> Outcome:
    """Raises DemoFailed."""
    told = story(compile_inventory(inventory))
    with Doors(where) as doors:
        player = Player(doors, where.clock())
        watch = Watch(doors, files.Files(settings.data).messages, settings.clock_factor)
        show = headlines(settings.data / "headline.json", told)
        try:
            return Narrator(told, player, watch, out, show).tell()
        finally:
            show(None)


def wait(running: parent.Running, token: str) -> None:
    """Until Ctrl-C."""
    out.print(f"The service goes on; its API takes the token {token}\nCtrl-C ends it.", soft_wrap=True)
    with suppress(KeyboardInterrupt):
        running.wait()
