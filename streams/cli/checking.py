"""`simpul inventory check`: every fault of an inventory, or what was understood of it."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from correlator.policy import DomainPolicy
from streams.cli.inventories import loaded, policy_from
from streams.cli.shares import shares, strangers
from streams.contacts import contact_warnings
from streams.names import name_warnings
from topology.compile import compile_inventory
from topology.english import counted
from topology.graph import Topology
from topology.loaders import load
from topology.model import TIERS, BadInventory, Inventory
from topology.survey import Survey, survey

PIPED_WIDTH = 160  # columns where no terminal says how wide it is


def command(
    path: Annotated[Path, typer.Argument(help="JSON file, folder of CSV files, or GraphML", show_default=False)],
    json: Annotated[bool, typer.Option("--json", help="machine-readable, on standard output")] = False,
    limit: Annotated[int, typer.Option(help="rows that each list shows at most", min=1)] = 20,
    policy: Annotated[Path | None, typer.Option(help=r"whose \[domains] share the network: what each gets")] = None,
) -> None:
    """Check an inventory: every fault with its remedy (exit status 2), or what it says, and where it is thin."""
    rules = policy_from(policy).domains
    if json:
        return as_json(path, limit, rules)
    with Console(stderr=True).status(f"reading {path}"):  # nothing where there is no terminal
        inventory = loaded(path)
        topology = compile_inventory(inventory)
        found = survey(topology, shown=limit)
    screen = plain_console()
    show_rows(screen, path, topology)
    show_warnings(screen, warnings_of(inventory, topology), limit)
    show_single_points(screen, topology, found)
    show_redundancy(screen, topology, found)
    show_alike(screen, topology, found)
    show_shares(screen, topology, rules)
    return None


def plain_console() -> Console:
    """Ids may hold brackets, and a pipe has no width: nothing is read as markup, nothing is cut off."""
    width = None if Console().is_terminal else PIPED_WIDTH
    return Console(markup=False, highlight=False, emoji=False, width=width)


def draw(screen: Console, title: str, made: Table) -> None:
    """The title on lines of its own: above a narrow table it would be broken. Nothing where there is no row."""
    if not made.row_count:
        return
    screen.print(title, style="bold")
    screen.print(made)
    screen.print()


def table(words: tuple[str, ...], figures: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> Table:
    """Columns of words, of figures and of words again."""
    made = Table()
    for column in words:
        made.add_column(column, overflow="fold")
    for column in figures:
        made.add_column(column, justify="right")
    for column in more:
        made.add_column(column, overflow="fold")
    return made


def show_rows(screen: Console, path: Path, topology: Topology) -> None:
    counts = topology.counts()
    rows = sum(sum(by_tier.values()) for by_tier in counts.values())
    screen.print(f"{path} is {'good' if rows else 'empty'}: {counted(rows, 'row')}, hash {topology.hash}")
    made = table(("kind",), (*TIERS, "no tier", "all"))
    for kind, by_tier in counts.items():
        cells = [by_tier.get(tier, 0) for tier in (*TIERS, "-")]
        made.add_row(kind, *(f"{number:,}" if number else "" for number in cells), f"{sum(cells):,}")
    draw(screen, "What is in it", made)


def warnings_of(inventory: Inventory, topology: Topology) -> tuple[str, ...]:
    return (*topology.warnings, *name_warnings(inventory), *contact_warnings(inventory.customers))


def show_warnings(screen: Console, warnings: tuple[str, ...], limit: int) -> None:
    if not warnings:
        screen.print("No warnings: every link between sites has a route, no route has a gap, contacts can be used.\n")
        return
    made = table(("what",))
    for line in warnings[:limit]:
        made.add_row(line)
    if len(warnings) > limit:
        made.add_row(f"and {len(warnings) - limit} more; --limit shows them")
    draw(screen, f"Warnings: {len(warnings)}, accepted as real life has them", made)


def show_single_points(screen: Console, topology: Topology, found: Survey) -> None:
    if not found.single_points:
        screen.print("No single element takes two customers down.\n")
        return
    made = table(("elements", "tier"), ("customers",))
    for point in found.single_points:
        ids = some([topology.ids[element] for element in point.elements])
        made.add_row(ids, topology.tier_of(point.elements[0]) or "", f"{point.customers:,}")
    draw(screen, "Single points of failure: who alone takes most customers down", made)


def show_redundancy(screen: Console, topology: Topology, found: Survey) -> None:
    alone, of = by_segment(topology, found)
    made = table(("segment",), ("services", "of"))
    for segment in of:
        made.add_row(segment, f"{alone[segment]:,}", f"{of[segment]:,}")
    draw(screen, "Services without redundancy: one failure beyond their own ends takes them down", made)
    if found.gates_left:
        gates = "service with several attach points was", "services with several attach points were"
        screen.print(f"{counted(found.gates_left, *gates)} not looked at.\n")


def by_segment(topology: Topology, found: Survey) -> tuple[Counter[str], Counter[str]]:
    """(services without redundancy, all services) by the customer's segment."""
    owners, segments = topology.service_customer, topology.customer_segment
    alone = Counter(segments[customer] for customer in owners[found.without_redundancy].tolist())
    return Counter({name: alone[name] for name in alone}), Counter(segments[customer] for customer in owners.tolist())


