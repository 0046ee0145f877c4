"""A complaint's text: whose matter it is, what it says of an outage, why, in which language (SOP 4.2 stage 2, 4.3).

Read before the text enters the journal, and never after: only the verdict is kept, with the version of the model.
The words that are told are words that the model knows from its training, so nobody's name is among them.
"""

from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, NamedTuple

from correlator.events import Breadth, Category, Cause, Symptom
from correlator.service_desk.texts import features, model
from correlator.service_desk.texts.breadth import breadth
from correlator.service_desk.texts.lamps import has_mains, lost_mains
from correlator.service_desk.texts.legs import one_works
from correlator.service_desk.texts.now import (
    is_dead,
    is_so_still,
    line_is_dead,
    nothing_opens,
    now,
    still,
    wobbles,
    works,
)
from correlator.service_desk.texts.over import claims_what_goes_on, claims_what_is_over, claims_what_lasts

Evidence = Literal["outage", "slow", "tv", "none"]

UNSURE = 700_000  # micro-nats to the next reading: within these it is not clear what the text says of an outage
# Micro-nats by which a fault has to be likelier than none: who says nothing of one is no witness. Less where a line is
# dead: who is not heard then is found out late
CAUTION: dict[Evidence, int] = {"outage": 600_000, "slow": 1_100_000, "tv": 900_000, "none": 0}
WORDS_AT_MOST = 3
NOT_OURS = ("own", "app", "portal")  # what is theirs may be off as well
NEVER_TOLD = frozenset({"0"})
CONFIDENCE_UNIT, CONFIDENCE_STEPS = 50_000, 300
# of so many units of micro-nats between two readings: how likely the better one is, in millionths
CONFIDENCE = tuple(round(1_000_000 / (1 + 2.718281828459045 ** (-at / 20))) for at in range(CONFIDENCE_STEPS))


class Reading(NamedTuple):
    """What a class of the model comes to."""

    evidence: Evidence
    cause: Cause
    category: Category


