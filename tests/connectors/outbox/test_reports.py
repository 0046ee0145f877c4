"""A report that goes by itself: with its files, by mail, once, and again where it did not go."""

import asyncio
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest

from connectors.channels.file import FileChannel
from connectors.channels.memory import MemoryChannel
from connectors.channels.smtp import SmtpChannel, SmtpSettings
from connectors.ports import Message
from correlator.effects import Alert, ReportFacts
from tests.connectors.channels.peers import Mailbox
from tests.connectors.outbox.scene import T0, Scene, alert
from tests.contracts.test_channel import clock

FACTS = ReportFacts("monthly", 1, 2, "2026-03", ("pdf",), "id")


def report(n: int = 1) -> Alert:
    return msgspec.structs.replace(alert(n, "service_manager"), id=f"RP-{n}", kind="report", report=FACTS)


def mailed(scene: Scene, mailbox: Mailbox) -> None:
    """One turn, with a mail server that lives as long."""

    async def run() -> None:
        async with mailbox:
            settings = SmtpSettings(host="127.0.0.1", port=mailbox.port, security="none", timeout_s=5.0)
            scene.channels = [MemoryChannel("file"), SmtpChannel(settings, clock)]
            dispatcher = scene.dispatcher()
            try:
                await dispatcher.recover()
                while await dispatcher.fan_out():
                    pass
                await dispatcher.send("report")
            finally:
                await dispatcher.close()

    asyncio.run(run())


def files(mail: EmailMessage) -> list[tuple[str | None, str, bytes]]:
    return [(part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()]


def test_it_goes_by_mail_with_its_files() -> None:
    scene, mailbox = Scene(), Mailbox()
    scene.emit(report())
    mailed(scene, mailbox)
    (mail,) = mailbox.mails()
    assert mail["To"] == "manager@example.com"
    assert files(mail) == [("monthly.pdf", "application/pdf", b"%PDF")]
    assert "staff:service_manager" in mail.get_body().get_content()  # type: ignore[union-attr]  # it has a text
    assert scene.told() == [("RP-1", "sent")]
    mailed(scene, mailbox)
    assert len(mailbox.envelopes) == 1


def test_a_crash_after_it_went_repeats_it_under_the_same_name() -> None:
    scene, mailbox = Scene(), Mailbox()
    scene.emit(report())
    scene.journal_full = True  # nobody hears that it went: as after a crash
    with pytest.raises(Exception, match="no space"):
        mailed(scene, mailbox)
    scene.journal_full = False
    mailed(scene, mailbox)
    mails = mailbox.mails()
    assert len({mail["Message-ID"] for mail in mails}) == 1
    assert [files(mail) for mail in mails] == [files(mails[0])] * len(mails)
    assert scene.told() == [("RP-1", "sent")]


def test_a_server_that_refuses_is_asked_again_and_then_it_is_told() -> None:
    scene, mailbox = Scene(), Mailbox(refuse={"DATA": "451 4.3.0 later"})
    scene.emit(report())
    for _ in range(scene.rules.attempts):
        mailed(scene, mailbox)
        scene.now_us += 60_000_000
    assert scene.told() == [("RP-1", "failed")]


def test_a_report_that_cannot_be_made_now_is_made_later() -> None:
    scene, mailbox = Scene(), Mailbox()
    scene.emit(report())
    scene.script.fails = {"RP-1"}
    mailed(scene, mailbox)
    assert (mailbox.envelopes, scene.message("RP-1").state) == ([], "queued")
    scene.script.fails = set()
    scene.now_us += 60_000_000
    mailed(scene, mailbox)
    assert len(mailbox.envelopes) == 1


def test_no_alert_waits_for_a_report() -> None:
    scene = Scene()
    scene.emit(report(), alert(2))
    assert scene.turn("staff") == 1
    assert scene.told() == [("AL-2", "sent")]


def test_a_house_without_mail_finds_it_beside_its_messages(tmp_path: Path) -> None:
    scene = Scene(channels=[FileChannel(tmp_path / "messages.jsonl", lambda: T0)])
    scene.emit(report())
    assert scene.turn("report") == 1
    [line] = (tmp_path / "messages.jsonl").read_bytes().splitlines()
    assert msgspec.json.decode(line)["files"] == ["monthly.pdf"]
    kept = tmp_path / "reports" / "monthly.pdf"
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (b"%PDF", 0o600)


def test_a_message_without_files_is_as_it_was(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "messages.jsonl", lambda: T0)
    asyncio.run(channel.send(Message("1", "file", "to", None, "body", "id")))
    assert "files" not in msgspec.json.decode((tmp_path / "messages.jsonl").read_bytes())
