"""A compiled `Topology` as bytes, and back: what a restart reads instead of compiling anew.

MessagePack of plain values under a checksum: reading it runs no code. Bytes that were written by another version of
this room, on a machine of another byte order, or that are damaged, are refused; the world is then compiled again.
"""

import hashlib
import sys
from array import array
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from topology.blocks import Blocks
from topology.cover import prepare
from topology.csr import Csr
from topology.graph import Demand, Firsts, Places, Plant, Topology, Words
from topology.memo import Memo

MAGIC = b"simpul-world/1\n"
ARRAY, NUMPY = 1, 2  # extension types
LETTERS = {"i", "d"}  # of arrays
NUMBERS = {"int32", "int64"}  # of numpy's
PARTS: dict[str, type[Any]] = {part.__name__: part for part in (Firsts, Plant, Demand, Blocks, Places, Csr, Words)}
LEFT_OUT = {"index", "customer_index", "memo"}  # follow from the ids, or grow with use


class Unusable(Exception):
    """These bytes are no world that this program can use; the text says why."""


def freeze(topology: Topology) -> bytes:
    """The same for the same inventory and the same version of this room."""
    content = {
        field.name: packed(getattr(topology, field.name)) for field in fields(topology) if field.name not in LEFT_OUT
    }
    payload = msgspec.msgpack.encode({"code": code_version(), "order": sys.byteorder, "world": content})
    return MAGIC + hashlib.sha256(payload).digest() + payload


def thaw(data: bytes) -> Topology:
    """Raises `Unusable`."""
    start = len(MAGIC) + hashlib.sha256().digest_size
    if not data.startswith(MAGIC):
        raise Unusable("this is no compiled world of this format")
    payload = memoryview(data)[start:]
    if hashlib.sha256(payload).digest() != data[len(MAGIC) : start]:
        raise Unusable("the checksum does not fit: the file is damaged or was not written to its end")
    try:
        found = msgspec.msgpack.decode(payload, ext_hook=numbers)
        if (found["code"], found["order"]) != (code_version(), sys.byteorder):
            raise Unusable("another version of the program wrote it")
        world = {name: unpacked(value) for name, value in found["world"].items()}
        return assembled(world)
    except (msgspec.MsgspecError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise Unusable(f"its content is not understood: {error}") from error


def assembled(world: dict[str, Any]) -> Topology:
    demand: Demand = world["demand"]
    world["demand"] = Demand(
        **{field.name: getattr(demand, field.name) for field in fields(demand) if field.name != "customer_index"},
        customer_index=numbered(demand.customer_ids),
    )
    topology = Topology(**world, index=numbered(world["ids"]), memo=Memo())
    prepare(topology)
    return topology


def numbered(ids: tuple[str, ...]) -> dict[str, int]:
    """The first of several that share a name keeps it: a row before the port that is named like it."""
    index = dict(zip(ids, range(len(ids)), strict=True))
    if len(index) < len(ids):
        index = {}
        for number, name in enumerate(ids):
            index.setdefault(name, number)
    return index


@cache
def code_version() -> str:
    """A digest of this room's source: a world that other code compiled is not trusted to be the same."""
    room = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(room.rglob("*.py")):
        digest.update(f"{path.relative_to(room)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def packed(value: Any) -> Any:
    """Numbers, texts and bytes stay; what holds others becomes a list that begins with its name."""
    match value:
        case int() | str() | bytes():
            return value
        case array():
            return msgspec.msgpack.Ext(ARRAY, value.typecode.encode() + value.tobytes())
        case np.ndarray():
            return msgspec.msgpack.Ext(NUMPY, value.dtype.name.ljust(8).encode() + value.tobytes())
        case tuple():
            return ["tuple", list(value)]
        case frozenset():
            return ["set", sorted(value)]
        case dict():
            return ["map", list(value), list(value.values())]
        case _:
            kept = (getattr(value, field.name) for field in fields(value) if field.name not in LEFT_OUT)
            return [type(value).__name__, *map(packed, kept)]


def unpacked(value: Any) -> Any:
    if not isinstance(value, list):  # an array too is a sequence
        return value
    name, *values = value
    if name == "tuple":
        return tuple(values[0])
    if name == "set":
        return frozenset(values[0])
    if name == "map":
        return dict(zip(*values, strict=True))
    part = PARTS[name]
    kept = [field.name for field in fields(part) if field.name not in LEFT_OUT]
    known = dict(zip(kept, map(unpacked, values), strict=True))
    return part(**known, **{field.name: {} for field in fields(part) if field.name in LEFT_OUT})


def numbers(code: int, data: memoryview) -> Any:
    """Arrays, copied out of the file's bytes so that these can be let go."""
    if code == ARRAY and (letter := bytes(data[:1]).decode()) in LETTERS:
        made = array(letter)
        made.frombytes(data[1:])
        return made
    if code == NUMPY and (name := bytes(data[:8]).decode().strip()) in NUMBERS:
        values = np.frombuffer(data[8:], dtype=name).copy()
        values.flags.writeable = False
        return values
    raise ValueError(f"extension {code}")
