"""Events to a subscriber's real HTTPS server: what is posted, where nothing is, what each answer means."""

import asyncio
import hashlib
import hmac
from pathlib import Path

import pytest

from connectors.channels.hub import HubChannel, HubSettings
from connectors.ports import Answer, Failed, Message, Sent, Unsure
from tests.connectors.channels.peers import Gateway, certificate
from tests.contracts.test_channel import clock, message

BODY = '{"specversion": "1.0", "id": "EV-000001"}'


def through(
    gateway: Gateway,
    hosts: tuple[str, ...] = ("localhost",),
    to: str = "",
    secret: str | None = None,
    authorities: Path | None = None,
) -> Answer:
    """What the channel answers."""

    async def run() -> Answer:
        async with gateway:
            settings = HubSettings(hosts, secret, timeout_s=5, authorities=str(authorities) if authorities else None)
            channel = HubChannel(settings, clock)
            try:
                return await channel.send(event(to or gateway.url))
            finally:
                await channel.close()

    return asyncio.run(run())


def event(to: str) -> Message:
    return message(id="EV-000001:hub-1", to=to, body=BODY)


def test_an_event_is_posted_as_a_structured_cloud_event(tmp_path: Path) -> None:
    authorities, context = certificate(tmp_path)
    gateway = Gateway([(204, b"")], tls=context)
    assert through(gateway, secret="rahasia", authorities=authorities) == Sent()
    (request,) = gateway.requests
    assert request.line == "POST /messages HTTP/1.1"
    assert request.headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
    assert request.body.decode() == BODY
    expected = hmac.new(b"rahasia", b"1772323200." + request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-simpul-signature"] == f"t=1772323200,v1={expected}"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, Sent()),
        (302, Failed("the subscriber answered 302", recoverable=True)),
        (400, Failed("the subscriber answered 400", recoverable=False)),
        (410, Failed("the subscriber answered 410", recoverable=False)),
        (429, Failed("the subscriber answered 429", recoverable=True)),
        (503, Failed("the subscriber answered 503", recoverable=True)),
        (0, Unsure("the subscriber did not answer: RemoteProtocolError")),
    ],
)
def test_what_an_answer_means(tmp_path: Path, status: int, answer: Answer) -> None:
    authorities, context = certificate(tmp_path)
    assert through(Gateway([(status, b"")], tls=context), authorities=authorities) == answer


def test_a_certificate_that_nobody_knows_is_told_nothing(tmp_path: Path) -> None:
    gateway = Gateway(tls=certificate(tmp_path)[1])
    answer = through(gateway)
    assert answer == Failed("the subscriber cannot be reached: ConnectError", recoverable=True)
    assert gateway.requests == []


def test_a_host_that_is_no_longer_listed_is_told_nothing(tmp_path: Path) -> None:
    authorities, context = certificate(tmp_path)
    gateway = Gateway(tls=context)
    answer = through(gateway, ("oss.example.net",), authorities=authorities)
    assert answer == Failed("channels.hub.hosts does not list 'localhost'", recoverable=False)
    assert gateway.requests == []
