"""The inventory changes while a fault stands, and its root is in it no more, or has another name."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from tests.correlator.incidents.night import Night
from tests.scenarios.stage import NETWORKS
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders.from_json import load_json

MINUTE, HOUR = 60, 3600
LOST, DARK = "device_unreachable", "loss_of_signal"


def network(name: str, old: str = "", new: str = "") -> Topology:
    """Of the scenarios; where `old` is given, it is called `new`."""
    text = (NETWORKS / f"{name}.json").read_text()
    return compile_inventory(load_json(text.replace(f'"{old}"', f'"{new}"').replace(f'"{old}/', f'"{new}/').encode()))


class Renamed(Night):
    """A network of which a row is called otherwise later."""

    def __init__(self, name: str, old: str, **faults: Any) -> None:
        super().__init__(network(name), **faults)
        self.later = network(name, old, f"{old}-X")

    def is_renamed(self) -> None:
        self.move_to(replace(self.world, topology=self.later))


def statuses(night: Night) -> list[tuple[str, str]]:
    return [(row.root, row.status) for row in night.state.incidents.values()]


def test_work_on_what_has_left_hides_nothing_any_more() -> None:
    night = Renamed("rantai", "BTS-2")
    night.work("BTS-2", 10 * MINUTE, 2 * HOUR)
    night.at(20 * MINUTE)
    night.raised(("CORE-G/to-1", DARK), ("BTS-2", LOST))
    night.at(20 * MINUTE + 19)
    night.raised(("BTS-3", LOST))
    night.at(20 * MINUTE + 25)
    night.raised(("BTS-1", LOST))
    assert ("BTS-2", "suspected") in statuses(night)
    night.at(20 * MINUTE + 30)
    night.is_renamed()
    night.at(30 * MINUTE)
    assert statuses(night) == [("BTS-2", "closed"), ("TOWER-1", "open")]


def test_callers_are_counted_beside_a_suspicion_whose_root_has_left() -> None:
    night = Renamed("cincin", "OLT-X", calls_alert_customers=3)
    night.work("OLT-X", 10 * MINUTE, 3 * HOUR)
    night.at(20 * MINUTE)
    night.raised(("AGG-1/x", DARK), ("OLT-X", LOST))
    night.at(25 * MINUTE)
    assert statuses(night) == [("OLT-X", "suspected")]
    night.is_renamed()
    for place in range(11, 15):
        night.at(30 * MINUTE + place)
        night.calls(f"CU-{place}", symptom="slow")
    night.at(32 * MINUTE)
    assert {one.role for one in night.alerts("unexplained_calls")} == {"noc_operator", "care_supervisor"}


def test_a_router_is_reached_again_whose_site_has_another_name_by_now() -> None:
    night = Renamed("cincin", "POP-2")
    night.raised(("AGG-1/to-2", DARK), ("AGG-3/to-2", DARK))
    night.at(20)
    night.raised(("AGG-2", LOST))
    night.at(10 * MINUTE)
    assert statuses(night) == [("POP-2", "open")]
    night.is_renamed()
    night.at(30 * MINUTE)
    night.cleared(("AGG-3/to-2", DARK))
    night.raised(("AGG-2/to-1", DARK))
    night.at(30 * MINUTE + 15)
    night.cleared(("AGG-2", LOST))
    night.at(2 * HOUR)
    assert statuses(night) == [("POP-2", "closed")]


@pytest.mark.parametrize(
    ("renamed", "word", "becomes"),
    [
        ("POP-2", "POP-2", "clearing"),  # as the incident calls it
        ("POP-2", "POP-2-X", "clearing"),  # as the inventory does by now
        ("AGG-2", "AGG-2", "clearing"),  # no more than like the root
        ("AGG-2", "AGG-2-X", "clearing"),
        ("AGG-2", "POP-2", "clearing"),
        ("POP-2", "POP-3", "open"),
        ("POP-2", "POP-9", "open"),
    ],
)
def test_the_crews_word_counts_by_the_old_name_and_by_the_new_one(renamed: str, word: str, becomes: str) -> None:
    night = Renamed("cincin", renamed)
    night.raised(("AGG-1/to-2", DARK), ("AGG-3/to-2", DARK), ("AGG-2", LOST))
    night.at(10 * MINUTE)
    assert statuses(night) == [("POP-2", "open")]
    night.is_renamed()
    night.at(20 * MINUTE)
    night.repaired(word)
    assert statuses(night) == [("POP-2", becomes)]
    assert [one.reason.code for one in night.rejected()] == (["unknown_object"] if word == "POP-9" else [])


def test_a_new_span_to_what_has_moved_is_not_the_one_that_was_cut() -> None:
    """DI-3 has gone and BTS-3 hangs elsewhere, over DI-9: its repair says nothing of the old port."""
    night = Renamed("rantai", "DI-3")
    night.raised(("BTS-2/to-3", DARK), ("BTS-3", LOST))
    night.at(10 * MINUTE)
    assert statuses(night) == [("TOWER-3", "open")]
    inventory = load_json((NETWORKS / "rantai.json").read_bytes())
    links = [
        one if one.id != "LK-3" else replaced(one, a="CORE-G/to-3", routes=(("DI-9",),)) for one in inventory.links
    ]
    spans = [one if one.id != "DI-3" else replaced(one, id="DI-9", a="POP-G") for one in inventory.spans]
    night.later = compile_inventory(replaced(inventory, links=tuple(links), spans=tuple(spans)))
    night.is_renamed()
    night.at(20 * MINUTE)
    night.repaired("DI-9")
    assert statuses(night) == [("TOWER-3", "open")]
