"""The register of improvements (SOP 7, 9): where entries come from, who is told, who may settle them."""

from typing import Any

import pytest

from correlator.events import Command, StaffRole
from correlator.policy.care import CarePolicy
from correlator.rows.quality import ImprovementRow
from correlator.service_desk import rca
from tests.correlator.service_desk.house import Shift


def proposed(shift: Shift, **arguments: Any) -> ImprovementRow:
    shift.order("propose", "improvements", "technical", **{"what": "a spare splicer", **arguments})
    return shift.state.improvements[max(shift.state.improvements)]


def due(shift: Shift, days: int) -> str:
    return shift.now.replace(day=shift.now.day + days).isoformat()


def test_a_reminder_then_a_rung_a_week() -> None:
    shift = Shift()
    entry = proposed(shift, due=due(shift, 10))
    assert entry.trail[0].reason == "the shift decided so"
    shift.wait(days=3, minutes=1)
    assert [alert.role for alert in shift.alerts("improvement_due", entry.id)] == ["technical"]
    shift.wait(days=7)
    assert [alert.role for alert in shift.alerts("improvement_late", entry.id)] == ["technical", "care_supervisor"]
    shift.wait(days=60)
    roles = [alert.role for alert in shift.alerts("improvement_late", entry.id)]
    assert roles == ["technical", "care_supervisor", "service_manager", "operations_director"]
    assert [line.now for line in entry.trail if line.action == "escalate"] == roles[1:]


def test_another_due_time_starts_anew() -> None:
    shift = Shift()
    entry = proposed(shift, due=due(shift, 2))
    shift.wait(days=3)
    assert entry.rung == 1
    shift.order("fill", entry.id, "technical", due=due(shift, 20))
    assert entry.rung == 0
    shift.wait(days=15)
    assert len(shift.alerts("improvement_due", entry.id)) == 1


@pytest.mark.parametrize(
    ("role", "actor", "refused"),
    [
        ("technical", "somebody", "role"),
        ("care_supervisor", "somebody", "role"),
        ("customer_experience", "somebody", "role"),
        ("service_manager", "the-technical", "actor"),  # who did it
        ("service_manager", "budi", "actor"),  # whose it is
        ("service_manager", "sari", None),
        ("operations_director", "sari", None),
    ],
)
def test_who_may_sign_off(role: StaffRole, actor: str, refused: str | None) -> None:
    shift = Shift()
    entry = proposed(shift, owner="budi")
    shift.order("fill", entry.id, "technical", evidence="a photograph")
    assert entry.state == "done"
    sign(shift, entry, role, actor)
    assert [one.field for one in shift.rejected()] == ([refused] if refused else [])
    assert entry.state == ("done" if refused else "signed")
    assert entry.signed_by == (None if refused else actor)


def sign(shift: Shift, entry: ImprovementRow, role: StaffRole, actor: str) -> None:
    content = {"id": "sign", "time": shift.now, "actor": actor, "role": role, "action": "verify", "target": entry.id}
    shift.fold(Command(**content, reason="seen"))  # type: ignore[arg-type]  # as a test writes it


def test_a_note_is_for_whom_the_policy_lets_note() -> None:
    shift = Shift(care={"may": CarePolicy().may | {"note": ("technical",)}})
    entry = proposed(shift)
    for role in ("billing_account", "technical"):
        shift.order("note", entry.id, role, text=f"by {role}")
    assert [line.now for line in entry.trail if line.action == "note"] == ["by technical"]
    assert [one.field for one in shift.rejected()] == ["role"]


def test_what_does_not_convince_is_open_again() -> None:
    shift = Shift()
    entry = proposed(shift, due=due(shift, 2))
    shift.wait(days=3)
    shift.order("fill", entry.id, "technical", evidence="done, I think")
    shift.wait(days=30)
    assert entry.rung == 1  # nobody is late while it waits for the management
    shift.order("reopen", entry.id, "service_manager")
    assert (entry.state, entry.evidence) == ("open", None)
    shift.wait(days=8)
    assert entry.rung == 2


def test_preventive_actions_are_entries_and_follow_their_record() -> None:
    shift = Shift(care={"effect_wait_days": 1})
    incident = shift.cut("SP-A")
    shift.mend("SP-A")
    record = rca.about(shift.state, incident.id)
    assert record is not None
    both = [{"what": what, "owner": "sari", "due": due(shift, 9)} for what in ("mark the duct", "move the duct")]
    shift.order("fill", record.id, "technical", preventive=both)
    assert [(row.what, row.owner, row.source) for row in entries(shift)] == [
        ("mark the duct", "sari", "rca"),
        ("move the duct", "sari", "rca"),
    ]
    shift.order("fill", record.id, "technical", preventive=[both[0] | {"done_at": shift.now.isoformat()}])
    assert [row.state for row in entries(shift)] == ["open", "dropped"]
    shift.wait(days=2)
    done = record.preventive[0]
    told = {"what": done.what, "owner": "sari", "due": both[0]["due"], "done_at": "2026-03-03T10:09:00+07:00"}
    shift.order("fill", record.id, "technical", preventive=[told | {"effect": "no cut since"}])
    shift.wait(days=2)
    shift.order("fill", record.id, "technical", preventive=[told | {"effect": "no cut since"}])
    assert (entries(shift)[0].state, entries(shift)[0].evidence) == ("done", "no cut since")
    assert len(entries(shift)) == 2


def test_two_preventive_actions_of_the_same_words_are_two_entries() -> None:
    shift = Shift()
    record = rca.about(shift.state, shift.cut("SP-A").id)
    assert record is not None
    twice = [{"what": "mark the duct", "owner": owner} for owner in ("sari", "budi")]
    for _ in range(3):
        shift.order("fill", record.id, "technical", preventive=twice)
    assert [(row.owner, row.state) for row in entries(shift)] == [("sari", "open"), ("budi", "open")]
    shift.order("fill", record.id, "technical", preventive=twice[:1])
    assert [(row.owner, row.state) for row in entries(shift)] == [("sari", "open"), ("budi", "dropped")]


def entries(shift: Shift) -> list[ImprovementRow]:
    return [row for _, row in sorted(shift.state.improvements.items())]


def test_what_follows_a_record_is_changed_there() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    record = rca.about(shift.state, incident.id)
    assert record is not None
    shift.order("fill", record.id, "technical", preventive=[{"what": "mark the duct"}])
    shift.order("fill", entries(shift)[0].id, "noc_operator", owner="budi")
    assert [one.field for one in shift.rejected()] == ["arguments"]


def test_an_element_that_breaks_again_is_one_entry() -> None:
    shift = Shift()
    for _ in range(4):
        shift.cut("SP-A")
        shift.mend("SP-A")
        shift.wait(days=2)
    assert [(row.source, row.about) for row in entries(shift)] == [("repeat", shift.incident("SP-A").root)]


def test_a_preventive_action_that_was_done_in_time_is_not_late_while_its_effect_shows() -> None:
    shift = Shift()
    record = rca.about(shift.state, shift.cut("SP-A").id)
    assert record is not None
    planned = {"what": "mark the duct", "owner": "sari", "due": due(shift, 2)}
    shift.order("fill", record.id, "technical", preventive=[planned])
    shift.wait(days=1)
    shift.order("fill", record.id, "technical", preventive=[planned | {"done_at": shift.now.isoformat()}])
    shift.wait(days=8)
    assert shift.alerts("improvement_late") == []
    shift.wait(days=14)
    assert [alert.role for alert in shift.alerts("improvement_late")] == ["noc_operator", "care_supervisor"]
