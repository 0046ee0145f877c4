"""RCA/CAPA records on pages (SOP 7): filled in parts, verified by somebody else, listed by what is late."""

import re

import pytest

from connectors.access.holders import Role
from connectors.console.desk.words import DESK_WORDS
from correlator.events import DAY_US, Command, moment
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff, events, hidden, offered

EN, ID = DESK_WORDS["en"], DESK_WORDS["id"]
DAY_MIN = 1440


def record_of(desk: Desk) -> str:
    """An outage's."""
    incident = desk.cut()
    return str(desk.get(f"/incidents/{incident}/rca")["id"])


def fill(staff: Staff, record: str, step: str, **fields: str) -> str:
    """The page that follows."""
    page = staff.see(f"/desk/rca/{record}")
    own = page.partition(f'id="step-{step}"')[2].partition("</form>")[0]
    assert own, f"{step} is not offered"
    shown = dict(re.findall(r'name="([\w-]+)" (?:maxlength="\d+" autocomplete="off" )?value="([^"]*)"', own))
    shown |= dict(re.findall(r'<textarea name="([\w-]+)"[^>]*>([^<]*)<', own))
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    form = {**shown, **hidden(page), "step": step, "reason": "ditinjau", **named}
    answer = staff.post(f"/desk/rca/{record}/steps", form)
    assert answer.status_code == 303, answer.text
    return staff.see(answer.headers["location"])


def day(desk: Desk, days: int) -> str:
    """As a browser's field has it, in WIB."""
    return f"{moment(desk.door.house.now_us + days * DAY_US + 7 * 3_600_000_000):%Y-%m-%dT%H:%M}"


def planned(desk: Desk, record: str, staff: Staff) -> None:
    """Cause, whys, and one action of each kind."""
    fill(staff, record, "cause", cause_category="fibre_cut_third_party")
    fill(staff, record, "whys", why__0="sebuah ekskavator", why__1="saluran tidak bertanda")
    for kind in ("corrective", "preventive"):
        fill(staff, record, kind, what__0=f"tandai {kind}", owner__0="wayan", due__0=day(desk, 3))


def test_a_record_is_filled_in_parts(desk: Desk) -> None:
    record, staff = record_of(desk), Staff(desk, "technical", "wayan")
    assert offered(staff.see(f"/desk/rca/{record}")) == ["cause", "whys", "corrective", "preventive"]
    planned(desk, record, staff)
    told = desk.get(f"/incidents/{record}/rca")
    assert (told["state"], told["cause_category"]) == ("actions", "fibre_cut_third_party")
    assert told["five_whys"] == ["sebuah ekskavator", "saluran tidak bertanda"]
    assert [(one["what"], one["owner"]) for one in told["corrective"]] == [("tandai corrective", "wayan")]
    page = staff.see(f"/desk/rca/{record}", "id")
    for words in (ID["cause.fibre_cut_third_party"], "saluran tidak bertanda", "tandai preventive"):
        assert words in page
    command = next(one for one in reversed(events(desk)) if isinstance(one, Command))
    assert (command.action, command.target, command.actor, command.role) == ("fill", record, "wayan", "technical")
    told_audit = [one for one in desk.door.audited if one.door == "POST /desk/rca/{record}/steps"]
    assert len(told_audit) == 4


def test_why_the_service_closed_it_is_told_in_the_language_of_the_page(desk: Desk) -> None:
    number = desk.complain("CU-3", "tagihan saya salah")
    desk.order("administrator", "move_stage", number, stage="confirmation", result="x")
    desk.order("customer_care", "close", number, as_="confirmed", how="phone", score=4)
    record = str(desk.get(f"/incidents/{number}/rca")["id"])
    planned(desk, record, Staff(desk, "technical", "wayan"))
    done = {"done_at": day(desk, 0) + ":00+07:00", "due": day(desk, 3) + ":00+07:00", "owner": "wayan"}
    for effect in ({}, {"effect": "tidak terulang"}):
        for kind in ("corrective", "preventive"):
            desk.order("technical", "fill", record, **{kind: [{"what": f"tandai {kind}", **done, **effect}]})
        desk.wait(8 * DAY_MIN)
    desk.order("administrator", "verify", record)
    assert desk.get(f"/incidents/{record}/rca")["state"] == "closed"
    lead = Staff(desk, "care_supervisor")
    assert "diverifikasi, dan gangguannya sudah berakhir" in lead.see(f"/desk/rca/{record}", "id")
    assert "verified, and the outage is over" in lead.see(f"/desk/rca/{record}")


