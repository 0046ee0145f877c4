"""Webhooks whose bodies are signed, and PRTG's token in a form: who is let in, and as whom."""

import hashlib
import hmac
from pathlib import Path

import httpx
import pytest

from connectors.access.signatures import Signer
from connectors.webhooks import generic, grafana, prtg
from correlator.events import Alarm, ComplaintIn
from tests.connectors.api.doorway import Door, error
from tests.connectors.house import NOW_US

SECRET = "0123456789abcdef"
NOW_S = NOW_US // 1_000_000
BODY = b'{"object":"SBY-CR1","alarm_type":"device_unreachable","severity":"major","state":"raised"}'
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DOWN = b"sensorid=2041&status=Down&device=SBY-CR1&host=10.0.0.2&sensor=Ping&kind=Ping"
SIGNERS = (
    Signer("ours", SECRET, setting="webhooks.ours"),
    Signer("plain", SECRET, "X-Hub-Signature-256"),
    Signer("graf", SECRET, "X-Grafana-Alerting-Signature", "X-Grafana-Alerting-Signature-Timestamp"),
)


@pytest.fixture
def signed(tmp_path: Path) -> Door:
    parsers = {"ours": generic.parse, "plain": generic.parse, "graf": grafana.parse, "prtg": prtg.parse}
    return Door(tmp_path, parsers=parsers, signers=SIGNERS)


def digest(text: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def ours(body: bytes = BODY, at_s: int = NOW_S, secret: str = SECRET) -> dict[str, str]:
    return {**JSON, "X-Simpul-Signature": f"t={at_s},v1={digest(f'{at_s}.'.encode() + body, secret)}"}


def post(door: Door, name: str, headers: dict[str, str], body: bytes = BODY) -> httpx.Response:
    return door.ask("POST", f"/webhooks/{name}", None, content=body, headers=headers)


def test_who_signs_speaks_as_the_webhook_alone(signed: Door) -> None:
    assert post(signed, "ours", ours()).status_code == 202
    [alarm] = signed.inbox.events
    assert isinstance(alarm, Alarm)
    assert (alarm.object, alarm.source) == ("SBY-CR1", "http:ours")
    other = BODY.replace(b"{", b'{"source":"ems:1",', 1)
    answer = post(signed, "ours", ours(other), other)
    assert (answer.status_code, error(answer)["field"]) == (403, "source")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (JSON, "a signature is needed"),
        (ours(secret="another secret of 16"), "the signature is wrong"),
        (ours(BODY + b" "), "the signature is wrong"),
        (ours(at_s=NOW_S - 301), "the signed time is more than 300 s off"),
        (ours(at_s=NOW_S + 301), "the signed time is more than 300 s off"),
        ({**JSON, "X-Simpul-Signature": "v1=00"}, "no time"),
    ],
)
def test_who_does_not_is_told_why(signed: Door, headers: dict[str, str], reason: str) -> None:
    answer = post(signed, "ours", headers)
    assert (answer.status_code, error(answer)["field"]) == (401, "X-Simpul-Signature")
    assert reason in error(answer)["reason"]
    assert "webhooks.ours" in error(answer)["remedy"]
    assert signed.inbox.events == []


def test_a_token_does_not_count_where_a_secret_is_set(signed: Door) -> None:
    assert signed.ask("POST", "/webhooks/ours", "source", content=BODY, headers=JSON).status_code == 401


