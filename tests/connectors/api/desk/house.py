"""The door before a real kernel: what comes in is folded at once, and read back through the same door."""

from pathlib import Path
from typing import Any

import httpx

from connectors.access.holders import Role
from connectors.api.app import DoorSettings
from connectors.ports import Commit
from correlator import kernel
from correlator.events import MINUTE_US, Alarm, ComplaintIn, Event, Heartbeat, Incoming, Record, moment
from correlator.state import State
from streams.complaints import journaled
from tests.connectors.api.doorway import Door
from tests.connectors.house import DOMAIN, WORLD

DARK = (("SBY-CR1/2", "loss_of_signal"), ("DPS-CR1/1", "loss_of_signal"), ("DPS-CR1", "device_unreachable"))


class Desk:
    """A service of one process, without disks. `ask` as `Door`."""

    def __init__(self, folder: Path, settings: DoorSettings | None = None) -> None:
        self.door = Door(folder, settings)
        self.state = State()
        kernel.wake(self.state, WORLD)
        self.door.inbox.then = self._come

    def _come(self, event: Incoming) -> None:
        self.fold(
            journaled(event, self._number(event), event.customer, None) if isinstance(event, ComplaintIn) else event
        )  # type: ignore[arg-type]  # replies and receipts come by no door here

    def _number(self, event: ComplaintIn) -> str:
        return self.door.inbox.seen[event.id].number or ""

    def fold(self, event: Event) -> None:
        house = self.door.house
        applied = house.store.applied(DOMAIN)
        step = kernel.advance(self.state, Record(applied + 1, 0, house.now_us, event), WORLD)
        changes = [(table, key, step.changes[table, key]) for table, key in sorted(step.changes)]
        house.store.commit(Commit(DOMAIN, applied, applied + 1, changes, step.effects, step.archived))
        house.now_us += 1_000_000

    def wait(self, minutes: int) -> None:
        self.door.house.now_us += minutes * MINUTE_US
        self.fold(Heartbeat(time=moment(self.door.house.now_us)))

    def cut(self, words: int = len(DARK), apart_min: int = 0) -> str:
        """The strait's conduit is cut: CU-1 and one service of CU-2 are down. `words`: so many tell of it. Its id."""
        for one in DARK[:words]:
            self.hear(*one)
            self.wait(apart_min)
        self.wait(3 if words == len(DARK) else 7)  # more may come of what few tell
        [incident] = [row.id for row in self.state.incidents.values() if row.status == "open"]
        return incident

    def hear(self, name: str, kind: str) -> None:
        """An alarm."""
        time = moment(self.door.house.now_us)
        alarm: Any = {"id": f"a-{DARK.index((name, kind))}", "time": time, "source": "nms", "object": name}
        self.fold(Alarm(**alarm, alarm_type=kind, severity="critical", state="raised"))

    def complain(self, customer: str | None, text: str = "Internet mati total", **more: Any) -> str:
        """The ticket's number."""
        body = {"channel": "phone", "customer": customer, "text": text, **more}
        answer = self.ask("POST", "/complaints", "customer_care", json=body)
        assert answer.status_code == 201, answer.text
        self.wait(1)
        return str(answer.json()["number"])

    def order(self, role: Role, action: str, target: str, path: str = "/commands", **arguments: Any) -> Any:
        """What is answered; `path`: the door for one or for many."""
        named = {name.rstrip("_"): value for name, value in arguments.items()}
        body = {"action": action, "target": target, "arguments": named, "reason": "keputusan shift"}
        answer = self.ask("POST", path, role, json=body)
        assert answer.status_code == 202, answer.text
        return answer.json()

    def get(self, path: str, role: Role = "customer_support") -> Any:
        answer = self.ask("GET", path, role)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, method: str, path: str, role: Role = "customer_support", **more: Any) -> httpx.Response:
        return self.door.ask(method, path, role, **more)
