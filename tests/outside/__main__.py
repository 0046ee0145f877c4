"""`python -m tests.outside --rounds 30`: `simpul run` is killed and paused at random under traps, informs, alarms,
complaints and commands; then what it wrote is read, and each acknowledged input has to be there once."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

import httpx

from tests.outside.clients import ROUTERS, Clients, router
from tests.outside.reader import journal, judged, numbers_broken

SIMPUL = Path(sys.executable).with_name("simpul")
ROLES = ("source", "customer_care", "care_supervisor")
PATIENCE_S = 120.0
BETWEEN_S = 4, 12  # at work again, until the next round
LOST_PER_1000 = 1  # of datagrams that nobody acknowledges


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.outside", description=__doc__)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--lost-per-1000", type=int, default=LOST_PER_1000, help="of traps; few rounds say little")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="outside-") as name:
        found = trial(Path(name), given.rounds, given.lost_per_1000, Random(given.seed))
    sys.stdout.write(f"{json.dumps(found, indent=1)}\n")
    return 1 if found["broken"] else 0


def trial(folder: Path, rounds: int, lost_per_1000: int, chance: Random) -> dict[str, object]:
    (folder / "inventory.json").write_text(json.dumps(network()))
    web, traps = free(socket.SOCK_STREAM), free(socket.SOCK_DGRAM)
    config = folder / "simpul.toml"
    config.write_text(
        f'data = "{folder / "data"}"\ninventory = "{folder / "inventory.json"}"\nlog = "error"\n'
        f"[http]\nport = {web}\n[snmp]\nport = {traps}\n"
    )
    tokens = {role: issued(config, role) for role in ROLES}
    done = Counter[str]()
    with service(config, folder / "log") as run:
        until(lambda: well(web), "the service")
        clients = Clients(f"http://127.0.0.1:{web}", ("127.0.0.1", traps), tokens)
        clients.start()
        try:
            for _ in range(rounds):
                time.sleep(chance.uniform(*BETWEEN_S))
                done[strike(run.pid, chance)] += 1
                until(lambda: answers(web) is not None, "the service again")
        finally:
            clients.stop()
        broken = [f"never acknowledged: {one}" for one in clients.never]
        broken += unread(clients, tokens["care_supervisor"])
        broken += [] if soon(lambda: well(web)) else ["it is not well again"]
    events = journal(folder / "data" / "journal.db")
    counts = judged(events, clients)
    broken += numbers_broken(events, clients)
    for kind, of in counts.items():
        most = of["acknowledged"] * lost_per_1000 // 1000 if kind == "traps" else 0
        broken += [f"{of['lost']} {kind} lost"] if of["lost"] > most else []
        broken += [f"{of['doubled']} {kind} doubled"] if of["doubled"] else []
    return {"done": done, "counts": counts, "broken": broken}


def network() -> dict[str, object]:
    """A star of routers; each has a customer."""
    names = [router(n) for n in range(ROUTERS)]
    devices = [{"id": name, "site": "POP", "role": "core", "tier": "backbone", "addresses": [at]} for name, at in names]
    return {
        "format": "simpul-inventory/1",
        "sites": [{"id": "POP", "kind": "pop"}],
        "devices": [{"id": "GW", "site": "POP", "role": "core", "tier": "backbone", "gateway": True}, *devices],
        "links": [{"id": f"L-{name}", "a": f"GW/{name}", "b": f"{name}/up", "tier": "backbone"} for name, _ in names],
        "services": [
            {"id": f"SV-{n}", "customer": f"CU-{n}", "product": "dia", "attach": [name]}
            for n, (name, _) in enumerate(names)
        ],
        "customers": [{"id": f"CU-{n}", "segment": "business"} for n in range(ROUTERS)],
    }


def strike(parent: int, chance: Random) -> str:
    """Kill, or hold still for a while, a process of the service: which, is drawn."""
    of = processes(parent)
    named = {"worker": [of["worker"]], "intake": [of["intake"]], "both": [of["worker"], of["intake"]]}
    if chance.random() < 0.6:
        what = chance.choice(sorted(named))
        for pid in named[what]:
            os.kill(pid, signal.SIGKILL)
        return f"killed {what}"
    what = chance.choice(["parent", *sorted(named)])
    still = named.get(what, [parent])
    for pid in still:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(chance.uniform(0.5, 4))
    for pid in still:
        os.kill(pid, signal.SIGCONT)
    return f"held {what}"


def processes(parent: int) -> dict[str, int]:
    """By role, once both run."""
    found: dict[str, int] = {}

    def both() -> bool:
        found.clear()
        by_thread = [file.read_text() for file in Path(f"/proc/{parent}/task").glob("*/children")]
        for pid in " ".join(by_thread).split():
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            found.update({role: int(pid) for role in ("worker", "intake") if role.encode() in words})
        return len(found) == 2

    until(both, "worker and intake")
    return found


def unread(clients: Clients, token: str) -> list[str]:
    """What the service does not answer of all that it acknowledged: each ticket is found, each command done."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=clients.web, headers=headers, timeout=30, trust_env=False) as client:

        def found(number: str) -> bool:
            return client.get(f"/tickets/{number}").is_success

        def done(name: str) -> bool:
            return client.get(f"/commands/{name}").json().get("state") == "done"

        numbers = sorted(number for each in clients.complaints.values() for number in each)
        broken = [f"ticket {number}: not found" for number in numbers if not soon(partial(found, number))]
        return broken + [f"command {name}: not done" for name in clients.commands if not soon(partial(done, name))]


def soon(holds: Callable[[], bool]) -> bool:
    until_s = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until_s:
            return False
        time.sleep(0.5)
    return True


def until(holds: Callable[[], bool], what: str) -> None:
    assert soon(holds), f"after {PATIENCE_S:.0f} s there is still no {what}"


def answers(port: int) -> httpx.Response | None:
    """What it says of its health: it may be behind, and say so."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5, trust_env=False)
    except httpx.HTTPError:
        return None


def well(port: int) -> bool:
    said = answers(port)
    return said is not None and said.is_success


def issued(config: Path, role: str) -> str:
    words = [SIMPUL, "token", "issue", role, "--role", role, "--config", config]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return next(word for word in said.split() if word.startswith("simpul_"))


def free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


@contextmanager
def service(config: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as said:
        run = subprocess.Popen([SIMPUL, "run", "--config", config], stdout=said, stderr=said)
    try:
        yield run
    finally:
        run.terminate()
        run.wait(60)


if __name__ == "__main__":
    sys.exit(main())
