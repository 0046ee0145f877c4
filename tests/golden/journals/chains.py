"""Nights made of the scenarios: many of them in one journal, one after the other, a day or more apart.

What must follow each is asked where the scenarios are tested; here it is pinned to the byte, with what one leaves to
the next: tickets that nobody closes, clocks that run on, cases that go to the archive.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from correlator.events import DAY_US, SECOND_US, microseconds
from correlator.policy import Policy
from tests.golden.journals.recorder import DAY, MINUTE, Paper, Recorder, Row
from tests.scenarios import stage
from tests.scenarios.expectations import Expectations
from tests.scenarios.happenings import events_of
from tests.scenarios.hosts import KernelHost
from tests.scenarios.script import Line, Script, read
from topology.loaders import load

SCENARIOS = Path(stage.__file__).parent
KEEP_DAYS = 3  # short, so that cases are archived while the chain goes on
# many messages, of which `care` and `turns` have nights with fewer
TOLD_ELSEWHERE = (19, 23, 27, 28, 29, 30, 31, 32, 36, 37, 38, 39, 43, 45, 48, 59, 64)
CHAINS = {
    "shift-book-one": ("kota", range(18)),
    "shift-book-two": ("kota", range(18, 36)),
    "shift-book-three": ("kota", range(36, 54)),
    "shift-book-four": ("kota", range(54, 70)),
    "shift-book-five": ("kota", range(70, 100)),
    "shift-book-ducts": ("kanal", range(100)),
    "shift-book-two-ducts": ("parit", range(100)),
}


def scripts(network: str, numbers: range) -> Iterator[Script]:
    for path in sorted(SCENARIOS.glob("*.scn")):
        number = int(path.name[:2])
        if number in numbers and number not in TOLD_ELSEWHERE and (script := read(path)).network == network:
            yield script


def policy_of(script: Script) -> Policy:
    return msgspec.structs.replace(stage.policy_of(script), keep_days=KEEP_DAYS)


class Chain(Recorder):
    """Plays scripts; each begins on the first day on which the one before is over."""

    def play(self, script: Script, number: int) -> None:
        day = timedelta(days=-(-max(0, self.now_us - self.midnight(script)) // DAY_US))
        moved = replace(script, day=script.day + day, lines=[replace(one, at=one.at + day) for one in script.lines])
        self.prefix = f"{number:02}-"
        self.names: dict[str, str] = {}
        sent: dict[str, list[Row]] = {}
        self.change_policy(policy_of(script))
        for line in moved.lines:
            self.wait_until(microseconds(line.at))
            if line.verb == "again":
                self.repeat(line, sent)
            elif line.verb != "expect":
                sent[line.one("as") or line.place] = self.tell(line, moved)
        self.wait(20 * MINUTE)
        self.clear_all()
        self.wait(20 * MINUTE)
        self.repair_all()

    def midnight(self, script: Script) -> int:
        return microseconds(script.lines[0].at.replace(hour=0, minute=0, second=0, microsecond=0))

    def wait_until(self, at_us: int) -> None:
        self.wait(max(0, at_us - self.now_us) / SECOND_US)

    def change_policy(self, policy: Policy) -> None:
        if policy.hash != self.run.world.policy.hash:
            self.say("world", policy=policy.hash)

    def tell(self, line: Line, script: Script) -> list[Row]:
        """The events of a line, under names that no other scenario uses."""
        rows = events_of(line, script.day, self.find)
        for row in rows:
            self.take(self.renamed(row))
        return rows

    def take(self, row: Row) -> None:
        self.raw(msgspec.json.encode({key: value for key, value in row.items() if value is not None}))

    def repeat(self, line: Line, sent: dict[str, list[Row]]) -> None:
        for row in (row for name in line.head for row in sent[name]):
            again = {"received": line.at.isoformat()} if row["type"] in ("alarm", "complaint") else {}
            self.take(self.renamed({key: value for key, value in row.items() if key != "received"} | again))

    def renamed(self, row: Row) -> Row:
        if "id" not in row:
            return row
        self.names[row["id"]] = self.prefix + row["id"]
        arguments = {key: self.named(value) for key, value in row.get("arguments", {}).items()}
        changed: Row = {"id": self.named(row["id"])}
        if "target" in row:
            changed |= {"target": self.named(row["target"]), "arguments": arguments}
        return row | changed

    def named(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.named(one) for one in value]
        return self.names.get(value, value) if isinstance(value, str) else value

    def find(self, line: Line, name: str) -> str:
        """As scenarios find it: the last of that root, the ticket of a complaint that we renamed."""
        word, colon, rest = name.partition(":")
        host = KernelHost.__new__(KernelHost)
        host.run = self.run
        return Expectations(host).find(line, f"{word}:{self.named(rest)}" if colon else name)


def record(name: str) -> None:
    """One chain, by its name."""
    network, numbers = CHAINS[name]
    played = list(scripts(network, numbers))
    policies = {policy.hash: policy for policy in map(policy_of, played)}
    paper = Paper(name, [load(stage.NETWORKS / f"{network}.json")], list(policies.values()))
    chain = Chain(paper, 0)
    chain.now_us = chain.midnight(played[0])
    for number, script in enumerate(played, start=1):
        chain.play(script, number)
    chain.wait(5 * DAY)
    chain.beat()
    chain.save()
