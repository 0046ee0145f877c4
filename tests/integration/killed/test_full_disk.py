"""A full disk is said at every door and loses nothing: what came is written when there is room again.

The limit on the size of files (setrlimit(2), RLIMIT_FSIZE) stands for the full disk: it can be set for a process that
runs, without rights, and is lifted as easily.
"""

import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from correlator.events import Alarm, Complaint
from streams.demo.trapgen import Stamp, link_trap
from tests.integration.house import Live, living, settings, until

TRAPS = 40
COMPLAINT = {"id": "c-1", "channel": "phone", "customer": "CU-1", "text": "internet mati total"}


def test_what_a_full_disk_refuses_is_said_and_what_it_holds_up_is_kept(tmp_path: Path) -> None:
    with living(settings(tmp_path)) as live:
        assert live.post("/complaints", COMPLAINT | {"id": "c-0"}).status_code == 201
        until("folded complaint", lambda: [one for one in live.messages() if one["kind"] == "ack"])
        pids = dict(live.running.pids)
        with full_disk(live):
            no = live.post("/complaints", COMPLAINT)
            assert (no.status_code, no.headers["retry-after"]) == (503, "5")
            assert no.json()["error"]["remedy"]
            send_traps(live)
            status, checks = until("word of it at /healthz", lambda: unwell(live))
            assert status == 503
            assert "written" in (checks["journal"] or "")
            assert live.post("/complaints", COMPLAINT).status_code == 503
        until("word that all is well", lambda: live.health()[0] == 200)
        assert live.post("/complaints", COMPLAINT).status_code == 201
        until("every trap in the journal", lambda: len(alarms(live)) == TRAPS)
        until("answer to the complaint", lambda: len([one for one in live.messages() if one["kind"] == "ack"]) == 2)
        assert live.running.pids == pids, "nobody had to be started again"
        kept = [event.id for event in live.events() if isinstance(event, Complaint)]
        assert kept == ["c-0", "c-1"]
        assert len({alarm.object for alarm in alarms(live)}) == TRAPS


@contextmanager
def full_disk(live: Live) -> Iterator[None]:
    """No file of either process takes another byte while the block runs."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in live.running.pids.values()}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def send_traps(live: Live) -> None:
    assert live.running.snmp is not None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        for n in range(TRAPS):
            door.sendto(link_trap("10.0.0.2", (n + 1, f"ge-0/0/{n}"), False, Stamp(n, n)), live.running.snmp)


def unwell(live: Live) -> tuple[int, dict[str, str | None]] | None:
    status, checks = live.health()
    return (status, checks) if checks["journal"] else None


def alarms(live: Live) -> list[Alarm]:
    return [event for event in live.events() if isinstance(event, Alarm)]
