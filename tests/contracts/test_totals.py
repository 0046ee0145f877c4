"""What every store says of a month: the sum over its rows, live and archived, whatever became of them since."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from connectors.ports import Commit, Store
from connectors.store.sql import SqlStore
from correlator.events import DAY_US
from correlator.reports.lines import LINES, NEVER, month_at
from correlator.reports.report import months_before
from correlator.reports.totals import Months, Totals, totals
from correlator.rows.service_desk import Answer, CampaignRow, CapaAction, Clock, RcaRow, TicketRow
from correlator.state import Archived
from tests.connectors.store.test_store_sqlite import UNCOUNTED, edit
from tests.contracts.test_store import MAKERS
from tests.correlator.reports.month import complaint, drawn
from tests.correlator.reports.rows import at, outage, period, ticket

MARCH, YEAR = Months(period().number, period().number), Months(period().number - 11, period().number)
Placed = tuple[str, Any, int | None]  # table, row, when archived


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


def keep(store: Store, *placed: Placed, domain: str = "java", drop: Sequence[tuple[str, str]] = ()) -> None:
    """As one commit: rows that are archived leave the live ones in it."""
    applied = store.applied(domain)
    changes = [(table, row.id, None if filed else row) for table, row, filed in placed]
    filed = [Archived(at_us, row.id, table, row.id, row) for table, row, at_us in placed if at_us is not None]
    gone = [(table, key, None) for table, key in drop]
    store.commit(Commit(domain, applied, applied + 1, [*changes, *gone], [], filed))


def added_up(months: Months, placed: Sequence[Placed]) -> dict[str, Any]:
    tables = ("tickets", "rcas", "campaigns")
    return plain(totals(months, *([LINES[t](row, at_us) for t, row, at_us in placed if t == name] for name in tables)))  # type: ignore[arg-type]  # of each table its lines


def plain(found: Totals) -> dict[str, Any]:
    """To compare: what is many in no order."""
    return {
        name: sorted(value, key=repr) if isinstance(value, list) else value
        for name in Totals.__slots__
        if (value := getattr(found, name)) is not None
    }


def of(store: Store, months: Months, *domains: str) -> dict[str, Any]:
    return plain(store.totals(domains or ["java"], months))


def month_of_rows(seed: int) -> list[Placed]:
    """All kinds of rows, some of them archived."""
    chance = Random(seed)
    tickets = drawn(seed, 150)
    for row in tickets:
        row.region = chance.choice(("Bali", None))
        row.follows = chance.choice((None, None, None, "TK-1"))
        row.closed_as = chance.choice((None, "no_fault", "confirmed"))
        if chance.random() < 0.5:
            row.answer = Answer(row.opened_us + DAY_US, "x", "satisfied", None, chance.choice((None, 1, 5)))
        row.clocks.append(Clock("stage_assignment", 0, 1, skipped=chance.random() < 0.5, started=chance.random() < 0.5))
    for number in range(900_001, 900_030):
        day = f"{chance.choice(('01', '02', '03'))}-{chance.randrange(1, 28):02}"
        about: dict[str, Any] = {"alarm": "x", "incident": None} if chance.random() < 0.2 else {}
        closed_as = chance.choice((None, "duplicate"))
        tickets.append(outage(number, f"{day} 08:00", f"{day} 20:00", closed_as=closed_as, **about))
    rcas = [
        RcaRow(
            f"RCA-{n}",
            chance.choice((None, f"IN-{n}")),
            None,
            at("01-05 08:00") + chance.randrange(100) * DAY_US,
            chance.choice(("draft", "actions", "closed")),
            chance.choice((None, "power", "theft")),
            corrective=tuple(
                CapaAction("dig", "budi", n, chance.choice((None, 1))) for _ in range(chance.randrange(3))
            ),
        )
        for n in range(60)
    ]
    told = [
        CampaignRow(f"N-{n}", "", chance.choice(("ack", "outage")), 0, at("02-15 08:00") + n * DAY_US, n, sent=n // 2)
        for n in range(60)
    ]
    rows = (
        [("tickets", row) for row in tickets] + [("rcas", row) for row in rcas] + [("campaigns", row) for row in told]
    )
    return [(table, row, chance.choice((None, at("04-02 08:00")))) for table, row in rows]


def test_an_empty_store_has_nothing_of_a_month(store: Store) -> None:
    assert of(store, YEAR) == plain(Totals())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("months", [MARCH, YEAR], ids=["month", "year"])
def test_a_month_is_the_sum_over_its_rows(store: Store, seed: int, months: Months) -> None:
    placed = month_of_rows(seed)
    keep(store, *placed)
    found = of(store, months)
    assert found == added_up(months, placed)
    assert all(found[name] for name in ("cells", "clocks", "callers", "scores", "complaints", "outages", "rcas"))
    assert bool(found["trend"]) == (months is YEAR)


def test_domains_are_added_up_and_others_are_not(store: Store) -> None:
    placed = month_of_rows(1)
    keep(store, *placed[::2])
    keep(store, *placed[1::2], domain="papua")
    keep(store, *month_of_rows(2), domain="bali")
    assert of(store, YEAR, "java", "papua") == added_up(YEAR, placed)


def test_what_is_opened_again_is_closed_no_more(store: Store) -> None:
    row = complaint(1, "03-02 08:00", "03-03 08:00", closed_us=at("03-04 08:00"), stage="closed")
    keep(store, ("tickets", row, None))
    [closed] = store.totals(["java"], MARCH).cells
    assert closed.closed == MARCH.last
    row.closed_us = row.repaired_us = None
    keep(store, ("tickets", row, None))
    [open_] = store.totals(["java"], MARCH).cells
    assert open_.closed == NEVER
    assert store.totals(["java"], MARCH).cells[open_].repairs == 0
    row.category = "billing"
    keep(store, ("tickets", row, None))
    assert store.totals(["java"], MARCH).complaints == []


def test_a_case_that_goes_to_the_archive_stays_in_its_month(store: Store) -> None:
    rows = [("tickets", row, None) for row in drawn(3, 50)]
    keep(store, *rows)
    before = of(store, YEAR)
    keep(store, *((table, row, at("08-01 08:00")) for table, row, _ in rows))
    assert of(store, YEAR) == before
    assert store.forget_cases("java", at("07-01 08:00")) == 0
    assert of(store, YEAR) == before
    assert store.forget_cases("java", at("08-02 08:00")) == 50
    assert of(store, YEAR) == plain(Totals())


def test_a_row_that_is_dropped_counts_no_more(store: Store) -> None:
    keep(store, ("tickets", complaint(1, "03-02 08:00"), None), ("tickets", complaint(2, "03-02 08:00"), None))
    keep(store, drop=[("tickets", "TK-1")])
    assert of(store, MARCH) == added_up(MARCH, [("tickets", complaint(2, "03-02 08:00"), None)])


def test_a_record_that_was_archived_with_its_case_is_of_its_month_alone(store: Store) -> None:
    draft = RcaRow("RCA-1", None, "TK-1", at("01-05 08:00"))
    keep(store, ("rcas", draft, None))
    assert [key.of_month for key in store.totals(["java"], MARCH).rcas] == [False]
    keep(store, ("rcas", draft, at("04-01 08:00")))
    assert store.totals(["java"], MARCH).rcas == {}


def test_a_ticket_that_went_to_another_domain_counts_there(store: Store) -> None:
    left = msgspec.structs.replace(complaint(1, "03-02 08:00"), moved_to="bali")
    keep(store, ("tickets", left, at("03-02 09:00")))
    found = store.totals(["java"], MARCH)
    assert (found.cells, found.callers, found.moved) == ({}, {}, [left.number])
    later = period("2026-04").number
    assert store.totals(["java"], Months(later, later)).moved == []


def test_spans_of_a_busy_month_are_summed_to_the_last_microsecond(store: Store) -> None:
    """More than 63 bits of them."""
    rows: list[TicketRow] = [ticket(n, "03-01 00:00") for n in range(40)]
    for row in rows:
        row.repaired_us = 2**57 + int(row.id[3:])
    keep(store, *(("tickets", row, None) for row in rows))
    [sums] = store.totals(["java"], MARCH).cells.values()
    assert sums.repair_us > 2**62
    assert sums.repair_us == sum((row.repaired_us or 0) - row.opened_us for row in rows)


def test_months_are_those_of_wib() -> None:
    for month in months_before(period(), 30):
        assert month_at(month.start_us) == month_at(month.end_us - 1) == month.number
        assert month_at(month.start_us - 1) == month.number - 1


def test_rows_of_an_older_version_are_counted_too(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/store.db")
    placed = month_of_rows(1)
    keep(store, *placed)
    keep(store, *month_of_rows(2), domain="papua")
    store.close()
    edit(tmp_path / "store.db", *UNCOUNTED, "update alembic_version set version_num = '0006'")
    store = SqlStore(f"sqlite:///{tmp_path}/store.db")
    assert of(store, YEAR) == added_up(YEAR, placed)
    store.close()
