"""Why the service believes it: lines that a shift engineer reads, the sum that the score is (words: `wording`)."""

from correlator.explanation import Line
from correlator.inference.evidence import Evidence
from correlator.inference.observations import Token
from correlator.inference.search import Chosen
from correlator.inference.weighing import Weighed
from correlator.wording import NAMED

SILENT_LISTED = 10


def lines(evidence: Evidence, chosen: Chosen, confidence_ppm: int) -> list[Line]:
    """The explanation of a verdict, at most some twenty lines."""
    weighed = chosen.weighed
    name = evidence.planner.name_of
    root = (evidence.planner.kind_of(weighed.candidate), name(weighed.candidate))
    alike = tuple(sorted(name(member) for member in weighed.members))
    found = [
        Line("root", (root, confidence_ppm, weighed.gain)),
        Line("raised_prior" if evidence.bonus(weighed.members) else "prior", (weighed.prior,)),
    ]
    if len(alike) > 1:
        found.append(Line("equivalent", (alike,)))
    found += _told(evidence, weighed)
    found += _silent(evidence, weighed)
    if weighed.calls:
        found.append(Line("complaints", (weighed.calls, len(evidence.calls.get(weighed.candidate, ())))))
    if chosen.besides:
        found.append(Line("besides", (tuple(evidence.planner.name_of(c) for c in chosen.besides),)))
    found += _rivals(evidence, chosen)
    return found


def _told(evidence: Evidence, weighed: Weighed) -> list[Line]:
    by_kind: dict[str, list[Token]] = {}
    for token in weighed.tokens:
        by_kind.setdefault(token.kind, []).append(token)
    return [
        Line("explains", (len(told), kind, sum(token.worth for token in told), _example(evidence, told)))
        for kind, told in sorted(by_kind.items())
    ]


def _example(evidence: Evidence, told: list[Token]) -> tuple[str, ...]:
    """The first names, and one more where there are more: then the sentence says so."""
    names = sorted(evidence.planner.name_of(token.key[1]) for token in told)
    return tuple(names[: NAMED + 1])


def _silent(evidence: Evidence, weighed: Weighed) -> list[Line]:
    if not weighed.silent:
        return [Line("all_told")] if weighed.tokens else []
    found = [Line("silent", (weighed.silence, tuple(sorted(weighed.silent.items()))))]
    predicted = evidence.predicted(weighed.candidate)
    if predicted is not None:
        quiet = [evidence.planner.name_of(link) for link in predicted.links if link not in evidence.dark_links]
        if quiet:
            found.append(Line("silent_links", (tuple(sorted(quiet)[:SILENT_LISTED]),)))
    return found


def _rivals(evidence: Evidence, chosen: Chosen) -> list[Line]:
    if not chosen.rivals:
        return [Line("alone")]
    planner, gained = evidence.planner, chosen.weighed.gain
    found = [
        Line("instead", ((planner.kind_of(rival), planner.name_of(rival)), gain - gained))
        for rival, gain in chosen.rivals[:3]
    ]
    best = chosen.rivals[0][0]
    check = _telling_check(evidence, chosen.weighed.candidate, best)
    return [*found, check] if check else found


def _telling_check(evidence: Evidence, root: int, rival: int) -> Line | None:
    """The one look that would best tell the two apart: something that one predicts and the other does not."""
    mine, other = evidence.predicted(root), evidence.predicted(rival)
    if mine is None or other is None:
        return None
    apart = sorted(set(mine.links) ^ set(other.links))
    if apart:
        says = root if apart[0] in mine.links else rival
        return Line("tell_apart", (evidence.planner.name_of(apart[0]), evidence.planner.name_of(says)))
    return None
