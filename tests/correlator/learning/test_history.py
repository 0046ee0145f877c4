"""What is remembered of a fold: each alarm's standing periods, what explained them, what is set apart."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from correlator.effects import Alert, Reason
from correlator.events import microseconds
from correlator.learning.history import History, Watch
from correlator.policy import Policy
from streams.replay.replay import Given, replay
from tests.correlator.learning.past import TOPOLOGY
from tests.streams.cli.learning.weeks import START, Weeks


class Days(Weeks):
    """Of the same network, told by hand."""

    def say(self, hours: float, **event: Any) -> None:
        at = START + timedelta(hours=hours)
        self.told.append((at, {"id": f"ev-{len(self.told)}", "time": at.isoformat(), **event}))

    def cut(self, hours: float, n: int, lasts: float = 2) -> None:
        for name in (f"AGG-w/s{n}", f"HUB-w/s{n}"):
            self.alarm(START + timedelta(hours=hours), lasts, "nms-w", name, "link_down")

    def lone(self, hours: float, name: str, kind: str = "link_down", lasts: float = 0.5) -> None:
        self.alarm(START + timedelta(hours=hours), lasts, "nms-w", name, kind)

    def work(self, name: str, start: float, end: float) -> None:
        window = {
            "start": (START + timedelta(hours=start)).isoformat(),
            "end": (START + timedelta(hours=end)).isoformat(),
        }
        self.say(start - 1, type="maintenance", objects=[name], reason="splice", **window)

    def order(self, hours: float, action: str, target: str, **arguments: str) -> None:
        self.command(START + timedelta(hours=hours), action, target, **arguments)

    def history(self) -> History:
        watch = Watch()
        replay(Given([TOPOLOGY], [Policy()]), self.lines(), 3600, watch=watch)
        return watch.history(TOPOLOGY)


def hours(us: int | None) -> float | None:
    return None if us is None else round((us - microseconds(START)) / 3.6e9, 2)


def words(history: History) -> list[tuple[str, float | None, float | None, bool]]:
    """Object, begun, over, whether a fault explained it; in order of beginning."""
    told = ((one.object, hours(one.begun_us), hours(one.over_us), one.incident is not None) for one in history.words)
    return sorted(told, key=lambda one: (one[1], one[0]))


def test_each_standing_period_is_a_word_with_what_explained_it() -> None:
    told = Days()
    told.cut(1, 2)
    told.lone(5, "AGG-w/b3")
    told.lone(8, "AGG-w/b3", lasts=90)
    told.say(20, type="heartbeat")
    history = told.history()
    assert words(history) == [
        ("AGG-w/s2", 1.0, 3.0, True),
        ("HUB-w/s2", 1.0, 3.0, True),
        ("AGG-w/b3", 5.0, 5.5, False),
        ("AGG-w/b3", 8.0, 98.0, False),
    ]
    assert {one.source for one in history.words} == {"nms-w"}
    assert hours(history.last_us) is not None
    assert [one.object for one in history.unexplained()] == ["AGG-w/b3", "AGG-w/b3"]


def test_an_incident_is_a_cause_with_what_became_of_it() -> None:
    told = Days()
    told.cut(1, 2)
    told.lone(5, "BTS-w-3", "device_unreachable")
    told.order(5.2, "open", told.told[-2][1]["id"], root="BTS-w-3")
    history = told.history()
    guessed, named = sorted(history.causes.values(), key=lambda one: one.begun_us)
    assert (guessed.root, guessed.confirmed, guessed.alone, guessed.is_fault) == ("LK-w-side2", False, True, True)
    assert "SP-w-side2" in guessed.equivalent
    assert hours(guessed.begun_us) == 1.0
    assert 1.0 < (hours(guessed.opened_us) or 0) < 1.1
    assert guessed.over_us is not None
    assert 3.0 <= (hours(guessed.over_us) or 0) < 3.5
    assert (named.root, named.confirmed) == ("BTS-w-3", True)
    assert [history.cause_of(one) for one in history.words if one.object == "BTS-w-3"] == [named]


@pytest.mark.parametrize(
    ("changed", "alone"),
    [
        pytest.param({}, True, id="as it is"),
        pytest.param({"besides": ("LK-w-up1",)}, False, id="an island that it cut off with others"),
        pytest.param({"joined": ("LK-w-up1",)}, False, id="only with others it explains what it holds"),
        pytest.param({"home": "national"}, None, id="a mirror of another domain's"),
        pytest.param({"opened_us": None}, None, id="it never opened"),
    ],
)
def test_what_failed_with_others_did_not_fail_alone(changed: dict[str, Any], alone: bool | None) -> None:
    told, watch = Days(), Watch()
    told.cut(1, 2)
    run = replay(Given([TOPOLOGY], [Policy()]), told.lines(), 3600)
    [incident] = run.state.incidents.values()
    watch.see(1, {("incidents", incident.id): msgspec.structs.replace(incident, **changed)}, (), ())
    assert [one.alone for one in watch.history(TOPOLOGY).causes.values()] == ([] if alone is None else [alone])


def test_whose_ticket_was_closed_as_no_fault_explains_nothing() -> None:
    told = Days()
    told.cut(1, 2)
    watch = Watch()
    run = replay(Given([TOPOLOGY], [Policy()]), told.lines(), 3600, watch=watch)
    [ticket] = run.state.tickets.values()
    for closed_as, stray in (("no_fault", ["AGG-w/s2", "HUB-w/s2"]), ("confirmed", [])):
        row = msgspec.structs.replace(ticket, closed_as=closed_as)
        watch.see(run.state.now_us, {("tickets", row.id): row}, (), ())
        assert [one.object for one in watch.history(TOPOLOGY).unexplained()] == stray


def test_what_planned_work_or_a_lost_poller_accounts_for_is_set_apart() -> None:
    told = Days()
    told.work("SP-w-side2", 2, 6)
    told.cut(3, 2)
    told.lone(3, "AGG-w/s4")
    told.cut(7, 2)
    apart = {(one.object, hours(one.begun_us)) for one in told.history().words if one.apart}
    assert apart == {("AGG-w/s2", 3.0), ("HUB-w/s2", 3.0)}


def test_what_a_source_calls_the_root_cause_and_what_is_only_an_event() -> None:
    told = Days()
    told.cut(1, 2)
    told.told[0][1]["is_root_cause"] = True
    told.lone(2, "AGG-w", "device_restart")
    told.lone(3, "unheard-of")
    history = told.history()
    assert {one.object: one.claims for one in history.words} == {"AGG-w/s2": True, "HUB-w/s2": False}


def test_what_a_poller_that_had_lost_its_way_said_is_set_apart() -> None:
    """In its region, and then: what stood when staff were told so, and had begun within the hour."""
    told, watch = Days(), Watch()
    for begun, name, lasts in (
        (1.0, "BTS-w-1", 3.0),  # stands
        (1.9, "BTS-w-2", 0.05),  # was over
        (0.5, "BTS-w-3", 5.0),  # had begun long before
        (2.1, "BTS-w-4", 1.0),  # began after it
        (1.5, "BTS-e-5", 3.0),  # of another region
    ):
        told.lone(begun, name, "device_unreachable", lasts=lasts)
    told.lone(1.5, "AGG-w/b6", lasts=3)  # of another kind
    replay(Given([TOPOLOGY], [Policy()]), told.lines(), 3600, watch=watch)
    at_us = microseconds(START) + round(1.99 * 3.6e9)
    for kind, region in (("management_lost", "w"), ("flood", "e")):
        why = Reason(kind, kind, "operator")
        told_staff = Alert(
            id=f"AL-{kind}", at_us=at_us, role="noc_operator", kind=kind, about=region, text=kind, reason=why
        )
        watch.see(at_us, {}, (), (told_staff,))
    assert {one.object for one in watch.history(TOPOLOGY).words if one.apart} == {"BTS-w-1"}
