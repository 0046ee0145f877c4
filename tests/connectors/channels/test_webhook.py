"""Messages to a real HTTP server: what is posted, how it is signed, what each answer means."""

import asyncio
import hashlib
import hmac
import json

import pytest

from connectors.channels.webhook import WebhookChannel, WebhookSettings
from connectors.ports import Answer, Failed, Message, Sent, Unsure
from tests.connectors.channels.peers import Gateway
from tests.contracts.test_channel import clock, message


def through(gateway: Gateway, *messages: Message, secret: str | None = None, timeout_s: float = 5.0) -> list[Answer]:
    """What the channel answers to each, in turn."""

    async def run() -> list[Answer]:
        async with gateway:
            channel = WebhookChannel(WebhookSettings(gateway.url, secret, timeout_s=timeout_s), clock)
            try:
                return [await channel.send(one) for one in messages]
            finally:
                await channel.close()

    return asyncio.run(run())


def test_what_is_posted() -> None:
    gateway = Gateway([(201, b'{"id": "sms-77"}')])
    assert through(gateway, message(to="+628123456789")) == [Sent("sms-77")]
    (request,) = gateway.requests
    assert request.line == "POST /messages HTTP/1.1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["idempotency-key"] == "CA-1:C-1"
    assert "x-simpul-signature" not in request.headers
    assert json.loads(request.body) == {
        "id": "CA-1:C-1",
        "to": "+628123456789",
        "subject": "Gangguan jaringan – Bali",
        "body": "Layanan Anda terputus.\nKami sedang memperbaiki.",
        "language": "id",
        "kind": "outage",
        "about": "NT-20260301-900001",
    }


def test_the_signature_is_that_of_the_documentation() -> None:
    gateway = Gateway()
    through(gateway, message(), secret="rahasia")
    (request,) = gateway.requests
    expected = hmac.new(b"rahasia", b"1772323200." + request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-simpul-signature"] == f"t=1772323200,v1={expected}"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, Sent()),
        (202, Sent()),
        (302, Failed("the gateway answered 302", recoverable=True)),
        (400, Failed("the gateway answered 400", recoverable=False)),
        (401, Failed("the gateway answered 401", recoverable=True)),
        (404, Failed("the gateway answered 404", recoverable=True)),
        (422, Failed("the gateway answered 422", recoverable=False)),
        (429, Failed("the gateway answered 429", recoverable=True)),
        (500, Failed("the gateway answered 500", recoverable=True)),
        (503, Failed("the gateway answered 503", recoverable=True)),
        (502, Unsure("a proxy before the gateway answered 502")),
        (504, Unsure("a proxy before the gateway answered 504")),
        (0, Unsure("the gateway did not answer: RemoteProtocolError")),
    ],
)
def test_an_answer(status: int, answer: Answer) -> None:
    assert through(Gateway([(status, b"to +628123456789: no")]), message()) == [answer]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id": {}}', b'{"ok": true}', b"\xff"])
def test_an_answer_without_an_id(body: bytes) -> None:
    assert through(Gateway([(200, body)]), message()) == [Sent()]


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "127.0.0.1", "", "http://[", "http://"])
def test_a_url_that_is_none(url: str) -> None:
    async def run() -> Answer:
        channel = WebhookChannel(WebhookSettings(url), clock)
        try:
            return await channel.send(message())
        finally:
            await channel.close()

    answer = asyncio.run(run())
    assert isinstance(answer, Failed | Unsure)


def test_a_secret_is_not_shown() -> None:
    assert "rahasia" not in repr(WebhookSettings("http://127.0.0.1/", "rahasia"))


def test_the_end_of_a_long_answer_is_not_waited_for() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 So\r\nContent-Length: 1000000000\r\n\r\n" + bytes(200_000))
        await reader.read()
        writer.close()

    async def run() -> Answer:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            channel = WebhookChannel(WebhookSettings(f"http://127.0.0.1:{port}/"), clock)
            try:
                return await channel.send(message())
            finally:
                await channel.close()

    assert asyncio.run(run()) == Sent()
