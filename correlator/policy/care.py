"""The SOP's numbers, as policy. Units last: minutes, hours, working days, customers."""

from functools import cached_property
from typing import Annotated, Literal, get_args

import msgspec

from correlator.events import Action, Category, StaffRole, TicketSeverity
from correlator.policy.calendar import Calendar
from correlator.policy.holidays import NATIONAL
from correlator.roles import default_may
from correlator.times import Zone
from topology.model import Segment

CustomerKind = Literal["strategic"] | Segment
PausedClock = Literal["resolution", "stage"]
# why a ticket, or what its RCA/CAPA record waits for, goes up a rung
ClimbCause = Literal["response", "resolution", "stage", "not_satisfied", "review", "record"]


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


def default_top_by_class() -> dict[TicketSeverity, StaffRole]:
    """The Director is for what is strategic or may do large harm (SOP 6)."""
    return {"Minor": "service_manager", "Major": "service_manager", "Critical": "operations_director"}


def default_top_by_customer() -> dict[CustomerKind, StaffRole]:
    return {"strategic": "operations_director"}


def default_top_by_cause() -> dict[ClimbCause, StaffRole]:
    """A stage that is late is the supervisor's matter: what counts for the customer has clocks of its own."""
    return {"stage": "care_supervisor"}


def default_pauses() -> dict[str, tuple[PausedClock, ...]]:
    whys = ("waiting_customer", "access_refused", "force_majeure", "planned_work")
    return dict.fromkeys(whys, ("resolution", "stage"))


# All that shows that somebody works on it; a pause says that nobody does
RESPONSE_ACTIONS: tuple[Action, ...] = tuple(
    action
    for action in get_args(Action)
    if action not in ("pause", "resume", "fill", "verify", "plan", "cancel", "opt_out", "opt_in", "propose")
)
ACTIONS: tuple[str, ...] = get_args(Action)
MORE_THAN_NOTHING = (
    *(f"response_min_{name}" for name in ("critical", "major", "minor")),
    *("resolution_min_critical", "resolution_days_major", "resolution_days_minor"),
    *(f"stage_min_{name}" for name in ("receipt", "verification", "assignment", "confirmation")),
    *("stage_days_investigation", "critical_customers", "rung_min", "update_every_min", "remind_h", "trail_lines"),
    *("call_again_min", "call_persons", "call_rounds"),
)
NOTHING_OR_MORE = (
    "ack_wait_s",
    "update_gap_min",
    "unstable_min",
    "scope_percent",
    "wait_above_customers",
    "wait_min",
    "reminders",
    *("effect_wait_days", "follow_up_h"),
)


class CarePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """The complaint-handling SOP in numbers. In brackets: the section it comes from, or that it is the operator's.

    SLA, from the ticket's `opened_at` (SOP 5)
      response_min_critical, response_min_major, response_min_minor: minutes to the first response, day and night.
      resolution_min_critical: minutes to the repair, day and night.
      resolution_days_major, resolution_days_minor: working days to the repair.
    Intake (SOP 4.2 stage 1)
      follow_up_h: hours within which a customer's next complaint about the same service and matter follows the first,
        while that is worked on; 0: none does (operator).
    Stages (SOP 4.2); where the SLA is tighter, that is due
      stage_min_receipt, stage_min_verification, stage_min_assignment: minutes to the end of stages 1, 2, 3.
      stage_days_investigation: working days to the end of stage 4 ("1-3 hari kerja").
      stage_min_confirmation: minutes from the repair to the question to the customer, stage 5.
      stage_clock_from_report: stages count from the report; false: each from the end of the one before.
      owners: who investigates, by category (SOP 4.2 stage 4, SOP 10).
      response_actions: what a person does first on a ticket or its incident that is a first response; so is a question
        to the customer, and a repair.
      ack_known_is_response: an answer that names a known incident is a first response; a bare one never is (SOP 5).
      ack_wait_s: seconds that a bare answer waits for an incident that it could name (operator).
      pauses: for what a ticket may be paused -> what stands still meanwhile: its resolution, its stage (the one that
        somebody works on and those to come). The response never does. The machine pauses for `planned_work` (operator).
    Working time, in WIB (SOP 5, "hari kerja")
      work_open_min, work_close_min: minutes of the day; one working day is what lies between.
      work_weekdays: 0 is Monday.
      holidays: ISO dates; public holidays and joint leave, as far as they are known (`holidays.py`). A list given here
        takes the place of the whole.
      more_holidays: ISO dates besides: the operator's own, a decree that came late (operator).
    Class (SOP 4.3)
      hear_critical: who hears of a Critical besides its owner (SOP 4.2 stage 4).
      critical_customers: an outage that takes so many down is Critical, whatever broke.
    Escalation (SOP 6)
      ladder: the rungs above a ticket's owner, the lowest first.
      rung_min: minutes after which a breach that nobody mends climbs a rung; a ticket climbs once in so many.
      top_by_class, top_by_customer: how high a ticket may climb, by its class and by its customer (strategic, or a
        segment of the inventory); the higher one counts.
      top_by_cause: ... and no higher than this because of a late response, resolution or stage, of a customer who is
        not satisfied or asks for a review, of an RCA/CAPA record that waits; one that is not named sets no limit.
    Calls to those on duty (SOP 5, 6; operator)
      call_classes: classes of tickets that somebody is called for, until they answer.
      call_again_min: minutes without an answer after which the next one is called.
      call_persons: how many of those on duty for a role are called, one after the other, before the next role up.
      call_rounds: how often that begins anew; then it is left to the clocks.
    Notices to customers (SOP 4.2 stage 5, SOP 1 "transparan")
      update_every_min: minutes between two updates of an outage.
      update_gap_min: minutes that two updates are apart at least, however much scope or estimate move (operator).
      unstable_min: an outage that is over, back and over again within so many minutes comes and goes: till it stays
        away (`faults.reopen_s`) its customers hear at most once in so many that their service is unstable; 0: they hear
        of each end and each return (operator).
      scope_percent: a change of the number down, in percent of what was told, that is worth an update (operator).
      tell_from_confidence: an outage is told to those who are down with at least this probability, whatever its root.
      wait_above_customers: an outage notice to more customers waits for the NOC's word (operator).
      wait_min: minutes that it waits, then it goes (operator).
      quiet_from_min, quiet_to_min: minutes of the local day between which only Critical outages are told, and who
        complains is answered (operator).
      told_at_night: kinds of customers who are told at any hour: their own operation centre is awake (operator).
      zones: region, in small letters -> WIB, WITA or WIT; one that is missing counts as WIB (operator).
      desk_phone: the number under which customers reach us, as messages name it (SOP 4.1).
    After the repair (SOP 4.2 stages 5 and 6)
      remind_h: hours without an answer after which the customer is asked again.
      reminders: how often; then the supervisor decides.
    People (SOP 4.2, 6, 10)
      may: action -> roles that may command it; a stage is moved by its owner or above besides.
    RCA and CAPA (SOP 7)
      effect_wait_days: days after an action is reported done before its effect is judged and verified (operator).
    Limits (operator)
      trail_lines: lines of one ticket's trail; what comes after is noted, not kept.

    Raises ValueError, naming the field, where the numbers contradict one another.
    """

    response_min_critical: int = 30
    response_min_major: int = 60
    response_min_minor: int = 120
    resolution_min_critical: int = 480
    resolution_days_major: int = 2
    resolution_days_minor: int = 1
    follow_up_h: int = 12
    stage_min_receipt: int = 60
    stage_min_verification: int = 120
    stage_min_assignment: int = 240
    stage_days_investigation: int = 3
    stage_min_confirmation: int = 1440
    stage_clock_from_report: bool = True
    owners: dict[Category, StaffRole] = msgspec.field(default_factory=default_owners)
    response_actions: tuple[Action, ...] = RESPONSE_ACTIONS
    ack_known_is_response: bool = True
    ack_wait_s: int = 0
    pauses: dict[str, tuple[PausedClock, ...]] = msgspec.field(default_factory=default_pauses)
    work_open_min: int = 480
    work_close_min: int = 1020
    work_weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[str, ...] = NATIONAL
    more_holidays: tuple[str, ...] = ()
    hear_critical: tuple[StaffRole, ...] = ("technical",)
    critical_customers: int = 1000
    ladder: tuple[StaffRole, ...] = ("care_supervisor", "service_manager", "operations_director")
    rung_min: int = 60
    top_by_class: dict[TicketSeverity, StaffRole] = msgspec.field(default_factory=default_top_by_class)
    top_by_customer: dict[CustomerKind, StaffRole] = msgspec.field(default_factory=default_top_by_customer)
    top_by_cause: dict[ClimbCause, StaffRole] = msgspec.field(default_factory=default_top_by_cause)
    call_classes: tuple[TicketSeverity, ...] = ("Critical",)
    call_again_min: int = 10
    call_persons: int = 2
    call_rounds: int = 3
    update_every_min: int = 120
    update_gap_min: int = 15
    unstable_min: int = 60
    scope_percent: int = 25
    tell_from_confidence: float = 0.9
    wait_above_customers: int = 1_000_000_000
    wait_min: int = 10
    quiet_from_min: int = 1260  # 21:00
    quiet_to_min: int = 360  # 06:00
    told_at_night: tuple[CustomerKind, ...] = ()
    zones: dict[str, Zone] = msgspec.field(default_factory=default_zones)
    desk_phone: Annotated[str, msgspec.Meta(min_length=1)] = "(021) 555-6789 ext. 2"
    remind_h: int = 24
    reminders: int = 3
    may: dict[str, tuple[StaffRole, ...]] = msgspec.field(default_factory=default_may)
    effect_wait_days: int = 7
    trail_lines: int = 1000

    def __post_init__(self) -> None:
        if not 0 <= self.work_open_min < self.work_close_min <= 1440:
            raise ValueError("work_open_min must lie before work_close_min, both within one day")
        if not self.work_weekdays or any(day not in range(7) for day in self.work_weekdays):
            raise ValueError("work_weekdays must name days from 0 (Monday) to 6")
        if not 0 <= self.quiet_from_min < 1440 or not 0 <= self.quiet_to_min < 1440:
            raise ValueError("quiet_from_min and quiet_to_min must lie within one day")
        if not self.ladder:
            raise ValueError("ladder must name a role above the owner")
        for action in self.may:
            if action not in ACTIONS:
                raise ValueError(f"may names {action!r}, which is no order; there are {', '.join(ACTIONS)}")
        for region in self.zones:
            if region != region.casefold():
                raise ValueError(f"zones: write the region {region!r} in small letters")
        for name in MORE_THAN_NOTHING:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more")
        for name in NOTHING_OR_MORE:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more")
        try:
            _ = self.calendar
        except ValueError as fault:
            raise ValueError(f"holidays and more_holidays must be ISO dates as 2026-03-19: {fault}") from None

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(
            self.work_open_min, self.work_close_min, self.work_weekdays, (*self.holidays, *self.more_holidays)
        )
