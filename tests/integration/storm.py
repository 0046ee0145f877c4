"""A storm at the doors of a live service: trap datagrams at a steady rate, and callers who try until they are heard."""

import threading
from dataclasses import dataclass, field
from random import Random

import httpx

from bench.senders.traps import Batch, batch, send_share
from tests.integration.house import Live
from topology.model import Inventory

CALLERS = 3
TRAPS_PER_S = 150
TEXTS = ("internet mati total", "lambat sekali", "tagihan saya salah", "no signal since this morning", "TV tidak bisa")
AGAIN_S = 0.05  # until a caller who was not answered tries again


@dataclass
class Storm:
    """Runs from `start` until `calm`. `answered`: what each complaint was told, at every 201 it got."""

    live: Live
    inventory: Inventory
    seed: int
    share: float = 1.0  # of the load
    answered: dict[str, set[str]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)  # answers that are neither 201 nor "later"
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        traps = batch(self.inventory, devices=40)
        self._threads = [threading.Thread(target=self._send, args=(traps,), name="traps")]
        self._threads += [threading.Thread(target=self._call, args=(n,), name=f"caller-{n}") for n in range(CALLERS)]
        for thread in self._threads:
            thread.start()

    def calm(self) -> None:
        """No more comes; who is still trying is answered first."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, traps: Batch) -> None:
        """Datagrams, whether or not somebody listens."""
        address, sent, each_s = self.live.running.snmp, 0, round(TRAPS_PER_S * self.share)
        assert address is not None
        while not self._over.is_set():
            try:
                send_share(address, traps, range(sent, sent + each_s), 1.0)
            except ConnectionRefusedError:
                self._over.wait(AGAIN_S)  # the intake is being started again
            sent += each_s

    def _call(self, caller: int) -> None:
        chance, count = Random(f"{self.seed}-{caller}"), 0
        with self.live.client() as client:
            while not self._over.is_set():
                count += 1
                name = f"c-{caller}-{count}"
                body = {
                    "id": name,
                    "channel": chance.choice(("phone", "email", "portal")),
                    "text": chance.choice(TEXTS),
                    "customer": chance.choice(self.inventory.customers).id,
                }
                self._until_heard(client, name, body)
                if chance.random() < 0.1:
                    self._until_heard(client, name, body)  # did you get my complaint?
                self._over.wait(AGAIN_S / self.share)

    def _until_heard(self, client: httpx.Client, name: str, body: dict[str, str]) -> None:
        """The same complaint, again and again: whoever was not answered cannot know whether it arrived."""
        while True:
            try:
                answer = client.post("/complaints", json=body)
            except httpx.TransportError:
                threading.Event().wait(AGAIN_S)
                continue
            if answer.status_code == 201:
                self.answered.setdefault(name, set()).add(answer.json()["number"])
                return
            if answer.status_code != 503:
                self.strange.append(f"{name}: {answer.status_code} {answer.text[:200]}")
                return
            threading.Event().wait(AGAIN_S)
