"""What Zabbix says by its API.

No Zabbix server can be had here: a small HTTP server answers in the forms of its manual (API reference, problem.get,
host.get, item.get, trigger.get, apiinfo.version; objects problem, host interface), with hosts of ours.
"""

from typing import Any

import msgspec
import pytest

from connectors.formats.json_rows import Envelope
from connectors.polls.port import Answer, Standing, Unanswered
from connectors.resolver import InventoryResolver
from connectors.webhooks import zabbix as webhook
from correlator.alarms.states import key_of
from correlator.events import Alarm, moment
from tests.connectors.house import NOW_US, WORLD
from tests.connectors.polls.server import asked_once

SOURCE = "zabbix:zabbix-jkt"
PROBLEM = {
    "eventid": "1245463",
    "source": "0",
    "object": "0",
    "objectid": "15112",
    "clock": "1472457242",
    "ns": "209442442",
    "r_eventid": "0",
    "r_clock": "0",
    "r_ns": "0",
    "correlationid": "0",
    "userid": "0",
    "name": "Interface 2(): Link down",
    "acknowledged": "0",
    "severity": "3",
    "suppressed": "0",
    "opdata": "",
    "urls": [],
    "tags": [{"tag": "interface", "value": "2"}],
}


def host(number: str, name: str, *available: str, ip: str = "") -> dict[str, Any]:
    listed = [
        {"ip": ip or f"192.0.2.{number}", "dns": "", "main": "1" if not place else "0", "available": state}
        for place, state in enumerate(available)
    ]
    return {"hostid": number, "host": name, "name": f"{name} visible", "interfaces": listed}


class Zabbix:
    """Its answers by method; who asked, and how."""

    def __init__(self, version: str = "7.0.0") -> None:
        self.version = version
        self.hosts = [host("1", "router-2", "1", ip="10.0.0.2"), host("2", "DPS-CR1", "2", "2"), host("3", "x", "0")]
        self.items: list[dict[str, str]] = []
        self.problems: list[dict[str, Any]] = [PROBLEM]
        self.asked: list[tuple[str, str | None, str | None]] = []

    def __call__(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        assert path == "/api_jsonrpc.php"
        given = msgspec.json.decode(body)
        method = given["method"]
        self.asked.append((method, headers.get("authorization"), given.get("auth")))
        if method == "apiinfo.version":
            return 200, {"jsonrpc": "2.0", "result": self.version, "id": 1}
        if "zbx-token" not in (headers.get("authorization", "").removeprefix("Bearer "), given.get("auth")):
            fault = {"code": -32602, "message": "Invalid params.", "data": "Not authorized."}
            return 200, {"jsonrpc": "2.0", "error": fault, "id": 1}
        trigger = {"triggerid": "15112", "hosts": [{"hostid": "1", "host": "router-2", "name": "router-2 visible"}]}
        found = {
            "host.get": self.hosts,
            "item.get": self.items,
            "problem.get": self.problems,
            "trigger.get": [{**trigger, "items": [{"itemid": "7", "key_": "net.if.status[ifOperStatus.2]"}]}],
        }
        return 200, {"jsonrpc": "2.0", "result": found[method], "id": 1}


def ask(zabbix: Zabbix, token: str = "zbx-token") -> Answer:
    return asked_once("zbx", zabbix, system="zabbix", token=token, source=SOURCE)


def told(answer: Answer) -> list[tuple[str, str, str | None]]:
    return sorted((one.object, one.alarm_type, one.qualifier) for one in answer.active)


def lost(name: str) -> Standing:
    return Standing(f"{name}\x1fdevice_unreachable", name, "device_unreachable", None)


def test_hosts_and_problems() -> None:
    answer = ask(Zabbix())
    assert told(answer) == [
        ("DPS-CR1", "device_unreachable", None),
        ("SBY-CR1/2", "link_down", "trigger 15112"),
    ]
    assert {one.source for one in answer.active} == {SOURCE}
    assert answer.devices == {"SBY-CR1", "DPS-CR1"}, "of x nothing is known"
    assert [answer.holds(lost(name)) for name in ("DPS-CR1", "SBY-CR1", "JKT-CR1")] == [True, False, None]


def test_a_problem_is_the_alarm_that_its_webhook_tells() -> None:
    [alarm] = [one for one in ask(Zabbix()).active if one.alarm_type == "link_down"]
    body = {"event": "1245463", "value": "1", "trigger": "15112", "host": "router-2", "address": "10.0.0.2"}
    body |= {"item": "net.if.status[ifOperStatus.2]", "tags": PROBLEM["tags"], "time": "1472457242", "severity": "3"}
    resolver = InventoryResolver(WORLD.topology, {})
    read = webhook.parse(msgspec.json.encode(body), Envelope(moment(NOW_US), "zabbix-jkt", 1000, resolver.knows))
    assert isinstance(read, list)
    [by_webhook] = read
    assert isinstance(by_webhook, Alarm)
    named = msgspec.structs.replace(by_webhook, object=resolver.object_named(by_webhook.object) or "")
    assert (key_of(named), named.time, named.severity) == (key_of(alarm), alarm.time, alarm.severity)


def test_a_problem_that_is_over_is_held_no_more() -> None:
    zabbix = Zabbix()
    zabbix.problems = []
    answer = ask(zabbix)
    one = Standing("SBY-CR1/2\x1ftrigger 15112", "SBY-CR1/2", "link_down", "trigger 15112")
    assert answer.holds(one) is False
    assert answer.holds(one._replace(qualifier="of a tag")) is None


@pytest.mark.parametrize(
    ("key", "value", "reached"),
    [("icmpping", "1", True), ("icmpping[,3]", "0", False), ("icmppingloss", "1", None), ("icmpping", "", None)],
)
def test_a_host_that_is_only_pinged(key: str, value: str, reached: bool | None) -> None:
    zabbix = Zabbix()
    zabbix.hosts, zabbix.problems = [host("9", "JKT-CR1", "0")], []
    zabbix.items = [{"hostid": "9", "key_": key, "lastvalue": value, "lastclock": "1472457242"}]
    answer = ask(zabbix)
    assert answer.holds(lost("JKT-CR1")) is (None if reached is None else not reached)


def test_one_that_answers_a_ping_is_not_lost() -> None:
    zabbix = Zabbix()
    zabbix.items = [{"hostid": "2", "key_": "icmpping", "lastvalue": "1", "lastclock": "1472457242"}]
    assert ask(zabbix).holds(lost("DPS-CR1")) is False


@pytest.mark.parametrize(("version", "in_body"), [("6.0.30", True), ("6.4.0", False), ("7.2.1", False)])
def test_where_the_token_goes(version: str, in_body: bool) -> None:
    zabbix = Zabbix(version)
    ask(zabbix)
    assert zabbix.asked[0] == ("apiinfo.version", None, None)
    expected = (None, "zbx-token") if in_body else ("Bearer zbx-token", None)
    assert {(header, auth) for method, header, auth in zabbix.asked[1:]} == {expected}


def test_a_token_that_is_none() -> None:
    with pytest.raises(Unanswered, match=r"host.get is refused: Invalid params. Not authorized.") as raised:
        ask(Zabbix(), token="nonsense")
    assert "polls.zbx.token" in raised.value.remedy


def test_an_answer_of_another_form() -> None:
    zabbix = Zabbix()
    zabbix.hosts = [{"hostid": 7}]
    with pytest.raises(Unanswered, match=r"host\.get"):
        ask(zabbix)
