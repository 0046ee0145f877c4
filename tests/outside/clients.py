"""Who tells the service something, and keeps what was acknowledged: each repeats what was not, under the same id."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.outside import snmp

TRAPS_PER_S = 500
OTHERS_PER_S = 4.0  # of each other kind
PATIENCE_S = 90.0  # until what was begun is acknowledged
AGAIN_S = 0.3
ROUTERS = 40


def router(n: int) -> tuple[str, str]:
    """Its name, and its address."""
    return f"R{n % ROUTERS}", f"10.9.0.{n % ROUTERS + 1}"


@dataclass
class Clients:
    """What was sent (`traps`) or acknowledged (the others): objects of traps and informs, ids of the others.

    `informs`: how often each was sent; `complaints`: the numbers that were answered.
    """

    web: str
    traps_at: tuple[str, int]
    tokens: dict[str, str]
    traps: list[str] = field(default_factory=list)
    informs: dict[str, int] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    complaints: dict[str, set[str]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)  # that were not acknowledged in all that time
    _sent: Counter[int] = field(default_factory=Counter)  # an inform that is not acknowledged yet
    _quiet: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        deeds = (self._inform, self._alarm, self._complain, self._command)
        self._threads = [threading.Thread(target=self._trap)]
        self._threads += [threading.Thread(target=self._paced, args=(deed,)) for deed in deeds]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """What was begun is still acknowledged."""
        self._quiet.set()
        for thread in self._threads:
            thread.join()

    def _trap(self) -> None:
        began = time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(self.traps_at)
            while not self._quiet.wait(0.002):
                for n in range(len(self.traps), int((time.monotonic() - began) * TRAPS_PER_S)):
                    name, address = router(n)
                    sender.send(snmp.link_up(snmp.TRAP, n, address, f"t{n}"))
                    self.traps.append(f"{name}/t{n}")

    def _paced(self, deed: Callable[[int, httpx.Client], bool]) -> None:
        with httpx.Client(base_url=self.web, timeout=10, trust_env=False) as client:
            n = 0
            while not self._quiet.wait(1 / OTHERS_PER_S):
                until_s = time.monotonic() + PATIENCE_S
                while not deed(n, client):
                    if time.monotonic() > until_s:
                        self.never.append(f"{deed.__name__} {n}")
                        break
                    time.sleep(AGAIN_S)
                n += 1

    def _inform(self, n: int, _: httpx.Client) -> bool:
        name, address = router(n)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(self.traps_at)
            sender.settimeout(2)
            sender.send(snmp.link_up(snmp.INFORM, n, address, f"i{n}"))
            self._sent[n] += 1
            try:
                if snmp.answered(sender.recv(4096)) != n:
                    return False
            except OSError:
                return False
        self.informs[f"{name}/i{n}"] = self._sent.pop(n)
        return True

    def _alarm(self, n: int, client: httpx.Client) -> bool:
        body = {"id": f"a{n}", "time": now(), "object": f"{router(n)[0]}/h{n}", "state": "raised"}
        taken = self._post(client, "source", "/alarms", {**body, "alarm_type": "high_temperature", "severity": "minor"})
        if taken is not None:
            self.alarms.append(f"a{n}")
        return taken is not None

    def _complain(self, n: int, client: httpx.Client) -> bool:
        body = {"id": f"c{n}", "channel": "phone", "customer": f"CU-{n % ROUTERS}", "text": "tagihan saya salah"}
        taken = self._post(client, "customer_care", "/complaints", body)
        if taken is not None:
            self.complaints.setdefault(f"c{n}", set()).add(taken["number"])
        return taken is not None

    def _command(self, n: int, client: httpx.Client) -> bool:
        known = list(self.complaints.values())
        if not known:
            return True
        body = {"id": f"k{n}", "action": "note", "target": min(known[n % len(known)]), "arguments": {"text": "dilihat"}}
        taken = self._post(client, "care_supervisor", "/commands", {**body, "reason": "diuji dari luar"})
        if taken is not None:
            self.commands.append(f"k{n}")
        return taken is not None

    def _post(self, client: httpx.Client, role: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """What was answered; None where it was not taken, or nobody knows."""
        try:
            answer = client.post(path, json=body, headers={"Authorization": f"Bearer {self.tokens[role]}"})
        except httpx.HTTPError:
            return None
        if answer.status_code in (429, 502, 503, 504):
            return None
        if not answer.is_success:
            self.never.append(f"{path}: {answer.status_code} {answer.text}")
            return None
        found: dict[str, Any] = answer.json()
        return found


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