READINGS: dict[str, Reading] = {
    "line_dead": Reading("outage", "network", "network"),
    "line_slow": Reading("slow", "network", "network"),
    "tv": Reading("tv", "network", "network"),
    "line_fine": Reading("none", "network", "network"),  # it works again
    "asks": Reading("none", "network", "network"),  # whether there is an outage: theirs works, or they do not say
    "platform_dead": Reading("outage", "network", "service"),  # cloud, telephony, IoT: ours, but no line
    "platform_slow": Reading("slow", "network", "service"),
    "price": Reading("none", "price", "billing"),
    "fair_use": Reading("none", "fair_use", "billing"),
    "billing": Reading("none", "billing", "billing"),
    "app": Reading("none", "app", "service"),  # of somebody else: the line carries the rest
    "portal": Reading("none", "portal", "account"),
    "account": Reading("none", "other", "account"),
    "desk": Reading("none", "other", "service"),
    "home": Reading("none", "own", "service"),  # one of their devices, the reach of their wifi
}
SYMPTOMS: dict[Evidence, Symptom] = {"outage": "no_service", "slow": "slow", "tv": "tv", "none": "none"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a text is as evidence. `confidence`: millionths, against the best reading that says another thing."""

    evidence: Evidence
    cause: Cause
    confidence: int
    category: Category
    language: Literal["id", "en"]
    words: tuple[str, ...]  # that weighed most, the heaviest first
    clear: bool  # the next reading as evidence is far
    asks: bool = False  # it may be no more than a question


@dataclass(frozen=True, slots=True)
class Classification:
    """The verdict that is journaled."""

    category: Category
    symptom: Symptom
    cause: Cause
    language: Literal["id", "en"]
    words: tuple[str, ...]
    version: str
    breadth: Breadth
    has_mains: bool
    still: bool
    works: bool


NOTHING = Judgement(
    "none", "other", 500_000, "service", "id", (), clear=False
)  # no word that it knows: a person reads it


def classify(text: str) -> Classification:
    found = judge(text)
    symptom = SYMPTOMS[found.evidence] if found.clear else "other"
    return Classification(
        found.category,
        symptom,
        found.cause,
        found.language,
        found.words,
        model.shipped().version,
        breadth(text) if found.evidence in ("outage", "slow") else "line",
        has_mains=has_mains(text),
        still=symptom == "no_service" and still(text),
        works=(symptom, found.category) == ("none", "network") and works(text),
    )


def judge(text: str) -> Judgement:
    """By the model; and by rule what is said of now, by whom, and of the mains."""
    found = _by_model(text)
    says, so_still, is_claim = now(text), is_so_still(text), claims_what_is_over(text)
    works_now = says == "works" and not so_still
    if works_now and found.category == "network":
        return replace(found, evidence="none", clear=True)
    if is_claim and found.evidence != "none":
        return replace(found, evidence="none", cause="billing", category="billing", clear=True)
    if not (works_now or is_claim) and _fails(found, text, fails_now=says == "fails", so_still=so_still):
        found = replace(found, evidence="outage", category="network", cause="network", clear=True)
    if found.evidence == "outage" and one_works(text):
        return replace(found, clear=False)
    if (found.evidence == "outage" or not found.clear) and lost_mains(text) and not still(text):
        return replace(found, evidence="none", cause="own", clear=True)
    return found


def _fails(found: Judgement, text: str, *, fails_now: bool, so_still: bool) -> bool:
    """In so many words, where the model does not hear it."""
    dead = line_is_dead(text) or claims_what_lasts(text)
    if found.evidence == "none" and found.cause not in NOT_OURS and (fails_now or dead):
        return True
    if found.evidence == "none" and found.category == "network" and so_still:
        return True
    if found.evidence in ("none", "slow") and found.cause not in NOT_OURS and so_still and not wobbles(text):
        return True
    if found.category == "network" and found.evidence in ("outage", "slow") and dead and not wobbles(text):
        return True
    if found.category == "network" and found.evidence == "slow" and nothing_opens(text):
        return True
    if found.evidence == "none" and claims_what_goes_on(text):
        return True
    return found.asks and is_dead(text)


def _by_model(text: str) -> Judgement:
    words = list(features.read(text))
    numbers = [_numbers(word) for word in words]
    every = list(dict.fromkeys(number for of_word in numbers for number in of_word))
    if not every:
        return NOTHING
    shipped = model.shipped()
    scores = shipped.score(every).tolist()
    count = len(shipped.classes)
    for at, name in enumerate(shipped.classes):
        scores[at] -= CAUTION[READINGS[name].evidence]
    ranked = sorted(range(count), key=lambda at: (-scores[at], at))
    best, rival = READINGS[shipped.classes[ranked[0]]], READINGS[shipped.classes[ranked[1]]]
    other = next(at for at in ranked if READINGS[shipped.classes[at]].evidence != best.evidence)
    margin = scores[ranked[0]] - scores[other]
    sure = scores[ranked[0]] - scores[ranked[1]] if rival != best else margin
    return Judgement(
        evidence=best.evidence,
        cause=best.cause,
        confidence=CONFIDENCE[min(sure // CONFIDENCE_UNIT, CONFIDENCE_STEPS - 1)],
        category=best.category,
        language=model.LANGUAGES[scores[count + 1] > scores[count]],
        words=_heaviest(words, numbers, ranked[0]),
        clear=margin >= UNSURE,
        asks=_may_be_mere_asking([shipped.classes[at] for at in ranked[:2]]),
    )


def _may_be_mere_asking(first: list[str]) -> bool:
    """The likeliest two are a question and an outage."""
    return "asks" in first and any(READINGS[name].evidence == "outage" for name in first)


def _numbers(word: features.Word) -> tuple[int, ...]:
    number = model.shipped().number
    return (*model.known_runs(word.word), *(number[name] for name in word.features if name in number))


def _heaviest(words: list[features.Word], numbers: list[tuple[int, ...]], at: int) -> tuple[str, ...]:
    """The words that speak most for this class, of those that the model knows as words."""
    shipped = model.shipped()
    flat = [number for of_word in numbers for number in of_word]
    steps = iter(shipped.table[flat, at].tolist())
    weights: dict[str, int] = {}
    for word, of_word in zip(words, numbers, strict=True):
        weight = sum(islice(steps, len(of_word)))
        if weight > 0 and f"={word.word}" in shipped.number and word.word not in NEVER_TOLD:
            weights[word.word] = max(weight, weights.get(word.word, 0))
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:WORDS_AT_MOST])
