"""The register of improvements and surveys of satisfaction on pages (SOP 9): each order by whose it is."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from connectors.access.holders import Role
from connectors.console.desk.words import DESK_WORDS
from correlator.events import Command, Frame, Reply, moment
from correlator.rows.quality import SurveyedRow, SurveyRow
from correlator.service_desk.surveys.survey import key
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff, events, hidden, offered
from tests.connectors.house import DOMAIN
from topology.model import Language

EN, ID = DESK_WORDS["en"], DESK_WORDS["id"]
REGISTER, SURVEYS = "/desk/improvements", "/desk/surveys"
DAY_MIN = 1440


def page(entry: str) -> str:
    return f"{REGISTER}/{entry}"


def order(staff: Staff, path: str, step: str, **fields: str) -> str:
    """A form of a list; the page that follows."""
    shown = staff.see(path)
    assert step in offered(shown), f"{step} is not offered"
    answer = staff.post(path, {**hidden(shown), "step": step, "reason": "tinjauan bulanan", **fields})
    assert answer.status_code == 303, answer.text
    return staff.see(answer.headers["location"])


def proposed(desk: Desk, what: str = "splicer cadangan", **fields: str) -> str:
    """The entry's id."""
    told = order(Staff(desk, "technical", "wayan"), REGISTER, "propose", what=what, **fields)
    assert EN["command.done"] in told
    return max(desk.state.improvements)


def entry(desk: Desk, name: str) -> Mapping[str, Any]:
    return next(one for one in desk.get("/improvements")["improvements"] if one["id"] == name)


def test_what_is_proposed_is_in_the_list_until_it_is_settled(desk: Desk) -> None:
    name = proposed(desk, owner="dewi", division="technical", due="2026-03-20T17:00")
    told = entry(desk, name)
    assert (told["what"], told["owner"], told["due"]) == ("splicer cadangan", "dewi", "2026-03-20T17:00:00.000+07:00")
    command = events(desk)[-1]
    assert isinstance(command, Command)
    assert (command.action, command.target, command.role) == ("propose", "improvements", "technical")
    staff = Staff(desk, "service_manager", "sari")
    assert f'href="{page(name)}"' in staff.see(REGISTER)
    assert EN["improvements.none"] in staff.see(f"{REGISTER}?late=1")
    staff.take_at(page(name), "drop_entry")
    assert f'href="{page(name)}"' not in staff.see(REGISTER)
    assert f'href="{page(name)}"' in staff.see(f"{REGISTER}?state=dropped", "id")
    assert [one.status for one in desk.door.audited if one.door == "POST /desk/improvements"] == [303]


def test_who_did_it_does_not_sign_it_off(desk: Desk) -> None:
    """From the proposal to the signature, by pages alone."""
    name = proposed(desk, division="service_manager", owner="dewi")
    doer, other = Staff(desk, "service_manager", "citra"), Staff(desk, "service_manager", "sari")
    assert "sign_off" not in offered(other.see(page(name))), "nothing shows that it is done"
    doer.take_at(page(name), "change_entry", owner="citra", due="2026-03-20T17:00")
    doer.take_at(page(name), "entry_done", evidence="tiga splicer di gudang")
    assert "sign_off" not in offered(doer.see(page(name)))
    other.take_at(page(name), "reopen_entry")
    doer.take_at(page(name), "entry_done", evidence="foto gudang")
    shown = other.take_at(page(name), "sign_off")
    assert EN["command.done"] in shown
    assert (entry(desk, name)["state"], entry(desk, name)["signed_by"]) == ("signed", "sari")
    facts, _, trail = other.see(page(name), "id").partition('id="trail"')
    assert "foto gudang" in facts
    for words in ("penanggung jawab, tenggat", "menunggu pengesahan → disahkan", "menunggu pengesahan → terbuka"):
        assert words in trail


@pytest.mark.parametrize(
    ("role", "steps"),
    [
        ("technical", {"entry_done", "change_entry", "note"}),
        ("customer_experience", {"entry_done", "change_entry", "note"}),
        ("billing_account", {"note"}),
        ("service_manager", {"entry_done", "change_entry", "drop_entry", "note"}),
    ],
)
def test_each_role_is_offered_its_own(desk: Desk, role: Role, steps: set[str]) -> None:
    name, staff = proposed(desk), Staff(desk, role, "sari")
    assert set(offered(staff.see(page(name)))) == steps
    stranger = {**hidden(staff.see(page(name))), "step": "sign_off", "reason": "x"}
    assert staff.post(f"{page(name)}/steps", stranger).status_code == 409


def test_what_a_record_says_is_changed_there(desk: Desk) -> None:
    incident = desk.cut()
    step = {"what": "tandai pipa", "owner": "wayan", "due": "2026-03-20T17:00:00+07:00"}
    desk.order("technical", "fill", str(desk.get(f"/incidents/{incident}/rca")["id"]), preventive=[step])
    [name] = desk.state.improvements
    shown = Staff(desk, "customer_experience").see(page(name))
    assert offered(shown) == ["entry_done", "note"]
    assert EN["entry.in_record"] in shown
    assert f'href="/desk/rca/{entry(desk, name)["about"]}"' in shown


