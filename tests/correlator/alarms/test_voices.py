"""How often a source speaks is learned; one that is quiet against its habit is told of once, and blinds its devices."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from correlator import kernel
from correlator.effects import Alert
from correlator.events import Heartbeat, SourceHeard, SourceState
from correlator.policy import Policy
from correlator.policy.sources import SourcePolicy
from correlator.rows.sources import VoiceRow
from correlator.state import TABLES, State
from correlator.world import World
from streams.simulation.memory import snapshot
from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import TOPOLOGY

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


class Habits(Night):
    """A night under a `[sources]` that learns within an hour; `reborn`: the rows are loaded anew after each word."""

    def __init__(self, *, reborn: bool = False, polled: bool = True, **sources: Any) -> None:
        super().__init__(polled=polled)
        policy = SourcePolicy(**{"learn_h": 1, "learn_times": 5, **sources})
        self.world = World(TOPOLOGY, msgspec.structs.replace(self.world.policy, sources=policy))
        self.reborn = reborn
        kernel.wake(self.state, self.world)

    def fold(self, event: Any) -> list[Any]:
        effects = super().fold(event)
        if self.reborn:
            rows = {
                name: {
                    key: msgspec.msgpack.decode(msgspec.msgpack.encode(row), type=TABLES[name])
                    for key, row in table.items()
                }
                for name, table in self.state.tables.items()
            }
            self.state = State(rows)
            kernel.wake(self.state, self.world)
        return effects

    def lives(self, source: str, *polls: str, **more: Any) -> None:
        self.lines += 1
        content = {"id": f"sh-{self.lines}", "time": self.now, "source": source, "polls": polls}
        self.fold(msgspec.convert(content | more, SourceHeard))

    def ticks(self, seconds: float) -> None:
        """The host's clock is heard each minute till then, as it is where deadlines are due."""
        end = self.start + timedelta(seconds=seconds)
        while self.now < end:
            self.now = min(end, self.now + timedelta(seconds=MINUTE))
            self.fold(Heartbeat(time=self.now))

    def regular(self, source: str = "nms", every: float = 10 * MINUTE, times: int = 8) -> float:
        """It raises and clears in turn; the second of its last word."""
        for n in range(times):
            self.ticks(n * every)
            self.says("BALI", "device_unreachable", "cleared" if n % 2 else "raised", source=source)
        return (times - 1) * every

    def voice(self, source: str = "nms") -> VoiceRow:
        return self.state.voices[source]

    @property
    def quiet(self) -> list[str]:
        return [name for name, row in self.state.voices.items() if row.quiet_us]

    def alerts_of(self, kind: str) -> list[Alert]:
        return [one for one in self.effects if isinstance(one, Alert) and one.kind == kind]

    @property
    def blind(self) -> set[str]:
        return {row.object for row in self.state.sources.values()}


def test_an_end_that_is_older_than_what_stands_is_counted() -> None:
    night = Habits(reborn=True)
    night.at(600)
    for kind, state, timed in (
        ("device_unreachable", "raised", 500),
        ("device_unreachable", "cleared", 400),  # its clock has jumped
        ("device_unreachable", "cleared", 550),
        ("device_unreachable", "cleared", 450),  # it is over all the same
    ):
        night.says("BALI", kind, state, timed=timed, source="nms")
    assert (night.voice().old_ends, night.voice().old_end_of) == (1, "BALI")


