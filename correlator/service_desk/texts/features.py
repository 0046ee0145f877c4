"""What a text is read by: its words, runs of their letters, pairs of words, what is negated, what follows a "but".

Runs of letters make a word that nobody has listed look like its kin: `lemotnya`, `ngelemot`, a slip of the pen.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from correlator.service_desk.texts.spelling import BUT, FILLERS, KEPT_WHOLE, NEGATIONS, PLACEHOLDER, SPELLINGS

CHARACTERS_AT_MOST = 5000
WORDS_AT_MOST = 200
LETTERS_AT_MOST = 16
NEGATION_REACH = 2
RUNS = (3, 4, 5)
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
STRETCHED = re.compile(r"([a-z])\1{2,}")  # lemooot
FIGURE = re.compile(r"\d+")
TWICE = re.compile(r"\b([a-z]{3,})2(?:nya)?\b")  # tiba2: said twice


class Word(NamedTuple):
    word: str
    features: tuple[str, ...]  # what it adds by the place where it stands; `runs` says what it is by itself


def words_of(text: str) -> list[str]:
    """Spellings made one, figures as `0`, `-nya` cut off, fillers dropped, and what stands for a picture."""
    lower = text[:CHARACTERS_AT_MOST].lower().replace("\u2019", "'")
    plain = TWICE.sub(r"\1 \1", STRETCHED.sub(r"\1", PLACEHOLDER.sub(" ", lower)))
    found: list[str] = []
    for word in WORD.findall(plain):
        stem = word[:-3] if word.endswith("nya") and len(word) > 5 and word not in KEPT_WHOLE else word
        for one in SPELLINGS.get(stem, stem).split():
            if found and one == found[-1]:
                if len(found) < 2 or found[-2] not in NEGATIONS:
                    found[-1] = f"{one}-{one}"  # putus putus: on and off, where putus is off
            elif one not in FILLERS:
                found.append(FIGURE.sub("0", one)[:LETTERS_AT_MOST])
        if len(found) >= WORDS_AT_MOST:
            break
    return found[:WORDS_AT_MOST]


@lru_cache(maxsize=20_000)
def runs(word: str) -> tuple[str, ...]:
    """The word itself, and the runs of letters in it. `_` is its begin and end; a word as such stands between two."""
    edged = f"_{word}_"
    cut = [edged[at : at + size] for size in RUNS for at in range(len(edged) - size + 1)]
    return tuple(dict.fromkeys((f"={word}", *cut)))


def read(text: str) -> Iterator[Word]:
    """The words in order, each with what it adds by its place."""
    before, reach, turned = "^", 0, False
    for word in words_of(text):
        placed = [f"{before} {word}"]
        if reach and word not in BUT:
            placed.append(f"!{word}")
        if turned:
            placed.append(f">{word}")
        if word in BUT:
            reach, turned = 0, True
        elif word in NEGATIONS:
            reach = NEGATION_REACH
        else:
            reach = max(0, reach - 1)
        yield Word(word, tuple(placed))
        before = word
