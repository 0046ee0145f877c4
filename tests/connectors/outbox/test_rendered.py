"""The whole way out: a campaign over a real inventory, its words, its channels, mail in a real mailbox."""

import asyncio
from pathlib import Path

import msgspec

from connectors.channels.file import FileChannel, Line
from connectors.channels.smtp import SmtpChannel, SmtpSettings
from connectors.formats.messages import Rendering
from connectors.outbox import Addresses, Dispatcher, DispatchPorts, Way
from connectors.ports import Commit, Contact
from connectors.privacy.directory import MemoryDirectory
from connectors.privacy.vault import MemoryVault
from connectors.store.memory import MemoryStore
from connectors.telemetry.metrics import PrometheusCounter
from correlator.effects import Campaign, NoticeFacts
from correlator.events import Receipt
from tests.connectors.channels.peers import Mailbox
from tests.connectors.house import CUT_US, DOMAIN, DOWN, NOW_US, WORLD
from tests.connectors.outbox.scene import WHY, alert

CAMPAIGN = Campaign(
    id="CA-000001",
    at_us=NOW_US,
    incident="IN-000001",
    ticket="TK-1",
    kind="outage",
    update=0,
    inventory=WORLD.topology.hash,
    audience=DOWN,
    facts=NoticeFacts(number="NT-20260301-900000", since_us=CUT_US),
    reason=WHY,
)


def test_a_campaign_and_an_alert_go_out(tmp_path: Path) -> None:
    store, receipts = MemoryStore(), list[Receipt]()
    store.commit(Commit(DOMAIN, 0, 1, [], [CAMPAIGN, alert(1)]))
    directory = MemoryDirectory(MemoryVault())
    directory.replace([("CU-1", Contact("A", "0811", None)), ("CU-2", Contact("B", None, "b@example.com"))])
    mailbox = Mailbox()

    async def run() -> None:
        async with mailbox:
            ways = [
                Way(SmtpChannel(SmtpSettings("127.0.0.1", mailbox.port, "none"), lambda: NOW_US), "email"),
                Way(FileChannel(tmp_path / "messages.jsonl", lambda: NOW_US)),
            ]
            ports = DispatchPorts(
                store.outbox,
                Rendering(lambda: WORLD, lambda _: None),
                Addresses(directory, lambda _: None, {"noc_operator": "noc@example.com"}),
                receipts.extend,
                PrometheusCounter(),
                lambda: NOW_US,
            )
            routes = {word: ["smtp", "file"] for word in ("staff", "email", "portal", "phone")}
            dispatcher = Dispatcher(DOMAIN, ports, ways, routes)
            while await dispatcher.fan_out():
                pass
            sent = [await dispatcher.send(word) for word in ("staff", "email", "portal", "phone")]
            assert sum(sent) == 3
            await dispatcher.close()

    asyncio.run(run())
    lines = [msgspec.json.decode(line, type=Line) for line in (tmp_path / "messages.jsonl").read_bytes().splitlines()]
    assert [line.id for line in lines] == ["CA-000001:CU-1"]
    assert (lines[0].language, lines[0].about) == ("id", "TK-1")
    assert "NT-20260301-900000" in lines[0].body
    mails = {str(mail["To"]): mail for mail in mailbox.mails()}
    assert sorted(mails) == ["b@example.com", "noc@example.com"]
    assert mails["b@example.com"]["Content-Language"] == "en"
    assert "NT-20260301-900000" in mails["b@example.com"].get_content()
    assert sorted(receipt.notice for receipt in receipts) == ["AL-1", "CA-000001:CU-1", "CA-000001:CU-2"]
