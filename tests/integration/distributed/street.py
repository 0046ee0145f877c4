"""Some `simpul api` over one journal and one database, as tests hold them: tokens, doors, and what they say."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from correlator.events import Complaint, Event
from correlator.policy import Policy
from streams import bootstrap
from streams.settings import Settings, load
from tests.integration.command import greeted
from tests.integration.distributed.crew import Crew, crew
from tests.integration.house import AWAKE
from tests.services import own, services
from tests.streams.small import INVENTORY
from topology.model import Inventory


@dataclass(slots=True)
class Street:
    """Doors of one service, and a token for each role that asks."""

    made: Crew
    folder: Path
    redis: str
    admin: str
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return load(self.made.config).model_copy(update={"data": self.folder / "data"})

    def open(self) -> httpx.Client:
        """One more process, ready."""
        number = len(self.running)
        env = {
            "SIMPUL_DATA": str(self.folder / f"api-{number}"),
            "SIMPUL_DATABASE__MASTER_KEY": str(self.folder / "data" / "master.key"),
            "SIMPUL_HTTP__PORT": "0",
            "SIMPUL_REDIS__URL": self.redis,
        }
        words = ["api", "--config", str(self.made.config)]
        process, line = greeted(words, self.folder / f"api-{number}.log", "answers", env)
        self.running.append(process)
        return httpx.Client(base_url=line.split()[-1].rstrip("/"), trust_env=False, timeout=60)

    def post(self, door: httpx.Client, path: str, body: Any) -> httpx.Response:
        return door.post(path, json=body, headers={"Authorization": f"Bearer {self.admin}"})

    def get(self, door: httpx.Client, path: str, **asked: Any) -> Any:
        answer = door.get(path, params=asked, headers={"Authorization": f"Bearer {self.admin}"})
        return answer.raise_for_status().json()

    def events(self, domain: str) -> list[Event]:
        """What the journal of this domain has."""
        frames = self.made.journal.read(domain, 0, 100_000)
        return [event for _, frame in frames for event in frame.events]

    def complaints(self, domain: str = "id") -> list[Complaint]:
        return [event for event in self.events(domain) if isinstance(event, Complaint)]


@contextmanager
def opened(
    folder: Path, drawn: tuple[Inventory, Policy] = (INVENTORY, AWAKE), domains: Sequence[str] = ("id",)
) -> Iterator[Street]:
    with crew(folder, drawn, domains=domains) as made:
        given = load(made.config).model_copy(update={"data": folder / "data"})
        token = bootstrap.prepare(given).token
        assert token is not None
        street = Street(made, folder, own("redis", folder), token)
        try:
            yield street
        finally:
            for process in street.running:
                process.kill()
                process.wait()
                assert process.stdout is not None
                process.stdout.close()
            services("stop", "--forget", folder=folder)


def checks(door: httpx.Client) -> dict[str, str]:
    """What is wrong, or to be known, by its own word."""
    said = door.get("/healthz").json()
    return {name: why for name, why in (said["checks"] | said.get("notes", {})).items() if why}
