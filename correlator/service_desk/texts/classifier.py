"""A complaint's text to category, symptom and language (SOP 4.2 stage 2, 4.3), before it enters the journal.

Deterministic: words with weights (`care.words`), negation within two words, the longest match first. No text leaves
this place; only the verdict does, with the version of the words.
"""

import re
from dataclasses import dataclass
from typing import Literal, cast

from correlator.events import Category, Symptom
from correlator.service_desk.texts import classifier_words

TEXT_AT_MOST = 5000
NEGATION_REACH = 2
CLEAR = 3  # a weight from here on says it plainly
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
STRETCHED = re.compile(r"([a-z])\1{2,}")  # lemooot
INTERNET_WORDS = classifier_words.listed("internet wifi jaringan koneksi connection network")
FINE = classifier_words.listed("normal lancar aman fine ok okay works")


@dataclass(frozen=True, slots=True)
class Classification:
    category: Category
    symptom: Symptom
    language: Literal["id", "en"]
    version: str


@dataclass(frozen=True, slots=True)
class Pattern:
    words: tuple[str, ...]
    weight: int
    label: str

    def matches(self, tokens: list[str], place: int) -> bool:
        if place + len(self.words) > len(tokens):
            return False
        return all(
            token.startswith(word[:-1]) if word.endswith("*") else token == word
            for word, token in zip(self.words, tokens[place:], strict=False)
        )


def patterns(table: dict[str, str]) -> dict[str, tuple[Pattern, ...]]:
    """The longest first, by the first three letters of their first word."""
    found: dict[str, list[Pattern]] = {}
    for label, lines in table.items():
        for entry in re.split(r"[;\n]", lines):
            weight, *phrase = entry.split() or ["0"]
            if phrase:
                found.setdefault(phrase[0].rstrip("*")[:3], []).append(Pattern(tuple(phrase), int(weight), label))
    return {start: tuple(sorted(rows, key=lambda row: (-len(row.words), -row.weight))) for start, rows in found.items()}


SYMPTOMS = patterns(classifier_words.SYMPTOMS)
CATEGORIES = patterns(classifier_words.CATEGORIES)
assert all(len(p.words[0].rstrip("*")) >= 2 for rows in (*SYMPTOMS.values(), *CATEGORIES.values()) for p in rows)


def classify(text: str, hint: Category | None) -> Classification:
    """`hint`: the category that the channel's form was filled in with; it decides where the text does not."""
    raw = WORD.findall(STRETCHED.sub(r"\1", text[:TEXT_AT_MOST].lower().replace("\u2019", "'")))
    tokens = normalise(raw)
    symptoms = scores(SYMPTOMS, tokens, negatable=True)
    categories = scores(CATEGORIES, tokens, negatable=False)
    category = category_of(symptoms, categories, hint)
    symptom = symptom_of(symptoms, tokens) if category in ("network", "service") else "other"
    return Classification(category, symptom, language_of(raw), classifier_words.VERSION)


def normalise(raw: list[str]) -> list[str]:
    """Spellings made one, `-nya` cut off, fillers dropped."""
    tokens: list[str] = []
    for word in raw:
        stem = word[:-3] if word.endswith("nya") and len(word) > 6 and word not in classifier_words.KEPT_WHOLE else word
        tokens += classifier_words.SPELLINGS.get(stem, stem).split()
    return [token for token in tokens if token not in classifier_words.FILLERS]


def scores(table: dict[str, tuple[Pattern, ...]], tokens: list[str], *, negatable: bool) -> dict[str, int]:
    """By label: the strongest match, one more for each other, less what takes it back."""
    found: dict[str, list[int]] = {}
    place = 0
    while place < len(tokens):
        here = [p for p in table.get(tokens[place][:3], ()) if p.matches(tokens, place)]
        longest = len(here[0].words) if here else 1
        for pattern in here:
            if len(pattern.words) == longest and not (negatable and negated(tokens, place, pattern)):
                found.setdefault(pattern.label, []).append(pattern.weight)
        place += longest
    return {label: total(weights) for label, weights in found.items()}


def total(weights: list[int]) -> int:
    said = [weight for weight in weights if weight > 0]
    taken_back = sum(weight for weight in weights if weight < 0)
    return max(0, max(said, default=0) + max(0, len(said) - 1) + taken_back)


def negated(tokens: list[str], place: int, pattern: Pattern) -> bool:
    """`tidak lemot`: a negation stands before it, and no "but" between."""
    if pattern.words[0] in classifier_words.NEGATIONS or pattern.weight < 0:
        return False
    for token in reversed(tokens[max(0, place - NEGATION_REACH) : place]):
        if token in classifier_words.BUT:
            return False
        if token in classifier_words.NEGATIONS:
            return True
    return False


def category_of(symptoms: dict[str, int], categories: dict[str, int], hint: Category | None) -> Category:
    """The strongest; the network wins a tie where the text says plainly that something is dead or slow."""
    ranks = {name: categories.get(name, 0) for name in ("network", "billing", "account", "service")}
    wrong = max(symptoms.values(), default=0)
    ranks["network"] += wrong if ranks["network"] or wrong >= CLEAR else 0
    if hint is not None:
        ranks[hint] += CLEAR
    best = max(ranks.values())
    if best == 0:
        return "service"  # nothing was understood: Customer Support reads it
    return cast("Category", next(name for name in ranks if ranks[name] == best))


def symptom_of(symptoms: dict[str, int], tokens: list[str]) -> Symptom:
    if symptoms.get("tv") and tv_alone(tokens):
        return "tv"
    dead, slow = symptoms.get("no_service", 0), symptoms.get("slow", 0)
    if max(dead, slow) <= 1:
        return "other"
    return "no_service" if dead >= slow else "slow"


def tv_alone(tokens: list[str]) -> bool:
    """Only the television: the internet is not spoken of, or is said to be fine."""
    places = [place for place, token in enumerate(tokens) if token in INTERNET_WORDS]
    return all(any(token in FINE for token in tokens[place : place + 3]) for place in places)


def language_of(raw: list[str]) -> Literal["id", "en"]:
    indonesian = sum(word in classifier_words.INDONESIAN for word in raw)
    return "en" if sum(word in classifier_words.ENGLISH for word in raw) > indonesian else "id"
