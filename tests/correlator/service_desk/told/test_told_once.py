"""Each customer hears each thing once: over merges, returns, the NOC's hold, the night, the wait of large ones."""

from datetime import timedelta

from correlator.customers import unpack
from tests.correlator.service_desk.house import BELOW_A, TUESDAY, Shift, assert_each_once, kinds


def test_all_who_are_down_and_nobody_else_hear_of_an_outage_once() -> None:
    shift = Shift()
    shift.cut("SP-A")
    for element in ("CORE/a", "AGG"):
        shift.alarm(element, "loss_of_signal" if "/" in element else "device_unreachable")
    shift.wait(30)
    assert shift.told("outage") == list(BELOW_A)
    assert_each_once(shift)


def test_nobody_hears_of_a_suspicion() -> None:
    shift = Shift()
    for port in ("CORE/a", "CORE/a2"):
        shift.alarm(port, "loss_of_signal")
    shift.wait(0.1)
    assert [row.status for row in shift.state.incidents.values()] == ["suspected"]
    assert shift.messages() == []
    assert shift.state.tickets == {}


def test_an_update_every_two_hours_until_it_is_over() -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.wait(hours=7)
    assert [update for kind, update in kinds(shift, "CU-1") if kind == "update"] == [1, 2, 3]
    first = shift.messages("outage", "CU-1")[0].at_us
    assert [(told.at_us - first) / 3.6e9 for told in shift.messages("update", "CU-1")] == [2, 4, 6]
    shift.mend("SP-A")
    shift.wait(hours=5)
    assert kinds(shift, "CU-1")[-1] == ("restored", 0)
    assert_each_once(shift)


def test_the_noc_holds_and_releases() -> None:
    shift = Shift()
    for port in ("CORE/a", "CORE/a2"):
        shift.alarm(port, "loss_of_signal")
    shift.wait(0.1)
    suspected = next(iter(shift.state.incidents))
    shift.order("hold_notices", suspected, "noc_operator")
    for element in ("AGG", "BALI", "PAPUA"):
        shift.alarm(element, "device_unreachable")
    shift.wait(5)
    incident = shift.incident("SP-A")
    assert incident.notices_held
    child = shift.complain("CU-1")
    shift.wait(hours=3)
    assert shift.messages() == []
    assert child.responded_us is None, "an answer that did not go is none"
    shift.order("release_notices", incident.id, "noc_operator")
    assert shift.told("outage") == list(BELOW_A)
    assert shift.told("ack") == ["CU-1"]
    assert child.responded_us is not None
    shift.order("release_notices", incident.id, "noc_operator")
    assert_each_once(shift)


def test_what_is_held_is_not_told_once_it_is_over() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.order("hold_notices", incident.id, "noc_operator")
    shift.wait(hours=2)
    shift.mend("SP-A")
    shift.order("release_notices", incident.id, "noc_operator")
    shift.wait(10)
    assert kinds(shift, "CU-1") == [("outage", 0), ("restored", 0)]


def test_a_large_notice_waits_for_a_word_and_then_goes() -> None:
    shift = Shift(care={"wait_above_customers": 5})
    shift.cut("SP-A")
    assert shift.messages() == []
    assert [a.role for a in shift.alerts("notices_wait")] == ["noc_operator"]
    shift.wait(7)
    assert shift.messages() == []
    shift.wait(3)
    assert shift.told("outage") == list(BELOW_A)
    small = Shift(care={"wait_above_customers": 6})
    small.cut("SP-A")
    assert small.told("outage") == list(BELOW_A)


def test_a_large_notice_goes_at_once_when_released_and_not_when_held() -> None:
    shift = Shift(care={"wait_above_customers": 5})
    incident = shift.cut("SP-A")
    shift.order("release_notices", incident.id, "noc_operator")
    assert shift.told("outage") == list(BELOW_A)
    shift.wait(30)
    assert_each_once(shift)
    other = Shift(care={"wait_above_customers": 5})
    incident = other.cut("SP-A")
    other.order("hold_notices", incident.id, "noc_operator")
    other.wait(60)
    assert other.messages() == []
    other.order("release_notices", incident.id, "noc_operator")
    assert other.told("outage") == list(BELOW_A)
    assert_each_once(other)


def test_a_large_notice_of_what_is_over_never_goes() -> None:
    shift = Shift(care={"wait_above_customers": 5, "wait_min": 30})
    shift.cut("SP-A")
    shift.mend("SP-A")
    shift.wait(60)
    assert shift.messages() == []
    assert shift.noted("held_dropped")


def test_at_night_each_zone_is_told_in_its_own_morning() -> None:
    shift = Shift(start=TUESDAY.replace(hour=22))
    shift.cut("SP-A")
    assert shift.messages() == []
    told: dict[str, float] = {}
    shift.wait(hours=9)
    for message in shift.messages("outage"):
        told[message.customer or ""] = message.at_us
    opened_us = shift.outage("SP-A").opened_us
    assert sorted(told) == list(BELOW_A)
    hours = {customer: round((at - opened_us) / 3.6e9, 1) for customer, at in told.items()}
    assert hours == {"CU-1": 8.0, "CU-2": 8.0, "CU-3": 8.0, "CU-4": 8.0, "CU-5": 7.0, "CU-6": 6.0}
    assert_each_once(shift)


