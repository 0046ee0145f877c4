"""What every channel must do, asked of each with a real peer behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.channels.file import FileChannel
from connectors.channels.hub import HubChannel, HubSettings
from connectors.channels.memory import AnsweringMemoryChannel, MemoryChannel
from connectors.channels.smtp import SmtpChannel, SmtpSettings
from connectors.channels.webhook import WebhookChannel, WebhookSettings
from connectors.ports import Answer, Answering, Channel, Failed, Message, Sent
from tests.connectors.channels.peers import Gateway, Mailbox, certificate, unused_port

NOW_US = 1_772_323_200_000_000


def clock() -> int:
    return NOW_US


def message(n: int = 1, **more: str) -> Message:
    return Message(
        **{
            "id": f"CA-1:C-{n}",
            "channel": "any",
            "to": f"ani{n}@example.com",
            "subject": "Gangguan jaringan – Bali",
            "body": "Layanan Anda terputus.\nKami sedang memperbaiki.",
            "language": "id",
            "about": "NT-20260301-900001",
            "kind": "outage",
            **more,
        }
    )


@asynccontextmanager
async def memory(folder: Path) -> AsyncIterator[Channel]:
    yield MemoryChannel()


@asynccontextmanager
async def answering(folder: Path) -> AsyncIterator[Channel]:
    yield AnsweringMemoryChannel()


@asynccontextmanager
async def file(folder: Path) -> AsyncIterator[Channel]:
    yield FileChannel(folder / "messages.jsonl", clock)


@asynccontextmanager
async def smtp(folder: Path) -> AsyncIterator[Channel]:
    async with Mailbox() as peer:
        yield SmtpChannel(SmtpSettings("127.0.0.1", peer.port, "none"), clock)


@asynccontextmanager
async def webhook(folder: Path) -> AsyncIterator[Channel]:
    async with Gateway() as peer:
        yield WebhookChannel(WebhookSettings(peer.url), clock)


@asynccontextmanager
async def hub(folder: Path) -> AsyncIterator[Channel]:
    authorities, context = certificate(folder)
    async with Gateway(tls=context) as peer:
        channel = Told(peer.url, authorities)
        try:
            yield channel
        finally:
            await channel.close()


class Told(HubChannel):
    """One subscriber, whomever a message names."""

    def __init__(self, url: str, authorities: Path | None = None) -> None:
        super().__init__(HubSettings(("localhost",), authorities=str(authorities) if authorities else None), clock)
        self._url = url

    async def send(self, message: Message) -> Answer:
        return await super().send(replace(message, to=self._url))


Maker = Callable[[Path], AbstractAsyncContextManager[Channel]]
MAKERS: dict[str, Maker] = {
    "memory": memory,
    "answering": answering,
    "file": file,
    "smtp": smtp,
    "webhook": webhook,
    "hub": hub,
}
DEAD: dict[str, Callable[[Path], Channel]] = {
    "file": lambda folder: FileChannel(folder / "nowhere" / "messages.jsonl", clock),
    "smtp": lambda _: SmtpChannel(SmtpSettings("127.0.0.1", unused_port(), "none"), clock),
    "hub": lambda _: Told(f"https://localhost:{unused_port()}/"),
    "webhook": lambda _: WebhookChannel(WebhookSettings(f"http://127.0.0.1:{unused_port()}/"), clock),
}


@pytest.fixture(params=MAKERS)
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Callable[[Channel], Awaitable[None]]], None]:
    def run(question: Callable[[Channel], Awaitable[None]]) -> None:
        async def asked() -> None:
            async with MAKERS[request.param](tmp_path) as channel:
                await question(channel)
                await channel.close()

        asyncio.run(asked())

    return run


Ask = Callable[[Callable[[Channel], Awaitable[None]]], None]


def test_it_has_a_name(ask: Ask) -> None:
    async def question(channel: Channel) -> None:
        assert channel.name
        assert channel.repeats_safely in (True, False)

    ask(question)


def test_it_sends(ask: Ask) -> None:
    async def question(channel: Channel) -> None:
        assert isinstance(await channel.send(message()), Sent)

    ask(question)


def test_it_sends_many_at_once(ask: Ask) -> None:
    async def question(channel: Channel) -> None:
        answers = await asyncio.gather(*(channel.send(message(n)) for n in range(50)))
        assert all(isinstance(answer, Sent) for answer in answers)

    ask(question)


def test_it_may_be_used_again_after_close(ask: Ask) -> None:
    async def question(channel: Channel) -> None:
        await channel.send(message(1))
        await channel.close()
        await channel.close()
        assert isinstance(await channel.send(message(2)), Sent)

    ask(question)


def test_one_that_answers_knows_what_it_took(ask: Ask) -> None:
    async def question(channel: Channel) -> None:
        await channel.send(message(1))
        if isinstance(channel, Answering):
            assert await channel.took(["CA-1:C-1", "CA-1:C-2"]) == {"CA-1:C-1"}
        else:
            assert channel.name in ("hub", "memory", "smtp", "webhook")

    ask(question)


@pytest.mark.parametrize("name", DEAD)
def test_a_dead_peer_is_a_failure_that_passes(name: str, tmp_path: Path) -> None:
    channel = DEAD[name](tmp_path)

    async def sent() -> object:
        try:
            return await channel.send(message())
        finally:
            await channel.close()

    answer = asyncio.run(sent())
    assert isinstance(answer, Failed)
    assert answer.recoverable
    assert "ani" not in answer.why