def test_what_is_refused_says_why_in_its_language(desk: Desk) -> None:
    name, staff = proposed(desk), Staff(desk, "technical")
    form = {**hidden(staff.see(page(name))), "step": "change_entry", "due": "2020-01-01T08:00", "reason": "x"}
    where = staff.post(f"{page(name)}/steps", form).headers["location"]
    assert "due lies in the past" in staff.see(where)
    assert "tenggatnya sudah lewat" in staff.see(where, "id")


def test_a_survey_is_planned_moved_and_cancelled(desk: Desk) -> None:
    staff = Staff(desk, "customer_experience")
    assert EN["surveys.none"] in staff.see(SURVEYS)
    assert EN["command.done"] in order(staff, SURVEYS, "plan", at="2026-05-04T09:00", sample="20")
    order(staff, SURVEYS, "plan", at="2026-06-01T09:00")
    [survey] = desk.get("/surveys", "customer_experience")["surveys"]
    assert (survey["id"], survey["sample"], survey["start"][:10]) == ("CSI-2026-1", 20, "2026-06-01")
    assert "waktu mulainya sudah lewat" in Staff(desk, "service_manager").see(
        staff.post(
            SURVEYS, {**hidden(staff.see(SURVEYS)), "step": "plan", "at": "2026-01-05T09:00", "reason": "x"}
        ).headers["location"],
        "id",
    )
    assert EN["survey_state.cancelled"] in order(staff, SURVEYS, "cancel", survey="CSI-2026-1")
    assert "cancel" not in offered(staff.see(SURVEYS))
    gone = {**hidden(staff.see(SURVEYS)), "step": "cancel", "survey": "CSI-1999-1", "reason": "x"}
    assert staff.post(SURVEYS, gone).status_code == 409


def test_who_reads_surveys_need_not_plan_them(desk: Desk) -> None:
    answered(desk)
    assert offered(Staff(desk, "care_supervisor").see(SURVEYS)) == []
    shown = Staff(desk, "noc_operator").see(SURVEYS, status=403)
    assert 'href="/desk/surveys"' not in shown.partition("</nav>")[0]
    assert 'href="/desk/surveys"' in Staff(desk, "care_supervisor").see("/desk")


def answered(desk: Desk) -> None:
    now_us = desk.door.house.now_us
    row = SurveyRow("CSI-2026-1", "running", "machine", now_us, 2, "s", asked={"dia": 2})
    one = SurveyedRow(row.id, "CU-1", "dia", now_us, answered_us=now_us, score=2, words=True)
    desk.door.house.commit([("surveys", row.id, row), ("surveyed", key(row.id, "CU-1"), one)])
    sealed = desk.door.vault.seal("customer:CU-1", b'{"text": "malam sering lambat"}')
    said = Reply(id="r", time=moment(now_us), customer="CU-1", ticket=row.id, says="other", sealed=sealed, score=2)
    desk.door.journal.append(DOMAIN, Frame(now_us, (said,)))


def test_what_customers_wrote_is_read_without_who_they_are(desk: Desk) -> None:
    answered(desk)
    staff = Staff(desk, "service_manager")
    shown = staff.see(SURVEYS)
    assert "40 %" in shown, "of two who were asked one answered, with 2 of 5"
    said = staff.see(f"{SURVEYS}/CSI-2026-1/words", "id")
    assert "malam sering lambat" in said
    assert "CU-1" not in said + shown
    told = [one for one in desk.door.audited if one.door == "GET /desk/surveys/{survey}/words"]
    assert [one.about["survey"] for one in told] == ["CSI-2026-1"]
    assert "tidak ada survei CSI-1" in staff.see(f"{SURVEYS}/CSI-1/words", "id", 404)
    assert "tidak ada perbaikan IM-9" in staff.see(page("IM-9"), "id", 404)


@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_run_nothing_inline_and_say_no_code(desk: Desk, language: Language) -> None:
    name = proposed(desk)
    answered(desk)
    staff = Staff(desk, "administrator")
    staff.take_at(page(name), "entry_done", evidence="foto")
    for path in (REGISTER, page(name), SURVEYS, f"{SURVEYS}/CSI-2026-1/words"):
        shown = staff.see(path, language)
        assert f'<html lang="{language}">' in shown
        assert re.findall(r"<script(?! src=)|\sstyle=|<style|\son\w+=", shown) == []
        text = re.sub(r"<[^>]*>", " ", shown)
        codes = r"\b(?:entry|step|field|survey|improvement|action|source)[._]\w+|care_supervisor|noc_operator|machine"
        assert re.findall(codes, text) == []


def test_a_cookie_alone_commands_nothing(desk: Desk) -> None:
    name, staff = proposed(desk), Staff(desk, "administrator")
    before = len(events(desk))
    form = {"step": "note", "text": "x", "what": "x", "at": "2026-05-04T09:00", "reason": "y"}
    for path in (REGISTER, f"{page(name)}/steps", SURVEYS):
        assert staff.post(path, form).status_code == 422
        assert staff.post(path, {**form, "key": "x" * 32}).status_code == 403
    assert len(events(desk)) == before
