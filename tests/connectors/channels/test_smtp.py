"""Mail, to a real mail server: what arrives, what a refusal means, TLS, log-in, a server that hangs up."""

import asyncio
from pathlib import Path

import pytest

from connectors.channels.smtp import SmtpChannel, SmtpSettings, message_id
from connectors.ports import Answer, Failed, Message, Sent, Unsure
from tests.connectors.channels.peers import Mailbox, certificate
from tests.contracts.test_channel import clock, message


def through(mailbox: Mailbox, *messages: Message, **settings: object) -> list[Answer]:
    """What the channel answers to each, in turn."""

    async def run() -> list[Answer]:
        async with mailbox:
            given = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "timeout_s": 5.0, **settings}
            channel = SmtpChannel(SmtpSettings(**given), clock)  # type: ignore[arg-type]  # each of its own type
            try:
                return [await channel.send(one) for one in messages]
            finally:
                await channel.close()

    return asyncio.run(run())


def test_what_arrives() -> None:
    mailbox = Mailbox()
    (answer,) = through(mailbox, message())
    assert answer == Sent("Q1")
    (mail,) = mailbox.mails()
    assert (mail["To"], mail["From"]) == ("ani1@example.com", "support@nusantaratelekomindo.co.id")
    assert mail["Subject"] == "Gangguan jaringan – Bali"
    assert mail["Date"] == "Sun, 01 Mar 2026 00:00:00 +0000"
    assert mail["Message-ID"] == "<CA-1=3AC-1@nusantaratelekomindo.co.id>"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "id")
    assert mail.get_content().splitlines() == ["Layanan Anda terputus.", "Kami sedang memperbaiki."]
    assert mailbox.envelopes[0].rcpt_tos == ["ani1@example.com"]


def test_a_message_keeps_its_message_id() -> None:
    mailbox = Mailbox()
    through(mailbox, message(1), message(1), message(2))
    names = [mail["Message-ID"] for mail in mailbox.mails()]
    assert names[0] == names[1] != names[2]


def test_one_connection_serves_all() -> None:
    mailbox = Mailbox()
    through(mailbox, *(message(n) for n in range(20)))
    assert (mailbox.connections, len(mailbox.envelopes)) == (1, 20)


@pytest.mark.parametrize(
    ("where", "said", "why", "recoverable"),
    [
        ("ani1@example.com", "550 5.1.1 <ani1@example.com>: no such user", "refused: 550 5.1.1", False),
        ("ani1@example.com", "552 mailbox full", "refused: 552", False),
        ("ani1@example.com", "450 4.2.1 greylisted, try again", "refused: 450 4.2.1", True),
        ("DATA", "554 5.7.1 spam: ani1@example.com", "refused: 554 5.7.1", False),
        ("DATA", "451 4.3.0 try later", "refused: 451 4.3.0", True),
    ],
)
def test_a_refusal(where: str, said: str, why: str, recoverable: bool) -> None:
    mailbox = Mailbox({where: said})
    refused, after = through(mailbox, message(1), message(2) if where != "DATA" else message(1))
    assert refused == Failed(why, recoverable)
    assert isinstance(after, Sent) is (where != "DATA")  # the connection goes on


@pytest.mark.parametrize("to", ["", "nobody", "a@b@c", "a@b\nBcc: x@example.com", "<a", "a b@c", "("])
def test_a_malformed_address(to: str) -> None:
    mailbox = Mailbox()
    assert through(mailbox, message(to=to)) == [Failed("the address is malformed", recoverable=False)]
    assert mailbox.envelopes == []


def test_a_subject_cannot_add_a_header() -> None:
    mailbox = Mailbox()
    through(mailbox, message(subject="Gangguan\r\nBcc: x@example.com"))
    (mail,) = mailbox.mails()
    assert (mail["Subject"], mail["Bcc"]) == ("Gangguan Bcc: x@example.com", None)


def test_a_server_that_hangs_up_before_it_answers() -> None:
    mailbox = Mailbox(hang_up_after=1)
    unsure, sent = through(mailbox, message(1), message(2))
    assert isinstance(unsure, Unsure)
    assert isinstance(sent, Sent)


def test_a_server_that_hung_up_meanwhile_is_called_again() -> None:
    mailbox = Mailbox(hang_up_after=2)
    answers = through(mailbox, message(1), message(2), message(3))
    assert all(isinstance(answer, Sent) for answer in answers)
    assert [mail["Message-ID"] for mail in mailbox.mails()].count(
        message_id("CA-1:C-2", "x").replace("@x", "@nusantaratelekomindo.co.id")
    ) == 2


@pytest.mark.parametrize("implicit", [True, False])
def test_tls(tmp_path: Path, implicit: bool) -> None:
    authorities, context = certificate(tmp_path)
    mailbox = Mailbox(context=context, tls=implicit)
    security = "tls" if implicit else "starttls"
    (answer,) = through(mailbox, message(), host="localhost", security=security, authorities=authorities)
    assert isinstance(answer, Sent)
    assert len(mailbox.envelopes) == 1


@pytest.mark.parametrize("implicit", [True, False])
def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, implicit: bool) -> None:
    _, context = certificate(tmp_path)
    mailbox = Mailbox(context=context, tls=implicit)
    security = "tls" if implicit else "starttls"
    (answer,) = through(mailbox, message(), host="localhost", security=security)
    assert isinstance(answer, Failed)
    assert answer.recoverable
    assert mailbox.envelopes == []


def test_a_server_without_starttls_gets_nothing() -> None:
    mailbox = Mailbox()
    (answer,) = through(mailbox, message(), security="starttls")
    assert isinstance(answer, Failed)
    assert answer.recoverable
    assert mailbox.envelopes == []


@pytest.mark.parametrize(("password", "good"), [("rahasia", True), ("salah", False), (None, False)])
def test_log_in(tmp_path: Path, password: str | None, good: bool) -> None:
    authorities, context = certificate(tmp_path)
    mailbox = Mailbox(context=context, password="rahasia")
    own = {"username": "simpul" if password else None, "password": password}
    (answer,) = through(mailbox, message(), host="localhost", security="starttls", authorities=authorities, **own)
    assert isinstance(answer, Sent) is good
    assert isinstance(answer, Sent) or (isinstance(answer, Failed) and answer.recoverable)
    assert len(mailbox.envelopes) == int(good)


def test_a_password_is_not_shown() -> None:
    assert "rahasia" not in repr(SmtpSettings("mail.example.com", password="rahasia"))


@pytest.mark.parametrize("name", ["MS-000001", "CA-1:CU-000123", "a b", "ż", "x" * 200, "a..b", "<>"])
def test_message_ids_survive_the_way(name: str) -> None:
    mailbox = Mailbox()
    through(mailbox, message(id=name))
    (mail,) = mailbox.mails()
    assert str(mail["Message-ID"]).replace(" ", "") == message_id(name, "nusantaratelekomindo.co.id")
