"""What the service concludes, read over its HTTP doors and from the file that messages go to; and waiting for it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from streams.demo.doors import DemoFailed, Doors, Json

T = TypeVar("T")

LOOK_EVERY_S = 0.1
PATIENCE_S = 60.0  # real seconds for what the story expects ...
LONGEST_S = 400.0  # ... besides the longest time that it takes in the story: a repair has to hold for five minutes
SETTLED = ("open", "clearing", "resolved", "closed")


@dataclass(slots=True)
class Watch:
    """Reads only. `messages`: the file of the channel that the demo uses, JSON lines."""

    doors: Doors
    messages: Path
    speed: float = 1.0  # seconds of the story a second
    nap: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    _sent: list[Json] = field(default_factory=list)
    _read_to: int = 0  # bytes of the file

    def until(self, what: str, look: Callable[[], T | None]) -> T:
        """The first answer of `look` that is something. Raises DemoFailed when it takes too long."""
        patience_s = PATIENCE_S + LONGEST_S / self.speed
        until_s = self.monotonic() + patience_s
        while True:
            found = look()
            if found is not None:
                return found
            if self.monotonic() > until_s:
                raise DemoFailed(f"after {patience_s:.0f} s there is still no {what}")
            self.nap(LOOK_EVERY_S)

    def incidents(self) -> list[Json]:
        found: list[Json] = (self.doors.get("/incidents") or {})["incidents"]
        return found

    def settled(self, root: str) -> Json | None:
        """The incident whose settled root this is, whole; None where there is none (yet)."""
        for line in self.incidents():
            if line["root"]["id"] == root and line["status"] in SETTLED and line["ticket"]:
                return self.doors.get(f"/incidents/{line['id']}")
        return None

    def in_state(self, incident: str, *states: str) -> Json | None:
        found = self.doors.get(f"/incidents/{incident}")
        return found if found is not None and found["status"] in states else None

    def ticket(self, name: str) -> Json | None:
        return self.doors.get(f"/tickets/{name}")

    def closed(self, ticket: str) -> Json | None:
        found = self.ticket(ticket)
        return found if found is not None and found["stage"] == "closed" else None

    def under(self, ticket: str, outage: str) -> Json | None:
        """A complaint's ticket, once it hangs under the outage's."""
        found = self.ticket(ticket)
        return found if found is not None and found["parent"] == outage else None

    def acknowledged(self, ticket: str) -> Json | None:
        found = self.ticket(ticket)
        return found if found is not None and found["responded_at"] else None

    def record(self, incident: str) -> Json | None:
        """The RCA/CAPA record of an incident."""
        return self.doors.get(f"/incidents/{incident}/rca")

    def sent(self) -> list[Json]:
        """Every message that left, in order; a line that is still being written is left for the next look."""
        if self.messages.exists():
            with self.messages.open("rb") as lines:
                lines.seek(self._read_to)
                for line in lines:
                    if line.endswith(b"\n"):
                        self._sent.append(json.loads(line))
                        self._read_to += len(line)
        return self._sent
