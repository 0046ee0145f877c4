"""`python -m bench.alone NAME SCALE FILE`: one module's rows, into a file."""

import importlib
import sys
from pathlib import Path

import msgspec


def main(name: str, scale: str, file: str) -> None:
    Path(file).write_bytes(msgspec.msgpack.encode(importlib.import_module(f"bench.{name}").run(scale)))


if __name__ == "__main__":
    main(*sys.argv[1:])
