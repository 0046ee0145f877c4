"""The whole service is killed at once, as by an impatient host: nothing acknowledged is lost or told twice."""

import os
import signal
from pathlib import Path

import httpx

from streams import bootstrap
from streams.files import inventory
from streams.settings import load
from tests.integration.command import children, port_of, service, write
from tests.integration.house import all_done, until
from tests.integration.killed.audit import complaints_kept, left, messages_once, rows_as_folded_afresh
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

EACH = 15  # complaints before each kill
KILLS = 2


def number(port: int, token: str, name: str) -> str:
    """What the complaint of this name is answered with."""
    body = {"id": name, "channel": "phone", "customer": "CU-1", "text": "internet mati total"}
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"http://127.0.0.1:{port}/complaints", json=body, headers=headers, trust_env=False, timeout=60)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["number"]
    return found


def test_all_three_are_killed_and_started_again(tmp_path: Path) -> None:
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    config = write(tmp_path)
    given = load(config)
    with bootstrap.tokens(given) as tokens:
        token = tokens.issue("desk", "customer_care")
    answered: dict[str, set[str]] = {}
    for _ in range(KILLS):
        with service(config) as run:
            for _ in range(EACH):
                name = f"c-{len(answered)}"
                answered[name] = {number(port_of(run), token, name)}
            for pid in (run.pid, *children(run.pid)):
                os.kill(pid, signal.SIGKILL)
    with service(config) as run:
        for name in list(answered):
            assert number(port_of(run), token, name) in answered[name]
        until("calm", lambda: all_done(given))
        run.terminate()
        assert run.wait(60) == 0
    it = left(given, inventory(given))
    try:
        broken = [*complaints_kept(it, answered), *messages_once(it), *rows_as_folded_afresh(it, tmp_path / "afresh")]
    finally:
        it.store.close()
    assert broken == []
