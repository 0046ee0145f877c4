"""What is on the board: what needs a person first, bounded, and nothing of a customer's."""

from typing import Any

import numpy as np
import pytest

from connectors.console import board as boards
from connectors.console import readings
from connectors.console.board import Boards
from connectors.console.words import WORDS
from connectors.headline import Headline, tell
from correlator.customers import pack
from correlator.deadlines import DeadlineRow, Deadlines
from correlator.effects import Alert, Reason
from correlator.events import MINUTE_US
from correlator.explanation import Line
from correlator.rows.service_desk import AudienceRow, Clock
from correlator.service_desk.clocks import KIND as CLOCK_KIND
from correlator.wording import ELEMENTS
from tests.connectors.api.doorway import Door
from tests.connectors.house import CUT_US, DOMAIN, House, incident, outage_ticket

Change = tuple[str, str, Any]


def incidents(*many: dict[str, Any]) -> list[Change]:
    rows = [incident(**{"id": f"IN-{n:06}", "ticket": None, **more}) for n, more in enumerate(many, 1)]
    return [("incidents", row.id, row) for row in rows]


def audience(name: str, *numbers: int) -> Change:
    down = pack(np.asarray(numbers, np.int32))
    return "audiences", name, AudienceRow(name, down, down)


def read(house: House) -> boards.Board:
    return Boards(house.store, {DOMAIN: house.world}).read()


@pytest.fixture
def house() -> House:
    return House()


def test_an_empty_store(house: House) -> None:
    board = read(house)
    assert (board.incidents, board.tickets, board.alerts) == ((), (), ())
    assert board.totals == boards.Totals()


def test_the_cut_as_a_shift_sees_it(house: House) -> None:
    house.cut()
    [line] = read(house).incidents
    assert line.root == boards.Root("C-77", "Selat Bali", "conduit", "backbone")
    assert line.row.since_us == CUT_US
    assert line.ticket is not None
    assert line.ticket.number == "NT-20260301-900000"


def test_what_needs_a_person_comes_first(house: House) -> None:
    house.commit(
        incidents(
            {"status": "resolved", "severity": "Critical"},
            {"status": "suspected", "severity": "Critical"},
            {"status": "open", "severity": "Minor", "down_now": 900},
            {"status": "open", "severity": "Critical", "down_now": 5},
            {"status": "open", "severity": "Critical", "down_now": 50},
            {"status": "closed", "opened_us": None},  # a suspicion that dissolved
            {"status": "merged", "merged_into": "IN-000004"},
            {"status": "clearing", "severity": "Critical"},
        )
    )
    assert [line.row.id[-1] for line in read(house).incidents] == ["5", "4", "3", "8", "2", "1"]


def test_of_what_is_closed_the_last_few_are_shown_at_the_end(house: House) -> None:
    closed = ({"status": "closed", "closed_us": CUT_US + n} for n in range(8))
    house.commit(incidents({"status": "resolved"}, *closed))
    shown = [line.row.id for line in read(house).incidents]
    assert shown == ["IN-000001", "IN-000009", "IN-000008", "IN-000007", "IN-000006", "IN-000005"]


def test_the_head_counts_what_stands(house: House) -> None:
    house.commit(
        incidents(
            {"status": "open", "severity": "Critical", "down_now": 50, "services_at_risk": 7},
            {"status": "clearing", "severity": "Minor", "down_now": 2},
            {"status": "suspected", "severity": "Critical", "down_now": 999},
            {"status": "resolved", "down_now": 999},
        )
    )
    house.commit([audience("IN-000001", *range(50)), audience("IN-000002", 49, 50), audience("IN-000003", 60)])
    totals = read(house).totals
    assert (totals.open, totals.critical, totals.suspected) == (2, 1, 1)
    assert (totals.customers_down, totals.services_at_risk) == (51, 7), "one is down under both"


def test_a_storm_shows_the_first_and_counts_the_rest(house: House) -> None:
    house.commit(incidents(*({"status": "open", "down_now": n} for n in range(450))))
    made = Boards(house.store, {DOMAIN: house.world})
    for board in (made.read(), made.read()):  # the first reading and the next look in two ways
        assert len(board.incidents) == boards.SHOWN_INCIDENTS
        assert board.incidents[0].row.down_now == 449
        assert board.more_incidents == 450 - boards.SHOWN_INCIDENTS
        assert board.totals.open == 450


def test_an_old_incident_that_stands_is_not_lost_under_new_ones(house: House) -> None:
    house.commit(incidents({"status": "open"}))
    made = Boards(house.store, {DOMAIN: house.world})
    made.read()
    house.commit(incidents({"status": "open"}, *({"status": "closed"} for _ in range(readings.NEWEST + 50))))
    assert made.read().incidents[0].row.id == "IN-000001"


def test_the_alarms_are_never_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.cut()
    asked: list[str] = []

    def noting(real: Any) -> Any:
        def noted(domain: str, table: str, *more: Any) -> Any:
            asked.append(table)
            return real(domain, table, *more)

        return noted

    for method in ("rows", "newest", "row"):
        monkeypatch.setattr(house.store, method, noting(getattr(house.store, method)))
    read(house)
    assert set(asked) <= {"incidents", "audiences", "tickets", "deadlines", "counters"}


