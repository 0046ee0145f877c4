"""Tickets as TMF621 writes them, held against the schema as published."""

from typing import Any

import pytest

from connectors.api.tmf.tickets import PATH
from correlator.events import ComplaintIn
from correlator.rows.service_desk import Stage
from tests.connectors.api.desk.house import Desk
from tests.connectors.api.tmf.published import faults_621, unknown_621

GOOD: dict[str, Any] = {
    "@type": "TroubleTicket",
    "description": "Internet mati total",
    "severity": "Major",
    "ticketType": "complaint",
    "channel": {"@type": "ChannelRef", "id": "portal"},
    "externalIdentifier": [{"@type": "ExternalIdentifier", "owner": "CRM", "id": "crm-77"}],
    "relatedParty": [
        {
            "@type": "RelatedPartyRefOrPartyRoleRef",
            "role": "customer",
            "partyOrPartyRole": {"@type": "PartyRoleRef", "@referredType": "Customer", "id": "CU-3"},
        }
    ],
    "relatedEntity": [
        {"@type": "RelatedEntity", "role": "service", "entity": {"@type": "EntityRef", "id": "SV-4"}},
    ],
}


def one(desk: Desk, number: str, **query: str) -> dict[str, Any]:
    answer = desk.ask("GET", f"{PATH}/{number}", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def check(ticket: dict[str, Any]) -> None:
    assert faults_621("TroubleTicket", ticket) == []
    assert unknown_621(ticket) == set()


def test_a_ticket_in_each_stage_is_one_of_theirs(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    seen = [one(desk, number)]
    for role, action, arguments in (
        ("customer_support", "move_stage", {"stage": "assignment"}),
        ("care_supervisor", "move_stage", {"stage": "investigation"}),
        ("noc_operator", "note", {"text": "menunggu kunci lokasi"}),
        ("noc_operator", "pause", {"why": "waiting_customer"}),
        ("noc_operator", "resume", {}),
        ("noc_operator", "pause", {"why": "access_refused"}),
        ("noc_operator", "resume", {}),
        ("noc_operator", "move_stage", {"stage": "confirmation"}),
        ("customer_care", "close", {"as_": "confirmed"}),
    ):
        desk.order(role, action, number, **arguments)  # type: ignore[arg-type]  # roles that there are
        seen.append(one(desk, number))
    for ticket in seen:
        check(ticket)
    statuses = [ticket["status"] for ticket in seen]
    assert statuses == [
        *("inProgress", "inProgress", "inProgress", "inProgress", "pending", "inProgress", "held", "inProgress"),
        *("resolved", "closed"),
    ]
    last = seen[-1]
    assert [note["text"] for note in last["note"]] == ["menunggu kunci lokasi"]
    assert [change["status"] for change in last["statusChangeHistory"]][-2:] == ["resolved", "closed"]
    assert last["statusChangeDate"] == last["statusChangeHistory"][-1]["statusChangeDate"]


def test_an_outage_has_its_complaints_and_they_it(desk: Desk) -> None:
    incident = desk.cut()
    own = [desk.complain("CU-1", service="SV-1"), desk.complain("CU-2", service="SV-2")]
    number = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    outage, child = one(desk, number), one(desk, own[0])
    for ticket in (outage, child):
        check(ticket)
    assert outage["ticketType"] == "outage"
    related = [(it["relationshipType"], it["id"]) for it in outage["troubleTicketRelationship"]]
    assert related == [("child", name) for name in own]
    assert [(it["relationshipType"], it["id"]) for it in child["troubleTicketRelationship"]] == [("parent", number)]
    parties = {it["role"]: it["partyOrPartyRole"]["id"] for it in child["relatedParty"]}
    assert parties == {"customer": "CU-1", "owner": "noc_operator"}


def test_no_word_of_a_customers_goes_out_and_the_audit_has_whose_ticket_it_was(desk: Desk) -> None:
    number = desk.complain("CU-3", "Rahasia saya", contact="+628123456789")
    told = desk.ask("GET", f"{PATH}/{number}").text + desk.ask("GET", PATH).text
    assert "Rahasia" not in told
    assert "8123456789" not in told
    about = [one.about for one in desk.door.audited if one.door == f"GET {PATH}/{{ticket}}"]
    assert [it["customer"] for it in about] == ["CU-3"]


# Lists (TMF630)


@pytest.fixture
def three(desk: Desk) -> list[str]:
    """The newest first."""
    texts = ("Internet lambat sekali", "Tagihan dobel bulan ini", "Internet mati total")
    return [desk.complain(None, text, contact=f"+62811000{n}") for n, text in enumerate(texts)][::-1]


def test_a_list_is_cut_and_counted(desk: Desk, three: list[str]) -> None:
    whole = desk.ask("GET", PATH)
    assert (whole.status_code, whole.headers["x-total-count"], whole.headers["x-result-count"]) == (200, "3", "3")
    assert [ticket["id"] for ticket in whole.json()] == three
    for ticket in whole.json():
        check(ticket)
    part = desk.ask("GET", PATH, params={"offset": 1, "limit": 1})
    assert (part.status_code, part.headers["x-total-count"], part.headers["x-result-count"]) == (206, "3", "1")
    assert [ticket["id"] for ticket in part.json()] == three[1:2]
    beyond = desk.ask("GET", PATH, params={"offset": 7})
    assert (beyond.json(), beyond.headers["x-total-count"]) == ([], "3")


def test_fields_are_chosen_and_what_names_it_stays(desk: Desk, three: list[str]) -> None:
    for path in (PATH, f"{PATH}/{three[0]}"):
        told = desk.ask("GET", path, params={"fields": "status,severity,nonsense"}).json()
        for ticket in told if isinstance(told, list) else [told]:
            assert ticket.keys() == {"id", "href", "@type", "status", "severity"}
    assert one(desk, three[0], fields="none").keys() == {"id", "href", "@type"}


def test_filters_are_the_tickets_own_words(desk: Desk, three: list[str]) -> None:
    def ids(**query: str) -> list[str]:
        return [ticket["id"] for ticket in desk.ask("GET", PATH, params=query).json()]

    desk.order("customer_support", "move_stage", three[0], stage="investigation")
    desk.order("noc_operator", "pause", three[0], why="waiting_customer")
    desk.order("administrator", "move_stage", three[1], stage="confirmation")
    assert ids(status="pending") == three[:1]
    assert ids(status="resolved,pending") == three[:2]
    assert ids(status="inProgress") == three[2:]
    assert ids(status="held") == []
    assert ids(status="cancelled") == []
    assert ids(ticketType="outage") == []
    assert ids(ticketType="complaint", **{"channel.id": "phone"}) == three
    assert ids(severity="Critical,Minor") == [name for name in three if one(desk, name)["severity"] != "Major"]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "offset=-1", "colour=red", "sort=name", "filter=x"])
