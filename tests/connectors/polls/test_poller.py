"""What is said to the journal when a system is asked again and again, is away, and is back."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import pytest

from connectors.metrics import POLLS
from connectors.polls.poller import Poll, Poller, PollPorts
from connectors.polls.port import Answer, Standing, Unanswered
from connectors.telemetry.metrics import PrometheusCounter
from correlator.alarms.states import key_of
from correlator.events import SECOND_US, Alarm, SourceHeard, microseconds, moment
from tests.connectors.house import NOW_US, Inbox

SOURCE = "prometheus:jkt"


def alarm(name: str, state: str = "raised", at_us: int = NOW_US, kind: str = "device_unreachable") -> Alarm:
    said = {"id": f"{name}-{at_us}", "time": moment(at_us), "source": SOURCE, "object": name, "alarm_type": kind}
    return msgspec.convert({**said, "severity": "major", "state": state}, Alarm)


class System:
    """Implements `Asked`: it holds `active`, knows `well`, and says nothing of the others; `wrong`: what it raises."""

    def __init__(self) -> None:
        self.active: set[str] = set()
        self.well: set[str] = set()
        self.services: set[str] = set()
        self.devices: set[str] = set()
        self.wrong: Exception | None = None
        self.during: Any = None
        self.closed = False

    async def ask(self, now: datetime) -> Answer:
        if self.wrong is not None:
            raise self.wrong
        if self.during is not None:
            self.during()
        at_us = microseconds(now)
        return Answer(
            active=[alarm(name, at_us=at_us) for name in sorted(self.active)],
            holds=lambda one: True if one.object in self.active else False if one.object in self.well else None,
            devices=frozenset(self.devices),
            well=[alarm(name, "cleared", at_us, "service_down") for name in sorted(self.services)],
        )

    async def close(self) -> None:
        self.closed = True


class Round:
    """A poller over fakes; `standing` is what the store has."""

    def __init__(self, confirm: int = 1) -> None:
        self.system, self.inbox, self.counter = System(), Inbox(), PrometheusCounter()
        self.now_us = NOW_US
        self.standing: list[str] = []
        ports = PollPorts(self.inbox, self.stands, lambda: self.now_us, self.counter)
        self.poller = Poller(Poll("jkt", SOURCE, 60, confirm), self.system, ports)

    def stands(self, source: str) -> Sequence[Standing]:
        assert source == SOURCE
        return [Standing(key_of(alarm(name)), name, "device_unreachable", None) for name in self.standing]

    def turn(self) -> list[Any]:
        """What is said in one."""
        before = len(self.inbox.events)
        asyncio.run(self.poller.turn())
        self.now_us += 60 * SECOND_US
        return self.inbox.events[before:]

    def said(self) -> list[tuple[str, str, str | None]]:
        return [(one.object, one.state, one.because) for one in self.turn() if isinstance(one, Alarm)]

    def counted(self, outcome: str) -> float:
        lines = self.counter.exposition().decode().splitlines()
        found = [line for line in lines if line.startswith(POLLS.name) and f'outcome="{outcome}"' in line]
        return sum(float(line.split()[-1]) for line in found)


def test_what_is_wrong_is_raised_once_and_cleared_when_it_is_known_to_be_well() -> None:
    them = Round()
    them.system.active = {"A", "B"}
    assert them.said() == [("A", "raised", None), ("B", "raised", None)]
    assert them.said() == []
    them.system.active, them.system.well = {"B"}, {"A"}
    assert them.said() == [("A", "cleared", None)]
    them.system.active, them.system.well = {"A", "B"}, set()
    assert them.said() == [("A", "raised", None)]


def test_what_nothing_is_said_of_any_more_stays() -> None:
    them = Round()
    them.system.active = {"A"}
    them.turn()
    them.system.active = set()
    assert them.said() == []
    them.system.well = {"A"}
    assert them.said() == [("A", "cleared", None)]


def test_it_is_raised_after_so_many_rounds_in_a_row() -> None:
    them = Round(confirm=3)
    them.system.active = {"A"}
    assert [them.said(), them.said()] == [[], []]
    them.system.active = set()
    them.turn()
    them.system.active = {"A"}
    assert [them.said(), them.said(), them.said()] == [[], [], [("A", "raised", None)]]


def test_the_first_round_clears_what_ended_while_nobody_asked() -> None:
    them = Round()
    them.standing = ["A", "B", "C"]
    them.system.active, them.system.well = {"A"}, {"B"}
    assert them.said() == [("B", "cleared", "resync")], "A holds, of C nothing is said"
    them.system.active, them.system.well = set(), {"A", "B"}
    assert them.said() == [("A", "cleared", None)], "it is known since"


def test_after_it_was_away_all_is_compared_again() -> None:
    them = Round()
    them.system.active = {"A"}
    them.turn()
    them.system.wrong = Unanswered("no", "Look")
    assert them.turn() == []
    assert (them.counted("answered"), them.counted("unanswered")) == (1, 1)
    them.system.wrong, them.system.active, them.system.well = None, {"B"}, {"A"}
    them.standing = ["A"]
    assert them.said() == [("B", "raised", None), ("A", "cleared", "resync")]


def test_a_clear_of_the_comparison_has_the_time_before_the_question() -> None:
    """What the source raised meanwhile by its webhook is later, so that it stays (contract, "Time")."""
    them = Round()
    them.standing, them.system.well = ["A"], {"A"}
    them.system.during = lambda: setattr(them, "now_us", them.now_us + 5 * SECOND_US)
    [cleared, _] = them.turn()
    assert microseconds(cleared.time) == NOW_US


def test_it_says_that_it_lives_and_whom_it_asks_when_that_is_new() -> None:
    them = Round()
    them.system.devices = {f"D{n:04}" for n in range(2300)}
    first = [one for one in them.turn() if isinstance(one, SourceHeard)]
    assert [(len(one.polls), one.anew, one.resynced, one.every_s) for one in first] == [
        (1000, True, True, 60),
        (1000, False, False, 60),
        (300, False, False, 60),
    ]
    [second] = them.turn()
    assert (second.polls, second.anew, second.resynced) == ((), False, False)
    them.system.devices = {"D0001"}
    [third] = them.turn()
    assert (third.polls, third.anew, third.resynced) == (("D0001",), True, False)


def test_all_is_compared_once_an_hour() -> None:
    them = Round()
    compared = [n for n in range(130) for one in them.turn() if isinstance(one, SourceHeard) and one.resynced]
    assert compared == [0, 60, 120]


def test_a_service_that_is_well_is_said_once() -> None:
    them = Round()
    them.system.services = {"SV-1"}
    assert them.said() == [("SV-1", "cleared", None)]
    assert them.said() == []
    them.system.services = set()
    them.turn()
    them.system.services = {"SV-1"}
    assert them.said() == [("SV-1", "cleared", None)]


def test_what_cannot_be_written_is_said_in_the_next_round() -> None:
    them = Round()
    them.system.active = {"A"}
    them.inbox.full = True
    assert them.said() == []
    them.inbox.full = False
    assert them.said() == [("A", "raised", None)]
    assert them.counted("not_written") == 1


@pytest.mark.parametrize("wrong", [ZeroDivisionError("a bug"), Unanswered("no", "Look")])
def test_whatever_breaks_it_goes_on_until_it_is_told_to_end(wrong: Exception) -> None:
    them = Round()
    them.poller = Poller(Poll("jkt", SOURCE, 0), them.system, them.poller._ports)
    them.system.wrong = wrong

    async def a_while() -> None:
        told = asyncio.Event()
        them.inbox.then = lambda _: told.set()

        def mended() -> None:
            them.system.wrong, them.system.active = None, {"A"}

        running = asyncio.create_task(them.poller.run())
        asyncio.get_running_loop().call_soon(mended)  # after the first turn
        await told.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(a_while())
    assert them.system.closed
    assert isinstance(them.inbox.events[0], Alarm)
    assert them.counted("broke") + them.counted("unanswered") >= 1
