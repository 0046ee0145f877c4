"""After a back-up was put back, no number and no id is drawn that may have been drawn since it was taken."""

from datetime import timedelta

import pytest

from correlator.effects import Alert, Campaign, Notice
from correlator.events import BackupRestored, Heartbeat
from correlator.restored import IDS_GAP, OUTAGES_GAP, leaps
from tests.correlator.service_desk.house import Shift

AWAY = timedelta(hours=3)


def backed_up() -> Shift:
    """As both lives know it: an outage that is open, and a fault whose incident is not settled so far."""
    shift = Shift()
    shift.cut("SP-B")
    shift.alarm("HUB", "device_unreachable")
    return shift


def known(shift: Shift) -> set[str]:
    """Ids of effects and tickets, and numbers of outages, as the world outside has them."""
    tickets = shift.state.tickets.values()
    numbers = {row.number for row in tickets if row.kind == "outage"}
    return numbers | {row.id for row in tickets} | {one.id for one in shift.effects}


def lost() -> Shift:
    """The life that went on after the back-up."""
    shift = backed_up()
    shift.cut("SP-P")
    shift.complain("CU-1", name="c-1")
    shift.wait(hours=1)
    shift.cut("SP-M")
    return shift


def put_back(counters: dict[str, int] | None, away: timedelta = AWAY) -> tuple[Shift, set[str]]:
    """The other life: the record stands where the back-up ends. With what it had drawn by then."""
    shift = backed_up()
    before = known(shift)
    now = shift.now + away
    shift.fold(
        BackupRestored(id="restored-1", time=now, taken=shift.now, counters=counters or {}, exact=counters is not None)
    )
    shift.now = now
    shift.fold(Heartbeat(time=now))
    return shift, before


@pytest.mark.parametrize("exact", [True, False], ids=["the old store at hand", "by a gap"])
def test_nothing_is_drawn_twice(exact: bool) -> None:
    gone = lost()
    counters = {name: row.value for name, row in gone.state.counters.items() if leaps(name)}
    shift, before = put_back(counters if exact else None)
    shift.cut("SP-M")
    shift.complain("CU-2", name="c-2")
    shift.wait(hours=2)
    new, old = known(shift) - before, known(gone) - before
    assert len(new) > 10
    assert len(old) > 10
    assert new & old == set()


def test_exactly_past_what_the_old_store_tells() -> None:
    gone = lost()
    counters = {name: row.value for name, row in gone.state.counters.items()}
    shift, before = put_back(counters)
    shift.cut("SP-P")
    new = [row.number for row in shift.state.tickets.values() if row.kind == "outage" and row.number not in before]
    assert int(min(new)[-6:]) == 1 + max(int(row.number[-6:]) for row in gone.state.tickets.values())
    assert shift.state.now_us < counters["now_us"] + AWAY / timedelta(microseconds=1), "the clock does not leap"


@pytest.mark.parametrize(("days", "ids"), [(0, 1), (2, 3)])
def test_the_gap_grows_with_the_days(days: int, ids: int) -> None:
    before = backed_up().state.counters["id.TK"].value
    shift, _ = put_back(None, timedelta(days=days, hours=1))
    shift.cut("SP-P")
    ticket = shift.outage("SP-P")
    assert int(ticket.id.removeprefix("TK-")) >= before + ids * IDS_GAP
    assert int(ticket.number[-6:]) >= 900_000 + OUTAGES_GAP


def test_a_kind_of_id_that_the_back_up_did_not_know_leaps_too() -> None:
    shift = Shift()
    shift.fold(BackupRestored(id="restored-1", time=shift.now, taken=shift.now))
    shift.cut("SP-P")
    assert int(shift.incident("SP-P").id.removeprefix("IN-")) > IDS_GAP


def test_the_staff_learn_it_at_the_time_of_the_restore() -> None:
    shift, _ = put_back(None)
    told = shift.alerts("backup_restored")
    assert {one.role for one in told} == {"administrator", "noc_operator"}
    assert "2026-03-03 10:02 WIB" in told[0].text
    sent = [one for one in shift.effects if isinstance(one, Alert | Campaign | Notice)]
    assert min(one.at_us for one in told) == shift.state.now_us
    assert all(one.at_us < told[0].at_us for one in sent if one.kind != "backup_restored")
