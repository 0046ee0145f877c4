"""The files of a report that goes by itself are those that `simpul report` gives (SOP 8)."""

from typing import Any

import pytest

from connectors.api.quality.report_files import ReportFiles
from connectors.api.rows import Rows
from connectors.formats.documents.page import OPERATOR
from connectors.ports import Unusable
from correlator.effects import ReportFacts
from correlator.events import HOUR_US
from correlator.reports.report import month_of
from tests.connectors.api.doorway import Door
from tests.connectors.house import DOMAIN, NOW_US, WORLD

MARCH = month_of("2026-03")


def made(door: Door, name: str, label: str, *formats: Any) -> dict[str, bytes]:
    rows = Rows(door.house.store, [DOMAIN], door.house.clock)
    start_us = MARCH.start_us if MARCH is not None and label == MARCH.month else NOW_US - 8 * HOUR_US
    facts = ReportFacts(name, start_us, NOW_US, label, formats or ("pdf", "xlsx"), "id")
    make = ReportFiles(rows, {DOMAIN: lambda: WORLD}, OPERATOR)
    files = make(facts)
    assert make(facts) is files  # made once for all whom it goes to
    return {file.name: file.data for file in files}


@pytest.mark.parametrize("name", ["monthly", "regulator", "csi", "improvements"])
def test_a_month_is_that_of_the_door(door: Door, name: str) -> None:
    door.house.cut()
    files = made(door, name, "2026-03")
    assert sorted(files) == [f"{name}-2026-03.pdf", f"{name}-2026-03.xlsx"]
    for file, data in files.items():
        form = file.rpartition(".")[2]
        answer = door.ask("GET", f"/reports/{name}?month=2026-03&format={form}", "service_manager")
        assert answer.content == data


def test_a_handover_is_that_of_the_door(door: Door) -> None:
    door.house.cut()
    [data] = made(door, "handover", "1 Mar 2026 07:00 WIB", "xlsx").values()
    assert data.startswith(b"PK")
    [paper] = made(door, "handover", "1 Mar 2026 07:00 WIB", "pdf").values()
    assert paper.startswith(b"%PDF")


def test_a_week_of_the_sla_is_a_document(door: Door) -> None:
    door.house.cut()
    assert sorted(made(door, "sla", "2026-02-23")) == ["sla-2026-02-23.pdf", "sla-2026-02-23.xlsx"]


def test_one_that_names_customers_never_goes_by_itself(door: Door) -> None:
    for name in ("restitution", "nothing"):
        with pytest.raises(Unusable, match=f"no report {name}"):
            made(door, name, "2026-03")