def test_tickets_whose_clocks_strike_next_are_shown_however_old(house: House) -> None:
    rows: list[Change] = []
    for n in range(200):
        due = CUT_US + (3 if n == 7 else 60 + n) * MINUTE_US
        clocks = [Clock("resolution", CUT_US, due)]
        ticket = outage_ticket(id=f"TK-{n:06}", number=f"NT-20260301-{n:06}", kind="complaint", clocks=clocks)
        rows.append(("tickets", ticket.id, ticket))
        rows.append(("deadlines", Deadlines.key(CLOCK_KIND, ticket.id), DeadlineRow(CLOCK_KIND, ticket.id, due)))
    house.commit(rows)
    shown = read(house).tickets
    assert len(shown) == readings.SHOWN_TICKETS
    assert shown[0].id == "TK-000007"


def test_closed_tickets_are_not_shown(house: House) -> None:
    house.commit([("tickets", "TK-1", outage_ticket(stage="closed"))])
    assert read(house).tickets == ()


def test_alerts_newest_first(house: House) -> None:
    why = Reason("x", "x")
    alerts = [
        Alert(id=f"AL-{n:06}", at_us=n, role="noc_operator", kind="critical", about=None, text=f"{n}", reason=why)
        for n in range(1, 41)
    ]
    house.commit([], alerts)
    shown = read(house).alerts
    assert len(shown) == readings.SHOWN_ALERTS
    assert shown[0].text == "40"


# As HTML


def test_hostile_words_stay_words(door: Door) -> None:
    evil = "<script>alert(1)</script>"
    row = incident(root=evil, explanation=(evil,), assigned_to=evil, acknowledged_by=evil, pinned_by=evil)
    door.house.commit([("incidents", row.id, row)])
    door.wrong = evil
    page = door.ask("GET", "/").text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 4


def test_figures_are_grouped_as_the_language_of_the_page_does(door: Door) -> None:
    row = incident(down_now=12_345, confidence_ppm=949_999)
    door.house.commit([("incidents", row.id, row)])
    for language, words in (("id", ("<dd>12.345", "keyakinan 95%")), ("en", ("<dd>12,345", "confidence 95%"))):
        page = door.ask("GET", f"/?lang={language}").text
        assert all(word in page for word in words)


@pytest.mark.parametrize(
    ("status", "said"),
    [("open", "<dd>20</dd>"), ("resolved", "<dd>0 <small>at most 20</small></dd>"), ("closed", "at most 20")],
)
def test_what_is_over_has_nothing_at_risk_any_more(door: Door, status: str, said: str) -> None:
    """As the head says, which counts what stands."""
    row = incident(status=status, services_at_risk=20, opened_us=CUT_US)
    door.house.commit([("incidents", row.id, row)])
    page = door.ask("GET", "/?lang=en").text
    assert said in page.partition("services at risk</dt>")[2].partition("</div>")[0]
    head = page.partition("Services at risk</dt>")[2].partition("</div>")[0]
    assert head == ("<dd>20</dd>" if status == "open" else "<dd>0</dd>")


def test_why_is_told_in_the_language_of_the_page(door: Door) -> None:
    row = incident(explanation=(Line("silent_links", (("<L-1>",),)), "of an older version"))
    door.house.commit([("incidents", row.id, row)])
    page = door.ask("GET", "/?lang=id").text
    assert "<li>Link yang tidak melapor: &lt;L-1&gt;.</li>" in page
    assert '<li lang="en">of an older version</li>' in page
    assert "<li>Silent links: &lt;L-1&gt;.</li>" in door.ask("GET", "/?lang=en").text


@pytest.mark.parametrize(("kind", "word"), ELEMENTS.items())
def test_an_element_is_called_alike_in_its_title_and_in_why(kind: str, word: str) -> None:
    assert WORDS["id"][f"kind.{kind}"].lower() == word


def test_no_customer_is_on_the_page(door: Door) -> None:
    door.house.cut()
    page = door.ask("GET", "/").text
    for private in ("CU-1", "CU-2", "SV-1", "62811"):
        assert private not in page


def test_the_headline_of_a_story(door: Door, tmp_path: Any) -> None:
    path = tmp_path / "headline.json"
    tell(path, Headline(id="Kabel putus & alarm", en="A cable is cut & alarms", step=2, steps=9))
    assert "Kabel putus &amp; alarm" in door.ask("GET", "/?lang=id").text
    page = door.ask("GET", "/?lang=en").text
    assert "A cable is cut &amp; alarms" in page
    assert "Story 2/9" in page


def test_a_headline_that_cannot_be_read_is_none(door: Door, tmp_path: Any) -> None:
    (tmp_path / "headline.json").write_text("{")
    assert door.ask("GET", "/").status_code == 200


def test_what_is_wrong_with_the_service_itself_is_said(door: Door) -> None:
    door.wrong = "no frame for 40 s"
    page = door.ask("GET", "/?lang=en").text
    assert "This service itself has a problem" in page
    assert "no frame for 40 s" in page
