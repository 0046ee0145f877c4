"""The model that reads complaints: whole numbers, shipped as `model.msgpack`, learnt by `python -m dev.texts.train`.

A text scores, for each class, the class's bias and the sum of what its features weigh, over the root of how many these
are (a long text says no more than a short one). All in micro-nats, so every machine reads a text the same.
"""

import hashlib
from functools import cached_property, lru_cache
from importlib import resources
from math import isqrt
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from correlator.service_desk.texts import features

LANGUAGES: tuple[Literal["id", "en"], ...] = ("id", "en")
PLACE = resources.files("correlator.service_desk.texts") / "model.msgpack"
FINE = 1_000_000  # the root is taken of this many times the count of features

Scores = npt.NDArray[np.int64]


class Model(msgspec.Struct, frozen=True, dict=True, weakref=True):
    classes: tuple[str, ...]
    step: int  # micro-nats that one step of a weight is worth
    bias: tuple[int, ...]  # of each class, then of each language
    features: tuple[str, ...]
    weights: bytes  # steps, a signed byte each: feature by feature, in the order of `bias`

    @cached_property
    def table(self) -> npt.NDArray[np.int32]:
        return np.frombuffer(self.weights, dtype=np.int8).reshape(len(self.features), -1).astype(np.int32)

    @cached_property
    def number(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.features)}

    @cached_property
    def version(self) -> str:
        """By its content: nobody can change it and forget to say so."""
        return f"m-{hashlib.sha256(packed(self)).hexdigest()[:10]}"

    @cached_property
    def start(self) -> Scores:
        return np.array(self.bias, dtype=np.int64)

    def score(self, numbers: list[int]) -> Scores:
        """Of each class, then of each language."""
        if not numbers:
            return self.start
        total = self.table[numbers].sum(axis=0, dtype=np.int64)
        scores: Scores = self.start + total * self.step * 1000 // isqrt(len(numbers) * FINE)
        return scores


def packed(model: Model) -> bytes:
    return msgspec.msgpack.encode(model)


@lru_cache(maxsize=1)
def shipped() -> Model:
    return msgspec.msgpack.decode(PLACE.read_bytes(), type=Model)


@lru_cache(maxsize=20_000)
def known_runs(word: str) -> tuple[int, ...]:
    """The numbers of a word's own features that the shipped model knows."""
    number = shipped().number
    return tuple(number[name] for name in features.runs(word) if name in number)
