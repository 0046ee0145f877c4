"""`GET /sources`: who speaks, how much, by which clock, and what of it could not be used."""

from collections.abc import Iterable
from typing import Any

import pytest

from connectors.api.sources import _told
from connectors.heard import MOST_NAMES, MOST_SENDERS, MOST_STRANGERS, Heard, HeardInlet
from connectors.metrics import DATAGRAMS_RECEIVED, DATAGRAMS_REFUSED, TRAPS_UNKNOWN
from connectors.ports import JournalFull
from correlator.events import MINUTE_US, SECOND_US, Alarm, SourceHeard, moment
from correlator.rows.sources import VoiceRow
from correlator.wire import BadInput
from tests.connectors.api.doorway import Door
from tests.connectors.house import NOW_US, Inbox

ALARM = {"object": "SBY-CR1", "alarm_type": "device_unreachable", "severity": "major", "state": "raised"}


def post(door: Door, *rows: dict[str, Any]) -> dict[str, Any]:
    answer = door.ask("POST", "/webhooks/generic", "source", json=list(rows))
    found: dict[str, Any] = answer.json()
    return found


def told(door: Door) -> dict[str, Any]:
    answer = door.ask("GET", "/sources", "noc_operator")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_who_spoke_and_what_could_not_be_used(door: Door) -> None:
    late = moment(door.house.now_us - 3 * SECOND_US).isoformat()
    answer = post(door, {**ALARM, "time": late}, {**ALARM, "severity": "?"}, {**ALARM, "object": "web-9/eth0"})
    assert answer["unresolved"] == [{"row": 2, "object": "web-9/eth0"}]
    door.house.now_us += 90 * SECOND_US
    found = told(door)
    [one] = found["sources"]
    assert (one["door"], one["source"], one["silent_s"]) == ("generic", "the source", 90)
    assert (one["messages"], one["alarms"], one["unread"], one["unresolved"]) == (1, 2, 1, 1)
    assert one["alarms_per_min"] == pytest.approx(2 / 2)
    assert one["clock_offset_s"] == 3.0
    assert one["unread_last"].startswith("[1].severity")
    assert one["unresolved_last"] == ["web-9/eth0"]
    assert any("web-9" in remedy for remedy in one["remedies"])
    assert any("severity" in remedy for remedy in one["remedies"])
    assert [(row["name"], row["as"]) for row in found["unnamed"]] == [("web-9/eth0", "name")]


def test_a_body_that_cannot_be_read_is_told(door: Door) -> None:
    assert door.ask("POST", "/webhooks/zabbix", "source", json={"event": "1"}).status_code == 422
    [one] = told(door)["sources"]
    assert (one["door"], one["alarms"], one["unread"]) == ("zabbix", 0, 1)


def test_a_clock_that_is_ahead_has_its_remedy(door: Door) -> None:
    post(door, {**ALARM, "time": moment(door.house.now_us + 40 * SECOND_US).isoformat()})
    [one] = told(door)["sources"]
    assert one["clock_offset_s"] == -40.0
    assert any("40 s ahead" in remedy for remedy in one["remedies"])


def test_one_that_speaks_for_another_and_is_no_relay_has_its_remedies(door: Door) -> None:
    door.heard.claimed("syslog", "10.0.0.98", "SBY-CR1")
    [one] = told(door)["sources"]
    assert (one["door"], one["source"], one["claims"], one["claimed_last"]) == ("syslog", "10.0.0.98", 1, "SBY-CR1")
    [remedy] = one["remedies"]
    assert "listeners.syslog.relays" in remedy
    assert "SBY-CR1 in the inventory" in remedy


def test_messages_that_did_not_come_are_told(door: Door) -> None:
    post(door, ALARM)
    for number in (1, 2, 5):
        door.heard.numbered("syslog", "SBY-CR1", number)
    told_of = {one["door"]: one for one in told(door)["sources"]}
    assert [told_of[name]["missing"] for name in ("generic", "syslog")] == [None, 2]
    assert any("2 of its messages did not come" in remedy for remedy in told_of["syslog"]["remedies"])


def test_a_time_that_is_ours_says_nothing_of_their_clock(door: Door) -> None:
    post(door, ALARM)
    assert told(door)["sources"][0]["clock_offset_s"] is None


