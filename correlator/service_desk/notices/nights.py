"""What waits for the morning, and where it is night: Indonesia has three zones (SOP 4.2)."""

import numpy as np

from correlator.customers import LAYOUT, Customers, kinds_of
from correlator.effects import NoticeKind
from correlator.policy.calendar import quiet_until
from correlator.rows.service_desk import TicketRow
from correlator.service_desk.notices import notices
from correlator.state import Draft
from correlator.times import ZONES, Zone


def waits(draft: Draft, ticket: TicketRow | None, kind: NoticeKind) -> dict[Zone, int]:
    """Zones in which such a message of the outage waits, with until when; nowhere where it is Critical.

    Nor does the end wait where the outage was told in the same night.
    """
    if ticket is not None and ticket.severity == "Critical":
        return {}
    quiet = quiet_zones(draft)
    if quiet and kind in ("restored", "correction") and ticket is not None:
        quiet = {zone: until_us for zone, until_us in quiet.items() if not _was_told(draft, ticket, zone, until_us)}
    return quiet


def _was_told(draft: Draft, ticket: TicketRow, zone: Zone, until_us: int) -> bool:
    """Whether a notice of the outage went in the night that ends then."""
    sent = (draft.state.campaigns.get(name) for name in ticket.notices)
    return any(row and row.kind == "outage" and _until(draft, row.at_us, zone) == until_us for row in sent)


def _until(draft: Draft, at_us: int, zone: Zone) -> int | None:
    care = draft.world.policy.care
    return quiet_until(at_us, zone, (care.quiet_from_min, care.quiet_to_min))


def quiet_zones(draft: Draft) -> dict[Zone, int]:
    """Zones where it is night now, with when that ends."""
    found = ((zone, _until(draft, draft.now_us, zone)) for zone in ZONES)
    return {zone: until_us for zone, until_us in found if until_us is not None}


def zone_of(draft: Draft, customer: int) -> Zone:
    return notices.zone_of(draft.world.topology, draft.world.policy.care, customer)


def until(draft: Draft, customer: int) -> int | None:
    """When the night of this customer ends; None where it is day, or the policy tells them at any hour."""
    return None if _is_awake(draft, customer) else quiet_zones(draft).get(zone_of(draft, customer))


def _is_awake(draft: Draft, customer: int) -> bool:
    kinds = draft.world.policy.care.told_at_night
    return bool(kinds) and customer >= 0 and not set(kinds).isdisjoint(kinds_of(draft.world.topology, customer))


def by_zone(draft: Draft, audience: Customers) -> dict[Zone, Customers]:
    """Who may not be woken. At night and below Critical, so fewer than make an outage Critical: a loop does."""
    groups: dict[Zone, list[int]] = {}
    for customer in audience.tolist():
        if not _is_awake(draft, customer):
            groups.setdefault(zone_of(draft, customer), []).append(customer)
    return {zone: np.array(groups[zone], LAYOUT) for zone in ZONES if zone in groups}