def test_wrong_signatures_are_guesses(signed: Door) -> None:
    answers = [post(signed, "ours", JSON).status_code for _ in range(130)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert post(signed, "ours", ours()).status_code == 202  # a good one is none


@pytest.mark.parametrize("before", ["", "sha256="])
def test_a_sender_that_signs_the_body_alone(signed: Door, before: str) -> None:
    assert post(signed, "plain", {**JSON, "X-Hub-Signature-256": before + digest(BODY)}).status_code == 202
    assert post(signed, "plain", {**JSON, "X-Hub-Signature-256": before + digest(b"")}).status_code == 401


def test_grafana_signs_a_time_and_the_body(signed: Door) -> None:
    body = b'{"version":"1","groupKey":"","status":"firing","receiver":"x","alerts":[]}'
    time = {"X-Grafana-Alerting-Signature-Timestamp": str(NOW_S)}
    sign = {"X-Grafana-Alerting-Signature": digest(f"{NOW_S}:".encode() + body)}
    assert post(signed, "graf", {**JSON, **time, **sign}, body).status_code == 202
    assert post(signed, "graf", {**JSON, **sign}, body).status_code == 401


def test_prtg_brings_its_token_in_the_form(signed: Door) -> None:
    answer = post(signed, "prtg", FORM, b"access_token=badge-source&" + DOWN)
    assert answer.status_code == 202
    [alarm] = signed.inbox.events
    assert isinstance(alarm, Alarm)
    assert (alarm.object, alarm.alarm_type, alarm.source) == ("SBY-CR1", "device_unreachable", "prtg:the source")
    assert post(signed, "prtg", FORM, DOWN).status_code == 401
    assert post(signed, "prtg", FORM, b"access_token=nonsense&" + DOWN).status_code == 401
    assert post(signed, "prtg", FORM, b"access_token=badge-portal&" + DOWN).status_code == 403


def test_a_form_is_taken_nowhere_else(signed: Door) -> None:
    assert post(signed, "zabbix", FORM, b"access_token=badge-source&" + DOWN).status_code == 401
    assert signed.ask("POST", "/webhooks/zabbix", "source", content=DOWN, headers=FORM).status_code == 415
    assert signed.ask("POST", "/alarms", "source", content=DOWN, headers=FORM).status_code == 415


SMS = b'{"from": "+628123456789", "text": "internet mati total", "id": "77"}'


@pytest.fixture
def gateway(tmp_path: Path) -> Door:
    return Door(tmp_path, signers={"/replies/sms": Signer("sms", SECRET, role="portal", setting="sms")})


def text(door: Door, headers: dict[str, str], body: bytes = SMS) -> httpx.Response:
    return door.ask("POST", "/replies/sms", None, content=body, headers=headers)


def test_an_sms_gateway_signs_what_it_posts(gateway: Door) -> None:
    assert text(gateway, ours(SMS)).json()["taken_as"] == "complaint"
    [complaint] = gateway.inbox.events
    assert isinstance(complaint, ComplaintIn)
    assert (complaint.contact, complaint.text) == ("+628123456789", "internet mati total")
    form = b"msisdn=%2B628123456789&message=masih+mati"
    assert text(gateway, {**ours(form), **FORM}, form).status_code == 202
    assert [told.name for told in gateway.audited] == ["sms", "sms"]
    again = text(gateway, ours(SMS))
    assert again.json()["repeated"] is True


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (JSON, "a signature is needed"),
        (ours(SMS, secret="another secret of 16"), "the signature is wrong"),
        (ours(SMS + b" "), "the signature is wrong"),
        (ours(SMS, at_s=NOW_S - 301), "the signed time is more than 300 s off"),
        ({**JSON, "Authorization": "Bearer badge-portal"}, "a signature is needed"),
    ],
)
def test_an_sms_that_is_not_signed_answers_nothing(gateway: Door, headers: dict[str, str], reason: str) -> None:
    answer = text(gateway, headers)
    assert (answer.status_code, error(answer)["field"]) == (401, "X-Simpul-Signature")
    assert reason in error(answer)["reason"]
    assert "the secret of sms;" in error(answer)["remedy"]
    assert gateway.inbox.events == []


def test_the_gateways_secret_opens_no_other_door(gateway: Door) -> None:
    for path in ("/replies", "/complaints", "/webhooks/zabbix"):
        assert gateway.ask("POST", path, None, content=SMS, headers=ours(SMS)).status_code == 401
    assert gateway.ask("POST", "/replies", "portal", content=b"{}", headers=JSON).status_code == 422
