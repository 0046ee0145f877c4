"""From faults to words: at each change what becomes true is told, late or not at all, and what ends is cleared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from bench.accuracy.faults import NEVER, Fault
from bench.accuracy.physics import Condition
from bench.accuracy.telling import Key, Speech, Word

MANY, LOOKS = 8, 4  # of many faults, each is looked at in its first segments alone
SHADOW_S = 60.0  # what others explain as well so soon after it broke, shows no fault


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm, or its end."""

    at: float
    received: float
    key: Key
    raised: bool
    source: str


@dataclass(frozen=True, slots=True)
class Losses:
    """Shares of what is true and not told."""

    raises: float = 0.0
    clears: float = 0.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A time in which nothing changes."""

    start: float
    end: float
    standing: tuple[int, ...]  # numbers of faults


@dataclass(slots=True)
class Story:
    """What was told of the faults, and what each of them did."""

    faults: list[Fault]
    told: list[Told] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    own: list[set[Key]] = field(default_factory=list)  # by fault: words that are true through it alone
    hurt: list[set[str]] = field(default_factory=list)  # by fault: customers who are down through it alone
    down: dict[str, list[tuple[float, float]]] = field(default_factory=dict)  # customers
    looks: list[int] = field(default_factory=list)  # by fault: in how many segments it was looked at


def segments(faults: list[Fault], until: float) -> list[Segment]:
    """Between every two changes."""
    times = {0.0, until}
    times.update(t for fault in faults for spell in fault.spells for t in spell if t < until)
    order = sorted(times)
    found = []
    for start, end in pairwise(order):
        standing = tuple(n for n, fault in enumerate(faults) if any(a <= start < b for a, b in fault.spells))
        found.append(Segment(start, end, standing))
    return found


def elements(faults: list[Fault], standing: Iterable[int]) -> frozenset[str]:
    return frozenset(faults[n].element for n in standing)


def spoken(speech: Speech, faults: list[Fault], standing: Iterable[int]) -> dict[Key, Word]:
    """What can be told while these stand; of silent ones nothing."""
    loud = [n for n in standing if not faults[n].silent]
    cards = [faults[n].card for n in loud if faults[n].card]
    return speech.words(speech.net.condition(elements(faults, loud)), cards)


def play(speech: Speech, faults: list[Fault], until: float, losses: Losses, rng: Random) -> Story:
    """The whole story of a case."""
    story = Story(faults, segments=segments(faults, until))
    story.own = [set() for _ in faults]
    story.hurt = [set() for _ in faults]
    story.looks = [0 for _ in faults]
    telling = _Telling(speech, losses, rng, story.told)
    for segment in story.segments:
        condition = speech.net.condition(elements(faults, segment.standing))
        words = spoken(speech, faults, segment.standing)
        telling.turn(segment, words, condition)
        _shares(speech, story, segment, words, condition)
    story.told.sort(key=lambda one: (one.received, one.key, one.raised))
    return story


def _shares(speech: Speech, story: Story, segment: Segment, words: dict[Key, Word], condition: Condition) -> None:
    """What each standing fault does by itself, and who is down."""
    for n in segment.standing:
        fault = story.faults[n]
        if segment.end - fault.start < SHADOW_S < fault.end - fault.start:
            continue
        story.looks[n] += 1
        if len(story.faults) > MANY and story.looks[n] > LOOKS:
            continue
        rest = [other for other in segment.standing if other != n]
        if not fault.silent:
            story.own[n].update(words.keys() - spoken(speech, story.faults, rest).keys())
        without = speech.net.condition(elements(story.faults, rest))
        story.hurt[n].update(condition.customers - without.customers)
    for customer in sorted(condition.customers):
        spells = story.down.setdefault(customer, [])
        if spells and spells[-1][1] == segment.start:
            spells[-1] = (spells[-1][0], segment.end)
        else:
            spells.append((segment.start, segment.end))


class _Telling:
    """Which alarms stand, and what was decided about each."""

    def __init__(self, speech: Speech, losses: Losses, rng: Random, told: list[Told]) -> None:
        self.speech, self.losses, self.rng, self.told = speech, losses, rng, told
        self.stands: dict[Key, tuple[Word, float]] = {}  # told, when
        self.missed: set[Key] = set()  # true, and lost on the way

    def turn(self, segment: Segment, words: dict[Key, Word], condition: Condition) -> None:
        for key in [key for key in self.stands if key not in words]:
            self._end(key, segment, condition)
        self.missed &= words.keys()
        for key in sorted(words.keys() - self.stands.keys() - self.missed):
            if self.rng.random() < self.losses.raises:
                self.missed.add(key)
                continue
            at = segment.start + 0.05 + self.speech.latency(self.rng, key)
            if at < segment.end or segment.end == NEVER:
                self.stands[key] = words[key], at
                self._say(at, key, True, words[key])

    def _end(self, key: Key, segment: Segment, condition: Condition) -> None:
        """What no longer holds, where the one who told it can still speak."""
        word, since = self.stands[key]
        if word.by in condition.lost:
            return
        del self.stands[key]
        at = max(segment.start + 0.05 + self.speech.latency(self.rng, key), since + 0.1)
        if self.rng.random() >= self.losses.clears:
            self._say(at, key, False, word)

    def _say(self, at: float, key: Key, raised: bool, word: Word) -> None:
        self.told.append(Told(at, at + 0.02 + self.rng.expovariate(3.0), key, raised, word.source))
