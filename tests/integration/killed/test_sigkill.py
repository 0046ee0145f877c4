"""SIGKILL of either process at random moments of a storm: nothing acknowledged is lost, nothing is done twice."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import httpx
import pytest

from bench.storm.national import national
from streams.processes.status import StatusFile
from streams.processes.table import EMBEDDED
from tests.integration.house import Live, alive, all_done, living, sent_on, settings, until
from tests.integration.killed.audit import complaints_kept, left, messages_once, register_agrees, rows_as_folded_afresh
from tests.integration.storm import Storm

SEED = int(os.environ.get("SIMPUL_TEST_SEED", "20261125"))
KILLS = int(os.environ.get("SIMPUL_TEST_KILLS", "20"))
AT_WORK = 0.7  # share of the kills that wait for both to work again
BOTH = 0.2  # share of the kills that hit both processes at once
LONGEST_S = 0.7  # from then on to the kill
MOST_SHOWN = 20
PATIENCE_S = 240.0  # two starts and a storm, on a machine that has much else to do


def test_kills_in_a_storm(tmp_path: Path) -> None:
    inventory = national(2000, SEED)
    given = settings(tmp_path, inventory, clock_factor=20, log="error")
    with living(given) as live:
        storm = Storm(live, inventory, SEED)
        storm.start()
        try:
            pids = kill_often(live, storm, Random(SEED))
        finally:
            storm.calm()
        until("calm", lambda: quiet(live), PATIENCE_S)
        pids |= set(live.running.pids.values())
    sent_on(given)
    assert not [pid for pid in pids if alive(pid)]
    assert storm.strange == []
    assert len(storm.answered) > KILLS
    it = left(given, inventory)
    try:
        broken = [*complaints_kept(it, storm.answered), *messages_once(it)]
        broken += rows_as_folded_afresh(it, tmp_path / "afresh")
        broken += register_agrees(it, storm.answered, it.journal[-1][1].at_us)
    finally:
        it.store.close()
    if broken:
        shown = "\n".join(broken[:MOST_SHOWN])
        pytest.fail(f"seed {SEED}, {KILLS} kills, {len(broken)} laws broken; files in {tmp_path}:\n{shown}")


def kill_often(live: Live, storm: Storm, chance: Random) -> set[int]:
    """Which processes were killed: most of them at work again since the last time, some while they start."""
    killed: set[int] = set()
    for _ in range(KILLS):
        if chance.random() < AT_WORK:
            until("work since the last kill", at_work(live, storm), PATIENCE_S)
        threading.Event().wait(chance.uniform(0, LONGEST_S))
        both = chance.random() < BOTH
        for role in EMBEDDED if both else [chance.choice(EMBEDDED)]:
            pid = live.running.pids[role]
            if is_ours(pid):
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
    return killed


def is_ours(pid: int) -> bool:
    """It runs, and is no stranger that the system gave the number to since."""
    try:
        return b"streams.processes.child" in Path(f"/proc/{pid}/cmdline").read_bytes()  # empty where it has ended
    except (FileNotFoundError, ProcessLookupError):
        return False


def at_work(live: Live, storm: Storm) -> Callable[[], bool]:
    """Whether something was answered, and something folded, since now."""
    answered, status = len(storm.answered), StatusFile(live.files.status)
    before = status.read()

    def look() -> bool:
        said = status.read()
        return len(storm.answered) > answered and said is not None and (before is None or said.applied > before.applied)

    return look


def well(live: Live) -> bool:
    try:
        return live.health()[0] == 200
    except httpx.TransportError:  # the last kill may have hit the intake
        return False


def quiet(live: Live) -> bool:
    return all_done(live.settings) and well(live)
