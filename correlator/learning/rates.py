"""What a history says of the policy's rates: stray words and claims of sources, lost words, how often things fail."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from correlator.learning.estimates import Estimate, rate, share
from correlator.learning.history import Cause, History, Word
from correlator.policy.faults import FaultPolicy, TypeModel
from topology.around import AT_HOME, LEAVES
from topology.domains import element_of
from topology.graph import Topology
from topology.impact import prediction

LEAST_WORDS = 30  # of a source and type; with fewer nothing is said
SUREST = 1e-6  # no word is certain, however often its source was right
LEAST_CASES = 5  # of failures, of claims
CLAIMS_WORTH = 10.0  # the claim's worth that ships weighs as much as so many claims


class Proposal(NamedTuple):
    """One number of the policy. `path`: below `faults`; `whole`: the model it is part of, which is written whole."""

    path: tuple[str, ...]
    before: float
    after: float
    why: str
    whole: TypeModel | None = None


def proposals(history: History, policy: FaultPolicy) -> list[Proposal]:
    """In order of what they change; nothing where the numbers in force are not contradicted."""
    found = [*stray(history, policy), *claimed(history, policy), *lost(history, policy), *failing(history, policy)]
    return sorted(found, key=lambda one: one.path)


# Stray words


def stray(history: History, policy: FaultPolicy) -> Iterator[Proposal]:
    """How often a source says a thing that nothing explains, for each place of which it may, in ten minutes."""
    said = Counter[tuple[str, str]](
        (word.source, word.alarm_type) for word in history.words if not word.apart and word.source
    )
    astray = Counter[tuple[str, str]]((word.source, word.alarm_type) for word in history.unexplained())
    places = _places(history)
    for (source, alarm_type), words in sorted(said.items()):
        if words < LEAST_WORDS:
            continue
        model = policy.types[alarm_type]  # type: ignore[index]  # a type of an alarm
        known = policy.sources.get(source)
        before = model.spurious if known is None else known.spurious.get(alarm_type, model.spurious)  # type: ignore[call-overload]
        number, exposure = astray[source, alarm_type], places[source, alarm_type] * windows(history, policy)
        found = rate(model.spurious, number, exposure)
        if found.differs_from(before):
            after = min(max(found.value, SUREST), 0.5)
            text = f"{number} of {words} words stray, {places[source, alarm_type]} places"
            yield Proposal(("sources", source, "spurious", alarm_type), before, after, _why(text, history, found))


def windows(history: History, policy: FaultPolicy) -> float:
    return history.length_us / (policy.together_s * 1e6)


def _places(history: History) -> dict[tuple[str, str], int]:
    """Of how many things a source may say it: the link ends of the devices of which it has spoken, or what it named."""
    topology = history.topology
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    devices: dict[tuple[str, str], set[int]] = defaultdict(set)
    for word in history.words:
        named[word.source, word.alarm_type].add(word.object)
        element = element_of(topology, word.object)
        if topology.find(word.object) is None or topology.kind_of(element) == "port":
            devices[word.source, word.alarm_type].add(_device(topology, word.object))
    ends = {key: sum(len(topology.links_of(device)) for device in mine) for key, mine in devices.items()}
    return {key: max(len(mine), ends.get(key, 0)) for key, mine in named.items()}


def _device(topology: Topology, name: str) -> int:
    found = topology.find(name)
    return topology.device_of(name if found is None else found)


# Claims


def claimed(history: History, policy: FaultPolicy) -> Iterator[Proposal]:
    """How often what a source calls the root cause is it."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for word in history.words:
        if word.claims and not word.apart:
            cause = history.cause_of(word)
            hit = cause is not None and word.object in (cause.root, *cause.equivalent)
            (right if hit else wrong)[word.source] += 1
    for source in sorted(right.keys() | wrong.keys()):
        if right[source] + wrong[source] < LEAST_CASES:
            continue
        known = policy.sources.get(source)
        before = policy.root_claim if known is None or known.root_claim is None else known.root_claim
        shipped = 1 / (1 + math.exp(-policy.root_claim))
        found = share(shipped, right[source], wrong[source], CLAIMS_WORTH)
        nats = Estimate(*(math.log(part / (1 - part)) for part in found))
        after = min(max(nats.value, 0.0), policy.root_claim_most)
        if nats.differs_from(before) and after != before:
            text = f"{right[source]} of {right[source] + wrong[source]} claims right"
            yield Proposal(("sources", source, "root_claim"), before, after, _why(text, history, nats))


# Lost words


def lost(history: History, policy: FaultPolicy) -> Iterator[Proposal]:
    """Of what a failure should have made others say, how much was said; of failures of one root."""
    told, silent = _heard(history, polled=policy.polled)
    for path, model in (
        (("types", "loss_of_signal"), policy.types["loss_of_signal"]),
        (("types", "device_unreachable"), policy.types["device_unreachable"]),
        (("ont",), policy.ont),
    ):
        found = share(model.told, told[path[-1]], silent[path[-1]])
        if found.differs_from(model.told):
            text = f"{told[path[-1]]} of {told[path[-1]] + silent[path[-1]]} expected words came"
            yield Proposal((*path, "told"), model.told, min(found.value, 0.99), _why(text, history, found), model)


