"""`simpul whatif`: who is down and who hangs by a thread while some elements have failed together."""

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from streams.cli.checking import draw, plain_console, table
from streams.cli.inventories import compiled
from topology.graph import Topology
from topology.impact import customers_of, down, services_at_risk, services_down

LIKE = 3  # other ids that are offered for one that is unknown


def command(
    element: Annotated[list[str], typer.Argument(help="ids of any kind, or ports; they fail together")],
    inventory: Annotated[Path, typer.Option(help="JSON file, folder of CSV files, or GraphML")],
    cache: Annotated[Path | None, typer.Option(help="folder that keeps the compiled network for the next time")] = None,
    json: Annotated[bool, typer.Option("--json", help="machine-readable, on standard output")] = False,
    limit: Annotated[int, typer.Option(help="ids that each list names at most", min=1)] = 20,
) -> None:
    """Say who is down, and whom one more failure would take down, if these elements failed together."""
    topology = compiled(inventory, cache)
    found = answer(topology, numbered(topology, element), limit)
    if json:
        typer.echo(msgspec.json.encode({"failed": element, **found}).decode())
    else:
        show(plain_console(), " + ".join(element), found)


def numbered(topology: Topology, names: list[str]) -> list[int]:
    """The elements of these names; a port that no row names carries nothing. Status 2 where one is unknown."""
    found = []
    unknown = []
    for name in names:
        known = topology.find(name)
        if known is not None:
            found.append(known)
        elif topology.find_port(name) is None:
            unknown.append(name)
    for name in unknown:
        typer.echo(f"{name} is not in the inventory.{offered(topology, name)}", err=True)
    if unknown:
        raise typer.Exit(2)
    return found


def offered(topology: Topology, name: str) -> str:
    low = name.casefold()
    near = list(islice((other for other in topology.ids if other.casefold().startswith(low)), LIKE))
    if name in topology.customer_index:
        return " It is a customer: name what it is served by."
    return f" Did you mean {', '.join(near)}?" if near else " Ids are written as in the inventory."


def answer(topology: Topology, failed: list[int], limit: int) -> dict[str, Any]:
    """Counts, and of each list the first ids in order."""
    fallen = down(topology, failed)
    lost, at_risk = services_down(topology, fallen), services_at_risk(topology, fallen)
    customers = customers_of(topology, lost)
    devices = (position for low, high in fallen.intervals for position in range(low, high))
    named_devices = [topology.ids[topology.device_at.item(position)] for position in islice(devices, limit)]
    segments = Counter(topology.customer_segment[customer] for customer in customers.tolist())
    return {
        "devices_down": sum(high - low for low, high in fallen.intervals),
        "devices": named_devices,
        "links_stopped": len(fallen.links),
        "links": [topology.ids[link] for link in fallen.links[:limit]],
        "links_unprotected": len(fallen.degraded),
        "unprotected": [topology.ids[link] for link in fallen.degraded[:limit]],
        "services_down": len(lost),
        "services": [topology.service_ids[service] for service in lost[:limit].tolist()],
        "customers_down": len(customers),
        "customers": [topology.customer_ids[customer] for customer in customers[:limit].tolist()],
        "customers_by_segment": dict(sorted(segments.items())),
        "services_at_risk": len(at_risk),
        "at_risk": [topology.service_ids[service] for service in at_risk[:limit].tolist()],
    }


LINES = (
    ("devices down", "devices_down", "devices"),
    ("links stopped", "links_stopped", "links"),
    ("links that lost a route", "links_unprotected", "unprotected"),
    ("services down", "services_down", "services"),
    ("customers down", "customers_down", "customers"),
    ("services at risk of one more failure", "services_at_risk", "at_risk"),
)


def show(screen: Console, failed: str, found: dict[str, Any]) -> None:
    made = table(("what",), ("how many",), ("first of them",))
    for words, count, names in LINES:
        more = found[count] - len(found[names])
        made.add_row(words, f"{found[count]:,}", ", ".join(found[names]) + (f" and {more:,} more" if more else ""))
    draw(screen, f"If {failed} failed", made)
    segments = ", ".join(f"{number:,} {segment}" for segment, number in found["customers_by_segment"].items())
    if segments:
        screen.print(f"Customers down by segment: {segments}")