def test_listeners_are_told_of_what_is_counted(door: Door) -> None:
    door.counter.count(DATAGRAMS_RECEIVED, "snmp", n=5)
    door.counter.count(DATAGRAMS_REFUSED, "snmp", "wrong_community", n=2)
    door.counter.count(TRAPS_UNKNOWN)
    snmp = told(door)["listeners"]["snmp"]
    assert snmp == {"received": 5, "unread": 2, "unread_why": {"wrong_community": 2}, "unknown": 1}


@pytest.mark.parametrize("role", ["source", "portal"])
def test_it_is_for_staff(door: Door, role: Any) -> None:
    assert door.ask("GET", "/sources", role).status_code == 403


def alarm(source: str, name: str = "X") -> Alarm:
    time = moment(NOW_US)
    return Alarm(id="a", time=time, source=source, object=name, alarm_type="other", qualifier="q", state="raised")


class Kept(Inbox):
    """An inbox that keeps what listeners post, or is full."""

    full = False

    def post(self, alarms: Iterable[Alarm]) -> None:
        if self.full:
            raise JournalFull("the disk is full")
        self.events.extend(alarms)


def test_what_listeners_hand_in_is_told_by_its_source() -> None:
    heard, inbox = Heard(lambda: NOW_US, {"X"}.__contains__), Kept()
    inlet = HeardInlet(inbox, heard)
    inlet.post([alarm("snmp:10.0.0.1"), alarm("snmp:10.0.0.2", "Y"), alarm("snmp:10.0.0.1")])
    assert len(inbox.events) == 3
    inbox.full = True
    with pytest.raises(JournalFull):  # it is posted again: nobody was heard
        inlet.post([alarm("snmp:10.0.0.1")])
    found = {(one.door, one.name): (one.messages, one.alarms, one.unresolved, one.delay_us) for one in heard.senders()}
    assert found == {("snmp", "10.0.0.1"): (2, 2, 0, None), ("snmp", "10.0.0.2"): (1, 1, 1, None)}


def test_memory_is_bounded_in_senders_and_of_each() -> None:
    now = NOW_US
    heard = Heard(lambda: now, lambda _: False)
    for number in range(MOST_SENDERS + 50):
        heard.said("snmp", f"10.0.{number}", [alarm("snmp:x", f"object {number}")])
    for number in range(50):
        heard.said("snmp", "loud", [alarm("snmp:loud", "y" * 5_000 + str(number))])
        heard.refused("snmp", "loud", [BadInput("field", "z" * 5_000)])
    kept = heard.senders(10_000)
    assert len(kept) == MOST_SENDERS
    assert "10.0.0" not in {one.name for one in kept}
    [loud] = [one for one in kept if one.name == "loud"]
    assert len(loud.names) <= MOST_NAMES
    assert len(loud.why) <= 200
    assert all(len(name) <= 200 for name in loud.names)


def test_invented_senders_drive_out_no_real_one() -> None:
    heard = Heard(lambda: NOW_US, lambda _: True)
    heard.said("snmp", "real", [alarm("snmp:real")])
    heard.unbelieved("snmp", "real", "wrong_community")
    for number in range(MOST_SENDERS + 50):
        heard.unbelieved("snmp", f"invented {number}", "wrong_community")
    kept = {one.name: one for one in heard.senders(10_000)}
    assert len(kept) == 1 + MOST_STRANGERS
    assert (kept["real"].alarms, kept["real"].refused, kept["real"].why) == (1, 1, "wrong_community")
    last = f"invented {MOST_SENDERS + 49}"
    heard.said("snmp", last, [alarm("snmp:x")])
    [one] = [one for one in heard.senders(10_000) if one.name == last]
    assert (one.alarms, one.refused) == (1, 1)


def test_a_rate_is_of_the_last_minutes() -> None:
    now = [NOW_US]
    heard = Heard(lambda: now[0], lambda _: True)
    heard.said("snmp", "a", [alarm("snmp:a")] * 20, 20)
    now[0] += 4 * MINUTE_US
    heard.said("snmp", "a", [alarm("snmp:a")] * 5, 5)
    [one] = heard.senders()
    assert one.per_minute(now[0]) == pytest.approx(25 / 5)
    assert one.per_minute(now[0] + 8 * MINUTE_US) == pytest.approx(5 / 10)
    assert one.per_minute(now[0] + 60 * MINUTE_US) == 0