def _heard(history: History, *, polled: bool) -> tuple[Counter[str], Counter[str]]:
    """Links, devices and ONTs under the faults: told, silent."""
    topology, told, silent = history.topology, Counter[str](), Counter[str]()
    words: dict[str, list[Word]] = defaultdict(list)
    for word in history.words:
        words[word.incident or ""].append(word)
    for cause in _faults(history):
        element = topology.find(cause.root)
        if element is None or not cause.alone:
            continue
        expected = prediction(topology, element)
        dark, gone = _said(topology, words[cause.id])
        fallen = {int(topology.device_at[place]) for low, high in expected.down.intervals for place in range(low, high)}
        onts = {int(topology.device_at[place]) for low, high in expected.onts for place in range(low, high)}
        watched = {one for one in fallen if topology.role_of(one) not in LEAVES} if polled else set()
        for name, all_of, heard in (
            ("loss_of_signal", set(expected.links), dark),
            ("device_unreachable", watched, gone),
            ("ont", {one for one in onts if topology.role_of(one) in AT_HOME}, gone),
        ):
            told[name] += len(all_of & heard)
            silent[name] += len(all_of - heard)
    return told, silent


def _said(topology: Topology, words: Iterable[Word]) -> tuple[set[int], set[int]]:
    """Links and devices that these tell of."""
    dark: set[int] = set()
    gone: set[int] = set()
    for word in words:
        element = topology.find(word.object)
        if element is None:
            continue
        kind = topology.kind_of(element)
        if kind == "device":
            gone.add(element)
        elif kind in ("port", "link"):
            dark.add(element if kind == "link" else topology.link_of(element))
    return dark, gone


# How often things fail


def failing(history: History, policy: FaultPolicy) -> Iterator[Proposal]:
    """By prior of the policy. What nothing tells apart shares a failure, unless a person named the root."""
    topology = history.topology
    population: Counter[str] = Counter()
    for element in range(len(topology.ids)):
        name, units = prior_of(topology, policy, element)
        if name is not None:
            population[name] += units  # type: ignore[assignment]  # lengths are no whole numbers
    failed: Counter[str] = Counter()
    for cause in _faults(history):
        for name, part in _shares(topology, policy, cause):
            failed[name] += part  # type: ignore[assignment]  # as above
    for name in sorted(population):
        before = getattr(policy, name)
        found = rate(math.exp(before), failed[name], population[name] * windows(history, policy))
        logs = Estimate(*(math.log(part) for part in found))
        if logs.differs_from(before) and failed[name] >= LEAST_CASES:
            text = f"{failed[name]:.1f} failures of {population[name]:.0f} units"
            yield Proposal((name,), before, logs.value, _why(text, history, logs))


def _shares(topology: Topology, policy: FaultPolicy, cause: Cause) -> list[tuple[str, float]]:
    names = (cause.root,) if cause.confirmed or not cause.equivalent else cause.equivalent
    found = [prior_of(topology, policy, element) for name in names if (element := topology.find(name)) is not None]
    weights = [(name, units * math.exp(getattr(policy, name))) for name, units in found if name is not None]
    total = sum(weight for _, weight in weights)
    return [(name, weight / total) for name, weight in weights]


def prior_of(topology: Topology, policy: FaultPolicy, element: int) -> tuple[str | None, float]:
    """Which prior of the policy it has, and how many times: fibre counts by its length. None: it has none to learn."""
    length = (topology.length_km(element) if topology.kind_of(element) in ("span", "conduit") else None) or 0.0
    length = length or policy.unknown_length_km
    match topology.kind_of(element):
        case "span":
            return "prior_span_50km", length / 50
        case "conduit":
            return "prior_conduit_5km", (length + policy.handled_km) / 5
        case "site":
            mains = any(topology.role_of(device) not in LEAVES for device in topology.devices_in(element))
            return ("prior_site" if mains else "prior_passive"), 1.0
        case "splitter":
            return "prior_splitter", 1.0
        case "port":
            passive = topology.role_of(topology.device_of(element)) == "splitter"
            return ("prior_passive" if passive else "prior_port"), 1.0
        case "link":
            return ("prior_link" if topology.routes_of(element) else "prior_patch"), 1.0
        case "device":
            return ("prior_olt" if topology.role_of(element) == "olt" else "prior_other"), 1.0
        case _:
            return None, 0.0


def _faults(history: History) -> list[Cause]:
    return [cause for cause in history.causes.values() if cause.is_fault and cause.into is None]


# Repairs


def repairs(history: History) -> list[tuple[str, int, int]]:
    """(kind of root, how many, median minutes from opening to repair)."""
    took: dict[str, list[int]] = defaultdict(list)
    for cause in _faults(history):
        element = history.topology.find(cause.root)
        if cause.over_us is not None and element is not None:
            took[history.topology.kind_of(element)].append(max(0, cause.over_us - cause.opened_us) // 60_000_000)
    return [(kind, len(all_of), sorted(all_of)[len(all_of) // 2]) for kind, all_of in sorted(took.items())]


def _why(counted: str, history: History, found: Estimate) -> str:
    days = history.length_us / 86_400_000_000
    return f"{counted}, {days:.0f} days; 90 %: {found.low:.3g} to {found.high:.3g}"
