"""Random and mutated inventories at the loaders of JSON and CSV: each is read, or every fault of it is told.

Some of what is read must also compile. `python -m tests.fuzz` throws a million at each.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fuzz.bodies import changed, scratch
from tests.fuzz.throwing import Cost, throw
from tests.streams.small import INVENTORY
from topology.compile import compile_inventory
from topology.loaders.dump import to_csv, to_json
from topology.loaders.from_csv import load_csv
from topology.loaders.from_json import load_json
from topology.model import BadInventory

COMPILED = 20  # one in so many that are read: it costs more than reading
DOCUMENT: dict[str, Any] = json.loads(to_json(INVENTORY))
TABLES = {name: text for name, text in to_csv(INVENTORY).items() if text.count(b"\n") > 1}
# of a cell
ODD = (
    "",
    " ",
    "-1",
    "1e999",
    "nan",
    "true",
    "TRUE",
    "x" * 300,
    "a;b",
    ";",
    "|",
    "a|b;c",
    '"',
    "\x00",
    "\u202e",
    "JKT/1",
)


@dataclass
class Outcome:
    thrown: int = 0
    read: int = 0
    refused: int = 0
    cost: Cost = field(default_factory=Cost)


def run_json(count: int, seed: int) -> Outcome:
    outcome = Outcome()

    def judge(text: bytes) -> None:
        judged(lambda: load_json(text), outcome)

    outcome.cost = throw(documents(count, seed), judge, repr, count)
    return outcome


def run_csv(count: int, seed: int) -> Outcome:
    outcome = Outcome()

    def judge(files: Mapping[str, bytes]) -> None:
        judged(lambda: load_csv(files), outcome)

    outcome.cost = throw(folders(count, seed), judge, repr, count)
    return outcome


def judged(load: Any, outcome: Outcome) -> None:
    outcome.thrown += 1
    try:
        inventory = load()
    except BadInventory as bad:
        assert bad.faults  # noqa: PT017  # what it holds is what is judged
        for fault in bad.faults:
            assert fault.where
            assert fault.reason
            assert fault.remedy
        outcome.refused += 1
        return
    outcome.read += 1
    if outcome.read % COMPILED == 0:
        compile_inventory(inventory)


def documents(count: int, seed: int) -> Iterator[bytes]:
    """A fiftieth is noise, the rest the small network with one to six things changed, or none."""
    draw = random.Random(seed)
    for _ in range(count):
        kind = draw.random()
        if kind < 0.02:
            yield draw.randbytes(draw.randint(0, 60))
            continue
        document: Any = DOCUMENT
        for _ in range(draw.choice((0, 1, 1, 1, 2, 3, 6))):
            document = changed(draw, document)
        text = bytearray(json.dumps(document, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass"))
        if kind < 0.3:
            for _ in range(draw.randint(1, 4)):
                scratch(draw, text)
        yield bytes(text)


def folders(count: int, seed: int) -> Iterator[Mapping[str, bytes]]:
    """The small network's files with cells, columns, lines or octets changed, files missing, or of another name."""
    draw = random.Random(seed)
    for _ in range(count):
        files = dict(TABLES)
        for _ in range(draw.choice((0, 1, 1, 2, 3))):
            name = draw.choice(sorted(files) or sorted(TABLES))
            match draw.randrange(6):
                case 0:
                    files.pop(name, None)
                case 1:
                    files[draw.choice(("x.csv", "sites.CSV", "devices.csv"))] = files.get(name, b"")
                case 2:
                    octets = bytearray(files.get(name, b""))
                    scratch(draw, octets)
                    files[name] = bytes(octets)
                case _:
                    files[name] = recut(draw, files.get(name, b"id\n"))
        yield files


def recut(draw: random.Random, text: bytes) -> bytes:
    """A table with one cell changed, put in or taken out; or one line twice."""
    lines = text.decode("utf-8", "replace").split("\n")
    place = draw.randrange(len(lines))
    cells = lines[place].split(",")
    at = draw.randrange(len(cells))
    match draw.randrange(4):
        case 0:
            cells[at : at + 1] = []
        case 1:
            cells[at:at] = [draw.choice(ODD)]
        case 2:
            lines.insert(place, lines[place])
        case _:
            cells[at] = draw.choice(ODD)
    lines[place] = ",".join(cells)
    return "\n".join(lines).encode()
