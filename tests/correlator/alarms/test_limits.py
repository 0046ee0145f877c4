"""Limits of what is kept of alarms: who is let go first, what the NOC hears of it, what ages, what is forgotten."""

from typing import Any

import msgspec
import pytest

from correlator import kernel
from correlator.events import HOUR_US, IntakeShed
from correlator.incidents import why_none
from correlator.policy import Policy
from correlator.policy.alarms import AlarmPolicy
from correlator.state import TABLES, State
from correlator.times import rfc3339
from correlator.wording import sentence
from correlator.world import World
from streams.simulation.memory import snapshot
from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import CUTS, TOPOLOGY, said

HOUR = 3600
DAY = 24 * HOUR


class Flood(Night):
    """A night under another `[alarms]`; `reborn`: the rows are loaded anew after each word."""

    def __init__(self, *, reborn: bool = False, **alarms: Any) -> None:
        super().__init__()
        self.world = World(TOPOLOGY, Policy(alarms=AlarmPolicy(**alarms)))
        self.reborn = reborn
        kernel.wake(self.state, self.world)

    def fold(self, event: Any) -> list[Any]:
        effects = super().fold(event)
        if self.reborn:
            self.crash()
        return effects

    def crash(self) -> None:
        loaded = {
            name: {
                key: msgspec.msgpack.decode(msgspec.msgpack.encode(row), type=TABLES[name]) for key, row in rows.items()
            }
            for name, rows in self.state.tables.items()
        }
        self.state = State(loaded)
        kernel.wake(self.state, self.world)

    def stands(self, *names: str, severity: str | None = "minor", kind: str = "other", **more: Any) -> None:
        for name in names:
            self.says(name, kind, severity=severity, **more)

    @property
    def standing(self) -> list[str]:
        return sorted(row.object for row in self.state.alarms.values() if row.active)

    @property
    def let_go(self) -> list[str]:
        return [note.about for note in self.noted("alarm_crowded")]


# Too many stand


def test_beyond_the_limit_the_least_severe_go_and_of_these_the_oldest() -> None:
    night = Flood(standing_each=4)
    night.stands("M-1", severity="major")
    night.stands("N-1", "N-2")
    night.stands("W-1", severity="warning")
    assert night.let_go == []
    night.at(1)
    night.stands("C-1", severity="critical")
    night.at(2)
    night.stands("C-2", severity="critical")
    assert night.let_go == ["W-1", "N-1"]
    assert night.standing == ["C-1", "C-2", "M-1", "N-2"]


def test_of_equals_what_the_inventory_lacks_goes_first() -> None:
    night = Flood(standing_each=2)
    night.stands("CORE", "X-1", "X-2")
    assert night.let_go == ["X-1"]


def test_what_an_incident_holds_is_never_let_go() -> None:
    night = Flood(standing_each=len(CUTS["SP-A"]))
    night.broken("SP-A")
    night.stands(*(f"X-{n}" for n in range(5)), severity="critical")
    assert night.let_go == [], "it does not count either"
    night.stands("X-5", severity="critical")
    assert night.let_go == ["X-0"]
    assert {row.object for row in night.state.alarms.values() if row.incident} == {name for name, _ in CUTS["SP-A"]}


def test_each_source_has_its_own_limit_and_all_have_one_together() -> None:
    night = Flood(standing_each=2, standing_most=3)
    night.stands("A-1", "A-2", source="a")
    night.at(1)
    night.stands("B-1", source="b")
    assert night.let_go == []
    night.at(2)
    night.stands("B-2", source="b")
    assert night.let_go == ["A-1"], "the oldest of all"
    night.stands("B-3", source="b")
    assert night.let_go == ["A-1", "B-1"], "b has two of its own"


def test_a_twentieth_goes_at_once_and_the_limit_holds() -> None:
    night = Flood(standing_each=100)
    night.stands(*(f"X-{n:03}" for n in range(101)))
    assert (len(night.let_go), len(night.standing)) == (5, 96)
    night.stands(*(f"Y-{n:03}" for n in range(500)))
    assert len(night.standing) <= 100
    assert len(night.let_go) + len(night.standing) == 601
    assert night.state.counters["let_go"].value == len(night.let_go)


