"""A case while it is told: a network, the faults that strike it, the events, and what is true."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

from bench.blind.network import Net
from bench.blind.physics import Physics

WIB = timezone(timedelta(hours=7))
DAY = datetime(2026, 3, 3, tzinfo=WIB)  # a Tuesday
FAR = 10**9
ALONE_S = 3600.0  # so long a single alarm must stand to be more than a word
CHANNELS = ("phone", "phone", "phone", "email", "portal", "walk_in")

SEVERITY = {
    "loss_of_signal": "critical",
    "link_down": "major",
    "device_unreachable": "critical",
    "neighbor_down": "major",
    "fiber_break": "critical",
    "power_failure": "major",
    "card_failure": "critical",
    "service_down": "major",
    "device_restart": "indeterminate",
    "other": "warning",
}


@dataclass
class Fault:
    """What strikes. Times in seconds of the case; `parts` fail in their own times, as by batteries."""

    root: str
    begin: float
    end: float
    right: list[str]  # roots that count as right
    parts: list[tuple[str, float, float]]
    silent: bool = False  # no alarm of it
    optional: bool = False  # to open it is right, not to open it is no miss
    callers: float = 0.1  # share of the customers down who call
    told: list[float] = field(default_factory=list)  # when something of it was told
    tellable: bool | None = None  # None: by what was told


class Case:
    """Seconds count from `start`, a moment of the day in hours."""

    def __init__(self, net: Net, rng: Random, start_h: float | None = None) -> None:
        self.net, self.rng = net, rng
        self.start = DAY + timedelta(hours=rng.uniform(8, 19) if start_h is None else start_h)
        self.physics = Physics(net)
        self.faults: list[Fault] = []
        self.events: list[tuple[float, dict[str, Any]]] = []  # (when received, event)
        self.expect = ""
        self._truth: dict[str, Any] | None = None
        self.horizon = 0.0  # a heartbeat at least so late

    def at(self, seconds: float) -> str:
        return (self.start + timedelta(milliseconds=round(seconds * 1000))).isoformat(timespec="milliseconds")

    def fault(self, root: str, begin: float, end: float = FAR, **more: Any) -> Fault:
        """`parts` where not the root itself fails all the time; `right` beside what is alike."""
        silent = bool(more.get("silent"))
        parts = more.pop("parts", [(root, begin, end)])
        right = sorted({*self.physics.alike(root), *more.pop("right", [])})
        if silent:
            right = sorted({*right, *self.physics.alike(root, by_service=True)})
        made = Fault(root, begin, end, right, parts, **more)
        self.faults.append(made)
        return made

    def alarm(self, when: float, source: str, fact: tuple[str, str], state: str = "raised", **more: Any) -> None:
        """`received`: later than `when`, or with a clock that is wrong, at all another time. In order of arrival."""
        received = more.pop("received", when)
        event = {
            "type": "alarm",
            "id": f"{source}#{len(self.events)}",
            "time": self.at(when),
            "source": source,
            "object": fact[0],
            "alarm_type": fact[1],
            "state": state,
            "severity": more.pop("severity", SEVERITY.get(fact[1], "warning")),
            **more,
        }
        if received != when:
            event["received"] = self.at(received)
        self.events.append((received, event))

    def trap(self, when: float, port: str, kind: str = "link_down", state: str = "raised", **more: Any) -> None:
        """What a device says of itself or of its port."""
        self.alarm(when, f"snmp:{self.net.address[port.partition('/')[0]]}", (port, kind), state, **more)

    def poll(self, when: float, device: str, state: str = "raised", **more: Any) -> None:
        self.alarm(when, "zabbix:noc", (device, "device_unreachable"), state, **more)

    def complaint(self, when: float, customer: str | None, service: str | None, text: str, **more: Any) -> None:
        channel = more.pop("channel", None) or self.rng.choice(CHANNELS)
        event = {"type": "complaint", "id": f"call-{len(self.events)}", "time": self.at(when), "channel": channel}
        self.events.append((when, {**event, "customer": customer, "service": service, "text": text, **more}))

    def other(self, when: float, kind: str, **fields: Any) -> None:
        """maintenance, source_state, restored, heartbeat."""
        event = {"type": kind, "id": f"{kind}-{len(self.events)}", "time": self.at(when), **fields}
        if kind == "heartbeat":
            del event["id"]
        self.events.append((when, event))

    def failed_at(self, when: float, faults: Iterable[Fault]) -> frozenset[str]:
        return frozenset(one for fault in faults for one, begin, end in fault.parts if begin <= when < end)

    def moments(self) -> list[float]:
        """When what has failed changes."""
        return sorted({when for f in self.faults for _, begin, end in f.parts for when in (begin, end) if when < FAR})

    def down(self) -> dict[str, list[tuple[float, float]]]:
        """By service, the periods in which it does not work."""
        periods: dict[str, list[tuple[float, float]]] = {}
        moments = self.moments()
        for begin, end in zip(moments, [*moments[1:], float(FAR)], strict=False):
            for service in sorted(self.physics.state(self.failed_at(begin, self.faults)).down):
                held = periods.setdefault(service, [])
                if held and held[-1][1] == begin:
                    held[-1] = (held[-1][0], end)
                else:
                    held.append((begin, end))
        return periods

    def truth_now(self) -> None:
        """Fix the truth; what the inventory says of it may then go wrong."""
        self._truth = self.truth()

    def truth(self) -> dict[str, Any]:
        if self._truth is not None:
            return self._truth
        down = self.down()
        owner = {row["id"]: row["customer"] for row in self.net.rows["services"]}
        return {
            "start": self.at(0),
            "expect": self.expect,
            "faults": [
                {
                    "root": f.root,
                    "right": self._right(f),
                    "begin": f.begin,
                    "end": None if f.end >= FAR else f.end,
                    "told": min(f.told) if f.told else None,
                    "tellable": f.tellable if f.tellable is not None else self._tellable(f),
                    "optional": f.optional,
                }
                for f in self.faults
            ],
            "down": [
                {"service": one, "customer": owner[one], "from": a, "to": None if b >= FAR else b}
                for one in sorted(down)
                for a, b in down[one]
            ],
        }

    @staticmethod
    def _tellable(fault: Fault) -> bool:
        """One word alone says something only where it stands for long."""
        return len(fault.told) > 1 or (len(fault.told) == 1 and fault.end - fault.told[0] >= ALONE_S)

    def _right(self, fault: Fault) -> list[str]:
        """With what is alike while the faults before it stand."""
        given = self.failed_at(fault.begin, [one for one in self.faults if one is not fault and not one.silent])
        if not given or not fault.right or not fault.parts:
            return fault.right
        return sorted({*fault.right, *self.physics.alike(fault.root, given)})

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self.horizon:
            self.other(self.horizon, "heartbeat")
        ordered = sorted(self.events, key=lambda one: one[0])
        files = {"inventory.json": [self.net.inventory()], "events.jsonl": [event for _, event in ordered]}
        for name, rows in {**files, "truth.json": [self.truth()]}.items():
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / name).write_text(text, encoding="utf-8")
