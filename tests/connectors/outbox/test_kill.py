"""SIGKILL at any moment: after the restarts every message is in the file once, and the outbox says so."""

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from connectors.store.sql import SqlStore
from tests.connectors.outbox.scene import Scene, alert, campaign

MESSAGES = 20_000
WORKER = """
import asyncio, sys
from pathlib import Path
from connectors.channels.file import FileChannel
from connectors.store.sql import SqlStore
from tests.connectors.outbox.scene import Scene

folder = Path(sys.argv[1])

async def main():
    scene = Scene(store=SqlStore(f"sqlite:///{folder}/store.db"), per_s=1e6)
    scene.channels = [FileChannel(folder / "messages.jsonl", lambda: scene.now_us)]
    outbox, tell = scene.store.outbox, scene._tell
    settle = outbox.settle
    scene._tell = lambda receipts: (tell(receipts), print("told", flush=True))
    outbox.settle = lambda *what: (settle(*what), print("settled", flush=True))
    await scene.dispatcher().run()

asyncio.run(main())
"""


def test_kills(tmp_path: Path) -> None:
    chance = random.Random(20260301)
    store = SqlStore(f"sqlite:///{tmp_path}/store.db")
    Scene(store=store).emit(campaign(1, MESSAGES), *(alert(n) for n in range(20)))
    store.close()
    kills = 0
    while outstanding(tmp_path):
        steps = chance.randint(0, 24)
        child = subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        with child:
            for _ in range(steps):  # killed between the journal and the store, or after both
                child.stdout.readline()
                if not outstanding(tmp_path):
                    break
            child.kill()
        kills += 1
    assert kills > 3
    lines = (tmp_path / "messages.jsonl").read_text().splitlines()
    seen = Counter(json.loads(line)["id"] for line in lines if line.endswith("}"))
    assert set(seen.values()) == {1}
    assert len(seen) == MESSAGES + 20


def outstanding(folder: Path) -> int:
    store = SqlStore(f"sqlite:///{folder}/store.db")
    counts = store.outbox.counts("java")
    waiting = len(store.outbox.pending("java"))
    store.close()
    assert not any(state in ("failed", "dead", "uncertain") for _, state in counts)
    return waiting + sum(n for (_, state), n in counts.items() if state != "sent")
