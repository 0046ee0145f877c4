"""`python -m dev.texts.train`: make texts by the grammar, learn from them, write the model that the package ships.

A linear model over the features of `correlator.service_desk.texts.features`: one softmax over the classes, one over
the languages, learnt by AdaGrad with some features left out by chance, so that no single word has to be there.
Features that weigh little are dropped, the rest learnt anew, and what comes out is rounded to whole steps.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from correlator.service_desk.texts import features, model
from dev.texts.grammar import AFTER, BEFORE, CLASSES, SLOTS, said
from dev.texts.noise import typed

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

TEXTS, SEED, EPOCHS = 300_000, 20, 6
SEEN_AT_LEAST = 6
FEATURES_AT_MOST = 21_000
BATCH = 512
RATE, LEFT_OUT, DECAY = 0.3, 0.25, 1e-4
ODD = 0.05  # the share of the texts that have a word nobody knows
ENGLISH = "en "  # how an English pattern begins
SHARES = {
    "tv": 2.0,
    "asks": 1.5,
    "line_dead": 6.0,
    "line_slow": 3.5,
    "app": 2.0,
    "billing": 2.0,
    "fair_use": 1.5,
    "desk": 2.5,
    "home": 1.5,
    "portal": 1.5,
    "account": 1.5,
}


class Example(NamedTuple):
    text: str
    label: str
    language: str


class Matrix(NamedTuple):
    """Which features each text has, one after another; `begins`: where a text's begin."""

    columns: Ints
    begins: Ints
    classes: Ints
    languages: Ints


def examples(count: int, draw: random.Random) -> list[Example]:
    """Texts, each class by its share: what is said, often with something before and after."""
    names = list(CLASSES)
    labels = draw.choices(names, [SHARES.get(name, 1.0) for name in names], k=count)
    return [example(label, draw) for label in labels]