def test_what_is_not_heeded_is_refused_as_theirs_are(desk: Desk, query: str) -> None:
    answer = desk.ask("GET", f"{PATH}?{query}")
    assert answer.status_code == 422
    assert faults_621("Error", answer.json()) == []
    assert query.partition("=")[0] in answer.json()["reason"]


@pytest.mark.parametrize(("path", "role", "status"), [("/NT-1", "customer_support", 404), ("", "source", 403)])
def test_errors_are_theirs(desk: Desk, path: str, role: Any, status: int) -> None:
    answer = desk.ask("GET", PATH + path, role)
    assert answer.status_code == status
    assert faults_621("Error", answer.json()) == []
    assert answer.json()["status"] == str(status)


# In


def test_a_ticket_of_theirs_becomes_a_complaint(desk: Desk) -> None:
    assert faults_621("TroubleTicket_FVO", GOOD) == []
    answer = desk.ask("POST", PATH, "portal", json=GOOD)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    check(made)
    assert answer.headers["location"] == made["href"] == f"{PATH}/{made['id']}"
    [event] = [it for it in desk.door.inbox.events if isinstance(it, ComplaintIn)]
    assert (event.id, event.text, event.channel, event.customer, event.service) == (
        *("crm-77", "Internet mati total", "portal", "CU-3"),
        "SV-4",
    )
    told = one(desk, made["id"])
    assert {it["role"] for it in told["relatedEntity"]} >= {"service"}
    again = desk.ask("POST", PATH, "portal", json=GOOD)
    assert again.json()["id"] == made["id"], "the same identifier is the same complaint"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ticketType": "outage"}, "ticketType"),
        ({"ticketType": 7}, "ticketType"),
        ({"description": None}, "description"),
        ({"description": ""}, "description"),
        ({"description": " \n"}, "description"),
        ({"channel": {"id": "carrier pigeon"}}, "channel"),
        ({"channel": "phone"}, "channel"),
        ({"relatedParty": {"role": "customer"}}, "relatedParty"),
        ({"relatedEntity": [{"entity": {"id": 7}}]}, "relatedEntity"),
        ({"externalIdentifier": [{"id": "x" * 301}]}, "id"),
        ({"externalIdentifier": [{"id": "x\0"}]}, "id"),
    ],
)
def test_what_is_no_complaint_is_refused_by_its_field(desk: Desk, change: dict[str, Any], field: str) -> None:
    answer = desk.ask("POST", PATH, "customer_care", json={**GOOD, **change})
    assert answer.status_code == 422
    assert field in answer.json()["reason"]
    assert desk.door.inbox.events == []


def test_each_stage_has_a_status_of_theirs() -> None:
    from typing import get_args

    from connectors.api.tmf.tickets import status_of

    for stage in get_args(Stage):
        for paused in (None, "waiting_customer", "force_majeure"):
            assert faults_621("TroubleTicketStatusType", status_of(stage, paused)) == []
