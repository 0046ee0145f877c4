"""What the service wrote down, read from its files with nothing of its own, and held against what it acknowledged."""

import sqlite3
import zlib
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from tests.outside.clients import Clients


def journal(file: Path) -> list[dict[str, Any]]:
    """All events, in order: a frame is a byte of format, then zlib over msgpack of [time, events]."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        bodies = [body for (body,) in connection.execute("select body from frames order by domain, offset")]
    return [event for body in bodies for event in msgspec.msgpack.decode(zlib.decompress(body[1:]))[1]]


def judged(events: list[dict[str, Any]], clients: Clients) -> dict[str, dict[str, int]]:
    """By kind: how many were sent or acknowledged, how many of these the journal lacks, or has more than once."""
    by_kind: dict[str, Counter[str]] = {}
    for event in events:
        by_kind.setdefault(event["type"], Counter())[event.get("id", "")] += 1
    told = Counter(event["object"] for event in events if event["type"] == "alarm" and event["state"] == "cleared")
    written = {
        "traps": (dict.fromkeys(clients.traps, 1), told),
        "informs": (clients.informs, told),  # each as often as it was sent, at the most: who hears no answer repeats
        "alarms": (dict.fromkeys(clients.alarms, 1), by_kind.get("alarm", Counter())),
        "complaints": (dict.fromkeys(clients.complaints, 1), by_kind.get("complaint_received", Counter())),
        "commands": (dict.fromkeys(clients.commands, 1), by_kind.get("command", Counter())),
    }
    return {
        kind: {
            "acknowledged": len(mine),
            "lost": sum(not count[one] for one in mine),
            "doubled": sum(count[one] > most for one, most in mine.items()),
        }
        for kind, (mine, count) in written.items()
    }


def numbers_broken(events: list[dict[str, Any]], clients: Clients) -> list[str]:
    """Each complaint has one number, the one that was answered, and no two have the same."""
    of = {event["id"]: event["number"] for event in events if event["type"] == "complaint_received"}
    twice = [number for number, count in Counter(of.values()).items() if count > 1]
    other = [name for name, numbers in clients.complaints.items() if numbers != {of.get(name)}]
    return [*(f"number {number} twice" for number in twice), *(f"complaint {name}: another number" for name in other)]
