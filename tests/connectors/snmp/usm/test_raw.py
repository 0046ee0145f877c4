"""An edge with users: it opens version 3, answers it, and keeps what was in it as version 2c without a password."""

import asyncio
from pathlib import Path

from connectors.formats.raw_frames import Datagram
from connectors.listeners.port import Limits
from connectors.listeners.source import Admission
from connectors.listeners.udp import UdpListener
from connectors.metrics import DATAGRAMS_REFUSED, INFORMS
from connectors.snmp.reader import TrapReader
from connectors.snmp.receiving import RawTrapReceiver, Trusted, Users
from connectors.snmp.trap import Trap, parse
from connectors.snmp.usm.engines import Engines
from connectors.snmp.usm.security import Trust, Usm
from connectors.telemetry.metrics import MemoryCounter
from correlator.wire import BadInput
from tests.connectors.snmp.house import translator
from tests.connectors.snmp.test_listen import LINK_DOWN, ONCE, needs_net_snmp, says
from tests.connectors.snmp.test_raw_receiver import SETTINGS, Kept
from tests.connectors.snmp.usm.station import LOOPBACK, T0, USERS, speaks


def kept_of(folder: Path, *said: tuple[str, list[str]], full: bool = False) -> tuple[Kept, MemoryCounter, list[int]]:
    """(tool, options) in turn; what is kept of them, and their statuses."""

    async def run() -> tuple[Kept, MemoryCounter, list[int]]:
        inlet, counter = Kept(full=full), MemoryCounter()
        engines = Engines(folder / "snmp.db", T0)
        usm = Usm({one.name.encode(): one for one in USERS}, engines, Trust({}), counter)
        trusted = Trusted(frozenset(), Users(usm, counter, lambda: T0))
        receiver = RawTrapReceiver(inlet, counter, Admission(lambda: T0, Limits()), trusted)
        listener = UdpListener(receiver, counter, SETTINGS)
        await listener.start()
        try:
            host, port, _ = listener.bound[0]
            statuses = [await says(tool, options, (host, port), LINK_DOWN) for tool, options in said]
        finally:
            await listener.close()
        return inlet, counter, statuses

    return asyncio.run(run())


@needs_net_snmp
def test_a_trap_is_kept_as_version_2c(tmp_path: Path) -> None:
    inlet, _, _ = kept_of(tmp_path, ("snmptrap", speaks()))
    [datagram] = inlet.taken
    trap = parse(datagram.octets)
    assert isinstance(trap, Trap)
    assert (trap.version, trap.community, trap.oid) == ("v2c", b"*", LINK_DOWN[1])
    assert b"noc" not in datagram.octets
    assert datagram.peer == LOOPBACK
    alarms = TrapReader(translator(MemoryCounter())).read(Datagram(LOOPBACK, T0, datagram.octets), "a")
    assert not isinstance(alarms, BadInput)
    assert [(alarm.object, alarm.alarm_type) for alarm in alarms] == [("R1/ge-0/0/1", "link_down")]


@needs_net_snmp
def test_an_inform_is_answered_when_it_is_kept_and_not_before(tmp_path: Path) -> None:
    inform = ("snmpinform", [*ONCE, *speaks()])
    _, counter, statuses = kept_of(tmp_path, inform, full=True)
    assert (statuses, counter.counted(INFORMS, "journal_full")) == ([1], 1)
    inlet, counter, statuses = kept_of(tmp_path, inform)
    assert (statuses, counter.counted(INFORMS, "taken"), len(inlet.taken)) == ([0], 1, 1)


@needs_net_snmp
def test_who_is_not_believed_is_not_kept(tmp_path: Path) -> None:
    said = [("snmptrap", speaks(signs="another-word")), ("snmptrap", ["-v", "2c", "-c", "public"])]
    inlet, counter, _ = kept_of(tmp_path, *said)
    assert inlet.taken == []
    assert counter.by_label(DATAGRAMS_REFUSED, "snmp") == {"wrong_digest": 1, "wrong_community": 1}
