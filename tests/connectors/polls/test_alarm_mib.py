"""net-snmp's snmpd serves an ALARM-MIB, and pysnmp walks it: what it holds is what its traps would have said.

Its rows are of the MIB (RFC 3877): model 1 by alarmActiveState, model 2 by linkDown with its variables.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api

from connectors.polls import alarm_mib as mib
from connectors.polls.poller import Poll, Poller, PollPorts
from connectors.polls.port import Answer, Standing, Unanswered
from connectors.polls.snmp import Agent as Asked
from connectors.ports import Unusable
from connectors.telemetry.metrics import PrometheusCounter
from correlator.alarms.states import key_of
from correlator.events import Alarm, moment
from streams import clock
from streams.bootstrap.polls import asked
from streams.bootstrap.snmp.users import add_snmp_user
from streams.poll_settings import Poll as Part
from streams.settings import Settings
from tests.connectors.house import Inbox
from tests.connectors.polls.peers import free_port
from tests.connectors.polls.snmpd import snmpd
from tests.connectors.snmp import house
from tests.connectors.snmp.house import resolver
from tests.connectors.snmp.usm.station import SEALS, SIGNS

SOURCE, DEVICE = "snmp:10.0.0.2", "R2"  # its address in the inventory; here it answers on loopback
V2C = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
DATE = "11.7.234.3.3.8.0.0.0.43.7.0"  # DateAndTime 2026-03-03 08:00 +07:00, after its length
Row = tuple[str, str, str]


def model(number: int, state: int, notification: str) -> Row:
    return f"{mib.MODEL_NOTIFICATION}.0.{number}.{state}", "objectid", f".{notification}"


MODELS = [model(1, 1, "0.0"), model(1, 2, "0.0"), model(2, 1, "1.3.6.1.6.3.1.1.5.4"), model(2, 2, LINK_DOWN)]


def active(index: int, number: int, notification: str, resource: str) -> list[Row]:
    place = f"0.{DATE}.{index}"
    return [
        (f"{mib.NOTIFICATION}.{place}", "objectid", f".{notification}"),
        (f"{mib.RESOURCE}.{place}", "objectid", f".{resource}"),
        (f"{mib.ACTIVE}.11.{place}", "string", "said for people"),
        (f"{mib.MODEL}.{place}", "objectid", f".{mib.MODEL_NOTIFICATION}.0.{number}.2"),
    ]


def link_down(index: int, port: int, name: str) -> list[Row]:
    """With the variables of its notification: sysUpTime, snmpTrapOID, ifIndex, ifName."""
    said = [
        ("1.3.6.1.2.1.1.3.0", 3, "timeticks", "4711"),
        ("1.3.6.1.6.3.1.1.4.1.0", 7, "objectid", f".{LINK_DOWN}"),
        (f"1.3.6.1.2.1.2.2.1.1.{port}", 4, "integer", str(port)),
        (f"1.3.6.1.2.1.31.1.1.1.1.{port}", 6, "string", name),
    ]
    rows = active(index, 2, LINK_DOWN, f"1.3.6.1.2.1.2.2.1.1.{port}")
    for number, (oid, kind, shape, value) in enumerate(said, 1):
        place = f"0.{index}.{number}"
        rows += [
            (f"{mib.VARIABLE_ID}.{place}", "objectid", f".{oid}"),
            (f"{mib.VARIABLE_TYPE}.{place}", "integer", str(kind)),
        ]
        rows += [(f"{mib.VARIABLE}.{mib.VALUES[kind]}.{place}", shape, value)]
    return rows


class Agent:
    """snmpd with an ALARM-MIB of these rows."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.rows = folder / "rows.json"
        self.holds([])

    def holds(self, rows: Sequence[Row], models: Sequence[Row] = MODELS, overflow: int = 0) -> None:
        everything = [*models, *rows, (f"{mib.OVERFLOW}.0", "counter", str(overflow))]
        self.rows.write_text(json.dumps(everything))

    def at_work(self) -> AbstractContextManager[None]:
        return snmpd(self.folder, self.port, [mib.ALARM], self.rows)

    def part(self, **more: object) -> Part:
        given = {"system": "snmp", "url": f"snmp://127.0.0.1:{self.port}", "token": "sehat", "source": SOURCE}
        return Part.model_validate({**given, **more})


def ask(settings: Settings) -> Answer:
    async def once() -> Answer:
        system = asked(settings, "r2", house.TOPOLOGY, resolver())
        try:
            return await system.ask(moment(clock.wall_us()))
        finally:
            await system.close()

    return asyncio.run(once())


def settings(folder: Path, part: Part) -> Settings:
    return Settings(data=folder / "data", polls={"r2": part})


def standing(name: str, kind: str = "other", qualifier: str | None = None) -> Standing:
    return Standing(f"{name}\x1f{qualifier or kind}", name, kind, qualifier)  # type: ignore[arg-type]  # one of them


def generic(resource: str) -> str:
    return f"alarm:{mib.MODEL_NOTIFICATION}.0.1.2:{resource}"


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    return Agent(tmp_path)


