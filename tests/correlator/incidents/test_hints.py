"""What sources make of their alarms reaches the verdict, in whatever order it comes, and after a crash as before it."""

from itertools import permutations

import msgspec
import pytest

from correlator.policy.faults import SourceModel
from tests.correlator.incidents.night import Night

ENDS = (("AGG/b", "loss_of_signal"), ("BALI/up", "loss_of_signal"), ("BALI", "device_unreachable"))


def said(night: Night) -> list[tuple[str, int]]:
    """Open incidents, and what their sources' word adds, in micro-nats."""
    found = []
    for row in night.state.incidents.values():
        if row.status == "open":
            found += [(row.root, line.arguments[0]) for line in row.explanation if line.code == "vendor"]  # type: ignore[union-attr]
    return found  # type: ignore[return-value]


def night_of(order: tuple[int, ...], *, crash: bool) -> Night:
    """BALI's loss is called a consequence of the dark port, by the id of that alarm's event."""
    night = Night()
    for place in order:
        name, kind = (("AGG/b", "loss_of_signal"), ("BALI", "device_unreachable"))[place]
        more = {"parent_alarms": ("the-port",)} if place else {"id": "the-port"}
        night.says(name, kind, **more)
        if crash:
            night.rebuilt()
    night.at(60)
    if crash:
        night.rebuilt()
    return night


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_child_may_come_before_its_parent(order: tuple[int, ...], crash: bool) -> None:
    night = night_of(order, crash=crash)
    assert said(night) == [("DPS", 700_000)]
    rows = night_of(order, crash=False).state.alarms
    assert {key: msgspec.msgpack.encode(row) for key, row in night.state.alarms.items()} == {
        key: msgspec.msgpack.encode(row) for key, row in rows.items()
    }


def test_a_claim_is_of_its_period_and_may_be_taken_back() -> None:
    night = Night()
    night.says("BALI", "device_unreachable", is_root_cause=True)
    [row] = night.state.alarms.values()
    assert row.vendor is not None
    assert row.vendor.root
    night.says("BALI", "device_unreachable", is_root_cause=False)
    assert not row.vendor.root
    night.says("BALI", "device_unreachable", is_root_cause=True)
    night.says("BALI", "device_unreachable", "cleared")
    night.says("BALI", "device_unreachable")
    assert row.vendor is None


def test_a_source_that_is_known_to_be_right_decides_between_two_roots() -> None:
    def root(**more: object) -> tuple[str, str]:
        night = Night(sources={"nms": SourceModel(root_claim=3.0)})
        night.says("AGG/b", "loss_of_signal")
        night.says("BALI", "device_unreachable", **more)
        night.at(30)
        [row] = night.state.incidents.values()
        return row.root, row.status

    assert root() == ("DPS", "suspected")
    assert root(is_root_cause=True) == ("BALI", "open"), "the device, of all that nothing else tells apart; and at once"


def test_events_that_name_none_leave_no_index() -> None:
    night = Night()
    night.broken("SP-A")
    assert night.state.index is not None
    assert (night.state.index.named, night.state.index.awaited) == (None, {})
