"""Surveys, what customers wrote, the register, over HTTP (SOP 9)."""

import msgspec

from correlator.events import DAY_US, Frame, Reply, moment
from correlator.rows.quality import ImprovementRow, SurveyedRow, SurveyRow
from correlator.service_desk.surveys.survey import key
from tests.connectors.api.doorway import Door, error
from tests.connectors.house import DOMAIN, NOW_US

SURVEY = "CSI-2026-1"


def answered(door: Door) -> None:
    row = SurveyRow(SURVEY, "running", "machine", NOW_US - DAY_US, 2, "s", asked={"dia": 2})
    rows = [
        SurveyedRow(SURVEY, "CU-1", "dia", NOW_US - DAY_US, answered_us=NOW_US, score=2, words=True),
        SurveyedRow(SURVEY, "CU-2", "dia", NOW_US - DAY_US, answered_us=NOW_US, score=5),
        SurveyedRow(SURVEY, "CU-3", "dia", NOW_US - DAY_US),
    ]
    door.house.commit([("surveys", SURVEY, row), *(("surveyed", key(SURVEY, one.customer), one) for one in rows)])
    sealed = door.vault.seal("customer:CU-1", msgspec.json.encode({"text": "malam sering lambat"}))
    said = Reply(id="r", time=moment(NOW_US), customer="CU-1", ticket=SURVEY, says="other", sealed=sealed, score=2)
    door.journal.append(DOMAIN, Frame(NOW_US, (said,)))


def test_surveys_tell_how_many_answered(door: Door) -> None:
    answered(door)
    [survey] = door.ask("GET", "/surveys", "customer_experience").json()["surveys"]
    assert {name: survey[name] for name in ("id", "state", "asked", "answered", "csi")} == {
        "id": SURVEY,
        "state": "running",
        "asked": 3,
        "answered": 2,
        "csi": 70,
    }
    assert "CU-1" not in str(survey)


def test_what_customers_wrote_is_read_without_who_they_are(door: Door) -> None:
    answered(door)
    answer = door.ask("GET", f"/surveys/{SURVEY}/words", "customer_experience")
    [said] = answer.json()["words"]
    assert (said["text"], said["score"], said["product"], said["state"]) == ("malam sering lambat", 2, "dia", "kept")
    assert "CU-1" not in answer.text
    missing = door.ask("GET", "/surveys/CSI-1999-1/words", "customer_experience")
    assert (missing.status_code, error(missing)["field"]) == (404, "survey")


def test_the_register_by_state_and_what_is_late(door: Door) -> None:
    rows = [
        ImprovementRow("IM-000001", "hand", "budi", "racks", "technical", NOW_US - 1, 0, "budi"),
        ImprovementRow("IM-000002", "rca", "RCA-1", "ducts", "technical", NOW_US + DAY_US, 0, "machine"),
        ImprovementRow("IM-000003", "rca", "RCA-1", "poles", "technical", NOW_US - 2, 0, "machine", state="done"),
    ]
    door.house.commit([("improvements", row.id, row) for row in rows])

    def listed(query: str) -> list[str]:
        found = door.ask("GET", f"/improvements{query}", "technical").json()["improvements"]
        return [row["id"] for row in found]

    assert listed("") == ["IM-000003", "IM-000001", "IM-000002"]
    assert listed("?state=open") == ["IM-000001", "IM-000002"]
    assert listed("?state=done&state=signed") == ["IM-000003"]
    assert listed("?overdue=true") == ["IM-000001"]


def test_both_documents_come_on_paper(door: Door) -> None:
    answered(door)
    for report in ("csi", "improvements"):
        for form, start in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"")):
            answer = door.ask("GET", f"/reports/{report}?month=2026-03&format={form}", "service_manager")
            assert answer.status_code == 200
            assert answer.content.startswith(start)