def show_alike(screen: Console, topology: Topology, found: Survey) -> None:
    looked = f"{found.looked_at:,} of {counted(found.looked_of, 'element')} looked at, the highest tiers first"
    if not found.alike:
        screen.print(f"Alarms can tell all elements apart ({looked}).\n")
        return
    made = table(("elements",))
    for members in found.alike:
        made.add_row(some([topology.ids[element] for element in members], 8))
    draw(screen, f"No alarm tells these apart: {counted(found.alike_found, 'group')} ({looked})", made)


def show_shares(screen: Console, topology: Topology, rules: DomainPolicy) -> None:
    """Nothing where one domain has all."""
    found = shares(topology, rules)
    if not found:
        return
    made = table(("domain",), ("devices", "links", "services", "customers"), ("regions",))
    for one in found:
        figures = (one.devices, one.links, one.services, one.customers)
        made.add_row(one.domain, *(f"{number:,}" for number in figures), some(list(one.regions), 8))
    draw(screen, "What each domain decides on", made)
    if unknown := strangers(topology, rules):
        screen.print(f"The policy gives regions to domains that the inventory lacks: {some(unknown, 8)}\n")


def some(ids: list[str], most: int = 4) -> str:
    return ", ".join(ids[:most]) + (f" and {len(ids) - most} more" if len(ids) > most else "")


def as_json(path: Path, limit: int, rules: DomainPolicy) -> None:
    try:
        inventory = load(path)
        topology = compile_inventory(inventory)
    except BadInventory as bad:
        typer.echo(msgspec.json.encode({"good": False, "faults": bad.faults}).decode())
        raise typer.Exit(2) from None
    said = content(topology, survey(topology, shown=limit))
    said["warnings"] = warnings_of(inventory, topology)
    if found := shares(topology, rules):
        said["domains"] = found
    typer.echo(msgspec.json.encode(said).decode())


def content(topology: Topology, found: Survey) -> dict[str, Any]:
    alone, of = by_segment(topology, found)
    return {
        "good": True,
        "hash": topology.hash,
        "counts": topology.counts(),
        "single_points": [
            {"elements": [topology.ids[element] for element in point.elements], "customers": point.customers}
            for point in found.single_points
        ],
        "without_redundancy": {name: {"services": alone[name], "of": of[name]} for name in of},
        "not_looked_at": found.gates_left,
        "alike": [[topology.ids[element] for element in members] for members in found.alike],
        "alike_found": found.alike_found,
        "alike_looked_at": found.looked_at,
        "alike_looked_of": found.looked_of,
    }
