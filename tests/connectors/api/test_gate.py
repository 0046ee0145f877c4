"""How often one may knock: who guesses is shut out, who is known is not, and nobody takes the door for himself."""

from pathlib import Path

import httpx
import pytest

from connectors.api.app import DoorSettings
from connectors.metrics import API_ERRORS, AUDIT_LEFT_OUT
from correlator.events import MINUTE_US, SECOND_US
from tests.connectors.api.doorway import Door, error

ALARM = {"object": "DPS-CR1", "alarm_type": "device_unreachable", "severity": "critical", "state": "raised"}
ALARM_EVENT = {**ALARM, "id": "a-9", "time": "2026-03-01T01:00:00Z", "source": "ems-1"}
COMMAND = {"action": "acknowledge", "target": "IN-000001", "reason": "pak Budi di 0812-0000 menunggu"}


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path, DoorSettings(people_per_s=2, systems_per_s=100, guesses_per_min=3))


def guess(door: Door, bearer: str, peer: str = "192.0.2.1", path: str = "/incidents") -> httpx.Response:
    return door.ask("GET", path, None, headers={"Authorization": f"Bearer {bearer}"}, peer=peer)


def flooded(door: Door, peer: str = "192.0.2.1") -> None:
    """One poller whose token was revoked goes on and on."""
    for number in range(200):
        guess(door, f"simpul_0badc0de_{number}", peer)


def test_who_guesses_is_told_when_to_ask_again_and_no_secret_is_looked_at_before(door: Door) -> None:
    assert [guess(door, f"simpul_0badc0de_{n}").status_code for n in range(4)] == [401, 401, 401, 429]
    no = guess(door, "simpul_0badc0de_right_this_time")
    assert no.headers["retry-after"] == "20"
    assert "too many attempts from this address" in error(no)["reason"]
    assert door.badges.asked == 3
    assert door.counted(API_ERRORS, "429", "/incidents") == 2
    door.house.now_us += 20 * SECOND_US
    assert guess(door, "simpul_0badc0de_y").status_code == 401
    assert guess(door, "simpul_0badc0de_z").status_code == 429


def test_a_flood_of_bad_tokens_shuts_out_no_good_one_of_the_same_address(door: Door) -> None:
    assert guess(door, "badge-technical").status_code == 200
    flooded(door)
    assert guess(door, "badge-technical").status_code == 200, "it was good lately"
    assert guess(door, "badge-noc_operator").status_code == 200, "it is new here, and claims to be another"


def test_a_new_token_is_one_guess_however_many_come_with_it_at_once(door: Door) -> None:
    door.badges.turns = 50
    assert [answer.status_code for answer in door.ask_at_once(8, "/incidents", "badge-technical")] == [200] * 8
    bad = door.ask_at_once(8, "/incidents", "simpul_0badc0de_x")
    assert sorted(answer.status_code for answer in bad) == [401] * 3 + [429] * 5
    assert door.badges.asked == 8 + 3, "who guesses too often is not looked up"


def test_all_guesses_of_an_address_have_a_limit(door: Door) -> None:
    answers = [guess(door, f"simpul_{number:08x}_x").status_code for number in range(31)]
    assert answers == [401] * 30 + [429]
    assert guess(door, "badge-technical").status_code == 429, "new here, and the address has no more"
    assert guess(door, "badge-technical", "192.0.2.2").status_code == 200
    assert guess(door, "badge-technical").status_code == 200, "it was good lately, wherever it came from"


def test_what_comes_without_a_token_has_the_same_limit(door: Door) -> None:
    answers = [door.ask("GET", "/incidents", None).status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]
    assert door.ask("GET", "/healthz", None).status_code == 200


