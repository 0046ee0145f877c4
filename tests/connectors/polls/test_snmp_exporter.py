"""Prometheus scrapes net-snmp's agent through snmp_exporter, all as they are: its ports, and the agent's death."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from connectors.polls.port import Answer, Standing
from connectors.polls.port_names import ALIAS, DESCR, NAME
from connectors.resolver import InventoryResolver
from correlator.events import moment
from streams import clock
from streams.bootstrap.polls import asked
from streams.poll_settings import Poll
from streams.settings import Settings
from tests.connectors.polls.peers import free_port, prometheus_of_snmp, running, snmp_exporter
from tests.connectors.polls.snmpd import COMMUNITY, snmpd
from tests.connectors.polls.test_port_names import OWN, TOPOLOGY, TREES
from tests.integration.house import until

ADMIN, OPER = "1.3.6.1.2.1.2.2.1.7", "1.3.6.1.2.1.2.2.1.8"
UP, DOWN, LOWER_LAYER_DOWN = 1, 2, 7
States = Mapping[str, tuple[int, int]]  # port -> ifAdminStatus, ifOperStatus


def has(file: Path, states: States) -> None:
    """The agent's ports from now on."""
    rows = []
    for index, (name, (admin, oper)) in enumerate(states.items(), 501):
        rows += [[f"{column}.{index}", "string", text] for column, text in ((DESCR, f"port {index}"), (NAME, name))]
        rows += [[f"{ALIAS}.{index}", "string", f"to {index}"]]
        rows += [[f"{column}.{index}", "integer", str(state)] for column, state in ((ADMIN, admin), (OPER, oper))]
    file.write_text(json.dumps(rows))


def ask(url: str) -> Answer:
    async def once() -> Answer:
        given = Settings(polls={"jkt": Poll(system="prometheus", url=url)})
        system = asked(given, "jkt", TOPOLOGY, InventoryResolver(TOPOLOGY, {}))
        try:
            return await system.ask(moment(clock.wall_us()))
        finally:
            await system.close()

    return asyncio.run(once())


def told(answer: Answer) -> set[tuple[str, str]]:
    return {(one.object, one.alarm_type) for one in answer.active}


def held(answer: Answer, name: str) -> bool | None:
    return answer.holds(Standing(f"{name}\x1flink_down", name, "link_down", None))


def test_an_agent_behind_snmp_exporter(tmp_path: Path) -> None:
    rows, port = tmp_path / "rows.json", free_port()
    has(rows, {"ge-0/0/1": (UP, UP), "ge-0/0/2": (UP, DOWN), "ge-0/0/3": (DOWN, DOWN)})
    with (
        running(snmp_exporter(tmp_path, COMMUNITY)) as exporter,
        running(prometheus_of_snmp(tmp_path, exporter, f"127.0.0.1:{port}")) as peer,
    ):

        def answered(what: str, wanted: Callable[[Answer], bool]) -> Answer:
            found: Answer = until(what, lambda: one if wanted(one := ask(peer.url)) else None)
            return found

        with snmpd(tmp_path, port, TREES, rows, OWN):
            two_down = {("R1/ge-0/0/2", "link_down")}  # the first scrape may come between the poll's two queries
            answer = answered("its ports", lambda one: told(one) == two_down and one.devices == {"R1"})
            assert [held(answer, f"R1/ge-0/0/{n}") for n in (1, 2, 3)] == [False, True, None], "3 is not meant to be up"

            has(rows, {"ge-0/0/1": (UP, LOWER_LAYER_DOWN), "ge-0/0/2": (UP, UP), "ge-0/0/3": (DOWN, DOWN)})
            answered("the other port", lambda one: told(one) == {("R1/ge-0/0/1", "link_down")})
        lost = answered("its death", lambda one: told(one) == {("R1", "device_unreachable")})
        assert held(lost, "R1/ge-0/0/1") is None, "of the ports of one that does not answer nothing is known"