def test_another_action_joins_those_that_are_there_and_an_empty_one_goes(desk: Desk) -> None:
    record, staff = record_of(desk), Staff(desk, "technical")
    fill(staff, record, "corrective", what__0="satu", owner__0="wayan")
    fill(staff, record, "corrective", what__1="dua")
    told = desk.get(f"/incidents/{record}/rca")["corrective"]
    assert [(one["what"], one["owner"]) for one in told] == [("satu", "wayan"), ("dua", None)]
    fill(staff, record, "corrective", what__0="")
    assert [one["what"] for one in desk.get(f"/incidents/{record}/rca")["corrective"]] == ["dua"]


def test_times_keep_their_seconds_where_nobody_touched_them(desk: Desk) -> None:
    record, staff = record_of(desk), Staff(desk, "technical")
    step = {"what": "satu", "due": "2026-03-08T17:00:42+07:00"}
    desk.order("technical", "fill", record, corrective=[step])
    before = desk.get(f"/incidents/{record}/rca")["corrective"][0]["due"]
    fill(staff, record, "corrective", what__1="dua")
    assert desk.get(f"/incidents/{record}/rca")["corrective"][0]["due"] == before


def test_a_list_that_somebody_else_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    record, staff = record_of(desk), Staff(desk, "technical")
    page = staff.see(f"/desk/rca/{record}")
    mark = re.findall(r'name="mark" value="(\w+)"', page.partition('id="step-corrective"')[2])[0]
    desk.order("noc_operator", "fill", record, corrective=[{"what": "milik orang lain"}])
    form = {**hidden(page), "mark": mark, "step": "corrective", "what-0": "punya saya", "reason": "x"}
    answer = staff.post(f"/desk/rca/{record}/steps", form)
    assert answer.status_code == 409
    assert EN["rca.changed"] in answer.text
    assert [one["what"] for one in desk.get(f"/incidents/{record}/rca")["corrective"]] == ["milik orang lain"]


def test_what_the_kernel_refuses_is_said_on_the_page(desk: Desk) -> None:
    record, staff = record_of(desk), Staff(desk, "technical")
    page = fill(staff, record, "corrective", what__0="satu", done_at__0=day(desk, 2))
    assert EN["command.rejected"] in page
    assert "is in the future" in page


def test_who_filled_it_is_told_that_somebody_else_verifies(desk: Desk) -> None:
    """From the first cause to the closing word, by pages alone."""
    record, lead = record_of(desk), Staff(desk, "care_supervisor", "citra")
    assert EN["verify.incomplete"] in lead.see(f"/desk/rca/{record}")
    planned(desk, record, Staff(desk, "technical", "wayan"))
    assert EN["verify.undone"] in lead.see(f"/desk/rca/{record}")
    for kind in ("corrective", "preventive"):
        fill(Staff(desk, "technical", "wayan"), record, kind, done_at__0=day(desk, 0))
    page = lead.see(f"/desk/rca/{record}")
    assert EN["verify.early"] in page
    assert "can be judged from" in page
    desk.wait(8 * DAY_MIN)
    lead, wayan = Staff(desk, "care_supervisor", "citra"), Staff(desk, "technical", "wayan")
    assert EN["verify.unjudged"] in lead.see(f"/desk/rca/{record}")
    for kind in ("corrective", "preventive"):
        fill(wayan, record, kind, effect__0="tidak terulang")
    assert "verify" not in offered(wayan.see(f"/desk/rca/{record}")), "the technical division verifies nothing"
    assert EN["verify.own"] in Staff(desk, "care_supervisor", "wayan").see(f"/desk/rca/{record}")
    assert EN["verify.ready"] in lead.see(f"/desk/rca/{record}")
    page = fill(lead, record, "verify")
    assert EN["command.done"] in page
    told = desk.get(f"/incidents/{record}/rca")
    assert told["state"] in ("verified", "closed")
    assert {one["verified_by"] for one in (*told["corrective"], *told["preventive"])} == {"citra"}


