"""How much time the SOP gives: the SLA by class (SOP 5), the stages (SOP 4.2), as the clocks of a new ticket."""

from dataclasses import dataclass

from correlator.events import MINUTE_US
from correlator.policy.care import CarePolicy
from correlator.rows.incidents import Klass
from correlator.rows.service_desk import Clock, Stage

STAGES: tuple[Stage, ...] = ("receipt", "verification", "assignment", "investigation", "confirmation", "closed")
WORKED_STAGES = STAGES[:4]


@dataclass(frozen=True, slots=True)
class Budget:
    us: int
    working: bool = False


def response_budget(policy: CarePolicy, klass: Klass) -> Budget:
    match klass:
        case "Critical":
            return Budget(policy.response_min_critical * MINUTE_US)
        case "Major":
            return Budget(policy.response_min_major * MINUTE_US)
        case "Minor":
            return Budget(policy.response_min_minor * MINUTE_US)


def resolution_budget(policy: CarePolicy, klass: Klass) -> Budget:
    match klass:
        case "Critical":
            return Budget(policy.resolution_min_critical * MINUTE_US)
        case "Major":
            return Budget(policy.resolution_days_major * policy.calendar.day_us, working=True)
        case "Minor":
            return Budget(policy.resolution_days_minor * policy.calendar.day_us, working=True)


def stage_budget(policy: CarePolicy, stage: Stage) -> Budget:
    match stage:
        case "receipt":
            return Budget(policy.stage_min_receipt * MINUTE_US)
        case "verification":
            return Budget(policy.stage_min_verification * MINUTE_US)
        case "assignment":
            return Budget(policy.stage_min_assignment * MINUTE_US)
        case "investigation":
            return Budget(policy.stage_days_investigation * policy.calendar.day_us, working=True)
        case "confirmation" | "closed":
            return Budget(policy.stage_min_confirmation * MINUTE_US)


def clock(name: str, start_us: int, budget: Budget, started: bool = True) -> Clock:
    return Clock(
        name,
        start_us,
        None,
        budget_us=budget.us,
        working=budget.working,
        started=started,
        since_us=start_us,
    )


def outage_clocks(policy: CarePolicy, klass: Klass, opened_us: int) -> list[Clock]:
    return [
        clock("response", opened_us, response_budget(policy, klass)),
        clock("resolution", opened_us, resolution_budget(policy, klass)),
    ]


def complaint_clocks(policy: CarePolicy, klass: Klass, opened_us: int) -> list[Clock]:
    """SLA and stage clocks; stages count from the report, or (policy) each from the end of the one before."""
    stages = [
        clock(f"stage_{stage}", opened_us, stage_budget(policy, stage), policy.stage_clock_from_report or number == 0)
        for number, stage in enumerate(WORKED_STAGES)
    ]
    return [*outage_clocks(policy, klass, opened_us), *stages]
