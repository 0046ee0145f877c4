"""Nobody is told twice, or something untrue, when outages merge, return, or lie within one another."""

from tests.correlator.service_desk.house import BELOW_A, CUTS, TUESDAY, Shift, assert_each_once, kinds


def test_a_merge_tells_nobody_again() -> None:
    shift = Shift()
    one, two = shift.cut("SP-B"), shift.cut("SP-P")
    shift.order("merge", two.id, into=one.id)
    shift.wait(30)
    assert shift.told("outage") == ["CU-5", "CU-6"]
    assert two.status == "merged"
    gone = shift.state.tickets[two.ticket or ""]
    assert (gone.stage, gone.closed_as) == ("closed", "duplicate")
    assert {row.incident for row in shift.state.informed.values()} == {one.id}
    assert_each_once(shift)


def test_after_a_merge_all_are_spoken_to_under_new_numbers() -> None:
    shift = Shift()
    one = shift.cut("SP-B")
    shift.wait(hours=2, minutes=10)
    two = shift.cut("SP-P")
    shift.order("merge", two.id, into=one.id)
    shift.order("accept_root", one.id, root="AGG")
    shift.wait(hours=3)
    assert kinds(shift, "CU-5")[:2] == [("outage", 0), ("update", 1)]
    assert ("update", 2) in kinds(shift, "CU-6"), "the first number was given away before it was told anything"
    assert ("update", 1) not in kinds(shift, "CU-6")
    assert shift.told("outage") == list(BELOW_A)
    assert_each_once(shift)


def test_after_a_merge_the_earlier_word_is_kept() -> None:
    """The customers of the one that is gone were promised news by noon; the survivor's are spoken to with them."""
    shift = Shift(care={"scope_percent": 1_000_000})
    old = shift.cut("SP-B")
    shift.wait(60)
    young = shift.cut("SP-P")
    shift.order("merge", old.id, into=young.id)
    shift.order("accept_root", young.id, root="AGG")
    shift.wait(60)
    first = shift.messages("outage", "CU-5")[0].at_us
    assert [(told.at_us - first) <= 120 * 60_000_000 for told in shift.messages("update", "CU-5")] == [True]


def test_the_numbers_of_updates_go_on_from_the_higher_of_the_two() -> None:
    shift = Shift()
    old = shift.cut("SP-B")
    shift.wait(hours=4, minutes=30)
    assert [told.update for told in shift.messages("update", "CU-5")] == [1, 2]
    young = shift.cut("SP-P")
    shift.order("merge", old.id, into=young.id)
    shift.order("accept_root", young.id, root="AGG")
    shift.wait(hours=3)
    assert [told.update for told in shift.messages("update", "CU-5")][:3] == [1, 2, 3]
    assert_each_once(shift)


def test_what_waits_goes_on_waiting_under_the_survivor_of_a_merge() -> None:
    shift = Shift(care={"wait_above_customers": 0})
    one = shift.cut("SP-B")
    two = shift.cut("SP-P")
    shift.order("merge", two.id, into=one.id)
    assert {row.incident for row in shift.state.waiting_notices.values()} == {one.id}
    shift.order("accept_root", one.id, root="AGG")
    shift.wait(15)
    assert shift.told("outage") == list(BELOW_A)
    assert {told.incident for told in shift.messages()} == {one.id}
    assert_each_once(shift)


def test_the_nocs_hold_on_one_holds_the_merged_outage() -> None:
    shift = Shift()
    one = shift.cut("SP-B")
    two = shift.cut("SP-P")
    shift.order("hold_notices", two.id, "noc_operator")
    shift.order("merge", two.id, into=one.id)
    shift.order("accept_root", one.id, root="AGG")
    shift.wait(hours=3)
    assert shift.told("outage") == ["CU-5", "CU-6"]
    shift.order("release_notices", one.id, "noc_operator")
    assert shift.told("outage") == list(BELOW_A)
    assert_each_once(shift)