@pytest.mark.parametrize(
    ("role", "fills"),
    [("technical", True), ("customer_experience", True), ("customer_care", False), ("billing_account", False)],
)
def test_who_may_not_fill_an_outages_record_reads_it(desk: Desk, role: Role, fills: bool) -> None:
    record, staff = record_of(desk), Staff(desk, role)
    assert ("cause" in offered(staff.see(f"/desk/rca/{record}"))) == fills
    if not fills:
        page = staff.see("/desk/callers")
        form = {**hidden(page), "step": "cause", "cause_category": "power", "reason": "x"}
        assert staff.post(f"/desk/rca/{record}/steps", form).status_code == 409
        assert desk.get(f"/incidents/{record}/rca")["state"] == "draft"


def test_the_division_fills_the_record_of_its_own_complaint(desk: Desk) -> None:
    number = desk.complain("CU-3", "tagihan saya salah")
    desk.order("customer_support", "move_stage", number, stage="investigation")
    desk.order("billing_account", "move_stage", number, stage="confirmation", result="tagihan diperbaiki")
    assert 'href="/desk/rca/' not in Staff(desk, "billing_account").see(f"/desk/tickets/{number}")
    desk.order("customer_care", "close", number, as_="confirmed", how="phone", score=4)
    staff = Staff(desk, "billing_account")
    [record] = re.findall(r'href="/desk/rca/([^"]+)"', staff.see(f"/desk/tickets/{number}"))
    page = fill(staff, record, "cause", cause_category="human_error")
    assert EN["command.done"] in page
    assert EN["rca.no_whys"] in page
    assert "customer" in page


def test_the_list_tells_what_is_late(desk: Desk) -> None:
    record = record_of(desk)
    number = desk.complain("CU-3", "tagihan saya salah")
    desk.order("administrator", "move_stage", number, stage="confirmation", result="x")
    desk.order("customer_care", "close", number, as_="confirmed", how="phone", score=4)
    planned(desk, record, Staff(desk, "technical"))
    page = Staff(desk, "service_manager").see("/desk/rca")
    assert len(re.findall(r'class="number" href="/desk/rca/', page)) == 2
    assert EN["rca.none"] in Staff(desk, "service_manager").see("/desk/rca?overdue=1")
    assert EN["rca.none"] in Staff(desk, "service_manager").see("/desk/rca?state=closed")
    desk.wait(4 * DAY_MIN)
    staff = Staff(desk, "service_manager")
    for query in ("overdue=1", "kind=outage", "state=actions"):
        assert re.findall(r'class="number" href="/desk/rca/([^"]+)"', staff.see(f"/desk/rca?{query}")) == [record]
    assert EN["rca.late"].format(2) in staff.see("/desk/rca?overdue=1")
    staff.see("/desk/rca?state=nonsense", status=422)