def test_it_says_why_in_both_languages_and_stands_again_when_it_is_told_again() -> None:
    night = Flood(standing_each=1)
    night.stands("X-1")
    night.at(1)
    night.stands("X-2")
    [note] = night.noted("alarm_crowded")
    assert note.reason.text == (
        "other pada X-1 dilepas: lebih dari 1 alarm tanpa insiden dari nms / "
        "other on X-1 let go: more than 1 alarms of nms that no incident explains"
    )
    [row] = [row for row in night.state.alarms.values() if row.object == "X-1"]
    [line] = why_none.lines(row, why_none.Around(now_us=night.state.now_us, limit_min=15))
    assert sentence(line, "en") == (
        "It was let go on 3 Mar 2026 10:00 WIB: too many alarms stood, and this was among those that matter least."
    )
    night.at(2)
    night.stands("X-1", severity="major")
    assert night.standing == ["X-1"]
    assert row.let_go == "" == night.state.alarms[row.key].let_go


def test_the_noc_hears_of_a_flood_once_and_when_it_is_over() -> None:
    night = Flood(standing_each=2)
    for n in range(50):
        night.at(n * 60)
        night.stands(f"X-{n}")
    [alert] = night.alerts("alarm_flood")
    assert (alert.role, alert.about) == ("noc_operator", "nms")
    assert alert.text == (
        "Banjir alarm dari nms: lebih dari 2 tanpa insiden; yang paling ringan dilepas / "
        "A flood of alarms of nms: no incident explains more than 2; the least of them are let go"
    )
    night.at(49 * 60 + HOUR - 1)
    assert night.alerts("alarm_flood_over") == []
    night.at(49 * 60 + HOUR)
    [over] = night.alerts("alarm_flood_over")
    assert over.text.endswith("The flood of alarms of nms is over: 48 alarms were let go")
    night.stands("X-99")
    assert len(night.alerts("alarm_flood")) == 2, "another flood"


def test_its_light_ticket_closes_and_says_so() -> None:
    night = Flood(standing_each=1)
    night.stands("CORE", kind="card_failure", severity="major")
    night.at(15 * 60)
    [ticket] = [row for row in night.state.tickets.values() if row.alarm is not None]
    night.stands("X-1", severity="critical")
    assert (ticket.stage, ticket.closed_as) == ("closed", "no_fault")
    assert "card_failure on CORE was let go" in str(said(ticket) + ticket.trail)


# Nobody clears it


def test_what_nobody_tells_of_any_more_ages_by_its_type() -> None:
    night = Flood(age_h=48, ages_h={"other": 24})
    night.stands("X-1")
    night.stands("CORE", kind="high_temperature")
    night.at(23 * HOUR)
    assert night.standing == ["CORE", "X-1"]
    night.at(25 * HOUR)
    assert night.standing == ["CORE"]
    night.at(49 * HOUR)
    assert night.standing == []
    assert [note.reason.text.rpartition(" / ")[2] for note in night.noted("alarm_aged")] == [
        "other on X-1 presumed over: nobody told of it for 24 h",
        "high_temperature on CORE presumed over: nobody told of it for 48 h",
    ]


def test_one_that_is_told_again_or_shelved_or_held_by_an_incident_does_not_age() -> None:
    night = Flood(age_h=24, ages_h={})
    night.broken("SP-A")
    night.stands("X-1", "X-2", "X-3")
    night.at(23 * HOUR)
    night.stands("X-1")
    name = next(row.first_id for row in night.state.alarms.values() if row.object == "X-2")
    night.order("shelve", name, until=rfc3339(night.state.now_us + 24 * HOUR_US))
    night.at(26 * HOUR)
    assert sorted(set(night.standing)) == ["AGG", "BALI", "CORE/a", "CORE/a2", "PAPUA", "X-1", "X-2"]
    night.at(50 * HOUR)
    assert "X-1" not in night.standing
    assert "X-2" not in night.standing
    assert "AGG" in night.standing


def test_with_the_policys_zero_nothing_ages() -> None:
    night = Flood(age_h=0, ages_h={"other": 0})
    night.stands("X-1")
    night.at(1000 * DAY)
    assert (night.standing, night.due("age")) == (["X-1"], [])


# What is over


def test_of_what_is_over_the_oldest_is_forgotten() -> None:
    night = Flood(ended_most=3)
    for n in range(6):
        night.at(n)
        night.stands(f"X-{n}")
        night.says(f"X-{n}", "other", "cleared")
    assert sorted(row.object for row in night.state.alarms.values()) == ["X-3", "X-4", "X-5"]
    night.stands("X-0")
    assert night.standing == ["X-0"]


