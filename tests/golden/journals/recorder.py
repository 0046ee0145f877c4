"""Records a night: what is told is folded at once, so that what is told next may name what came of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from correlator import kernel
from correlator.events import SECOND_US, Frame, microseconds
from correlator.policy import Policy
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.times import rfc3339
from correlator.world import World
from streams.replay.replay import Numbers, Replay
from tests.golden.journals.nights import HERE, unhashed
from topology.compile import compile_inventory
from topology.model import Inventory

START_US = microseconds(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))  # Tuesday, ten in the morning in Jakarta
MINUTE, HOUR, DAY = 60, 3600, 86400
KOTA = Path(__file__).parents[2] / "scenarios" / "networks" / "kota.json"
Row = dict[str, Any]


@dataclass
class Paper:
    """The inputs of a night, to be written into its folder."""

    name: str
    inventories: list[Inventory]
    policies: list[Policy] = field(default_factory=lambda: [Policy()])

    def write(self, **sources: bytes) -> None:
        """`sources`: file name without suffix -> its lines."""
        folder = HERE / self.name
        folder.mkdir(exist_ok=True)
        for word, rows in (("inventory", self.inventories), ("policy", self.policies)):
            for number, row in enumerate(rows, start=1):
                if word == "policy" and self.policies == [Policy()]:
                    continue
                path = folder / file(word, number)
                path.write_bytes(indented(row) if word == "policy" else by_row(row))
        for source, data in sources.items():
            (folder / f"{source.replace('_', '-')}.jsonl").write_bytes(unhashed(data, self.hashes()))

    def hashes(self) -> dict[str, str]:
        """File -> hash of its content."""
        found = {file("inventory", n): compile_inventory(row).hash for n, row in enumerate(self.inventories, start=1)}
        return found | {file("policy", n): row.hash for n, row in enumerate(self.policies, start=1)}


def file(word: str, number: int) -> str:
    return f"{word}-{number}.json" if number > 1 else f"{word}.json"


def indented(policy: Any) -> bytes:
    """Only what differs from the default."""
    plain, usual = msgspec.to_builtins(policy), msgspec.to_builtins(Policy())
    changed = {
        room: {name: value for name, value in rules.items() if value != usual[room][name]}
        if isinstance(rules, dict)
        else rules
        for room, rules in plain.items()
        if rules != usual[room]
    }
    return msgspec.json.format(msgspec.json.encode(changed), indent=1) + b"\n"


def by_row(inventory: Any) -> bytes:
    """A row a line, so that a diff can be read; what is absent is left out."""
    rows = {name: rows for name, rows in msgspec.to_builtins(inventory).items() if isinstance(rows, tuple) and rows}
    lists = []
    for name, members in rows.items():
        lines = (msgspec.json.encode({key: v for key, v in row.items() if v is not None}).decode() for row in members)
        lists.append(f'"{name}": [\n' + ",\n".join(lines) + "\n]")
    return ('{"format": "simpul-inventory/1",\n' + ",\n".join(lists) + "}\n").encode()


class Recorder:
    """Time stands still until `wait`."""

    def __init__(self, paper: Paper, start_us: int = START_US) -> None:
        self.paper = paper
        self.now_us = start_us
        self.lines: list[bytes] = []
        worlds = [compile_inventory(one) for one in paper.inventories]
        self.run = Replay(
            World(worlds[0], paper.policies[0]),
            {one.hash: one for one in worlds},
            {one.hash: one for one in paper.policies},
            Numbers(frozenset()),
        )
        kernel.wake(self.run.state, self.run.world)

    # Telling

    def raw(self, line: bytes) -> None:
        """A line as it stands, whatever it is."""
        self.lines.append(line)
        self.run.line(len(self.lines), line)

    def say(self, kind: str, **fields: Any) -> str:
        """An event that is told now; its id."""
        name = fields.pop("id", f"{kind[0]}{len(self.lines) + 1}")
        row = {"type": kind, "id": name, "time": self.stamp()} | fields
        self.raw(msgspec.json.encode({key: value for key, value in row.items() if value is not None}))
        return str(name)

    def alarm(self, name: str, kind: str = "loss_of_signal", **fields: Any) -> str:
        source = fields.pop("source", f"snmp:{name.partition('/')[0].lower()}")
        state = fields.pop("state", "raised")
        severity = fields.pop("severity", "critical" if state == "raised" else None)
        given = {"source": source, "object": name, "alarm_type": kind, "state": state, "severity": severity}
        return self.say("alarm", **given, **fields)

    def clear(self, name: str, kind: str = "loss_of_signal", **fields: Any) -> str:
        return self.alarm(name, kind, state="cleared", **fields)

    def clear_all(self) -> None:
        """What stands is cleared by who told it, and whoever was blind sees again."""
        rows = self.run.state.alarms.values()
        for row in [one for one in rows if one.raised]:
            names = {"qualifier": row.qualifier} if getattr(row, "qualifier", None) else {}
            self.clear(row.object, row.alarm_type, **names)

    def repair_all(self) -> None:
        """The crew comes home: nothing that is open is broken any more."""
        rows = self.run.state.incidents.values()
        for root in sorted({row.root for row in rows if row.status in ("open", "clearing") and not row.home}):
            self.say("restored", object=root)

    def call(self, customer: str | None, text: str = "Internet mati total sejak tadi", **fields: Any) -> str:
        return self.say("complaint", channel=fields.pop("channel", "phone"), customer=customer, text=text, **fields)

    def order(self, role: str, action: str, target: str, **arguments: Any) -> str:
        """`because` is the reason."""
        reason = arguments.pop("because", "keputusan shift")
        who = {"actor": f"staf-{role}", "role": role, "action": action, "target": target}
        return self.say("command", **who, arguments=arguments, reason=reason)

    def work_on(self, *names: str, after: float = 0, lasts: float = HOUR) -> str:
        """Planned work on these."""
        times = {"start": self.stamp(after), "end": self.stamp(after + lasts)}
        return self.say("maintenance", objects=list(names), reason="kabel dipindah", **times)

    def beat(self) -> None:
        self.raw(msgspec.json.encode({"type": "heartbeat", "time": self.stamp()}))

    def wait(self, seconds: float) -> None:
        """Time passes, and what falls due is done."""
        self.now_us += round(seconds * SECOND_US)
        self.run.drain(self.now_us)
        self.run.received_us = max(self.run.received_us, self.now_us)

    def stamp(self, seconds: float = 0) -> str:
        """Now, or so much later."""
        return rfc3339(self.now_us + round(seconds * SECOND_US))

    # Finding

    def incident(self, root: str) -> IncidentRow:
        """The last that has this root, or one that nobody can tell from it."""
        rows = self.run.state.incidents.values()
        return [row for row in rows if root in (row.root, *row.equivalent) and row.status != "merged"][-1]

    def ticket(self, complaint: str) -> TicketRow:
        return next(row for row in self.run.state.tickets.values() if row.complaint == complaint)

    def outage(self, root: str) -> TicketRow:
        return self.run.state.tickets[self.incident(root).ticket or ""]

    def save(self) -> None:
        self.paper.write(events=b"".join(line + b"\n" for line in self.lines))


def frames(given: list[Frame]) -> bytes:
    """A journal as text: a frame a line."""
    return b"".join(msgspec.json.encode(frame) + b"\n" for frame in given)
