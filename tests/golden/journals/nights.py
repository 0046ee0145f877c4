"""A recorded night: a folder with what went in, and what has to come out; folded through the door of `simpul replay`.

`inventory.json` (and `inventory-2.json` ...), perhaps `policy.json` ..., and either `events.jsonl` or a
`journal.jsonl`, a frame a line. Where several kernels shared the network there is a `journal-DOMAIN.jsonl` each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from connectors.journal.memory import MemoryJournal
from correlator.events import Frame
from correlator.policy import Policy
from correlator.world import MakeEngine
from streams.host.worlds import read_policy
from streams.replay.recorded import replay_journal
from streams.replay.replay import Figures, Given, Replay, replay, write
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders import load

HERE = Path(__file__).parent
DRAIN_S = 3600
FIGURES = ("wall_s", "events_s", "peak_mb")  # of the summary: they may differ between two runs
VERSION = "golden"  # stands for the release's, which says nothing of the verdict
ALONE = "alone"  # the domain of a journal that is the only one

_frame = msgspec.json.Decoder(Frame)


@dataclass(frozen=True, slots=True)
class Night:
    """What one kernel folds in a night."""

    folder: Path
    source: str  # events.jsonl, or a journal's file

    @property
    def domain(self) -> str:
        """Whose journal it is; empty where it is an events file."""
        word = self.source.removesuffix(".jsonl")
        return "" if word == "events" else word.removeprefix("journal").removeprefix("-") or ALONE

    @property
    def name(self) -> str:
        shared = self.source not in ("events.jsonl", "journal.jsonl")
        return f"{self.folder.name}/{self.domain}" if shared else self.folder.name

    @property
    def expected(self) -> Path:
        return self.folder / "expected" / self.name.removeprefix(self.folder.name).removeprefix("/")

    def fold(self, engine: MakeEngine | None = None) -> Replay:
        """As `simpul replay` does it."""
        given = Given(self.worlds(), self.policies(), engine)
        if not self.domain:
            return replay(given, self.data(), DRAIN_S)
        journal = MemoryJournal()
        for frame in self.frames():
            journal.append(self.domain, frame)
        return replay_journal(given, journal, self.domain, DRAIN_S)

    def data(self) -> bytes:
        """What went in, with hashes for the files that it names."""
        data = (self.folder / self.source).read_bytes()
        for name, found in self.hashes().items():
            data = data.replace(named(name), found.encode())
        return data

    def hashes(self) -> dict[str, str]:
        """File -> hash of its content. `policy.json` is the default policy where there is none."""
        worlds = zip(_numbered(self.folder, "inventory"), self.worlds(), strict=True)
        policies = _numbered(self.folder, "policy") or [Path("policy.json")]
        found = {path.name: world.hash for path, world in worlds}
        return found | {path.name: one.hash for path, one in zip(policies, self.policies(), strict=True)}

    def files(self, run: Replay) -> dict[str, bytes]:
        """The contract's files, by name: the summary without the figures of the run, files in place of hashes."""
        with TemporaryDirectory() as place:
            write(run, Path(place), VERSION, Figures(0.0, 0.0))
            files = {path.name: path.read_bytes() for path in sorted(Path(place).iterdir())}
        summary = msgspec.json.decode(files["summary.json"])
        kept = {name: value for name, value in summary.items() if name not in FIGURES}
        files["summary.json"] = msgspec.json.encode(kept) + b"\n"
        return {name: unhashed(data, self.hashes()) for name, data in files.items()}

    def frames(self) -> list[Frame]:
        """Of a journal."""
        return [_frame.decode(line) for line in self.data().splitlines()]

    def events(self) -> int:
        """How many there are, at most."""
        return sum(len(frame.events) for frame in self.frames()) if self.domain else self.data().count(b"\n")

    def worlds(self) -> list[Topology]:
        """The first is in force at the start."""
        return [compiled(path) for path in _numbered(self.folder, "inventory")]

    def policies(self) -> list[Policy]:
        return [read_policy(path) for path in _numbered(self.folder, "policy")] or [Policy()]


def named(file: str) -> bytes:
    """How a night names a file where the service names the hash of its content."""
    return f"@{file}".encode()


def unhashed(data: bytes, hashes: dict[str, str]) -> bytes:
    """A hash is another whenever a field is added to the policy or to the inventory: that is no change of a verdict."""
    for name, found in hashes.items():
        data = data.replace(found.encode(), named(name))
    return data


def _numbered(folder: Path, word: str) -> list[Path]:
    """The files of this word, in order: that without a number first."""
    return sorted(folder.glob(f"{word}*.json"), key=lambda path: (len(path.name), path.name))


@cache
def compiled(path: Path) -> Topology:
    return compile_inventory(load(path))


def all_nights(*names: str) -> Iterator[Night]:
    """Every night, or those of the folders that are named."""
    for folder in sorted(path.parent for path in HERE.glob("*/inventory.json")):
        if not names or folder.name in names:
            for pattern in ("events.jsonl", "journal*.jsonl"):
                yield from (Night(folder, path.name) for path in sorted(folder.glob(pattern)))


def write_expected(night: Night) -> None:
    """What comes out now is what has to come out from here on."""
    files = night.files(night.fold())
    night.expected.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (night.expected / name).write_bytes(data)