def test_a_restoration_that_waits_is_dropped_when_its_outage_merges_into_one_that_goes_on() -> None:
    shift = Shift(start=TUESDAY.replace(hour=19, minute=50))  # nearly night in Bali
    one = shift.cut("SP-B")
    shift.wait(10)
    shift.mend("SP-B")
    two = shift.cut("SP-P")
    shift.order("merge", one.id, into=two.id)
    shift.order("accept_root", two.id, root="AGG")
    shift.until(5, 1, days=1)
    assert "CU-5" not in shift.told("restored")


def test_while_it_clears_nobody_is_told_that_it_goes_on() -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.wait(117)
    shift.mend("SP-A", wait=15)
    assert kinds(shift, "CU-1") == [("outage", 0), ("restored", 0)]


def test_an_estimate_is_not_kept_for_a_return() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.order("set_estimate", incident.id, "noc_operator", at="2026-03-03T18:00:00+07:00")
    shift.mend("SP-A")
    shift.cut("SP-A")
    assert "Perkiraan" not in shift.messages("update", "CU-1")[-1].body


def test_a_restoration_that_waits_is_dropped_when_the_fault_returns() -> None:
    shift = Shift(start=TUESDAY.replace(hour=20, minute=45))
    shift.cut("SP-A")
    shift.wait(20)
    shift.mend("SP-A")
    shift.cut("SP-A")
    shift.until(6, 1, days=1)
    assert shift.told("restored") == []
    assert "kembali mengalami gangguan" in shift.messages(customer="CU-1")[-1].body


def test_a_return_is_told_as_an_update_and_its_end_too() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.mend("SP-A")
    assert shift.told("restored") == list(BELOW_A)
    back = shift.cut("SP-A")
    assert back.id == incident.id
    assert kinds(shift, "CU-1") == [("outage", 0), ("restored", 0), ("update", 1)]
    assert "kembali mengalami gangguan" in shift.messages("update", "CU-1")[0].body
    assert len(shift.alerts("reopened", incident.ticket)) == 1
    shift.mend("SP-A")
    assert kinds(shift, "CU-1")[-1] == ("update", 1), "it may be back the next minute"
    shift.wait(20)
    assert kinds(shift, "CU-1")[-1] == ("update", 2)
    assert "sudah pulih" in shift.messages("update", "CU-1")[1].body
    assert_each_once(shift)


def test_a_return_while_it_clears_says_nothing() -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.mend("SP-A", wait=2)
    shift.cut("SP-A")
    assert kinds(shift, "CU-1") == [("outage", 0)]


def test_it_works_again_again_is_told_in_the_morning_too() -> None:
    """A second restoration is an update (the contract has one `restored` an outage); the night holds it like any."""
    shift = Shift(start=TUESDAY.replace(hour=19, minute=35))  # 20:35 in Bali
    shift.cut("SP-B")
    shift.mend("SP-B")
    shift.cut("SP-B")
    shift.wait(20)
    shift.mend("SP-B")
    before = kinds(shift, "CU-5")
    shift.until(6, 1, days=1)
    new = shift.messages(customer="CU-5")[len(before) :]
    assert ["sudah pulih" in told.body for told in new][-1:] == [True]
    assert not any("mengalami gangguan" in told.body for told in new)
    assert_each_once(shift)


def test_who_is_down_under_two_outages_hears_restored_when_the_last_ends() -> None:
    """SP-B was cut after SP-A: when SP-A is mended, Bali stays dark, and its customer hears of the other outage."""
    shift = Shift()
    shift.cut("SP-A")
    child = shift.complain("CU-5")
    for element, kind in CUTS["SP-A"]:
        if element != "BALI":
            shift.alarm(element, kind, "cleared")
    shift.alarm("AGG/b", "loss_of_signal")
    shift.wait(7)
    assert "CU-5" not in shift.told("restored")
    assert shift.told("restored") == ["CU-1", "CU-2", "CU-3", "CU-4", "CU-6"]
    assert child.stage == "investigation"
    nested = shift.incident("SP-B")
    assert child.incident == nested.id
    assert "CU-5" not in shift.told("question")
    shift.mend("SP-B")
    assert shift.told("question") == ["CU-5"]
    assert "CU-5" not in shift.told("restored"), "who is asked reads it there: one message"
    assert_each_once(shift)
