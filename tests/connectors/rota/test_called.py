"""An alert on its way: to whom, by which address, with which link; and what the journal hears of it."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from connectors.access.links import AlertLink, Links
from connectors.channels.memory import MemoryChannel
from connectors.formats.messages import Rendering
from connectors.outbox import Addresses, Dispatcher, DispatchPorts, Way
from connectors.ports import Commit
from connectors.privacy.directory import MemoryDirectory
from connectors.privacy.vault import MemoryVault
from connectors.rota.file import RotaFile
from connectors.store.memory import MemoryStore
from connectors.telemetry.metrics import PrometheusCounter
from correlator.effects import Alert
from correlator.events import DAY_US, SECOND_US, Receipt
from tests.connectors.house import DOMAIN, WORLD
from tests.connectors.outbox.scene import WHY
from tests.connectors.rota.house import ROTA, wib, written

NIGHT_US = wib(4, 3)  # noc-1 and noc-2 are on duty
LINKS = Links(b"secret", "https://answers.example.net/")


@dataclass
class Out:
    """What left, by channel name."""

    path: Path
    now_us: int = NIGHT_US
    sms: MemoryChannel = field(default_factory=lambda: MemoryChannel("webhook"))
    mail: MemoryChannel = field(default_factory=lambda: MemoryChannel("smtp"))
    receipts: list[Receipt] = field(default_factory=list)
    store: MemoryStore = field(default_factory=MemoryStore)
    offset: int = 0

    def send(self, *alerts: Alert, between: str = "") -> None:
        """`between`: the rota that takes the place of the one that was, after they were queued."""
        self.store.commit(Commit(DOMAIN, self.offset, self.offset + 1, [], list(alerts)))
        self.offset += 1
        rota = RotaFile(self.path, print)
        ports = DispatchPorts(
            self.store.outbox,
            Rendering(lambda: WORLD, lambda _: None, lambda role: rota.on_duty(role, self.now_us), LINKS),
            Addresses(
                MemoryDirectory(MemoryVault()), lambda _: None, {"noc_operator": "noc@example.net"}, rota.contact
            ),
            self.receipts.extend,
            PrometheusCounter(),
            lambda: self.now_us,
        )
        ways = [Way(self.sms, "phone"), Way(self.mail, "email")]
        dispatcher = Dispatcher(DOMAIN, ports, ways, {"staff": ["webhook", "smtp"], "email": ["smtp"]})

        async def run() -> None:
            while await dispatcher.fan_out():
                pass
            if between:
                written(self.path.parent, between)
            while await dispatcher.send("staff"):
                pass
            await dispatcher.close()

        asyncio.run(run())

    def sent(self) -> list[tuple[str, str]]:
        return sorted((one.id, one.to) for one in (*self.sms.messages, *self.mail.messages))


@pytest.fixture
def out(tmp_path: Path) -> Out:
    return Out(written(tmp_path))


def alert(place: int | None = 0, *, answer: bool = True, role: str = "noc_operator") -> Alert:
    return Alert(
        id="AL-000007",
        at_us=NIGHT_US,
        role=role,  # type: ignore[arg-type]  # the tests name real roles
        kind="critical",
        about="TK-000003",
        text="putus",
        reason=WHY,
        place=place,
        answer=answer,
    )


@pytest.mark.parametrize(
    ("place", "who"),
    [(0, ("noc-1", "+628111111111")), (1, ("noc-2", "+628122222222")), (5, ("noc-2", "+628122222222"))],
)
def test_a_call_goes_to_one_of_those_on_duty(out: Out, place: int, who: tuple[str, str]) -> None:
    out.send(alert(place))
    assert out.sent() == [(f"AL-000007:{who[0]}", who[1])]
    assert [(one.notice, one.state) for one in out.receipts] == [(f"AL-000007:{who[0]}", "sent")]


def test_another_alert_goes_to_all_who_are_on_duty_and_each_may_say_that_they_are_on_it(out: Out) -> None:
    out.send(alert(None, answer=False))
    assert out.sent() == [("AL-000007:noc-1", "+628111111111"), ("AL-000007:noc-2", "+628122222222")]
    links = [LINKS.read(one.body.rpartition("/a/")[2]) for one in out.sms.messages]
    assert sorted((one.person, one.call) for one in links if isinstance(one, AlertLink)) == [
        ("noc-1", False),
        ("noc-2", False),
    ]


@pytest.mark.parametrize("about", ["SRC-1", "RCA-000001", "CSI-2026-1", None])
def test_an_alert_about_no_ticket_has_no_link(out: Out, about: str | None) -> None:
    out.send(msgspec.structs.replace(alert(None, answer=False), about=about))
    assert "/a/" not in out.sms.messages[0].body


def test_a_warning_while_nobody_works_on_it_goes_to_all_and_each_may_answer(out: Out) -> None:
    out.send(alert(None))
    tokens = [one.body.rpartition("/a/")[2] for one in out.sms.messages]
    links = [LINKS.read(token) for token in tokens]
    assert sorted(one.person for one in links if isinstance(one, AlertLink)) == ["noc-1", "noc-2"]


def test_where_nobody_is_on_duty_it_goes_to_the_role(out: Out) -> None:
    out.now_us = wib(4, 23)
    out.send(alert())
    assert out.sent() == [("AL-000007", "noc@example.net")]


def test_who_left_the_rota_meanwhile_is_reached_as_the_role(out: Out) -> None:
    gone = ROTA.replace("[persons.noc-1]", "[persons.noc-9]").replace('["noc-1", "noc-2"]', '["noc-2"]')
    out.send(alert(), between=gone)
    assert out.sent() == [("AL-000007:noc-1", "noc@example.net")]


def test_who_has_no_phone_is_called_by_mail(out: Out) -> None:
    out.now_us = wib(4, 8)
    out.send(alert(role="care_supervisor"))
    assert out.sent() == [("AL-000007:lead-1", "lead-1@example.net")]


def test_each_has_a_link_of_their_own_which_lasts_a_day(out: Out) -> None:
    out.send(alert(1))
    [said] = out.sms.messages
    token = said.body.rpartition("https://answers.example.net/a/")[2]
    until_s = (NIGHT_US + DAY_US) // SECOND_US
    assert LINKS.read(token) == AlertLink("AL-000007", "TK-000003", "noc_operator", "noc-2", until_s)


def test_names_and_numbers_stay_out_of_the_store(out: Out) -> None:
    out.send(alert(), alert(None, answer=False))
    kept = msgspec.json.encode([*out.store.outbox.messages(DOMAIN, ("sent",)), *out.receipts]).decode()
    assert "noc-1" in kept
    assert "+628" not in kept
    assert "First" not in kept


@pytest.mark.parametrize("change", ["", "A", "=", "longer" * 100])
def test_a_link_that_is_not_ours_is_none(change: str) -> None:
    token = LINKS.alert(("AL-1", "TK-1"), ("technical", "t-1"), 0).rpartition("/")[2]
    assert LINKS.read(token) is not None
    if change:
        assert LINKS.read(token + change) is None
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert LINKS.read(token[:place] + other + token[place + 1 :]) is None
    assert Links(b"another", "https://answers.example.net").read(token) is None