def test_open_doors_have_a_limit_of_their_own(door: Door) -> None:
    answers = [door.ask("GET", "/healthz", None, peer="192.0.2.1").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert guess(door, "badge-technical").status_code == 200
    assert door.ask("GET", "/healthz", None, peer="192.0.2.2").status_code == 200


def test_ipv6_addresses_count_by_the_network_that_one_subscriber_has(door: Door) -> None:
    for number in range(3):
        assert guess(door, "simpul_0badc0de_x", f"2001:db8:1:2::{number:x}").status_code == 401
    assert guess(door, "simpul_0badc0de_x", "2001:db8:1:2:ffff::1").status_code == 429
    assert guess(door, "simpul_0badc0de_x", "2001:db8:1:3::1").status_code == 401


def test_a_revoked_token_is_a_guess_from_then_on(door: Door) -> None:
    assert guess(door, "badge-technical").status_code == 200
    door.badges.gone.add("technical")
    assert [guess(door, "badge-technical").status_code for _ in range(5)] == [401, 401, 401, 429, 429]


def test_signing_in_is_a_guess(door: Door) -> None:
    form = {"content": "token=simpul_0badc0de_x"}
    answers = [door.ask("POST", "/signin", None, **form).status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]
    assert door.ask("GET", "/signin?key=x", None).status_code == 429


def test_a_person_who_asks_too_fast_waits(door: Door) -> None:
    answers = [door.ask("GET", "/incidents", "technical").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    no = door.ask("GET", "/incidents", "technical")
    assert no.headers["retry-after"] == "1"
    assert door.ask("GET", "/incidents", "noc_operator").status_code == 200, "each token has its own"
    door.house.now_us += SECOND_US
    assert [door.ask("GET", "/incidents", "technical").status_code for _ in range(3)] == [200, 200, 429]


def test_programs_may_ask_as_often_as_the_service_can_take(door: Door) -> None:
    answers = {door.ask("POST", "/alarms", "source", json=ALARM).status_code for _ in range(200)}
    assert answers == {202}
    assert door.ask("POST", "/alarms", "source", json=ALARM).status_code == 429


def test_an_order_is_told_with_who_from_where_and_what(door: Door) -> None:
    door.ask("POST", "/commands", "noc_operator", json={**COMMAND, "id": "k-1"}, peer="192.0.2.7")
    [one] = door.audited
    assert (one.door, one.status, one.address) == ("POST /commands", 202, "192.0.2.7")
    assert (one.token, one.name, one.role) == ("noc_operator", "the noc_operator", "noc_operator")
    assert one.about == {"command": "k-1", "action": "acknowledge", "target": "IN-000001"}
    assert "0812-0000" not in repr(one), "what a person wrote is in the journal, and nowhere else"


def test_orders_that_come_as_events_are_told_by_who_sent_them(door: Door) -> None:
    order = {**COMMAND, "type": "command", "id": "k-9", "time": "2026-03-01T01:00:00Z", "role": "technical"}
    door.ask("POST", "/events", json=[{**order, "actor": "somebody else"}, {"type": "alarm", **ALARM_EVENT}])
    [one] = door.audited
    assert (one.name, one.status) == ("the administrator", 202)
    assert one.about == {"events": "2", "kinds": "alarm command", "commands": "k-9"}


def test_refused_orders_are_told_too(door: Door) -> None:
    door.ask("POST", "/commands", "noc_operator", json={**COMMAND, "role": "administrator"})
    door.ask("POST", "/commands", "noc_operator", json={**COMMAND, "action": "explode"})
    door.ask("POST", "/commands", "source", json=COMMAND)
    door.ask("POST", "/commands", None, json=COMMAND)
    door.inbox.full = True
    door.ask("POST", "/commands", "noc_operator", json=COMMAND)
    told = [(one.status, one.role, one.why) for one in door.audited]
    assert (
        told
        == [
            (403, "noc_operator", "the token's role is noc_operator"),
            (422, "noc_operator", "invalid enum value ..."),
            (403, "source", "the role source may not do this"),
            (401, "", "a token is needed"),
            (503, "noc_operator", "the journal...s disk is full"),
        ]
        or told
    )


def test_no_secret_is_told(door: Door) -> None:
    guess(door, "simpul_0badc0de_TOPSECRET")
    door.ask("POST", "/signin", None, content="token=simpul_0badc0de_TOPSECRET")
    door.ask("POST", "/signin", None, content="token=badge-technical")
    link = door.page.passes.link()
    door.ask("GET", f"/signin?key={link}", None)
    assert [one.status for one in door.audited] == [401, 401, 303, 200]
    assert [one.about.get("signed_in") for one in door.audited] == [None, None, "by token", "by link"]
    assert [one.name for one in door.audited] == ["", "", "the technical", "console"]
    for secret in ("TOPSECRET", "badge", link):
        assert secret not in repr(door.audited)


def test_of_a_flood_only_the_first_are_told_and_the_rest_is_counted(door: Door) -> None:
    flooded(door)
    assert len(door.audited) == 20
    assert door.counted(AUDIT_LEFT_OUT) == 180
    assert door.counted(API_ERRORS, "401", "/incidents") + door.counted(API_ERRORS, "429", "/incidents") == 200
    guess(door, "simpul_0badc0de_x", "192.0.2.2")
    assert door.audited[-1].address == "192.0.2.2"
    door.house.now_us += MINUTE_US
    guess(door, "simpul_0badc0de_x")
    assert door.audited[-1].address == "192.0.2.1"


def test_what_is_asked_every_second_is_not_told(door: Door) -> None:
    door.ask("GET", "/incidents")
    door.ask("POST", "/alarms", "source", json=ALARM)
    door.ask("GET", "/nowhere")
    assert door.audited == []