def test_at_night_what_is_over_before_the_morning_is_never_told() -> None:
    shift = Shift(start=TUESDAY.replace(hour=22))
    shift.cut("SP-A")
    shift.mend("SP-A")
    shift.wait(hours=10)
    assert shift.messages() == []


def test_critical_wakes() -> None:
    shift = Shift(start=TUESDAY.replace(hour=23))
    shift.cut("SP-M")
    assert shift.told("outage") == ["CU-7", "CU-8"]


def test_a_restoration_in_the_night_is_told_in_the_morning() -> None:
    shift = Shift(start=TUESDAY.replace(hour=18))
    shift.cut("SP-A")
    shift.wait(hours=3, minutes=30)
    shift.mend("SP-A")
    assert shift.told("restored") == []
    shift.until(6, 1, days=1)
    assert shift.told("restored") == list(BELOW_A)
    assert_each_once(shift)


def test_a_wrong_root_is_corrected_once_and_only_for_those_it_never_touched() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.only_bali(incident)
    assert shift.told("correction") == ["CU-1", "CU-2", "CU-3", "CU-4", "CU-6"]
    shift.order("accept_root", incident.id, root="AGG")
    shift.order("accept_root", incident.id, root="BALI")
    assert shift.told("correction") == ["CU-1", "CU-2", "CU-3", "CU-4", "CU-6"]
    shift.wait(20)
    assert shift.told("outage") == list(BELOW_A)
    assert_each_once(shift)


def test_who_was_corrected_hears_of_no_end() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.only_bali(incident)
    shift.mend("SP-A")
    assert incident.status == "resolved"
    assert shift.told("restored") == ["CU-5"]


def test_a_notice_that_waits_is_corrected_before_it_goes() -> None:
    shift = Shift(care={"wait_above_customers": 5})
    incident = shift.cut("SP-A")
    shift.only_bali(incident)
    assert shift.messages() == [], "the narrower scope does not overtake what waits"
    shift.wait(30)
    assert shift.told("outage") == ["CU-5"]
    assert shift.told("correction") == []


def test_who_joins_those_that_wait_waits_no_longer_than_they() -> None:
    shift = Shift(care={"wait_above_customers": 0})
    incident = shift.cut("SP-B")
    shift.wait(5)
    shift.order("accept_root", incident.id, root="AGG")
    shift.wait(2)
    assert shift.messages() == []
    shift.wait(2)  # ten minutes since the first of them waits
    assert shift.told("outage") == list(BELOW_A)


def test_a_wider_scope_is_told_soon_but_not_at_once() -> None:
    shift = Shift()
    incident = shift.cut("SP-B")
    shift.wait(5)
    shift.order("accept_root", incident.id, root="AGG")
    assert shift.told("outage") == ["CU-1", "CU-2", "CU-3", "CU-4", "CU-5", "CU-6"]
    assert shift.told("update") == []
    shift.wait(15)
    assert "CU-5" in shift.told("update")


def test_an_estimate_is_told_as_an_update_and_in_the_customers_zone() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.wait(20)
    shift.order("set_estimate", incident.id, "noc_operator", at="2026-03-03T14:30:00+07:00")
    shift.wait()
    bodies = {told.customer: told.body for told in shift.messages("update")}
    assert "pukul 14.30 WIB" in bodies["CU-1"]
    assert "Expected back: 3 Mar 2026 14:30 WIB" in bodies["CU-2"]
    assert "pukul 15.30 WITA" in bodies["CU-5"]
    assert "pukul 16.30 WIT" in bodies["CU-6"]
    shift.wait(hours=7)
    late = shift.messages("update", "CU-1")[-1]
    assert "Perkiraan" not in late.body, "a time that is past is promised no more"


def test_an_estimate_in_the_past_is_refused() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.order("set_estimate", incident.id, "noc_operator", at="2026-03-03T09:00:00+07:00")
    assert shift.rejected()[-1].field == "arguments.at"
    assert incident.estimate_us is None


def test_no_repair_time_is_promised_that_nobody_gave() -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.wait(hours=5)
    for told in shift.messages():
        assert "Perkiraan" not in told.body
        assert "Expected" not in told.body


def test_who_was_told_is_in_the_rows() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    row = shift.state.informed[f"{incident.id}\x1foutage\x1f0"]
    names = [shift.topology.customer_ids[number] for number in unpack(row.customers)]
    assert names == list(BELOW_A)


def test_only_the_last_updates_are_remembered() -> None:
    shift = Shift(start=TUESDAY + timedelta(hours=2))
    incident = shift.cut("SP-M")
    shift.wait(days=3)
    kept = [row.update for row in shift.state.informed.values() if row.incident == incident.id and row.kind == "update"]
    assert sorted(kept) == list(range(max(kept) - 11, max(kept) + 1))
    assert max(kept) > 30
