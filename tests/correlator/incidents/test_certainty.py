"""Who is told, and when: whoever is down whichever root it is, at once; the others when that is sure.

And what an incident that ends was hiding; and what a night of strays is after a crash.
"""

from typing import Any

import numpy as np
import pytest

from correlator import kernel
from correlator.customers import unpack
from correlator.incidents import impact
from correlator.incidents.certainty import LOOKS_S
from correlator.inference.engine import NoisyOr
from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from correlator.policy.faults import FaultPolicy
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft
from correlator.world import World
from tests.correlator.incidents.night import BELOW_B, Night
from tests.correlator.service_desk.house import BELOW_A, CUTS, TOPOLOGY


class Careful(Night):
    """An outage is told only to those who are down with this probability."""

    def __init__(self, tell_from: float, **faults: Any) -> None:
        super().__init__(**faults)
        care = CarePolicy(tell_from_confidence=tell_from)
        self.world = World(TOPOLOGY, Policy(faults=FaultPolicy(**faults), care=care))
        kernel.wake(self.state, self.world)

    def unsure(self, incident: IncidentRow) -> list[str]:
        row = self.state.audiences[incident.id]
        return [TOPOLOGY.customer_ids[n] for n in unpack(row.unsure).tolist()]

    def down(self, incident: IncidentRow) -> list[str]:
        return [TOPOLOGY.customer_ids[n] for n in unpack(self.state.audiences[incident.id].down).tolist()]


def opened(tell_from: float, **faults: Any) -> tuple[Careful, IncidentRow]:
    """BALI is lost, and its port at AGG dark: the site DPS, or what else is like it; sure to some nine tenths."""
    night = Careful(tell_from, **faults)
    night.raised(*BELOW_B)
    night.at(60)
    [incident] = night.state.incidents.values()
    assert incident.status == "open"
    return night, incident


def test_who_is_surely_down_is_told_at_once() -> None:
    night, incident = opened(0.5)
    assert (night.down(incident), night.unsure(incident), night.due("certain")) == (["CU-5"], [], [])


def test_who_may_not_be_down_waits_and_is_looked_at_again() -> None:
    night, incident = opened(1.01)
    assert (night.down(incident), night.unsure(incident)) == (["CU-5"], ["CU-5"])
    first, began = night.seconds(incident.opened_us), night.seconds(incident.first_event_us)
    assert first is not None
    assert began is not None
    seen = list(night.due("certain"))
    for now in (70, 100, 200, 400, 700, 1000, 1400, 2000):
        night.at(now)
        seen += night.due("certain")
    due = sorted([*(first + wait for wait in LOOKS_S), began + 15 * 60])  # by then what others bear out is no chance
    assert seen[0] in due
    assert list(dict.fromkeys(seen)) == pytest.approx([at for at in due if at > 60])
    assert night.unsure(incident) == ["CU-5"]


@pytest.mark.parametrize("pinned", [False, True])
def test_what_a_person_says_is_sure(pinned: bool) -> None:
    night, incident = opened(1.01)
    if pinned:
        night.order("accept_root", incident.id)
        night.at(200)
    assert (night.unsure(incident) == []) is pinned


def test_of_two_roots_those_under_both_are_sure() -> None:
    """By the incident's root with four tenths, by its rival with as much: who is down by both is told."""
    night, incident = opened(0.7, polled=False)
    draft = Draft(night.state, night.world, night.state.now_us)
    incident.root, incident.confidence_ppm = "AGG", 400_000
    for rival, unsure in (("BALI", ["CU-1", "CU-2", "CU-3", "CU-4", "CU-6"]), ("SP-A", []), ("HUB", None)):
        incident.alternatives = ((rival, 400_000),)
        impact.refresh(draft, incident, new_root=True)
        mine = night.unsure(incident)
        assert mine == (night.down(incident) if unsure is None else unsure), rival


def test_who_is_sure_of_it_later_is_told_then() -> None:
    night, incident = opened(0.999)
    waiting = night.unsure(incident)
    assert waiting == ["CU-5"]
    night.raised(("AGG/b", "neighbor_down"), ("BALI", "power_failure"))
    night.at(400)
    assert incident.confidence_ppm > 999_000
    assert night.unsure(incident) == []


