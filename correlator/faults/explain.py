"""Why the service believes it: lines that a shift engineer reads, the sum that the score is."""

from collections import Counter

from correlator.faults.evidence import Evidence
from correlator.faults.rows import IncidentRow
from correlator.faults.score import NAT
from correlator.faults.search import Hypothesis
from correlator.faults.tokens import Token
from correlator.faults.weigh import Weighed

SILENT_LISTED = 10
WORDS = {
    "link_end": "link end dark",
    "device": "device unreachable",
    "switch": "protection switched",
    "fibre": "fibre broken, by a monitor or directly",
    "power": "no mains",
    "gasp": "dying gasp",
    "card": "dead card",
    "service": "service down, by a probe",
    "direct": "alarm on it directly",
}
QUIET = {
    "link": "link without a word from either end",
    "polled": "polled device not lost",
    "ont": "ONT not lost",
    "probe": "service that its probe finds up",
    "monitor": "span that its monitor finds whole",
}


def nats(micro: int) -> str:
    return f"{micro / NAT:+.1f}"


def lines(evidence: Evidence, incident: IncidentRow, hypothesis: Hypothesis) -> list[str]:
    """The explanation of a verdict, at most some twenty lines."""
    weighed = hypothesis.weighed
    kind = evidence.planner.kind_of(weighed.candidate)
    found = [
        f"Root: {kind} {incident.root}, confidence {hypothesis.confidence_ppm / 1e6:.2f}, "
        f"score {nats(weighed.gain)} nats against no fault.",
        f"Prior {nats(weighed.prior)}: how often such an element fails in ten minutes"
        f"{' (planned work or precursors raise it)' if evidence.bonus(weighed.members) else ''}.",
    ]
    if len(incident.equivalent) > 1:
        found.append(f"No evidence can tell these apart: {', '.join(incident.equivalent)}.")
    found += _told(evidence, weighed)
    found += _silent(evidence, weighed)
    if weighed.calls:
        found.append(f"Complaints {nats(weighed.calls)}: {len(evidence.calls.get(weighed.candidate, ()))} below it.")
    if hypothesis.besides:
        names = ", ".join(evidence.planner.name_of(c) for c in hypothesis.besides)
        found.append(f"Fails together with {names}: only together do they cut the island off.")
    found += _rivals(evidence, hypothesis)
    return found


def _told(evidence: Evidence, weighed: Weighed) -> list[str]:
    by_kind: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    for token in weighed.tokens:
        by_kind[token.kind] += 1
        worth[token.kind] += token.worth
    return [
        f"Explains {count} x {WORDS[kind]} ({nats(worth[kind])}), as {_example(evidence, weighed.tokens, kind)}."
        for kind, count in sorted(by_kind.items())
    ]


def _example(evidence: Evidence, tokens: list[Token], kind: str) -> str:
    names = sorted(evidence.planner.name_of(token.key[1]) for token in tokens if token.kind == kind)
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")


def _silent(evidence: Evidence, weighed: Weighed) -> list[str]:
    if not weighed.silent:
        return ["Nothing that it predicts is silent."] if weighed.tokens else []
    total = ", ".join(f"{count} x {QUIET[kind]}" for kind, count in sorted(weighed.silent.items()))
    found = [f"Expected but silent ({nats(weighed.silence)}): {total}."]
    predicted = evidence.predicted(weighed.candidate)
    if predicted is not None:
        quiet = [evidence.planner.name_of(link) for link in predicted.links if link not in evidence.dark_links]
        if quiet:
            found.append(f"Silent links: {', '.join(sorted(quiet)[:SILENT_LISTED])}.")
    return found


def _rivals(evidence: Evidence, hypothesis: Hypothesis) -> list[str]:
    if not hypothesis.rivals:
        return ["No other single element explains any of it."]
    found = []
    for candidate, gain in hypothesis.rivals[:3]:
        kind, name = evidence.planner.kind_of(candidate), evidence.planner.name_of(candidate)
        found.append(f"Instead {kind} {name}: {nats(gain - hypothesis.weighed.gain)} nats.")
    best = hypothesis.rivals[0][0]
    check = _telling_check(evidence, hypothesis.weighed.candidate, best)
    return [*found, check] if check else found


def _telling_check(evidence: Evidence, root: int, rival: int) -> str | None:
    """The one look that would best tell the two apart: something that one predicts and the other does not."""
    mine, other = evidence.predicted(root), evidence.predicted(rival)
    if mine is None or other is None:
        return None
    apart = sorted(set(mine.links) ^ set(other.links))
    if apart:
        name = evidence.planner.name_of(apart[0])
        says = root if apart[0] in mine.links else rival
        return f"To tell them apart: look at link {name}; it is dark only if {evidence.planner.name_of(says)} failed."
    return None