def test_what_it_holds_active_is_what_its_traps_would_have_said(agent: Agent, tmp_path: Path) -> None:
    agent.holds([*active(1, 1, "0.0", "1.3.6.1.2.1.47.1.1.1.1.2.9"), *link_down(2, 7, "7")])
    with agent.at_work():
        answer = ask(settings(tmp_path, agent.part()))
    said = sorted((one.object, one.alarm_type, one.qualifier, one.source) for one in answer.active)
    assert said == [
        (DEVICE, "other", generic("1.3.6.1.2.1.47.1.1.1.1.2.9"), SOURCE),
        (f"{DEVICE}/7", "link_down", None, SOURCE),
    ]
    assert all(answer.holds(Standing(key_of(one), one.object, one.alarm_type, one.qualifier)) for one in answer.active)
    assert answer.holds(standing(f"{DEVICE}/Gi0/2", "link_down")) is False, "it models linkDown, and holds none there"
    assert answer.holds(standing(DEVICE, qualifier=generic("1.3.6.1.2.1.47.1.1.1.1.2.1"))) is False
    assert answer.holds(standing(DEVICE, "high_temperature")) is None, "what it does not model, it does not list"


def test_what_ended_unheard_is_cleared_and_nothing_else(agent: Agent, tmp_path: Path) -> None:
    agent.holds(link_down(2, 7, "7"))
    inbox = Inbox()
    stands = [
        standing(f"{DEVICE}/7", "link_down"),
        standing(f"{DEVICE}/Gi0/2", "link_down"),
        standing(DEVICE, "high_temperature"),
    ]
    found = {SOURCE: stands}
    ports = PollPorts(inbox, lambda source: found.get(source, []), clock.wall_us, PrometheusCounter())

    async def turns() -> None:
        system = asked(settings(tmp_path, agent.part()), "r2", house.TOPOLOGY, resolver())
        poller = Poller(Poll("r2", SOURCE, 60), system, ports)
        await poller.turn()
        agent.holds([])
        await poller.turn()
        await system.close()

    with agent.at_work():
        asyncio.run(turns())
    said = [(one.object, one.state, one.because) for one in inbox.events if isinstance(one, Alarm)]
    assert said == [(f"{DEVICE}/Gi0/2", "cleared", "resync"), (f"{DEVICE}/7", "cleared", None)]


@pytest.mark.parametrize("why", ["its table has overflowed", "it has no model"])
def test_a_part_of_it_clears_nothing(agent: Agent, tmp_path: Path, why: str) -> None:
    if why == "it has no model":
        agent.holds([], models=[])
    else:
        agent.holds([], overflow=3)
    with agent.at_work():
        answer = ask(settings(tmp_path, agent.part()))
    assert answer.holds(standing(f"{DEVICE}/7", "link_down")) is None


def test_one_that_has_none_is_told(agent: Agent, tmp_path: Path) -> None:
    agent.rows.write_text("[]")
    with agent.at_work(), pytest.raises(Unanswered, match="shows nothing of ALARM-MIB") as raised:
        ask(settings(tmp_path, agent.part()))
    assert "view" in raised.value.remedy


def test_by_a_user_of_version_3(agent: Agent, tmp_path: Path) -> None:
    agent.holds(link_down(2, 7, "7"))
    given = settings(tmp_path, agent.part(token=None, username="noc"))
    add_snmp_user(given, ("SHA-256", SIGNS), ("AES-128", SEALS), "noc")
    with agent.at_work():
        answer = ask(given)
    assert [one.object for one in answer.active] == [f"{DEVICE}/7"]


def test_one_that_does_not_let_us_in(agent: Agent, tmp_path: Path) -> None:
    with agent.at_work(), pytest.raises(Unanswered, match="does not answer") as raised:
        ask(settings(tmp_path, agent.part(token="nonsense")))
    assert "polls.r2" in raised.value.remedy


def test_a_user_that_nobody_made(agent: Agent, tmp_path: Path) -> None:
    with pytest.raises(Unusable) as raised:
        ask(settings(tmp_path, agent.part(token=None, username="nobody")))
    assert "simpul snmp add nobody" in raised.value.remedy


class Disordered(asyncio.DatagramProtocol):
    """An agent of two models and three active alarms, of which the third comes before the second, and again."""

    def __init__(self) -> None:
        alarm = ".".join((mib.NOTIFICATION, "0", DATE))
        listed = [
            f"{mib.MODEL_NOTIFICATION}.0.2.1",
            f"{mib.MODEL_NOTIFICATION}.0.2.2",
            *(f"{alarm}.{n}" for n in (1, 3, 2)),
        ]
        self._after = dict(zip([*listed], [*listed[1:], listed[-2]], strict=True))
        self._first = {mib.MODEL_NOTIFICATION: listed[0], mib.NOTIFICATION: listed[2]}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport  # which says of itself no more than that

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked, _ = decoder.decode(data, asn1Spec=V2C.Message())
        answer = V2C.apiMessage.get_response(asked)
        [(oid, _)] = V2C.apiPDU.get_varbinds(V2C.apiMessage.get_pdu(asked))
        name = self._after.get(str(oid)) or self._first.get(str(oid)) or "1.3.6.1.4.1"
        V2C.apiPDU.set_varbinds(V2C.apiMessage.get_pdu(answer), [(name, V2C.ObjectIdentifier(LINK_DOWN))])
        self._transport.sendto(encoder.encode(answer), addr)


def test_a_table_in_no_order_is_no_answer() -> None:
    """Else what stands here, and was not told of before the order broke, would be cleared."""

    async def run() -> None:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Disordered, ("127.0.0.1", 0))
        agent = Asked("polls.x", "127.0.0.1", transport.get_extra_info("sockname")[1])
        alarms = mib.ActiveAlarms(agent, mib.Reads(lambda *_: [], lambda _: frozenset({"link_down"})))
        with pytest.raises(Unanswered, match="no order"):
            await alarms.ask(moment(0))
        await alarms.close()
        transport.close()

    asyncio.run(run())
