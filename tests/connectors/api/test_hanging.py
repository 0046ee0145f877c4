"""A database that hangs holds up who needs it, and no other: health is told, bad bodies are refused, screens go on."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.access.passes import MemoryPasses, Pass
from connectors.aside import Aside
from connectors.console.web import COOKIE
from connectors.ports import StoreDown
from connectors.store.memory import MemoryStore
from tests.connectors.api.doorway import Door
from tests.connectors.serving import serving

ASKERS = 60  # more than there are threads for them


class Hangs:
    """Until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = threading.Event()

    def wait(self) -> None:
        self.asked.set()
        self.go.wait()


class HangingStore(MemoryStore):
    def __init__(self, hangs: Hangs) -> None:
        super().__init__()
        self._hangs = hangs

    def row(self, domain: str, table: str, key: str) -> Any | None:
        self._hangs.wait()
        return super().row(domain, table, key)


class HangingPasses(MemoryPasses):
    """As PostgreSQL has them: what this door knows costs no wait, the rest does."""

    def __init__(self, hangs: Hangs) -> None:
        super().__init__()
        self._hangs = hangs

    def find(self, name: str) -> Pass | None:
        self._hangs.wait()
        return super().find(name)

    def take(self, name: str) -> Pass | None:
        self._hangs.wait()
        return super().take(name)

    def recall(self, name: str) -> Pass | None:
        return super().find(name)


@pytest.fixture
def hangs() -> Iterator[Hangs]:
    made = Hangs()
    yield made
    made.go.set()


class Person:
    id, name, role, scope = "t", "ani", "noc_operator", ()


def test_health_is_told_while_all_who_ask_the_database_wait(tmp_path: Path, hangs: Hangs) -> None:
    door = Door(tmp_path, store=HangingStore(hangs), passes=HangingPasses(hangs))
    known = {"Cookie": f"{COOKIE}={door.page.passes.open(Person())}"}  # type: ignore[arg-type]  # a holder's fields

    async def scene(url: str) -> list[int]:
        limits, badge = httpx.Limits(max_connections=None), {"Authorization": "Bearer badge-administrator"}
        async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False) as client:
            asking = [
                asyncio.create_task(client.get(path, headers=headers))
                for n in range(ASKERS)
                for path, headers in (("/incidents/IN-1", badge), ("/", {"Cookie": f"{COOKIE}=unknown-{n}"}))
            ]
            await asyncio.to_thread(hangs.asked.wait)
            answers = [await client.get("/healthz"), await client.get("/signin", headers=known)]
            answers.append(await client.post("/alarms", headers=badge, json={"no": "alarm"}))
            assert not any(one.done() for one in asking[::2])
            hangs.go.set()
            await asyncio.gather(*asking)
            return [answer.status_code for answer in answers]

    with serving(door.app, door.page.close) as url:
        assert asyncio.run(scene(url)) == [200, 303, 422]


def test_who_waits_is_told_after_some_seconds_and_many_at_once(hangs: Hangs) -> None:
    async def asked() -> None:
        aside = Aside(patience_s=1, most=5)
        with pytest.raises(StoreDown, match=r"does not answer\."):
            await aside.ask(hangs.wait)
        waiting = [asyncio.create_task(aside.ask(hangs.wait)) for _ in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(StoreDown, match="many wait"):
            await aside.ask(hangs.wait)
        hangs.go.set()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert await aside.ask(lambda: 7) == 7
        aside.close()

    asyncio.run(asked())
