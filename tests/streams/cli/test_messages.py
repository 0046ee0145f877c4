"""A service that is killed in the middle of a campaign: who was called, who was not, and who may be called again."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connectors.channels.memory import MemoryChannel
from connectors.formats.messages import Rendering
from connectors.outbox import Dispatcher, DispatchPorts, Way
from connectors.ports import Message, Sent
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Quarantine, Receipt, moment
from correlator.times import rfc3339
from streams.simulation.post import Everybody
from tests.connectors.api.desk.house import Desk
from tests.connectors.house import DOMAIN, WORLD
from tests.connectors.serving import serving
from tests.streams.cli.everything import app


class Gateway(MemoryChannel):
    """Hangs at first."""

    def __init__(self) -> None:
        super().__init__("webhook")
        self.busy, self.hangs = asyncio.Event(), True

    async def send(self, message: Message) -> Sent:
        if self.hangs:
            self.busy.set()
            await asyncio.Event().wait()
        self.messages.append(message)
        return Sent()


class Service:
    """With a desk, a door and an outbox of its own."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.gateway = Gateway()
        self.desk.cut()
        [self.outage] = [row for row in self.desk.state.tickets.values() if row.kind == "outage"]
        self.url = ""

    def dispatcher(self) -> Dispatcher:
        def told(records: Sequence[Receipt | Quarantine]) -> None:
            for record in records:
                self.desk.fold(record)

        house = self.desk.door.house
        ports = DispatchPorts(
            house.store.outbox,
            Rendering(lambda: WORLD, lambda _: None),
            Everybody(),
            told,
            MemoryCounter(),
            lambda: house.now_us,
        )
        return Dispatcher(DOMAIN, ports, [Way(self.gateway, per_s=10, parallel=1)], {})

    async def killed(self) -> None:
        dispatcher, again = self.dispatcher(), self.dispatcher()
        await dispatcher.recover()
        while await dispatcher.fan_out():
            pass
        sending = asyncio.create_task(dispatcher.send("portal"))
        await self.gateway.busy.wait()
        await again.recover()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        self.gateway.hangs = False

    async def go_on(self) -> None:
        dispatcher = self.dispatcher()
        await dispatcher.recover()
        while await dispatcher.fan_out() or await dispatcher.send("portal"):
            pass

    def say(self, *words: str, role: str = "care_supervisor") -> Result:
        given = ["--url", self.url, "--token", f"badge-{role}"]
        return CliRunner(env={"COLUMNS": "200", "SIMPUL_TOKEN": ""}).invoke(app, ["messages", *words, *given])

    def counted(self) -> tuple[int, int]:
        [notice] = self.desk.get(f"/tickets/{self.outage.number}")["notices"]
        return notice["sent"], notice["uncertain"]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.chdir(tmp_path)  # no simpul.toml and no data folder but this test's
    made = Service(tmp_path / "page")
    with serving(made.desk.door.app) as made.url:
        yield made


def test_who_was_not_called_is_listed_and_called_again(service: Service) -> None:
    assert service.say("list").output == "No message went wrong.\n"
    asyncio.run(service.killed())
    number = service.outage.number
    lines = service.say("list", "--ticket", number).output.splitlines()
    assert len(lines) == 2, "of two customers one was never tried: it is queued"
    message, customer = lines[1].split()[:2]
    assert message == f"{service.outage.notices[0]}:{customer}"
    assert lines[1].split()[2:7] == ["portal", "outage", number, "uncertain", "2026-03-01"]
    assert lines[1].endswith("  1      the service was stopped in the middle of the attempt")
    [alert] = service.desk.door.house.store.effects(DOMAIN, ["alert"], 1)
    assert f"simpul messages list --ticket {number}" in getattr(alert, "text", "")
    asyncio.run(service.go_on())
    assert service.counted() == (1, 1)
    assert service.say("again", number, message, "--reason", "dihentikan").output.startswith("done: send_again")
    asyncio.run(service.go_on())
    [line] = service.say("list", "--again", "--ticket", number, "--lang", "id").output.splitlines()[1:]
    assert line.split()[5] == "terkirim"
    said = service.desk.state.tickets[service.outage.id].trail[-1]
    when = rfc3339(said.at_us)[:19].replace("T", " ")
    assert line.endswith(f"  {when} oleh {said.actor}, mungkin sudah diterima sebelumnya")
    assert service.counted() == (2, 0)
    assert len({one.id for one in service.gateway.messages}) == len(service.gateway.messages) == 2
    assert service.say("list", "--lang", "id").output == "Tidak ada pesan yang gagal atau tak pasti.\n"
    refused = service.say("again", number, "--reason", "sekali lagi")
    assert (refused.exit_code, "no message of this ticket is uncertain" in refused.output) == (1, True)


def test_what_a_gateway_says_of_a_message_that_is_uncertain(service: Service) -> None:
    """It names the message by our id, under an id of its own; no reference of its ever came."""
    asyncio.run(service.killed())
    [message] = [line.split()[0] for line in service.say("list").output.splitlines()[1:]]
    time = moment(service.desk.door.house.now_us).isoformat()
    receipt = {"type": "receipt", "id": "gw-4711", "time": time, "notice": message, "state": "delivered"}
    answer = service.desk.ask("POST", "/events", "administrator", json=[receipt])
    assert answer.status_code == 202, answer.text
    [line] = service.say("list").output.splitlines()[1:]
    assert line.endswith("the service was stopped in the middle of the attempt; a receipt says: delivered")
    assert service.counted() == (0, 0)
    refused = service.say("again", service.outage.number, "--reason", "?")
    assert (refused.exit_code, "no message of this ticket is uncertain" in refused.output) == (1, True)
    assert service.say("list", "--again").output == "No message was sent again.\n"


def test_what_is_asked_wrongly(service: Service) -> None:
    asyncio.run(service.killed())
    assert "there is no ticket NT-1" in service.say("list", "--ticket", "NT-1").output
    assert service.say("list", "--state", "lost").exit_code == 1
    assert json.loads(service.say("list", "--state", "failed,dead", "--json").output) == {"messages": [], "more": False}
    refused = service.say("again", service.outage.number, "--reason", "?", role="customer_care")
    assert "role customer_care may not send_again" in refused.output
