"""The SOP's numbers, as policy; each cites its section. Units last: minutes, hours, working days, customers."""

from functools import cached_property

import msgspec

from correlator.care.calendar import Calendar
from correlator.care.roles import default_may
from correlator.events import Category, StaffRole
from correlator.times import Zone


def default_zones() -> dict[str, Zone]:
    """Region (as the inventory writes it, in small letters) -> zone; what is missing counts as WIB."""
    wita = (
        "bali, nusa tenggara barat, nusa tenggara timur, kalimantan selatan, kalimantan timur, kalimantan utara, "
        "sulawesi utara, gorontalo, sulawesi tengah, sulawesi barat, sulawesi selatan, sulawesi tenggara, sulawesi"
    )
    wit = "maluku, maluku utara, papua, papua barat, papua barat daya, papua selatan, papua tengah, papua pegunungan"
    zones: dict[str, Zone] = dict.fromkeys(wita.split(", "), "WITA")
    return zones | dict.fromkeys(wit.split(", "), "WIT")


def default_owners() -> dict[Category, StaffRole]:
    """Who investigates, by category (SOP 4.2 stage 4, SOP 10)."""
    return {
        "network": "noc_operator",
        "service": "technical",
        "billing": "billing_account",
        "account": "billing_account",
    }


class CarePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    # SLA (SOP 5): first response and resolution, by class
    response_min_critical: int = 30
    response_min_major: int = 60
    response_min_minor: int = 120
    resolution_min_critical: int = 480
    resolution_days_major: int = 2  # working days
    resolution_days_minor: int = 1
    # Stages (SOP 4.2)
    stage_min_receipt: int = 60
    stage_min_verification: int = 120
    stage_min_assignment: int = 240
    stage_days_investigation: int = 3  # "1-3 hari kerja"; the resolution of the class is tighter
    stage_min_confirmation: int = 1440  # after the repair
    stage_clock_from_report: bool = True  # else each stage counts from the end of the one before
    owners: dict[Category, StaffRole] = msgspec.field(default_factory=default_owners)
    ack_known_is_response: bool = True  # an answer that names a known incident is a first response
    ack_wait_s: int = 0  # how long a bare acknowledgement waits for an incident that it could name
    # Working time (SOP 5), in WIB
    work_open_min: int = 480
    work_close_min: int = 1020
    work_weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)  # Monday is 0
    holidays: tuple[str, ...] = ()  # ISO dates: public holidays, joint leave, the operator's own
    # Class of an outage (SOP 4.3)
    critical_customers: int = 1000
    # Escalation (SOP 6)
    ladder: tuple[StaffRole, ...] = ("care_supervisor", "service_manager", "operations_director")  # above the owner
    rung_min: int = 60  # a breach that nobody mends climbs a rung so often
    # Notices to customers
    update_every_min: int = 120
    update_gap_min: int = 15  # between two updates, however much the scope moves
    scope_percent: int = 25  # a change of the number down that is worth an update
    wait_above_customers: int = 1_000_000_000  # larger outage notices wait for the NOC's word
    wait_min: int = 10  # ... so long, then they go
    quiet_from_min: int = 1260  # 21:00 local
    quiet_to_min: int = 360  # 06:00 local
    zones: dict[str, Zone] = msgspec.field(default_factory=default_zones)
    # After the repair (SOP 4.2, stages 5 and 6)
    remind_h: int = 24
    reminders: int = 3
    # People
    may: dict[str, tuple[StaffRole, ...]] = msgspec.field(default_factory=default_may)
    trail_lines: int = 1000  # of one ticket; what comes after is noted, not kept

    def __post_init__(self) -> None:
        if not 0 <= self.work_open_min < self.work_close_min <= 1440:
            raise ValueError("work_open_min must lie before work_close_min, both within one day")
        if not self.work_weekdays or any(day not in range(7) for day in self.work_weekdays):
            raise ValueError("work_weekdays must name days from 0 (Monday) to 6")
        if not 0 <= self.quiet_from_min < 1440 or not 0 <= self.quiet_to_min < 1440:
            raise ValueError("quiet_from_min and quiet_to_min must lie within one day")
        if not self.ladder:
            raise ValueError("ladder must name a role above the owner")
        _ = self.calendar  # a holiday that is no date is refused here

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.work_open_min, self.work_close_min, self.work_weekdays, self.holidays)
