"""The table of stages, read as a table, and the page that shows it."""

from pathlib import Path
from typing import get_args

import pytest

from correlator.policy.care import CarePolicy
from correlator.rows.service_desk import Stage
from correlator.service_desk.notices.notices import ROLES
from correlator.service_desk.sla import stage_budget
from correlator.service_desk.stages import BY_OWNER, NAMES, STAGES, WORKED, StageRule, before, onward

PAGE = Path(__file__).parents[4] / "docs" / "SOP.md"
each = pytest.mark.parametrize("rule", STAGES, ids=NAMES)


def test_every_stage_has_one_row_in_the_order_of_the_sop() -> None:
    assert get_args(Stage) == NAMES
    assert [rule.clause for rule in STAGES] == [f"SOP 4.2 stage {number}" for number in range(1, 7)]


@each
def test_a_time_limit_is_a_field_of_the_policy(rule: StageRule) -> None:
    if rule.limit is None:
        assert rule.stage == "closed"
        return
    policy = CarePolicy()
    fewer = stage_budget(policy, rule.stage).us
    twice = CarePolicy(**{rule.limit: 2 * getattr(policy, rule.limit)})
    assert stage_budget(twice, rule.stage).us == 2 * fewer
    assert stage_budget(policy, rule.stage).working is rule.working_days


@each
def test_a_stage_leads_to_every_other_and_is_closed_by_a_command_of_its_own(rule: StageRule) -> None:
    if rule.stage == "closed":
        assert rule.ways == {"reopen": ("investigation",)}
        return
    assert set(onward(rule.stage, "move_stage")) == set(NAMES) - {rule.stage, "closed"}
    assert onward(rule.stage, "close") == ("closed",)
    assert onward(rule.stage, "reopen") == (("investigation",) if rule.stage == "confirmation" else ())


def test_what_moves_a_stage_is_for_its_owner_or_above() -> None:
    assert frozenset({"move_stage", "close", "reopen"}) == BY_OWNER


def test_staff_work_on_the_first_four() -> None:
    assert before("confirmation") == WORKED == ("receipt", "verification", "assignment", "investigation")
    assert before("receipt") == ()


@each
def test_staff_read_each_stage_in_both_languages(rule: StageRule) -> None:
    assert rule.indonesian
    assert rule.english
    assert rule.alert_words.startswith("tahap ")


def limit_words(rule: StageRule) -> str:
    if rule.limit is None:
        return ""
    limit: int = getattr(CarePolicy(), rule.limit)
    counted = f"{limit} working days" if rule.working_days else f"{limit // 60} h"
    return counted if rule.worked else f"{counted} after the repair"


def test_the_page_shows_the_table() -> None:
    text = PAGE.read_text()
    lines = text[text.index("| stage | owner | until |") :].split("\n\n")[0].splitlines()[2:]
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [(name.split()[0], name.split()[1].rstrip(","), owner, until) for name, owner, until in shown] == [
        (str(number), rule.english, ROLES[rule.owner] if rule.owner else "by category", limit_words(rule))
        for number, rule in enumerate(STAGES, 1)
    ]
