"""A mail server or gateway that is away, hangs, is busy or refuses: nobody waits, and nothing is lost or doubled.

Story time runs twenty times as fast, so that the half minute until a second attempt is not waited for.
"""

import socket
from pathlib import Path
from typing import Any, Literal

import pytest

from connectors.ports import Queued
from connectors.store.sql import SqlStore
from correlator.events import Channel, Receipt
from streams.settings import Channels, Settings, Smtp, Webhook
from tests.integration.house import Live, living, settings, until
from tests.integration.peers import Mood, gateway, mail_server

MAIL, PHONE = "noc@cu-1.example", "+62811111"
PEERS = {"email": mail_server, "phone": gateway}
ADDRESS = {"email": MAIL, "phone": PHONE}
STATES = ("queued", "trying", "sent", "delivered", "failed", "dead", "uncertain")

Word = Literal["email", "phone"]


def given(folder: Path, port: int) -> Settings:
    """Mail and phone lead to that port; the portal leads to the file."""
    channels = Channels(
        smtp=Smtp(host="127.0.0.1", port=port, security="none"),
        webhook=Webhook(url=f"http://127.0.0.1:{port}/", plain=True, unsigned=True),
        routes={"email": ["smtp"], "phone": ["webhook"]},
    )
    return settings(folder, channels=channels, clock_factor=20, log="error")


def complain(live: Live, name: str, channel: Channel) -> None:
    body: dict[str, Any] = {"id": name, "channel": channel, "customer": "CU-1", "text": "internet mati total"}
    assert live.post("/complaints", body).status_code == 201


def message(live: Live, word: str) -> Queued | None:
    """The one of this word."""
    store = SqlStore(live.files.store)
    try:
        found = [one for one in store.outbox.messages(live.settings.domain, STATES) if one.word == word]
    finally:
        store.close()
    return found[0] if found else None


def state(live: Live, word: str, *wanted: str) -> Queued | None:
    """Its message, where it is in one of these states."""
    found = message(live, word)
    return found if found and found.state in wanted else None


def told(live: Live, word: str) -> list[str]:
    """What the journal was told of its message; alerts have receipts, too."""
    mine = message(live, word)
    events = (event for event in live.events() if isinstance(event, Receipt))
    return [event.state for event in events if mine and event.notice == mine.id]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.mark.parametrize("word", ["email", "phone"])
def test_one_that_is_away_is_tried_again_until_it_is_there(tmp_path: Path, word: Word) -> None:
    port = closed_port()
    with living(given(tmp_path, port)) as live:
        complain(live, "c-1", word)
        waits = until("word of why it waits", lambda: (one := state(live, word, "queued")) and one.why and one)
        assert "cannot be reached" in (waits.why or "")
        assert live.health()[0] == 200, "a mail server's trouble is not the service's"
        with PEERS[word]("well", port) as peer:
            until("message sent", lambda: state(live, word, "sent"))
            assert peer.took == [ADDRESS[word]]
        until("receipt", lambda: told(live, word) == ["sent"])


@pytest.mark.parametrize("word", ["email", "phone"])
def test_one_that_is_busy_gets_it_later_and_once(tmp_path: Path, word: Word) -> None:
    with PEERS[word]("busy") as peer, living(given(tmp_path, peer.port)) as live:
        complain(live, "c-1", word)
        until("second attempt", lambda: peer.asked >= 2)
        peer.mood = "well"
        until("message sent", lambda: state(live, word, "sent"))
        assert peer.took == [ADDRESS[word]]


@pytest.mark.parametrize("word", ["email", "phone"])
def test_one_that_refuses_is_told_to_the_journal_and_not_asked_again(tmp_path: Path, word: Word) -> None:
    with PEERS[word]("refuses") as peer, living(given(tmp_path, peer.port)) as live:
        complain(live, "c-1", word)
        failed = until("failed message", lambda: state(live, word, "failed"))
        assert "refused" in (failed.why or "") or "400" in (failed.why or "")
        until("receipt", lambda: told(live, word) == ["failed"])
        assert (peer.asked, peer.took) == (1, [])


@pytest.mark.parametrize(("word", "then", "took"), [("email", ("sent",), [MAIL]), ("phone", ("uncertain",), [PHONE])])
def test_one_that_hangs_holds_up_nobody_and_is_settled_after_a_start(
    tmp_path: Path, word: Word, then: tuple[str, ...], took: list[str]
) -> None:
    """Mail is sent again under its Message-ID; a gateway may have taken it, so it is listed and not repeated."""
    mood: Mood = "hangs"
    with PEERS[word](mood) as peer:
        with living(given(tmp_path, peer.port)) as live:
            complain(live, "c-1", word)
            until("attempt that hangs", lambda: peer.asked == 1 and state(live, word, "trying"))
            complain(live, "c-2", "portal")
            until("message by another way", lambda: live.messages_of("ack"))
            assert live.health()[0] == 200
        peer.mood = "well"
        with living(given(tmp_path, peer.port)) as live:
            until("settled attempt", lambda: state(live, word, *then))
            until("receipt", lambda: told(live, word) == list(then))
        assert peer.took == took
