"""A device whose traps are not taken is found by its address, with the reason and what to do."""

import socket
from pathlib import Path
from typing import Any

from tests.connectors.snmp.test_golden import octets
from tests.integration.house import Live, living, settings, until

TRAP = octets("link-up")


def sent(live: Live, datagram: bytes) -> None:
    assert live.running.snmp is not None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(datagram, live.running.snmp)


def the_sender(live: Live) -> dict[str, Any] | None:
    return next((one for one in live.get("/sources")["sources"] if one["source"] == "127.0.0.1"), None)


def test_a_wrong_community_is_traced_to_its_device(tmp_path: Path) -> None:
    assert b"public" in TRAP
    with living(settings(tmp_path)) as live:
        sent(live, TRAP.replace(b"public", b"secret"))
        told = until("the device is named", lambda: the_sender(live))
        assert (told["door"], told["alarms"], told["unread"]) == ("snmp", 0, 1)
        assert told["unread_last"] == "wrong_community", "the reason, and not the community: it is a secret"
        assert told["remedies"] == ["Give 127.0.0.1 a community that snmp.communities has, or add its own there."]
        sent(live, TRAP)
        told = until("its trap is read", lambda: (one := the_sender(live)) and one["alarms"] and one)
        assert told["unread"] == 1, "it is one sender still"