def example(label: str, draw: random.Random) -> Example:
    slots = SLOTS | {"app": (*SLOTS["app"], *(made_up(draw) for _ in range(len(SLOTS["app"]) // 3)))}
    slots |= {"odd": tuple(odd(draw) for _ in range(3))}
    pattern = draw.choice(CLASSES[label])
    language = "en" if pattern.startswith(ENGLISH) else "id"
    core = said(pattern.removeprefix(ENGLISH), slots, draw)
    if draw.random() < 0.12:
        more = draw.choice([one for one in CLASSES[label] if one.startswith(ENGLISH) == (language == "en")])
        core += draw.choice([". ", ", ", " "]) + said(more.removeprefix(ENGLISH), slots, draw)
    before = [said(draw.choice(BEFORE), SLOTS, draw) for _ in range(draw.choice((0, 0, 0, 1, 1, 2)))]
    after = [said(draw.choice(AFTER), SLOTS, draw) for _ in range(draw.choice((0, 0, 0, 1, 1, 2)))]
    whole = " ".join([*before, core, *after])
    return Example(typed(one_odd(whole, draw) if draw.random() < ODD else whole, draw), label, language)


def odd(draw: random.Random) -> str:
    """A word that does not exist: nobody can list all the words in which people say that a line is dead."""
    return "".join(
        draw.choice("bcdfghjklmnprstwyz") + draw.choice("aeiou") for _ in range(draw.choice((1, 2, 2, 3)))
    ) + (draw.choice(("", "", "n", "k", "r", "t", "s", "ng", "p", "l")))


def one_odd(text: str, draw: random.Random) -> str:
    """One word of the text replaced: so an unknown word by itself speaks for no class."""
    words = text.split(" ")
    words[draw.randrange(len(words))] = odd(draw)
    return " ".join(words)


def made_up(draw: random.Random) -> str:
    """The name of an app that does not exist: what tells it is not its name."""
    name = "".join(draw.choice("bcdfghjklmnprstvwxyz") + draw.choice("aeiou") for _ in range(draw.choice((1, 2, 2, 3))))
    return name + draw.choice(("", "", "x", "n", "r", "go", "pay", "play", "flix", " tv", " mobile", " online", "ku"))


def feature_names(text: str) -> list[str]:
    found: dict[str, None] = {}
    for word in features.read(text):
        found.update(dict.fromkeys(features.runs(word.word)))
        found.update(dict.fromkeys(word.features))
    return list(found)


def matrix(rows: Sequence[tuple[list[str], Example]], number: dict[str, int]) -> Matrix:
    columns: list[int] = []
    begins: list[int] = []
    kept: list[Example] = []
    for names, one in rows:
        here = [number[name] for name in names if name in number]
        if here:
            begins.append(len(columns))
            columns += here
            kept.append(one)
    order = list(CLASSES)
    return Matrix(
        np.array(columns, dtype=np.int64),
        np.array(begins, dtype=np.int64),
        np.array([order.index(one.label) for one in kept], dtype=np.int64),
        np.array([model.LANGUAGES.index(one.language) for one in kept], dtype=np.int64),
    )


def batches(data: Matrix) -> list[tuple[int, int]]:
    count = len(data.begins)
    return [(at, min(at + BATCH, count)) for at in range(0, count, BATCH)]


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    whole: Floats = raised / raised.sum(axis=1, keepdims=True)
    return whole


def learn(data: Matrix, size: int, epochs: int, seed: int) -> tuple[Floats, Floats]:
    """Weights (feature by output) and biases."""
    chance = np.random.default_rng(seed)
    outputs = len(CLASSES) + len(model.LANGUAGES)
    weights, bias = np.zeros((size, outputs), dtype=np.float32), np.zeros(outputs, dtype=np.float32)
    seen, seen_bias = np.full((size, outputs), 1e-2, dtype=np.float32), np.full(outputs, 1e-2, dtype=np.float32)
    ends = np.append(data.begins[1:], len(data.columns))
    parts = batches(data)
    for epoch in range(epochs):
        loss = 0.0
        for part in chance.permutation(len(parts)):
            first, last = parts[part]
            start, stop = data.begins[first], ends[last - 1]
            columns, begins = data.columns[start:stop], data.begins[first:last] - start
            lengths = ends[first:last] - data.begins[first:last]
            kept = chance.random(len(columns)) >= LEFT_OUT
            scale = np.repeat(1.0 / np.sqrt(np.maximum(1, lengths * (1 - LEFT_OUT))), lengths)
            values = (kept * scale).astype(np.float32)
            scores = np.add.reduceat(weights[columns] * values[:, None], begins, axis=0) + bias
            wrong = np.hstack([softmax(scores[:, : len(CLASSES)]), softmax(scores[:, len(CLASSES) :])])
            rows = np.arange(last - first)
            loss -= float(np.log(wrong[rows, data.classes[first:last]] + 1e-9).sum())
            wrong[rows, data.classes[first:last]] -= 1
            wrong[rows, len(CLASSES) + data.languages[first:last]] -= 1
            step(weights, seen, columns, np.repeat(wrong, lengths, axis=0) * values[:, None])
            slope = wrong.sum(axis=0)
            seen_bias += slope**2
            bias -= RATE * slope / np.sqrt(seen_bias)
        tell(f"epoch {epoch + 1}: loss {loss / len(data.begins):.4f}")
    return weights, bias


def step(weights: Floats, seen: Floats, columns: Ints, slopes: Floats) -> None:
    order = np.argsort(columns, kind="stable")
    ordered = columns[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    touched = ordered[begins]
    slope = np.add.reduceat(slopes[order], begins, axis=0) + DECAY * weights[touched]
    seen[touched] += slope**2
    weights[touched] -= RATE * slope / np.sqrt(seen[touched])


def train(count: int, epochs: int, seed: int) -> model.Model:
    draw = random.Random(seed)
    rows = [(feature_names(one.text), one) for one in examples(count, draw)]
    often = Counter(name for names, _ in rows for name in names)
    names = sorted(name for name, times in often.items() if times >= SEEN_AT_LEAST)
    tell(f"{len(rows)} texts, {len(often)} features, {len(names)} of them often enough")
    if len(names) > FEATURES_AT_MOST:
        weights, _ = learn(matrix(rows, {name: at for at, name in enumerate(names)}), len(names), 4, seed)
        worth = np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1)
        worth *= np.sqrt([often[name] for name in names]) ** 0.5
        best = np.argsort(-worth, kind="stable")[:FEATURES_AT_MOST]
        names = sorted(names[at] for at in best)
    weights, bias = learn(matrix(rows, {name: at for at, name in enumerate(names)}), len(names), epochs, seed)
    return rounded(names, weights, bias)


def rounded(names: list[str], weights: Floats, bias: Floats) -> model.Model:
    """In whole steps that fit a byte."""
    for part in (slice(0, len(CLASSES)), slice(len(CLASSES), None)):
        weights[:, part] -= weights[:, part].mean(axis=1, keepdims=True)
    unit = float(np.quantile(np.abs(weights), 0.9999)) / 127
    whole = np.clip(np.rint(weights / unit), -127, 127).astype(np.int8)
    return model.Model(
        classes=tuple(CLASSES),
        step=round(unit * 1_000_000),
        bias=tuple(round(float(one) * 1_000_000) for one in bias),
        features=tuple(names),
        weights=whole.tobytes(),
    )


def tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.texts.train", description=__doc__)
    parser.add_argument("--texts", type=int, default=TEXTS)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=Path(str(model.PLACE)))
    asked: Any = parser.parse_args(words)
    made = train(asked.texts, asked.epochs, asked.seed)
    asked.out.write_bytes(model.packed(made))
    tell(f"{asked.out}: {asked.out.stat().st_size} bytes, {len(made.features)} features")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
