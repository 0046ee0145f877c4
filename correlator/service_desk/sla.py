"""How much time the SOP gives: the SLA by class (SOP 5), the stages (SOP 4.2), as the clocks of a new ticket."""

from dataclasses import dataclass

from correlator.events import MINUTE_US, TicketSeverity
from correlator.policy.care import CarePolicy
from correlator.rows.service_desk import Clock, Stage
from correlator.service_desk import stages


@dataclass(frozen=True, slots=True)
class Budget:
    us: int
    working: bool = False


def response_budget(policy: CarePolicy, severity: TicketSeverity) -> Budget:
    match severity:
        case "Critical":
            return Budget(policy.response_min_critical * MINUTE_US)
        case "Major":
            return Budget(policy.response_min_major * MINUTE_US)
        case "Minor":
            return Budget(policy.response_min_minor * MINUTE_US)


def resolution_budget(policy: CarePolicy, severity: TicketSeverity) -> Budget:
    match severity:
        case "Critical":
            return Budget(policy.resolution_min_critical * MINUTE_US)
        case "Major":
            return Budget(policy.resolution_days_major * policy.calendar.day_us, working=True)
        case "Minor":
            return Budget(policy.resolution_days_minor * policy.calendar.day_us, working=True)


def stage_budget(policy: CarePolicy, stage: Stage) -> Budget:
    rule = stages.RULES[stage]
    assert rule.limit is not None, f"{stage} has no time limit"
    limit: int = getattr(policy, rule.limit)
    return Budget(limit * policy.calendar.day_us, working=True) if rule.working_days else Budget(limit * MINUTE_US)


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


def outage_clocks(policy: CarePolicy, severity: TicketSeverity, opened_us: int) -> list[Clock]:
    return [
        clock("response", opened_us, response_budget(policy, severity)),
        clock("resolution", opened_us, resolution_budget(policy, severity)),
    ]


def complaint_clocks(policy: CarePolicy, severity: TicketSeverity, opened_us: int) -> list[Clock]:
    """SLA and stage clocks; stages count from the report, or (policy) each from the end of the one before."""
    at_once = policy.stage_clock_from_report
    worked = [
        clock(stages.RULES[stage].clock, opened_us, stage_budget(policy, stage), started=at_once or number == 0)
        for number, stage in enumerate(stages.WORKED)
    ]
    return [*outage_clocks(policy, severity, opened_us), *worked]