def test_the_least_delay_of_an_hour_counts() -> None:
    now = [NOW_US]
    heard = Heard(lambda: now[0], lambda _: True)
    for delay_s in (30, 2, 60):
        said = moment(now[0] - delay_s * SECOND_US)
        heard.said(
            "zabbix", "a", [Alarm(id="a", time=said, source="s", object="X", alarm_type="other", state="raised")]
        )
    [one] = heard.senders()
    assert one.delay_us == 2 * SECOND_US
    now[0] += 61 * MINUTE_US
    said = moment(now[0] - 50 * SECOND_US)
    heard.said("zabbix", "a", [Alarm(id="a", time=said, source="s", object="X", alarm_type="other", state="raised")])
    assert heard.senders()[0].delay_us == 50 * SECOND_US


def test_what_was_shed_of_a_source_is_told_with_what_to_do(door: Door) -> None:
    heard = Heard(door.house.clock, lambda _: True)
    heard.said("snmp", "10.0.0.9", [])
    heard.shed("snmp:10.0.0.9", 1200)
    heard.shed("snmp:10.0.0.9", 34)
    [one] = heard.senders()
    told = _told(one, door.house.now_us)
    assert told["shed"] == 1234
    assert told["remedies"] == [
        "Look at 10.0.0.9: it sent more than can be written; 1,234 of its alarms were thrown away."
    ]


# Who says that it lives, and what is learned of each


def beats(door: Door, body: dict[str, Any], role: Any = "source") -> Any:
    return door.ask("POST", "/sources/heartbeat", role, json=body)


def test_a_source_says_that_it_lives_and_what_it_asks(door: Door) -> None:
    answer = beats(door, {"every_s": 60, "polls": ["10.0.0.2", "cr1.jakarta", "web-9"], "anew": True})
    assert (answer.status_code, answer.json()["unresolved"]) == (202, ["web-9"])
    [heard] = door.inbox.events
    assert isinstance(heard, SourceHeard)
    assert (heard.source, heard.polls) == ("http:the source", ("SBY-CR1", "JKT-CR1"))
    assert (heard.every_s, heard.anew, heard.resynced) == (60, True, False)


def test_it_speaks_for_itself_alone(door: Door) -> None:
    assert beats(door, {"every_s": 60, "source": "zabbix:the source"}).status_code == 202
    assert beats(door, {"every_s": 60, "source": "zabbix:another"}).status_code == 403
    assert beats(door, {"every_s": 60}, "noc_operator").status_code == 403
    assert len(door.inbox.events) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "every_s"),
        ({"every_s": 0}, "every_s"),
        ({"every_s": 60, "polls": "OLT-1"}, "polls"),
        ({"every_s": 60, "mood": "good"}, "mood"),
    ],
)
def test_what_it_cannot_say(door: Door, body: dict[str, Any], field: str) -> None:
    answer = beats(door, body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
    assert door.inbox.events == []


def test_what_is_learned_of_each_source(door: Door) -> None:
    now_us, day_us = door.house.now_us, 24 * 60 * MINUTE_US
    voices = [
        VoiceRow("icmp:1", now_us - 2 * day_us, now_us, times=90, gap_us=5 * MINUTE_US, longest_us=20 * MINUTE_US),
        VoiceRow("prometheus:1", now_us, now_us, every_us=60 * SECOND_US, polls=("A", "B"), resync_us=now_us),
        VoiceRow("snmp:1", now_us - 9 * day_us, now_us, times=3, longest_us=4 * day_us),
        VoiceRow(
            "zabbix:1",
            now_us,
            now_us - day_us,
            every_us=60 * SECOND_US,
            quiet_us=now_us - MINUTE_US,
            old_ends=2,
            old_end_of="A",
        ),
    ]
    door.house.commit([("voices", row.source, row) for row in voices])
    said = told(door)["habits"]
    assert [(one["source"], one["gap_s"], one["longest_gap_s"], one["quiet_after_s"]) for one in said] == [
        ("icmp:1", 300, 1200, 3600),
        ("prometheus:1", None, None, 600),
        ("snmp:1", None, 4 * 24 * 3600, None),
        ("zabbix:1", None, None, 600),
    ]
    assert [(one["polls"], one["quiet"] is not None, one["last_resync"] is not None) for one in said] == [
        (0, False, False),
        (2, False, True),
        (0, False, False),
        (0, True, False),
    ]
    assert [(one["old_ends"], one["old_end_of"]) for one in said] == [(0, None)] * 3 + [(2, "A")]
