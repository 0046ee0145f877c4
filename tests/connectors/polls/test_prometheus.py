"""What Prometheus' answers mean; their form is that of its HTTP API's documentation (instant queries)."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from connectors.polls.http import Http, Site
from connectors.polls.port import Answer, Standing, Unanswered
from connectors.polls.prometheus import QUERIES, Names, Prometheus
from connectors.resolver import InventoryResolver
from connectors.webhooks.alertmanager import Mapped, object_of
from correlator.events import moment
from tests.connectors.house import NOW_US, WORLD

RESOLVER = InventoryResolver(WORLD.topology, {"JKT-CR1": "cr1.jakarta"})
DEVICE, LINK = QUERIES["device_unreachable"][0], QUERIES["link_down"][0]
SNMP = QUERIES["device_unreachable"][1]
Series = tuple[Mapping[str, str], str]


def vector(*series: Series) -> dict[str, Any]:
    result = [{"metric": dict(labels), "value": [1772327400.781, value]} for labels, value in series]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


def http(answers: Callable[[httpx.Request], httpx.Response]) -> Http:
    return Http(Site("polls.jkt", "http://127.0.0.1:9090"), httpx.MockTransport(answers))


def ask(said: Mapping[str, Any], queries: Any = QUERIES) -> Answer:
    """`said`: the body by query; another query finds nothing."""

    def answers(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/api/v1/query"
        return httpx.Response(200, json=said.get(request.url.params["query"], vector()))

    names = Names(RESOLVER, lambda labels: object_of(labels, Mapped()))
    return asyncio.run(Prometheus(http(answers), "prometheus:jkt", queries, names).ask(moment(NOW_US)))


def told(answer: Answer) -> list[tuple[str, str, str]]:
    return sorted((one.object, one.alarm_type, one.state) for one in answer.active)


def holds(answer: Answer, name: str, kind: Any = "device_unreachable", qualifier: str | None = None) -> bool | None:
    return answer.holds(Standing(f"{name}\x1f{qualifier or kind}", name, kind, qualifier))


def test_a_device_by_each_of_its_names() -> None:
    answer = ask(
        {
            DEVICE: vector(
                ({"instance": "10.0.0.1"}, "0"),
                ({"instance": "SBY-CR1:9115"}, "1"),
                ({"device": "DPS-CR1", "instance": "x"}, "0"),
                ({"instance": "https://web-9.example.net/login"}, "0"),
            )
        }
    )
    assert told(answer) == [
        ("DPS-CR1", "device_unreachable", "raised"),
        ("JKT-CR1", "device_unreachable", "raised"),
        ("web-9.example.net", "device_unreachable", "raised"),
    ]
    assert answer.devices == {"JKT-CR1", "SBY-CR1", "DPS-CR1"}, "what the inventory lacks is none of its devices"
    assert (holds(answer, "JKT-CR1"), holds(answer, "SBY-CR1"), holds(answer, "DPS-OLT1")) == (True, False, None)
    assert holds(answer, "SBY-CR1", qualifier="trigger 7") is None


@pytest.mark.parametrize(("ping", "snmp", "lost"), [("0", "0", True), ("0", "1", False), ("1", "0", False)])
def test_a_device_is_lost_where_no_way_to_it_works(ping: str, snmp: str, lost: bool) -> None:
    labels = {"instance": "10.0.0.2"}
    assert bool(ask({DEVICE: vector((labels, ping)), SNMP: vector((labels, snmp))}).active) is lost


@pytest.mark.parametrize(
    ("status", "held"), [("1", False), ("2", True), ("7", True), ("3", None), ("4", None), ("5", None), ("6", None)]
)
def test_a_port_by_its_ifoperstatus(status: str, held: bool | None) -> None:
    answer = ask({LINK: vector(({"instance": "10.0.0.2", "ifName": "2", "ifIndex": "2"}, status))})
    assert told(answer) == ([("SBY-CR1/2", "link_down", "raised")] if held else [])
    assert holds(answer, "SBY-CR1/2", "link_down") is held


def test_a_service_is_down_where_one_probe_says_so_and_else_known_to_be_well() -> None:
    queries = {"service_down": ("probe_success",)}
    said = vector(({"service": "SV-1"}, "1"), ({"service": "SV-1"}, "0"), ({"service": "SV-2"}, "1"))
    answer = ask({"probe_success": said}, queries)
    assert told(answer) == [("SV-1", "service_down", "raised")]
    assert [(one.object, one.state) for one in answer.well] == [("SV-2", "cleared")]


@pytest.mark.parametrize("value", ["NaN", "0.5", "+Inf"])
def test_a_value_that_is_no_word_says_nothing(value: str) -> None:
    answer = ask({DEVICE: vector(({"instance": "10.0.0.2"}, value))})
    assert (told(answer), holds(answer, "SBY-CR1")) == ([], None)


BODIES = {
    "a matrix": {"status": "success", "data": {"resultType": "matrix", "result": []}},
    "no series": {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": "1"}]}},
    "an error": {"status": "error", "errorType": "bad_data", "error": "parse error"},
    "a list": [],
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_answer_of_another_form(body: Any) -> None:
    with pytest.raises(Unanswered) as raised:
        ask({DEVICE: body})
    assert "polls.jkt" in raised.value.remedy


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (httpx.Response(401), "token or password"),
        (httpx.Response(500), "the log of that system"),
        (httpx.Response(200, content=b"<html>"), "polls.jkt.url"),
        (httpx.ConnectError("refused"), "the way there"),
    ],
)
def test_a_system_that_does_not_answer_as_it_should(answer: Any, remedy: str) -> None:
    def answers(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]  # the other kind

    with pytest.raises(Unanswered) as raised:
        asyncio.run(http(answers).get("/api/v1/query", dict, query="up"))
    assert remedy in raised.value.remedy


def test_an_answer_without_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.polls.http.MOST_BYTES", 1000)
    with pytest.raises(Unanswered, match="more than"):
        asyncio.run(http(lambda _: httpx.Response(200, content=b"[" * 5000)).get("/", list))