def test_what_nobody_filled_is_listed_as_late_with_whose_it_is_and_who_heard(desk: Desk) -> None:
    number = desk.complain("CU-3", "tagihan saya salah")
    desk.order("administrator", "move_stage", number, stage="confirmation", result="x")
    desk.order("customer_care", "close", number, as_="confirmed", how="phone", score=4)
    record = str(desk.get(f"/incidents/{number}/rca")["id"])
    assert desk.get("/rca?overdue=true")["records"] == []
    desk.wait(15 * DAY_MIN)
    desk.wait(0)
    [told] = desk.get("/rca?overdue=true")["records"]
    assert (told["id"], told["overdue"], told["due_at"]) == (record, 1, told["owed"][0]["due_at"])
    [owed] = told["owed"]
    assert (owed["what"], owed["role"], owed["heard"]) == ("filling", "billing_account", 2)
    staff = Staff(desk, "service_manager")
    for language, words in (("en", EN), ("id", ID)):
        listed = staff.see("/desk/rca?overdue=1", language)
        assert f"{words['rca.owed'].lower()} {words['owed.filling']} · {words['role.billing_account']}" in listed
        page = staff.see(f"/desk/rca/{record}", language)
        assert f"<dt>{words['rca.owed']}</dt><dd>{words['owed.filling']} · {words['role.billing_account']}" in page
        trail = page.partition('id="trail"')[2]
        assert f"{words['action.remind']} <b>{words['role.billing_account']}</b>" in trail
        climbed = f"{words['role.billing_account']} → {words['role.care_supervisor']}"
        assert f"{words['action.escalate']} <b>{climbed}</b>" in trail
    assert "RCA/CAPA belum lengkap diisi sampai" in staff.see(f"/desk/rca/{record}", "id")


def test_the_door_lists_them_a_page_at_a_time(desk: Desk) -> None:
    record = record_of(desk)
    number = desk.complain("CU-3", "tagihan saya salah")
    desk.order("administrator", "move_stage", number, stage="confirmation", result="x")
    desk.order("customer_care", "close", number, as_="confirmed", how="phone", score=4)
    first = desk.get("/rca?limit=1")
    second = desk.get(f"/rca?limit=1&cursor={first['next']}")
    assert second["next"] is None
    rows = {one["kind"]: one for one in (*first["records"], *second["records"])}
    assert (rows["outage"]["id"], rows["complaint"]["ticket"]) == (record, number)
    assert rows["outage"]["ticket"] == desk.get(f"/incidents/{rows['outage']['incident']}")["ticket"]["number"]
    assert [one["id"] for one in desk.get("/rca?kind=outage")["records"]] == [record]
    assert desk.ask("GET", "/rca?cursor=x").status_code == 422
    assert desk.ask("GET", "/rca?state=x").status_code == 422


def test_it_goes_out_as_a_paper_in_the_language_of_the_page(desk: Desk) -> None:
    record = record_of(desk)
    staff = Staff(desk, "service_manager")
    answer = desk.door.ask("GET", f"/desk/rca/{record}/pdf", None, headers={"Cookie": staff.cookie})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert f'filename="{record}.pdf"' in answer.headers["content-disposition"]


def test_what_is_not_there_is_a_page_that_says_so(desk: Desk) -> None:
    staff = Staff(desk, "technical")
    assert "there is no RCA/CAPA record of RCA-9" in staff.see("/desk/rca/RCA-9", status=404)


@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_run_nothing_inline_and_say_no_code(desk: Desk, language: str) -> None:
    record = record_of(desk)
    planned(desk, record, Staff(desk, "technical"))
    number = desk.complain("CU-3", "Internet lambat sekali")
    for path in (f"/desk/rca/{record}", "/desk/rca", f"/desk/many?ticket={number}"):
        page = Staff(desk, "administrator").see(path, language)
        assert f'<html lang="{language}">' in page
        assert re.findall(r"<script(?! src=)|\sstyle=|<style|\son\w+=", page) == []
        shown = re.sub(r"<[^>]*>", " ", page)
        assert (
            re.findall(r"\b(?:rca|capa|verify|cause|many|stage|action)[._]\w+|care_supervisor|noc_operator", shown)
            == []
        )


def test_a_cookie_alone_fills_nothing(desk: Desk) -> None:
    record, staff = record_of(desk), Staff(desk, "administrator")
    before = len(events(desk))
    form = {"step": "cause", "cause_category": "power", "reason": "y"}
    assert staff.post(f"/desk/rca/{record}/steps", form).status_code == 422
    assert staff.post(f"/desk/rca/{record}/steps", {**form, "key": "x" * 32}).status_code == 403
    assert len(events(desk)) == before
