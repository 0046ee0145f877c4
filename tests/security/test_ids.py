"""An id belongs to who sent it: nobody's complaint and nobody's command is swallowed by another's."""

from collections.abc import Iterator

import pytest

from correlator.events import Command, Complaint
from tests.integration.house import until
from tests.security.besieged import Besieged, Knocker

SAID = {"channel": "portal", "customer": "CU-1", "text": "internet mati total sejak pagi"}
HEARD = {"channel": "phone", "customer": "CU-2", "text": "tagihan saya dua kali lipat"}


@pytest.fixture(scope="module")
def portal(besieged: Besieged) -> Knocker:
    return besieged.issue("portal", "portal")


@pytest.fixture(scope="module")
def care(besieged: Besieged) -> Knocker:
    return besieged.issue("siti", "customer_care")


@pytest.fixture(scope="module")
def noc(besieged: Besieged) -> Iterator[Knocker]:
    return besieged.issue("budi", "noc_operator")


def test_two_senders_complaints_of_one_id_are_two(besieged: Besieged, portal: Knocker, care: Knocker) -> None:
    first = portal.post("/complaints", {**SAID, "id": "desk-0001"})
    second = care.post("/complaints", {**HEARD, "id": "desk-0001"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert not second.json()["repeated"]
    assert first.json()["number"] != second.json()["number"]
    for one, customer in ((first, "CU-1"), (second, "CU-2")):
        number = one.json()["number"]
        ticket = until("ticket", lambda number=number: _found(care, f"/tickets/{number}"))
        assert ticket["customer"] == customer
        assert ticket["complaint"] == one.json()["id"]
    kept = [event.id for event in besieged.live.events() if isinstance(event, Complaint)]
    assert [name for name in kept if name.startswith("desk-0001")] == ["desk-0001", "desk-0001@siti"]


def test_the_same_again_is_answered_as_before(portal: Knocker, care: Knocker) -> None:
    for knocker, said in ((portal, SAID), (care, HEARD)):
        first, again = (knocker.post("/complaints", {**said, "id": "desk-0002"}) for _ in range(2))
        assert again.json()["number"] == first.json()["number"]
        assert again.json()["id"] == first.json()["id"]
        assert again.json()["repeated"]


def test_one_id_for_two_things_is_refused_and_says_so(portal: Knocker) -> None:
    portal.post("/complaints", {**SAID, "id": "desk-0003"})
    answer = portal.post("/complaints", {**SAID, "id": "desk-0003", "text": "internet lambat"})
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "id"
    assert "other content" in answer.json()["error"]["reason"]


def test_an_idempotency_key_for_two_things_is_refused_too(portal: Knocker) -> None:
    key = {"idempotency-key": "7"}
    assert portal.post("/complaints", SAID, **key).status_code == 201
    assert portal.post("/complaints", SAID, **key).json()["repeated"]
    assert portal.post("/complaints", {**SAID, "text": "internet lambat"}, **key).status_code == 422


def test_a_note_does_not_swallow_the_nocs_acknowledge(besieged: Besieged, care: Knocker, noc: Knocker) -> None:
    number = care.post("/complaints", {**HEARD, "id": "desk-0004"}).json()["number"]
    until("ticket", lambda: _found(care, f"/tickets/{number}"))
    note = {"id": "cmd-1", "action": "note", "target": number, "arguments": {"text": "dicatat"}, "reason": "telepon"}
    assert care.post("/commands", note).status_code == 202
    taken = noc.post("/commands", {"id": "cmd-1", "action": "acknowledge", "target": number, "reason": "seen"})
    assert taken.json() == {"id": "cmd-1@budi", "repeated": False}
    until("word on it", lambda: noc.get(f"/commands/{taken.json()['id']}").json()["state"] != "waiting")
    told = [event for event in besieged.live.events() if isinstance(event, Command)]
    assert [(one.actor, one.action) for one in told if one.id.startswith("cmd-1")] == [
        ("siti", "note"),
        ("budi", "acknowledge"),
    ]


def _found(knocker: Knocker, path: str) -> dict[str, object] | None:
    answer = knocker.get(path)
    return answer.json() if answer.status_code == 200 else None