def test_a_flood_of_alarms_that_come_and_go_leaves_no_more_rows_than_the_limits_say() -> None:
    night = Flood(standing_each=20, ended_most=30)
    for n in range(400):
        night.stands(f"X-{n}")
        if n % 3:
            night.says(f"X-{n}", "other", "cleared")
        assert len(night.state.alarms) <= 20 + 30 + 2


# After a crash


@pytest.mark.parametrize("wait", [0.1, 40.0])
def test_a_life_with_crashes_gives_the_same_rows_caches_and_decisions(wait: float) -> None:
    lives = [
        Flood(reborn=reborn, standing_each=6, standing_most=8, ended_most=5, age_h=24, ages_h={})
        for reborn in (False, True)
    ]
    kinds = ("other", "link_down", "device_unreachable", "service_down", "high_temperature", "card_failure")
    names = ("CORE/a", "AGG", "SV-1", "X", "HUB/odd", "BALI", "CU-5", "CORE/m2")
    for night in lives:
        night.broken("SP-M")
        for n in range(70):
            night.at(10 + n * wait)
            kind, name = kinds[n % 6], f"{names[n % 8]}{n if n % 8 in (3, 4) else ''}"
            severity = ("minor", "major", "warning", None)[n % 4]
            more = {"source": f"s-{n % 3}", "qualifier": None if n % 5 else f"q{n}"}
            state = "cleared" if n % 7 == 3 else "raised"
            night.says(name, kind, state, severity=severity, **{key: value for key, value in more.items() if value})
        night.stands("X-late", severity="critical", source="s-9")
        night.at(3 * DAY)
    lived, reborn = lives
    lived.crash()
    assert snapshot(lived.state) == snapshot(reborn.state)
    assert lived.effects == reborn.effects
    assert lived.let_go, "it is about something"
    assert lived.noted("alarm_aged")
    assert lived.state.counters["forgotten"].value > 0


def test_memory_is_the_same_as_made_anew_from_rows() -> None:
    night = Flood(standing_each=5, ended_most=4)
    ports, devices = ("CORE/a", "AGG/b", "AGG/p", "CORE/m", "CORE/m2"), ("AGG", "BALI", "PAPUA", "HUB")
    told = [(port, "link_down") for port in ports] + [(name, "card_failure") for name in devices]
    told += [(f"SV-{n}", "service_down") for n in range(1, 10)] + [(f"X-{n}", "other") for n in range(5)]
    for n in range(3 * len(told)):
        night.at(n * 20)
        name, kind = told[n * 5 % len(told)]
        night.stands(name, kind=kind, severity="major")
        if n % 2:
            night.says(name, kind, "cleared")
        before = snapshot(night.state)
        night.crash()
        assert snapshot(night.state) == before


# What the intake shed


def test_the_noc_hears_what_the_intake_shed_and_that_it_is_over() -> None:
    night = Night()
    most = (("snmp:10.0.0.9", 12_000), ("snmp:10.0.0.3", 7))
    night.fold(IntakeShed(id="s-1", time=night.now, state="begins", number=12_007, sources=most))
    night.fold(IntakeShed(id="s-2", time=night.now, state="over", number=40_001, sources=most))
    [begins], [over] = night.alerts("intake_shed"), night.alerts("intake_shed_over")
    assert begins.role == over.role == "noc_operator"
    assert begins.text == (
        "Banjir data masuk: antrean penuh, alarm dari sumber terbanyak dibuang: "
        "snmp:10.0.0.9 12,000, snmp:10.0.0.3 7 / "
        "More comes in than can be written: alarms of the sources with most are shed: "
        "snmp:10.0.0.9 12,000, snmp:10.0.0.3 7"
    )
    assert "40,001 alarms in all" in over.text


# The policy


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"standing_each": 0}, "alarms.standing_each must be 1 or more"),
        ({"ended_most": -1}, "alarms.ended_most must be 1 or more"),
        ({"age_h": -1}, "alarms.age_h must be 0 or more"),
        ({"ages_h": {"other": -1}}, "alarms.ages_h.other must be 0 or more"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_by_name(given: dict[str, Any], why: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert({"alarms": given}, Policy)
