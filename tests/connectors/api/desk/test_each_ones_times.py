"""Of one outage each hears their own time: what counts is when their service was down, not the whole."""

from typing import Any

import numpy as np
import pytest

from correlator.customers import pack
from correlator.events import MINUTE_US
from correlator.rows.service_desk import AudienceRow, Spell
from tests.connectors.api.doorway import Door
from tests.connectors.house import CUT_US, DOWN


def asked(door: Door, query: str) -> Any:
    return door.ask("GET", f"/outages/affected?{query}").json()


@pytest.mark.parametrize(
    ("until_us", "when"),
    [(CUT_US + 5 * MINUTE_US, "ended at 09:07 WITA on 1 March"), (None, "The outage on your service is over.")],
)
def test_who_came_back_while_the_rest_is_down_hears_so_too(door: Door, until_us: int | None, when: str) -> None:
    """And since when, whenever they ask; no time where none is known."""
    door.house.cut()
    spells = () if until_us is None else (Spell(DOWN, until_us=until_us),)
    door.house.commit([("audiences", "IN-000001", AudienceRow("IN-000001", b"", DOWN, spells=spells))])
    said = asked(door, "customer=CU-1")
    assert said["affected"] is False
    assert "sudah teratasi" in said["sentence"]["id"]
    assert when in said["sentence"]["en"]


def test_who_failed_later_than_the_rest_hears_of_their_own_time(door: Door) -> None:
    door.house.cut()
    later_us = CUT_US + 3 * MINUTE_US
    spells = (Spell(pack(np.array([0], np.int32))), Spell(pack(np.array([1], np.int32)), later_us))
    door.house.commit([("audiences", "IN-000001", AudienceRow("IN-000001", DOWN, DOWN, spells=spells))])
    for customer, time in (("CU-1", "08:02"), ("CU-2", "08:05")):
        said = asked(door, f"customer={customer}")
        assert said["outages"][0]["since"] == f"2026-03-01T{time}:00.000+07:00"
    assert "since 09:05 WITA" in said["sentence"]["en"]


def test_a_service_that_works_is_not_down_with_the_other_of_the_same_customer(door: Door) -> None:
    """Whatever its root would take down: what counts is what was found down."""
    door.house.cut()
    spells = (Spell(pack(np.array([0], np.int32))),)
    door.house.commit([("audiences", "IN-000001", AudienceRow("IN-000001", DOWN, DOWN, spells=spells))])
    said = [asked(door, f"service={name}")["affected"] for name in ("SV-1", "SV-2")]
    assert said == [True, False]
