"""Plays a script on a host: each line at its time, then the laws that hold in every scenario."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from correlator.events import microseconds
from correlator.policy import Policy
from tests.scenarios.expectations import Expectations
from tests.scenarios.happenings import events_of
from tests.scenarios.hosts import HOSTS, Played
from tests.scenarios.script import BadScript, Line, Script
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders import load

NETWORKS = Path(__file__).parent / "networks"
_compiled: dict[str, Topology] = {}


def network(name: str) -> Topology:
    """A network of the shared folder, compiled once."""
    if name not in _compiled:
        _compiled[name] = compile_inventory(load(NETWORKS / f"{name}.json"))
    return _compiled[name]


def policy_of(script: Script) -> Policy:
    """The default policy with what the script changes, as `policy care.wait_above_customers = 10`."""
    content: dict[str, Any] = {}
    for path, value in script.policy.items():
        room, _, name = path.partition(".")
        if room not in ("care", "faults", "sources", "quality") or not name:
            text = f"policy {path}: write care.NAME, faults.NAME, sources.NAME or quality.NAME"
            raise BadScript(script.path.name, text)
        content.setdefault(room, {})[name] = msgspec.json.decode(value.encode())
    try:
        return msgspec.convert(content, Policy)
    except msgspec.ValidationError as fault:
        raise BadScript(script.path.name, f"policy: {fault}") from None


def play(script: Script, host_name: str) -> None:
    """AssertionError with file:line where what must follow does not."""
    given = frozenset(number for line in script.lines if (number := line.options.get("number", ("",))[0]))
    host = HOSTS[host_name](network(script.network), policy_of(script), given)
    sent: dict[str, list[dict[str, Any]]] = {}
    looking = Expectations(host)
    for line in script.lines:
        host.wait(microseconds(line.at))
        if line.verb == "expect":
            looking.check(line)
        elif line.verb == "again":
            for event in _again(line, sent):
                host.take(event)
        else:
            events = events_of(line, script.day, looking.find)
            for event in events:
                host.take(event)
                sent.setdefault(event.get("id", ""), []).append(event)
            sent[line.one("as") or ""] = events
    _laws(script, host, looking)


def _again(line: Line, sent: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What was sent before arrives once more, now."""
    found = []
    for name in line.head:
        if name not in sent:
            raise BadScript(line.place, f"nothing above is named {name}; name it with: as {name}")
        found += [event | {"received": line.at.isoformat()} for event in sent[name]]
    return [{key: value for key, value in event.items() if _may_be_received(event, key)} for event in found]


def _may_be_received(event: dict[str, Any], key: str) -> bool:
    return key != "received" or event["type"] in ("alarm", "complaint")


def _laws(script: Script, host: Played, looking: Expectations) -> None:
    """What no scenario may break."""
    seen = host.seen()
    told = Counter(
        (row["customer"], row["kind"], row["incident"], row["update"]) for row in seen.notices if row["incident"]
    )
    twice = sorted(str(key) for key, count in told.items() if count > 1)
    assert not twice, f"{script.path.name}: told twice: {twice}"
    numbers = Counter(row["number"] for row in seen.tickets)
    assert not [number for number, count in numbers.items() if count > 1], f"{script.path.name}: a number twice"
    unforeseen = [row for row in seen.rejected if row["id"] not in looking.foreseen]
    assert not unforeseen, f"{script.path.name}: rejected, and no line expects it: {unforeseen}"
