"""What the desk asks of every store: live tickets as lines, in order, a page at a time, and how many there are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import create_engine, text

from connectors.desk_ports import NEVER_US, Standing, TicketLine, TicketsAsked, place_of
from connectors.ports import Commit, Store
from connectors.store.sql import SqlStore
from correlator.rows.service_desk import Clock, TicketRow
from correlator.state import Archived, TextRow
from tests.contracts.test_store import MAKERS
from tests.services import empty_database

HOUR_US = 3_600_000_000


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


def row(number: int, due_h: int | None = None, **more: Any) -> TicketRow:
    """Due so many hours after 1970."""
    clocks = [] if due_h is None else [Clock("response", 0, due_h * HOUR_US)]
    return TicketRow(
        **{
            "id": f"TK-{number:06}",
            "number": f"NT-20260301-{number:06}",
            "kind": "complaint",
            "category": "network",
            "severity": "Minor",
            "class_reason": "slow",
            "classed_by": "machine",
            "stage": "investigation",
            "owner": "noc_operator",
            "opened_us": number,
            "clocks": clocks,
            **more,
        }
    )


def commit(store: Store, *rows: TicketRow, domain: str = "java", drop: Sequence[str] = ()) -> None:
    applied = store.applied(domain)
    changes: list[tuple[str, str, Any]] = [("tickets", one.id, one) for one in rows]
    changes += [("tickets", name, None) for name in drop]
    store.commit(Commit(domain, applied, applied + 1, [*changes, ("texts", "x", TextRow("y"))], []))


def test_a_word_with_a_nul_stops_no_commit_and_is_asked_for_like_any_other(store: Store) -> None:
    commit(store, row(1, 1, assigned_to="Bu\0di"))
    [line] = store.desk.tickets(TicketsAsked(["java"], {"assigned_to": ["Bu\0di"]}))
    assert line.assigned_to in ("Bu\0di", "Bu\ufffddi"), "PostgreSQL has no room for it in a column"
    assert store.row("java", "tickets", line.id).assigned_to == "Bu\0di"
    assert store.row("java", "tickets", "TK\0") is None
    assert store.holders(["java"], [("tickets", "TK\0")]) == {}


def test_names_as_long_as_they_may_be_stop_no_commit(store: Store) -> None:
    many = "".join(chr(0x4E00 + number * number * 7_919 % 20_000) for number in range(2_000))
    commit(store, row(1, 1, assigned_to=many, customer=many[:300], service=many[300:600]))
    [line] = store.desk.tickets(TicketsAsked(["java"], words=many[:100]))
    assert line.assigned_to == many[:200]
    assert store.row("java", "tickets", line.id).assigned_to == many


def numbers(lines: Sequence[TicketLine]) -> list[int]:
    return [int(line.id[3:]) for line in lines]


def asked(store: Store, **more: Any) -> list[int]:
    equal = {name: (value,) for name, value in more.pop("equal", {}).items()}
    return numbers(store.desk.tickets(TicketsAsked(**{"domains": ["java"], "equal": equal, **more})))


def test_an_empty_store_has_no_lines(store: Store) -> None:
    assert asked(store) == []
    assert store.desk.counts(["java"], 0) == []


def test_what_is_due_first_comes_first_and_what_is_never_due_last(store: Store) -> None:
    commit(store, row(1), row(2, 9), row(3, 5), row(4, 9))
    assert asked(store) == [3, 2, 4, 1]
    assert asked(store, sort="newest") == [4, 3, 2, 1]
    assert asked(store, limit=2) == [3, 2]
    assert asked(store, due_before_us=9 * HOUR_US) == [3]


def test_only_clocks_that_run_are_due(store: Store) -> None:
    clocks = [
        Clock("response", 0, 1, met_us=1),
        Clock("stage_receipt", 0, 2, skipped=True),
        Clock("stage_verification", 0, None, started=False),
        Clock("resolution", 0, 4),
        Clock("stage_investigation", 0, 3, paused_since_us=1),
    ]
    commit(store, row(1, clocks=clocks))
    [line] = store.desk.tickets(TicketsAsked(["java"]))
    assert (line.due_us, line.clock) == (4, "resolution")


def test_a_line_follows_its_ticket(store: Store) -> None:
    commit(store, row(1, 5), row(2, 6))
    commit(store, row(1, 7, assigned_to="siti"), row(2, 6))
    assert asked(store) == [2, 1]
    assert asked(store, equal={"assigned_to": "siti"}) == [1]
    commit(store, row(2, 6, stage="closed"))
    assert asked(store) == [1]
    [closed] = store.desk.tickets(TicketsAsked(["java"], state="closed"))
    assert (closed.id, closed.due_us, closed.clock) == ("TK-000002", NEVER_US, None)
    assert sorted(asked(store, state="all")) == [1, 2]
    commit(store, drop=["TK-000001", "TK-000002"])
    assert asked(store, state="all") == []


def lay_aside(store: Store, at_us: int, *rows: TicketRow) -> None:
    """They leave the live rows for the archive."""
    applied = store.applied("java")
    gone = [Archived(at_us, one.id, "tickets", one.id, one) for one in rows]
    store.commit(Commit("java", applied, applied + 1, [("tickets", one.id, None) for one in rows], [], gone))


def test_what_is_laid_aside_is_a_list_of_its_own(store: Store) -> None:
    over = [row(n, stage="closed", customer=f"CU-{n % 2}") for n in range(1, 8)]
    commit(store, *over, row(9, 5))
    lay_aside(store, 1, *over[:6])
    assert asked(store, state="archived", sort="newest") == [6, 5, 4, 3, 2, 1]
    assert asked(store, state="archived", equal={"customer": "CU-1"}) == [1, 3, 5]
    assert asked(store, state="archived", words="000004") == [4]
    assert (asked(store), asked(store, state="closed"), asked(store, state="all")) == ([9], [7], [9, 7])
    assert sum(one.tickets for one in store.desk.counts(["java"], 0)) == 1
    first = store.desk.tickets(TicketsAsked(["java"], state="archived", sort="newest", limit=4))
    after = place_of(first[-1], "newest")
    assert asked(store, state="archived", sort="newest", after=after) == [2, 1]


def test_one_that_went_to_another_domain_is_listed_there(store: Store) -> None:
    here = row(1, stage="closed")
    commit(store, here)
    lay_aside(store, 1, msgspec.structs.replace(here, moved_to="bali"))
    assert asked(store, state="archived") == []
    assert asked(store, state="all") == []


def test_what_the_archive_forgets_is_listed_no_more(store: Store) -> None:
    early, late = row(1, stage="closed"), row(2, stage="closed")
    commit(store, early, late, row(3, 5))
    lay_aside(store, 1, early)
    lay_aside(store, 5, late)
    store.forget_cases("java", 3)
    assert asked(store, state="archived") == [2]
    assert asked(store) == [3]


MIXED = (
    row(1, 1, owner="customer_support", stage="verification", channel="phone", customer="CU-1", region="Bali"),
    row(2, 2, severity="Critical", kind="outage", incident="IN-1", product=None),
    row(3, 3, category="billing", owner="billing_account", customer="CU-2", product="dia", service="SV_2%x"),
    row(4, 4, parent="TK-000002", incident="IN-1", customer="CU-1", assigned_to="budi"),
)


@pytest.mark.parametrize(
    ("equal", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"owner": "customer_support"}, [1]),
        ({"stage": "investigation"}, [2, 3, 4]),
        ({"severity": "Critical"}, [2]),
        ({"category": "billing"}, [3]),
        ({"region": "Bali"}, [1]),
        ({"channel": "phone"}, [1]),
        ({"customer": "CU-1"}, [1, 4]),
        ({"incident": "IN-1"}, [2, 4]),
        ({"kind": "outage"}, [2]),
        ({"product": "dia"}, [3]),
        ({"assigned_to": "budi"}, [4]),
        ({"customer": "CU-1", "stage": "verification"}, [1]),
        ({"customer": "CU-9"}, []),
    ],
)
def test_lines_are_filtered(store: Store, equal: dict[str, str], found: list[int]) -> None:
    commit(store, *MIXED)
    assert asked(store, equal=equal) == found


def test_any_of_several_values_will_do(store: Store) -> None:
    commit(store, *MIXED)
    owners = {"owner": ("customer_support", "billing_account")}
    assert numbers(store.desk.tickets(TicketsAsked(["java"], owners))) == [1, 3]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("000003", [3]),
        ("nt-20260301-000002", [2]),
        ("cu-1", [1, 4]),
        ("DIA", [3]),
        ("_2%", [3]),
        ("%", [3]),
        ("x y", []),
    ],
)
def test_words_are_looked_for_as_they_are(store: Store, words: str, found: list[int]) -> None:
    commit(store, *MIXED)
    assert asked(store, words=words) == found


@pytest.mark.parametrize("sort", ["due", "newest"])
def test_pages_join_whatever_comes_and_goes_between_them(store: Store, sort: Any) -> None:
    commit(store, *(row(n, n // 3) for n in range(10, 40)))
    whole = asked(store, sort=sort)
    found: list[int] = []
    after: tuple[int, str] | None = None
    for turn in range(40):
        page = store.desk.tickets(TicketsAsked(["java"], sort=sort, after=after, limit=7))
        if not page:
            break
        found += numbers(page)
        after = place_of(page[-1], sort)
        early, late = (row(turn, 0), row(50 + turn, 90)) if sort == "newest" else (row(50 + turn, 0), row(turn, 0))
        commit(store, late if sort == "newest" else early)  # before what was seen
        if turn == 1:
            commit(store, drop=[page[-1].id])
    assert found == whole


def test_pages_by_offset_join_and_lines_are_counted_up_to_a_limit(store: Store) -> None:
    pauses = (None, "waiting_customer", "waiting_vendor")
    for n in range(9):
        commit(store, row(n, n, paused_for=pauses[n % 3], stage="closed" if n > 6 else "assignment"))
    for sort in ("newest", "due"):
        asked = [TicketsAsked(["java"], state="all", sort=sort, offset=n, limit=4) for n in (0, 4, 8, 12)]  # type: ignore[arg-type]  # both words
        whole = store.desk.tickets(TicketsAsked(["java"], state="all", sort=sort))  # type: ignore[arg-type]  # as above
        assert [line for one in asked for line in store.desk.tickets(one)] == whole
        assert len(whole) == 9
    waits = [Standing(("assignment",), "customer"), Standing(("closed",))]
    held = TicketsAsked(["java"], state="all", sort="newest", stands=waits)
    assert [line.id for line in store.desk.tickets(held)] == ["TK-000008", "TK-000007", "TK-000004", "TK-000001"]
    assert [store.desk.how_many(replace(held, limit=most)) for most in (3, 100)] == [3, 4]
    other = replace(held, stands=[Standing(("assignment",), "other"), Standing(("assignment",), "none")])
    assert store.desk.how_many(other) == 5


def test_domains_are_one_list_and_only_those_asked_for(store: Store) -> None:
    commit(store, row(1, 5))
    commit(store, row(2, 4), domain="bali")
    assert numbers(store.desk.tickets(TicketsAsked(["java", "bali"]))) == [2, 1]
    assert asked(store) == [1]


def test_open_tickets_are_counted(store: Store) -> None:
    commit(store, *MIXED, row(5, 1, stage="closed"), row(6, 9, assigned_to="siti"))
    commit(store, row(7, 1), domain="bali")
    assert store.desk.counts(["java"], 4 * HOUR_US) == [
        ("billing_account", "investigation", "Minor", 1, 1, 1),
        ("customer_support", "verification", "Minor", 1, 1, 1),
        ("noc_operator", "investigation", "Critical", 1, 1, 1),
        ("noc_operator", "investigation", "Minor", 2, 0, 0),
    ]
    assert sum(one.tickets for one in store.desk.counts(["java", "bali"], 0)) == 6


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_store_of_an_earlier_version_gets_its_lines_when_it_is_opened(kind: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db" if kind == "sqlite" else empty_database()
    store = SqlStore(url)
    commit(store, *MIXED)
    lay_aside(store, 1, *(row(n, stage="closed") for n in range(5, 9)), row(9, stage="closed", moved_to="bali"))
    store.close()
    for lost in ("delete from ticket_lines", "delete from ticket_lines where open > 1", "select 1"):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(lost))
        engine.dispose()
        again = SqlStore(url)
        assert asked(again) == [1, 2, 3, 4]
        assert asked(again, state="archived") == [5, 6, 7, 8]
        again.close()
