"""Sources that hand in alarms over HTTP and try again until they are taken, one after the other for each object."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

import httpx

from correlator.events import moment
from streams.clock import wall_us
from tests.chaos.fleet import Fleet
from topology.model import Inventory

SOURCES, PAUSE_S = 2, 0.05


@dataclass(slots=True)
class Acknowledged:
    """Ids of the alarms that were taken, by object, in the order in which they were given."""

    by_object: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    strange: list[str] = field(default_factory=list)  # answers that are neither "taken" nor "later"


@dataclass(slots=True)
class Sources:
    """Runs from `start` until `calm`."""

    fleet: Fleet
    inventory: Inventory
    share: float = 1.0  # of the load
    taken: Acknowledged = field(default_factory=Acknowledged)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        onts = [device.id for device in self.inventory.devices if device.role == "ont"]
        for n in range(SOURCES):
            mine = onts[n :: max(1, len(onts) // 20)][:20]
            self._threads.append(threading.Thread(target=self._run, args=(n, mine), name=f"source-{n}"))
            self._threads[-1].start()

    def calm(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, source: int, objects: list[str]) -> None:
        turn = 0
        with self.fleet.client() as client:
            while not self._over.wait(PAUSE_S / self.share):
                state = "cleared" if turn // len(objects) % 2 else "raised"
                body = {
                    "id": f"door-{source}-{turn}",
                    "time": moment(wall_us()).isoformat(),
                    "source": f"door-{source}",
                    "object": objects[turn % len(objects)],
                    "alarm_type": "device_unreachable",
                    "severity": "major",
                    "state": state,
                }
                if self._until_taken(client, body):
                    self.taken.by_object[body["object"]].append(body["id"])
                turn += 1

    def _until_taken(self, client: httpx.Client, body: dict[str, str]) -> bool:
        while True:
            try:
                answer = client.post("/alarms", json=body)
            except httpx.TransportError:
                threading.Event().wait(PAUSE_S)
                continue
            if answer.is_success:
                return True
            if answer.status_code not in (429, 503):
                self.taken.strange.append(f"{body['id']}: {answer.status_code} {answer.text[:200]}")
                return False
            threading.Event().wait(PAUSE_S)