def test_the_gap_is_learned_between_minutes_in_which_it_spoke() -> None:
    night = Habits()
    for second in (0, 20, 59, 600, 630, 1200, 3000):
        night.at(second)
        night.says("BALI", "device_unreachable", source="nms")
    row = night.voice()
    assert (row.times, row.longest_us) == (4, 1800 * 1_000_000)
    assert row.gap_us == (600 + (1800 - 600) // 16) * 1_000_000


@pytest.mark.parametrize("reborn", [False, True])
def test_one_that_is_quiet_for_three_times_its_longest_gap_is_told_of_once(reborn: bool) -> None:
    night = Habits(reborn=reborn)
    last = night.regular()
    night.ticks(last + 30 * MINUTE - 1)
    assert night.quiet == []
    night.ticks(last + 34 * MINUTE)
    assert night.quiet == ["nms"]
    night.ticks(last + 5 * HOUR)
    [alert] = night.alerts_of("source_quiet")
    assert (alert.role, alert.about) == ("noc_operator", "nms")
    assert "diam, tidak seperti biasanya: nms (3" in alert.text
    assert "Quiet against their habit: nms (3" in alert.text


@pytest.mark.parametrize("reborn", [False, True])
def test_what_it_told_of_is_out_of_sight_until_it_is_back(reborn: bool) -> None:
    night = Habits(reborn=reborn)
    last = night.regular()
    night.ticks(last + 40 * MINUTE)
    assert night.blind == {"BALI"}
    night.says("AGG", "device_unreachable", source="nms")
    night.ticks(last + 45 * MINUTE)
    assert (night.blind, night.quiet) == (set(), [])
    [alert] = night.alerts_of("source_back")
    assert "Sumber terdengar lagi: nms / Heard again: nms" in alert.text
    assert night.voice().longest_us == 10 * MINUTE * 1_000_000, "its outage is no habit"


def test_what_another_source_tells_of_too_is_in_sight() -> None:
    night = Habits()
    last = night.regular()
    night.lives("prometheus:1", "BALI", every_s=60)
    for n in range(1, 50):
        night.ticks(last + n * MINUTE)
        night.lives("prometheus:1")
    assert (night.quiet, night.blind) == (["nms"], set())
    night.ticks(last + 2 * HOUR)
    assert (sorted(night.quiet), night.blind) == (["nms", "prometheus:1"], {"BALI"})
    night.says("BALI", "device_unreachable", source="nms")
    assert night.blind == set(), "one of them is heard again"


def test_a_word_by_hand_stays_when_a_quiet_source_is_back() -> None:
    night = Habits()
    last = night.regular()
    content = {"id": "so-1", "time": night.now, "source": "ems", "objects": ("BALI",), "state": "lost"}
    night.fold(msgspec.convert(content, SourceState))
    night.ticks(last + 40 * MINUTE)
    night.says("BALI", "device_unreachable", source="nms")
    assert {(row.source, row.object) for row in night.state.sources.values()} == {("ems", "BALI")}


@pytest.mark.parametrize(
    ("every", "times", "sources", "why"),
    [
        (10 * MINUTE, 4, {}, "it spoke too few times"),
        (5 * MINUTE, 8, {}, "it is known for too short"),
        (10 * MINUTE, 8, {"regular_min": 9}, "it was silent for longer before"),
        (10 * MINUTE, 8, {"quiet_times": 0}, "the policy says none is ever quiet"),
    ],
)
def test_one_without_a_habit_is_never_quiet(every: float, times: int, sources: dict[str, int], why: str) -> None:
    night = Habits(**sources)
    night.ticks(night.regular(every=every, times=times) + DAY / 2)
    assert night.quiet == [], why


def test_one_that_says_how_often_it_speaks_need_not_be_learned() -> None:
    night = Habits()
    night.lives("prometheus:1", "BALI", "AGG", every_s=300)
    night.ticks(14 * MINUTE)
    assert night.quiet == []
    night.ticks(18 * MINUTE)
    assert (night.quiet, night.blind) == (["prometheus:1"], {"BALI", "AGG"})


def test_a_habit_of_long_ago_is_forgotten() -> None:
    night = Habits(regular_min=600)
    night.lives("nms")
    night.at(8 * HOUR)
    night.lives("nms")
    assert night.voice().longest_us == 8 * HOUR * 1_000_000
    for n in range(1, 2 * 7 * 24 + 3):
        night.at(8 * HOUR + n * HOUR)
        night.lives("nms")
    row = night.voice()
    assert max(row.longest_us, row.before_us) == HOUR * 1_000_000


def test_many_that_go_quiet_together_are_one_alert() -> None:
    night = Habits()
    for n in range(12):
        night.lives(f"snmp:r{n:02}", every_s=60)
    night.ticks(30 * MINUTE)
    [alert] = night.alerts_of("source_quiet")
    assert alert.about is None
    assert "snmp:r04 (11 min) (+7)" in alert.text
    night.lives("snmp:r00")
    night.lives("snmp:r01")
    night.ticks(33 * MINUTE)
    [back] = night.alerts_of("source_back")
    assert "snmp:r00, snmp:r01" in back.text


def test_a_silence_in_which_nobody_spoke_is_ours() -> None:
    night = Habits()
    night.lives("a", "BALI", every_s=60)
    night.lives("b", every_s=60)
    night.at(4 * HOUR)  # the first record since: the service was down
    night.lives("a")
    assert night.quiet == []
    night.ticks(4 * HOUR + 9 * MINUTE)
    assert night.quiet == [], "each has its time anew"
    night.ticks(4 * HOUR + 13 * MINUTE)
    assert sorted(night.quiet) == ["a", "b"]


def test_the_devices_that_are_asked_are_those_it_named_last() -> None:
    night = Habits()
    night.lives("a", "BALI", "no such device", "SP-A")
    assert night.voice("a").polls == ("BALI",)
    night.lives("a", "AGG")
    assert night.voice("a").polls == ("AGG", "BALI")
    night.lives("a")
    assert night.voice("a").polls == ("AGG", "BALI"), "it names them when they change"
    night.lives("a", "CORE", anew=True)
    assert night.voice("a").polls == ("CORE",)


def test_the_silence_of_devices_that_are_asked_counts_where_no_policy_says_who_polls() -> None:
    night = Habits(polled=False)

    def polled() -> int:
        assert night.state.index is not None
        silence = vars(night.state.index.engine)["_situation"].silence
        return sum(silence.polled)

    assert polled() == 0
    night.lives("a", "BALI", "AGG")
    assert polled() == 2
    before = snapshot(night.state)
    night.rebuilt()
    assert snapshot(night.state) == before
    night.lives("a", "AGG", anew=True)
    assert polled() == 1


def test_the_one_heard_longest_ago_is_forgotten_first() -> None:
    night = Habits(known_most=10)
    for n in range(11):
        night.at(n)
        night.lives(f"s{n:02}", every_s=60)
    assert sorted(night.state.voices) == [f"s{n:02}" for n in range(1, 11)]
    assert "quiet\x1fs00" not in night.state.deadlines.rows


@pytest.mark.parametrize("name", ["learn_times", "regular_min", "quiet_least_min", "known_most"])
def test_numbers_that_cannot_be(name: str) -> None:
    with pytest.raises(ValueError, match=f"sources.{name} must be 1 or more"):
        SourcePolicy(**{name: 0})
    assert Policy().sources.learn_h == 24
