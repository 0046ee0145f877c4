"""Alarms that no source cleared and that a repair ends: since when they count as over."""

from datetime import timedelta

from correlator.events import Restored, microseconds
from tests.correlator.service_desk.house import CUTS, Shift


def ended(shift: Shift) -> list[tuple[bool, int]]:
    """(active, when it was cleared) of the alarms of the cut."""
    told = {element for element, _ in CUTS["SP-A"]}
    return [(row.active, row.cleared_us) for row in shift.state.alarms.values() if row.object in told]


def test_what_stands_under_an_incident_closed_by_hand_ends_with_that() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.wait(20)
    shift.order("close", incident.id)
    closed_us = microseconds(shift.now)
    shift.wait(7)
    assert ended(shift) == [(False, closed_us)] * len(CUTS["SP-A"])


def test_what_stands_after_a_repair_ends_with_it() -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.wait(20)
    repaired = shift.now - timedelta(minutes=3)
    shift.fold(Restored(id="rs-1", time=repaired, object="SP-A"))
    shift.wait(7)
    assert ended(shift) == [(False, microseconds(repaired))] * len(CUTS["SP-A"])


def test_what_is_reported_again_stands_again() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.order("close", incident.id)
    shift.wait(7)
    shift.alarm("CORE/a", "loss_of_signal")
    assert [row.active for row in shift.state.alarms.values() if row.object == "CORE/a"] == [True]
