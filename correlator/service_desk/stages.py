"""The stages of a ticket (SOP 4.2), one row each: whatever depends on the stage is read here, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from correlator.events import Action, StaffRole
from correlator.rows.service_desk import Stage


@dataclass(frozen=True, slots=True)
class StageRule:
    """`ways`: what the owner, or who stands above the owner, may command in this stage, and the stages it may lead to.

    The time limit is a field of the policy, in minutes day and night or in working days. `within` is the SLA clock
    that the stage may not outlast.
    """

    stage: Stage
    clause: str
    owner: StaffRole | None  # None: by the ticket's category, policy `owners`
    ways: Mapping[Action, tuple[Stage, ...]]
    indonesian: str
    english: str
    limit: str | None = None
    working_days: bool = False
    within: Literal["response", "resolution"] | None = None
    worked: bool = True  # staff work on it; else it is repaired
    starts_anew: bool = True  # the clock, where a ticket comes back to this stage; else it runs on
    alert_indonesian: str = ""  # where an alert says it in other words

    @property
    def clock(self) -> str:
        return f"stage_{self.stage}"

    @property
    def alert_words(self) -> str:
        return f"tahap {self.alert_indonesian or self.indonesian} / {self.english} stage"


STAGES: tuple[StageRule, ...] = (
    StageRule(
        stage="receipt",
        clause="SOP 4.2 stage 1",
        owner="customer_care",
        ways={"move_stage": ("verification", "assignment", "investigation", "confirmation"), "close": ("closed",)},
        indonesian="penerimaan",
        english="receipt",
        limit="stage_min_receipt",
        within="response",
    ),
    StageRule(
        stage="verification",
        clause="SOP 4.2 stage 2",
        owner="customer_support",
        ways={"move_stage": ("receipt", "assignment", "investigation", "confirmation"), "close": ("closed",)},
        indonesian="verifikasi",
        english="verification",
        limit="stage_min_verification",
        within="resolution",
    ),
    StageRule(
        stage="assignment",
        clause="SOP 4.2 stage 3",
        owner="care_supervisor",
        ways={"move_stage": ("receipt", "verification", "investigation", "confirmation"), "close": ("closed",)},
        indonesian="penugasan",
        english="assignment",
        limit="stage_min_assignment",
        within="resolution",
        alert_indonesian="eskalasi ke tim",
    ),
    StageRule(
        stage="investigation",
        clause="SOP 4.2 stage 4",
        owner=None,
        ways={"move_stage": ("receipt", "verification", "assignment", "confirmation"), "close": ("closed",)},
        indonesian="investigasi",
        english="investigation",
        limit="stage_days_investigation",
        working_days=True,
        within="resolution",
        starts_anew=False,
    ),
    StageRule(
        stage="confirmation",
        clause="SOP 4.2 stage 5",
        owner="customer_care",
        ways={
            "move_stage": ("receipt", "verification", "assignment", "investigation"),
            "close": ("closed",),
            "reopen": ("investigation",),
        },
        indonesian="konfirmasi",
        english="confirmation",
        limit="stage_min_confirmation",
        worked=False,
    ),
    StageRule(
        stage="closed",
        clause="SOP 4.2 stage 6",
        owner="customer_care",
        ways={"reopen": ("investigation",)},
        indonesian="selesai",
        english="closed",
        worked=False,
    ),
)
RULES: dict[Stage, StageRule] = {rule.stage: rule for rule in STAGES}
BY_CLOCK: dict[str, StageRule] = {rule.clock: rule for rule in STAGES if rule.limit}
NAMES: tuple[Stage, ...] = tuple(RULES)
WORKED: tuple[Stage, ...] = tuple(rule.stage for rule in STAGES if rule.worked)
BY_OWNER: frozenset[Action] = frozenset(action for rule in STAGES for action in rule.ways)


def before(stage: Stage) -> tuple[Stage, ...]:
    return NAMES[: NAMES.index(stage)]


def onward(stage: Stage, action: Action) -> tuple[Stage, ...]:
    """Where this command may lead from here."""
    return RULES[stage].ways.get(action, ())
