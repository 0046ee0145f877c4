"""What the operator gives: the inventory, the policy, the channels."""

import json
from collections.abc import Iterator

import msgspec

from connectors.ports import PortError
from connectors.rota.file import REMEDY, rota_of
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import moment
from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from correlator.policy.holidays import JOINT_LEAVE_UNTIL, NATIONAL
from correlator.world import World
from streams import bootstrap, clock
from streams.bootstrap.domains import AGREE, disagreement, nationally
from streams.bootstrap.snmp.catalogues import holes_in_force
from streams.doctor.finding import Finding, well
from streams.files import Files, inventory
from streams.host.worlds import read_policy
from streams.settings import Settings
from topology.compile import compile_inventory
from topology.english import counted
from topology.model import Inventory


def given(settings: Settings) -> Iterator[Finding]:
    yield _inventory(settings)
    yield _catalogues(settings)
    yield from _policy(settings)
    yield from _channels(settings)
    yield from _rota(settings)


def _inventory(settings: Settings) -> Finding:
    try:
        network = inventory(settings)
    except PortError as error:
        return Finding("inventory", "wrong", error.what, error.remedy or "Mend them; `simpul inventory check` helps")
    rows = {name: len(value) for name, value in msgspec.structs.asdict(network).items() if isinstance(value, tuple)}
    has = ", ".join(counted(number, name[:-1]) for name, number in rows.items() if number)
    if not rows.get("customers") or not rows.get("devices"):
        return Finding("inventory", "warning", f"it has {has or 'no row'}", "Without customers nobody is told")
    return well("inventory", has)


def _catalogues(settings: Settings) -> Finding:
    """What says what traps and lines mean: read as the service would."""
    topology = compile_inventory(Inventory())
    around = bootstrap.Around(
        topology, bootstrap.resolver_of(World(topology, Policy()), clock.wall_us), MemoryCounter()
    )
    try:
        readers = bootstrap.readers(settings, around)
        waiting = {(hole.file, hole.trap) for hole in holes_in_force(settings).values()}
    except PortError as error:
        return Finding("catalogues", "wrong", error.what, error.remedy)
    if waiting:
        files = ", ".join(sorted({file for file, _ in waiting}))
        what = f"{counted(len(waiting), 'trap')} of {files} cannot be read yet: values are `?`"
        return Finding("catalogues", "warning", what, "Fill them in; `simpul catalogue test FILE` lists them")
    return well("catalogues", f"of {', '.join(sorted(readers))} are sound")


def _policy(settings: Settings) -> Iterator[Finding]:
    try:
        policy = read_policy(settings.policy)
    except PortError as error:
        yield Finding("policy", "wrong", error.what, error.remedy)
        return
    yield well("policy", f"{settings.policy}" if settings.policy else "the SOP's numbers: no file is set")
    yield _holidays(policy.care)
    wrong = disagreement(settings, policy)
    if wrong is not None:
        yield Finding("domains", "wrong", wrong, AGREE)
    elif len(settings.domains) > 1:
        names, given = ", ".join(nationally(settings, policy)), len(policy.domains.regions)
        yield well("domains", f"{names}; {counted(given, 'region is', 'regions are')} given to one")


def _holidays(care: CarePolicy) -> Finding:
    """Without them a customer's clock runs on Idul Fitri as on any Tuesday (SOP 5, "hari kerja")."""
    year = f"{moment(clock.wall_us()):%Y}"
    count = sum(day.startswith(year) for day in (*care.holidays, *care.more_holidays))
    remedy = f"Put what `simpul holidays {year}` prints below [care]"
    if not count:
        what = f"the policy names no holiday of {year}: they count as working days"
        return Finding("policy, holidays", "warning", what, remedy)
    if care.holidays == NATIONAL and int(year) > JOINT_LEAVE_UNTIL:
        what = f"the joint leave of {year} is not known to this version: it counts as working days"
        return Finding("policy, holidays", "warning", what, f"{remedy}, or the decree's days as care.more_holidays")
    return well("policy, holidays", f"{count} of {year}")


def _channels(settings: Settings) -> Iterator[Finding]:
    channels = settings.channels
    try:
        names = bootstrap.channel_names(settings, Files(settings.data))
        untold = bootstrap.left_to_the_file(settings, Files(settings.data))
    except PortError as error:
        yield Finding("channels", "wrong", error.what, error.remedy)
        return
    real = [name for name in names if name not in ("file", "hub")]  # no route names the hub
    unrouted = [name for name in real if not any(name in way for way in channels.routes.values())]
    if not real:
        yield Finding("channels", "warning", "only the file: nobody is really told", "Add [channels.smtp]")
    elif unrouted:
        what = f"{', '.join(unrouted)} is set up, and no route uses it"
        yield Finding("channels", "warning", what, "Name it in [channels.routes]")
    else:
        yield well("channels", ", ".join(names))
    if real and untold:
        what = f"no route is for {', '.join(untold)}: it goes to the file, counts as sent, and reaches nobody"
        remedy = f'Name each in [channels.routes], as {untold[0]} = {json.dumps(real)}; ["file"] where that is meant'
        yield Finding("channels.routes", "warning", what, remedy)
    if not channels.staff:
        what = "no mail address of staff is set: alerts are on the page and in the file only"
        yield Finding("channels.staff", "warning", what, "Name them in [channels.staff]")


def _rota(settings: Settings) -> Iterator[Finding]:
    """Who is called at night."""
    if settings.rota is None:
        return
    rota, faults = rota_of(settings.rota)
    if rota is None:
        yield Finding("rota", "wrong", "; ".join(map(str, faults)), REMEDY)
    elif not rota.shifts:
        yield Finding("rota", "warning", "it has no shift: nobody is on duty", "Write [[shifts]], docs/rota.md")
    else:
        yield well("rota", f"{counted(len(rota.persons), 'person')}, shifts of {', '.join(rota.roles)}")
