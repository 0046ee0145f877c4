"""A real Alertmanager is asked what it holds active, and what ended while nobody could hear is cleared."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from connectors.formats.json_rows import Envelope
from connectors.polls import alertmanager as polled
from connectors.polls.poller import Poll, Poller, PollPorts
from connectors.polls.port import Answer, Asked, Standing, Unanswered
from connectors.resolver import InventoryResolver
from connectors.telemetry.metrics import PrometheusCounter
from connectors.webhooks import alertmanager as webhook
from correlator.alarms.states import key_of
from correlator.events import Alarm, moment
from streams import clock
from streams.bootstrap.polls import asked
from streams.poll_settings import Poll as Part
from streams.settings import Settings
from tests.connectors.house import WORLD, Inbox
from tests.connectors.polls.peers import alertmanager, post_alert, running

CONFIG = "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n"
SOURCE = "alertmanager:am-jkt"
LABELS = {"alertname": "LinkDown", "instance": "10.0.0.2:9100", "ifName": "2", "severity": "critical"}
RESOLVER = InventoryResolver(WORLD.topology, {})


def ask(url: str) -> Answer:
    async def once() -> Answer:
        system = asks(url)
        try:
            return await system.ask(moment(clock.wall_us()))
        finally:
            await system.close()

    return asyncio.run(once())


def asks(url: str) -> Asked:
    given = Settings(polls={"am": Part(system="alertmanager", url=url, source=SOURCE)})
    return asked(given, "am", WORLD.topology, RESOLVER)


def by_webhook(labels: dict[str, str]) -> Alarm:
    """As the same alert comes by its webhook."""
    now = moment(clock.wall_us())
    alert = {"status": "firing", "labels": labels, "annotations": {}, "fingerprint": "f" * 16}
    times = {"startsAt": now.isoformat(), "endsAt": "0001-01-01T00:00:00Z"}
    body = {"version": "4", "groupKey": "g", "status": "firing", "receiver": "simpul", "alerts": [alert | times]}
    read = webhook.parse(msgspec.json.encode(body), Envelope(now, "am-jkt"))
    assert isinstance(read, list)
    [alarm] = read
    assert isinstance(alarm, Alarm)
    found = InventoryResolver(WORLD.topology, {}).object_named(alarm.object)
    return msgspec.structs.replace(alarm, object=found or alarm.object)


def test_what_it_holds_is_what_its_webhook_says_and_what_ended_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polled, "SETTLES", timedelta(0))
    inbox, ended = Inbox(), by_webhook({**LABELS, "ifName": "1"})
    standing = [Standing(key_of(one), one.object, one.alarm_type, one.qualifier) for one in (by_webhook(LABELS), ended)]
    with running(alertmanager(tmp_path, CONFIG)) as peer:
        post_alert(peer, labels=LABELS, annotations={"summary": "port 2 is down"}, startsAt="2026-03-01T01:02:03.5Z")
        post_alert(peer, labels={**LABELS, "ifName": "3"}, startsAt="2026-03-01T01:03:00Z")
        ports = PollPorts(inbox, lambda _: standing, clock.wall_us, PrometheusCounter())
        system = asks(peer.url)

        async def once() -> Answer:
            await Poller(Poll("am", SOURCE, 60), system, ports).turn()
            answer = await system.ask(moment(clock.wall_us()))
            await system.close()
            return answer

        answer = asyncio.run(once())
    assert {one.object for one in answer.active} == {"SBY-CR1/2", "SBY-CR1/3"}
    assert {one.source for one in answer.active} == {SOURCE}
    said = [(one.object, one.state, one.because) for one in inbox.events if isinstance(one, Alarm)]
    assert said == [("SBY-CR1/3", "raised", None), ("SBY-CR1/1", "cleared", "resync")]


def test_one_that_was_just_started_is_not_believed(tmp_path: Path) -> None:
    with running(alertmanager(tmp_path, CONFIG)) as peer, pytest.raises(Unanswered, match="started a few minutes ago"):
        ask(peer.url)


def test_what_cannot_be_read_keeps_all_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v2/status":
            return httpx.Response(200, json={"uptime": "2026-01-01T00:00:00Z"})
        return httpx.Response(200, json=[{"labels": "?"}])

    real = httpx.AsyncClient

    def client(**more: Any) -> httpx.AsyncClient:
        return real(**{**more, "transport": httpx.MockTransport(answers)})

    monkeypatch.setattr(httpx, "AsyncClient", client)
    answer = ask("http://127.0.0.1:1")
    assert answer.holds(Standing("x\x1fother", "x", "other", None)) is None
