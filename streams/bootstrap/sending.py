"""What sends by the channels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from connectors.ports import Counter, Journal, Store
from connectors.sending_ports import OnDuty
from connectors.telemetry.witness import NOBODY, Witness
from correlator.events import Frame, Quarantine, Receipt
from correlator.world import World
from streams import clock
from streams.bootstrap.shared import Shared
from streams.host.worlds import Worlds
from streams.processes.worker import stall_alert as stalls
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.access.links import Links
    from connectors.channel_rates import Rates
    from connectors.outbox import Dispatcher, Way

log = structlog.get_logger("sending")


@dataclass(frozen=True, slots=True)
class Sending:
    """What the dispatchers of one process share. `name`: no other process that lives has it."""

    settings: Settings
    journal: Journal
    store: Store
    parts: Shared
    worlds: Worlds
    ways: "Sequence[Way]"
    counter: Counter
    clock: clock.Clock
    name: str
    rates: "Rates | None" = None  # that all dispatchers share
    witness: Witness = NOBODY
    restored_us: int = 0  # when a back-up was put into the data folder


def dispatcher(domain: str, sending: Sending, world: Callable[[], World]) -> "Dispatcher":
    """`world`: the one in force, asked whenever a message is worded."""
    from connectors.api.quality.report_files import ReportFiles
    from connectors.api.rows import Rows
    from connectors.api.tmf.announced import alarm_told, ticket_told
    from connectors.formats.documents.page import Company
    from connectors.formats.messages import Elsewhere, Rendering
    from connectors.formats.tmf_events import Announcing
    from connectors.outbox import Addresses, Complainants, Dispatcher, DispatchPorts, Rules

    channels, store, now = sending.settings.channels, sending.store, sending.clock
    domains = sending.settings.domains
    people = Complainants(domain, sending.journal, store, sending.parts.vault)
    rota = rota_of(sending.settings)
    company = Company(**sending.settings.company.model_dump())
    staff = {str(role): to for role, to in channels.staff.items()}

    def receipts(some: Sequence[Receipt | Quarantine]) -> None:
        sending.journal.append(domain, Frame(now(), tuple(some)))

    ports = DispatchPorts(
        outbox=store.outbox,
        renderer=Rendering(
            world,
            sending.worlds.known,
            lambda role: rota.on_duty(role, now()),
            links_of(sending.settings, sending.parts),
            Elsewhere(
                ReportFiles(Rows(store, domains, now), dict.fromkeys(domains, world), company),
                Announcing(domain, ticket_told, alarm_told),
            ),
        ),
        addresses=Addresses(
            sending.parts.directory, people.contact, staff, rota.contact, lambda hub: callback_of(domain, store, hub)
        ),
        receipts=receipts,
        counter=sending.counter,
        clock=now,
        name=sending.name,
        rates=sending.rates,
        held=held(domain, store),
        witness=sending.witness,
        restored_us=sending.restored_us,
    )
    return Dispatcher(domain, ports, sending.ways, channels.routes, Rules(channels.attempts, lease_s=channels.lease_s))


def callback_of(domain: str, store: Store, hub: str) -> str | None:
    """Where a system that subscribed is told; None: it did not, or no longer."""
    row = store.row(domain, "subscriptions", hub)
    return None if row is None else str(row.callback)


def rota_of(settings: Settings) -> OnDuty:
    """Who is on duty, by the operator's file. Raises Unusable where that is no good."""
    from connectors.rota.file import RotaFile
    from connectors.rota.rota import NoRota

    return NoRota() if settings.rota is None else RotaFile(settings.rota, lambda what: log.warning("rota", what=what))


def links_of(settings: Settings, parts: Shared) -> "Links | None":
    """What messages that ask are answered by; None where nobody has said how this door is reached from outside."""
    from connectors.access.links import Links

    if settings.http.public_url is None:
        return None
    return Links(parts.master.derived("links"), settings.http.public_url)


def held(domain: str, store: Store) -> Callable[[str], bool]:
    """Whether the NOC holds the notices of an incident now, or of the one that it was merged into."""

    def is_held(incident: str) -> bool:
        row = store.row(domain, "incidents", incident)
        while row is not None and row.merged_into:
            row = store.row(domain, "incidents", row.merged_into)
        return row is not None and row.notices_held

    return is_held


def past_the_outbox(settings: Settings, made: "list[Way]") -> list[stalls.Way]:
    """The administrator's ways, as alerts take them; the file at last."""
    names = [*settings.channels.routes.get("staff", []), "file"]
    mail = settings.channels.staff.get("administrator")
    channels = {way.channel.name: way for way in made if way.reads != "phone" and (mail or way.reads == "any")}
    return [stalls.Way(channels[name].channel, mail or "administrator") for name in names if name in channels]