@pytest.mark.parametrize(
    ("told_of_before", "waits"),
    [(("AGG", "BALI", "PAPUA"), True), (("AGG", "BALI"), False), ((), False)],
    ids=["a poller that tells of all three", "of two", "nobody may watch"],
)
def test_who_is_polled_and_answers_is_not_told(told_of_before: tuple[str, ...], waits: bool) -> None:
    """Three devices below a cut, and none is told lost, though each was before: they have a way that nobody drew."""
    night = Careful(0.5, settle_odds=2.0)
    for name in told_of_before:
        night.raised((name, "device_unreachable"))
        night.cleared((name, "device_unreachable"))
    night.at(3600)
    night.raised(*((port, "loss_of_signal") for port in ("CORE/a", "CORE/a2", "AGG/up", "AGG/up2")))
    night.at(3800)
    incident = night.incident("SP-A")
    assert night.down(incident) == list(BELOW_A)
    assert night.unsure(incident) == (list(BELOW_A) if waits else [])


# Hidden faults


def test_what_began_as_the_rest_ended_is_let_go_as_it_clears() -> None:
    night = Night()
    incident = night.broken()
    night.at(300)
    night.cleared(*CUTS["SP-A"][:4])
    night.raised(("AGG/p", "loss_of_signal"), ("AGG/p", "neighbor_down"))
    hidden = [row for row in night.state.alarms.values() if row.object == "AGG/p"]
    assert {row.incident for row in hidden} == {incident.id}, "it stands still, and explains them"
    night.at(304)
    night.cleared(*CUTS["SP-A"][4:])
    assert incident.status == "clearing"
    assert not any(row.freed_us for row in hidden), "it was never told of what ended"
    assert incident.id not in {row.incident for row in hidden}


def test_what_had_ended_and_is_told_again_is_no_hidden_fault() -> None:
    """It may be the same fault that returns."""
    night = Night()
    incident = night.broken()
    night.at(300)
    night.cleared(*CUTS["SP-A"])
    night.raised(*CUTS["SP-A"])
    night.at(310)
    assert incident.status == "open"
    assert not any(row.freed_us for row in night.state.alarms.values())


# After a crash


def counts(night: Night) -> dict[str, dict[int, int]]:
    assert night.state.index is not None
    engine = night.state.index.engine
    assert isinstance(engine, NoisyOr)
    found = vars(engine._situation.claims.strays)["_counts"]
    return {who: {bucket: len(said) for bucket, said in buckets.items()} for who, buckets in found.items()}


@pytest.mark.parametrize("cleared", [False, True])
def test_strays_are_counted_again_after_a_crash(cleared: bool) -> None:
    night = Night()
    night.raised(("HUB", "on_battery"), ("PAPUA", "device_unreachable"))
    night.at(200)
    if cleared:
        night.cleared(("PAPUA", "device_unreachable"))
    night.at(300)
    before = counts(night)
    assert sum(sum(found.values()) for found in before.values()) == 2
    night.rebuilt()
    assert counts(night) == before


@pytest.mark.parametrize(
    ("alarm", "stood_s", "counted"),
    [
        pytest.param(("HUB", "on_battery"), 44.9, 0, id="over before anything would have opened"),
        pytest.param(("HUB", "on_battery"), 45, 1, id="as long as what opens"),
        pytest.param(("CORE/a", "loss_of_signal"), 5, 1, id="a port: it may flap"),
    ],
)
def test_what_makes_others_doubtful_once_it_is_over(alarm: tuple[str, str], stood_s: float, counted: int) -> None:
    night = Night()
    night.raised(alarm)
    night.at(stood_s)
    night.cleared(alarm)
    night.at(300)
    for _ in ("as it ended", "after a crash"):
        assert sum(sum(found.values()) for found in counts(night).values()) == counted
        night.rebuilt()


def test_signs_of_life_and_what_was_let_go_are_known_again_after_a_crash() -> None:
    night = Night()
    night.raised(*BELOW_B, ("CORE/m", "loss_of_signal"))
    night.at(300)
    engine = night.state.index and night.state.index.engine
    assert isinstance(engine, NoisyOr)
    life = vars(engine._situation.told.life)["_last_us"].copy()
    assert np.count_nonzero(life) == 2, "AGG and CORE spoke of their ports; a poller spoke of BALI"
    last = [dict(one.last_us) for one in engine._situation.told.observations.values()]
    night.rebuilt()
    again = night.state.index and night.state.index.engine
    assert isinstance(again, NoisyOr)
    assert np.array_equal(vars(again._situation.told.life)["_last_us"], life)
    assert [dict(one.last_us) for one in again._situation.told.observations.values()] == last
