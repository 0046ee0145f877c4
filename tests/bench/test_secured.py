"""What the bench of SNMPv3 sends is what it counts."""

from pathlib import Path

from bench.secured import ENGINES, USER, devices, sealed
from bench.storm.national import national
from connectors.snmp.trap import Trap, as_v2c, parse
from connectors.snmp.usm.engines import Engines
from connectors.snmp.usm.security import Admitted, Trust, Usm
from connectors.telemetry.metrics import MemoryCounter

T0 = 1_772_323_200_000_000
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"


def test_each_message_is_admitted_and_says_what_it_should(tmp_path: Path) -> None:
    traps = devices(national(4_000, seed=1))
    usm = Usm({b"noc": USER}, Engines(tmp_path / "snmp.db", T0), Trust({}), MemoryCounter())
    count = len(traps.datagrams) + 3
    for n, datagram in enumerate(sealed(traps, rate_per_s=100, count=count)):
        found = usm.admit(datagram, "10.0.0.1", T0)
        assert isinstance(found, Admitted), (n, found)
        trap = parse(as_v2c(found.pdu))
        assert isinstance(trap, Trap)
        port, state = traps.said(n)
        names = [value for name, value in trap.varbinds if name.startswith(IF_NAME)]
        assert names == [port.partition("/")[2].encode()]
        assert trap.oid == f"1.3.6.1.6.3.1.1.5.{4 if state == 'cleared' else 3}"
        assert found.asked.time == 1 + n // 100
    usm.close()
    assert len({name.partition("/")[0] for name in traps.ports}) <= ENGINES
