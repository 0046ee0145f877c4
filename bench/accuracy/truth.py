"""Which answers are right: the element that broke, and what nobody could tell from it by what the network says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.accuracy.faults import Fault
from bench.accuracy.physics import Net, device_of
from bench.accuracy.telling import DIRECT, Key, Speech
from bench.accuracy.timeline import MANY, Segment, Story, elements, spoken

FEW = 60  # of what a fault touches, so much is looked at


@dataclass(slots=True)
class Truth:
    """One fault, as it is scored."""

    element: str
    kind: str
    start: float
    end: float
    right: frozenset[str]  # roots that are right
    first_symptom: float | None = None  # None: nobody said a thing that it alone explains
    neutral: bool = False  # neither asked for nor held against: nothing could show it, or a home switched off
    words: int = 0
    calls: int = 0


@dataclass(slots=True)
class Around:
    """What lies about an element: the only ones that could do the same."""

    net: Net
    found: set[str] = field(default_factory=set)

    def link(self, link: int) -> None:
        self.found.add(self.net.rows["links"][link]["id"])
        self.found.update(self.net.ports[link])
        for route in self.net.routes[link]:
            for span in route:
                self._with_groups(span)
                for conduit in self.net.span[span].get("conduits") or ():
                    self._with_groups(conduit)
        for end in self.net.ends[link]:
            self.device(end)

    def device(self, device: int) -> None:
        self._with_groups(self.net.devices[device])
        self._with_groups(self.net.home[device])

    def _with_groups(self, name: str) -> None:
        self.found.add(name)
        self.found.update(self.net.grouped.get(name, ()))


AT_HOME = ("ont",)  # one word that it is lost: customers switch these off, and no operator opens an incident for each


def truths(speech: Speech, story: Story, callers: Iterable[tuple[float, str]]) -> list[Truth]:
    """One for each fault."""
    called = list(callers)
    return [_truth(speech, story, n, called) for n in range(len(story.faults))]


def _truth(speech: Speech, story: Story, n: int, called: list[tuple[float, str]]) -> Truth:
    fault = story.faults[n]
    words = [one for one in story.told if one.raised and one.key in story.own[n] and one.at >= fault.start]
    calls = [at for at, customer in called if customer in story.hurt[n] and fault.start <= at <= fault.end + 60]
    segment = max((s for s in story.segments if n in s.standing), key=lambda s: s.end - s.start)
    told = {one.key for one in words if one.key[1] in DIRECT}
    return Truth(
        fault.element,
        fault.kind,
        fault.start,
        fault.end,
        right(speech, story.faults, n, segment, told),
        min([one.received for one in words] + calls, default=None),
        neutral=(not words and not calls) or (fault.kind in AT_HOME and len(words) <= 1),
        words=len(words),
        calls=len(calls),
    )


def right(speech: Speech, faults: list[Fault], n: int, segment: Segment, direct: set[Key]) -> frozenset[str]:
    """Elements that, in its place and beside what else stood, had made the same be said and the same customers lose."""
    standing = _beside(speech.net, faults, segment.standing, n)
    rest = [other for other in standing if other != n]
    asked = [Fault(fault.element, fault.kind, fault.spells, False, fault.card) for fault in faults]
    said = _plain(spoken(speech, asked, standing))
    hurt = speech.net.condition(elements(faults, standing)).customers
    found = {faults[n].element}
    for name in sorted(around(speech.net, faults, standing, n)):
        other = Fault(name, "", [], False)
        trial = [asked[m] for m in rest] + [other]
        every = range(len(trial))
        if speech.net.condition(elements(trial, every)).customers != hurt:
            continue
        words = spoken(speech, trial, every)
        silent = faults[n].silent
        if (silent or _plain(words) == said) and all(_could(name, key, set(words)) for key in direct):
            found.add(name)
    return frozenset(found)


def _beside(net: Net, faults: list[Fault], standing: tuple[int, ...], n: int) -> tuple[int, ...]:
    """Of very many that stand only those that touch what it touches, or the core as it does."""
    if len(standing) <= MANY:
        return standing
    mine = _touched(net, faults[n])
    core = any(net.role[device] == "core" for device in mine)
    return tuple(
        m
        for m in standing
        if m == n or any(device in mine or (core and net.role[device] == "core") for device in _touched(net, faults[m]))
    )


def _touched(net: Net, fault: Fault) -> frozenset[int]:
    alone = net.condition([fault.element])
    return alone.lost.union(end for link in alone.dark | alone.switched for end in net.ends[link])


def around(net: Net, faults: list[Fault], standing: tuple[int, ...], n: int) -> set[str]:
    """Elements that touch what the fault touched."""
    every = net.condition(elements(faults, standing))
    without = net.condition(elements(faults, [m for m in standing if m != n]))
    near = Around(net)
    for link in sorted(every.dark - without.dark)[:FEW]:
        near.link(link)
    for link in sorted(every.switched - without.switched)[:FEW]:
        near.link(link)
    for device in sorted(every.lost - without.lost)[:FEW]:
        near.device(device)
    alone = net.condition([faults[n].element])
    for link in sorted(alone.dark)[:FEW]:
        near.link(link)
    return near.found


def _plain(words: Iterable[Key]) -> set[Key]:
    return {key for key in words if key[1] not in DIRECT}


def _could(name: str, key: Key, words: set[Key]) -> bool:
    """Does the element account for a direct word? A dead card is the device that it names, or its port."""
    return key in words or (key[1] == "card_failure" and device_of(key[0]) == name)
