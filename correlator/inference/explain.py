"""Why the service believes it: lines that a shift engineer reads, the sum that the score is (words: `wording`)."""

from correlator.explanation import NAMED, Line, LineCode
from correlator.inference import planned_work
from correlator.inference.evidence import device, direct, link
from correlator.inference.evidence.kind import Evidence
from correlator.inference.likelihood import NAT
from correlator.inference.search import Chosen
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.prediction import predicted_by
from correlator.inference.situation.situation import Situation
from correlator.inference.weighing import Weighed
from correlator.inference.worth import is_left, ran_out

SILENT_LISTED = 10
TENTH = NAT // 10  # of a nat: the last digit shown


def lines(situation: Situation, chosen: Chosen, confidence_ppm: int) -> list[Line]:
    """The explanation of a verdict, at most some twenty lines; what is shown adds up to the score that is shown."""
    weighed = chosen.weighed
    name = situation.names.name_of
    root = (situation.names.kind_of(weighed.candidate), name(weighed.candidate))
    alike = tuple(sorted(name(member) for member in weighed.members))
    kinds = _by_kind(weighed)
    sums = [sum(one.worth for one in told) for _, told in kinds]
    besides = planned_work.besides(situation, weighed.candidate, weighed.speaks)
    of_work = -sum(one.worth for one in {*weighed.speaks}.difference(besides))
    again = weighed.alarms - sum(sums) - of_work
    parts = [weighed.prior, *sums, of_work, again, weighed.at_once, weighed.chance, weighed.vendor]
    score, shown = _rounded(weighed.gain, [*parts, weighed.silence, weighed.calls])
    prior, *worths, of_work, again, at_once, chance, hinted, silence, calls = shown
    found = [
        Line("root", (root, confidence_ppm, score)),
        Line(_of_prior(situation, chosen), (prior,)),
    ]
    if chosen.homes:
        found.append(Line("street", (len(chosen.homes), weighed.callers)))
    if chosen.card:
        found.append(Line(_of_card({one.kind for one in weighed.speaks})))
    if chosen.part is not None:
        found.append(Line("part", chosen.part))
    elif len(alike) > 1:
        found.append(Line("equivalent", (alike,)))
    for (kind, told), worth in zip(kinds, worths, strict=True):
        found.append(Line("explains", (len(told), kind, worth, _example(situation, told))))
    found += [Line("of_work", (of_work,))] if of_work else []
    if again:
        found.append(Line(_of_less(situation, weighed), (again,)))
    found += [Line(_of_time(situation, weighed), (at_once,))] if at_once else []
    if chance:
        found.append(Line("chance" if chance < 0 else "steady", (chance,)))
    found += [Line("vendor", (hinted,))] if hinted else []
    found += _silent(situation, weighed, silence)
    if weighed.calls:
        found.append(Line("complaints", (calls, weighed.callers)))
    if chosen.besides:
        found.append(Line("besides", (tuple(situation.names.name_of(c) for c in chosen.besides),)))
    found += _rivals(situation, chosen)
    return found


def _of_card(kinds: set[str]) -> LineCode:
    """By whom it is told that a card is dead: by the ports at which no link ends, by ONTs alone, or by links."""
    if kinds == {direct.NAME}:
        return "ports_together"
    return "silent_pons" if kinds == {device.NAME} else "silent_card"


def _of_prior(situation: Situation, chosen: Chosen) -> LineCode:
    if chosen.standby:
        return "standby"
    return "raised_prior" if situation.support.bonus(chosen.weighed.members) else "prior"


def _of_time(situation: Situation, weighed: Weighed) -> LineCode:
    """They were told together, or when batteries ran out."""
    late = ran_out(weighed.speaks, situation.policy.round_s) and weighed.at_once <= situation.scores.battery
    return "on_battery" if late else "at_once"


def _of_less(situation: Situation, weighed: Weighed) -> LineCode:
    """Why its words are worth less than each by itself."""
    if weighed.candidate == EXTERNAL:
        return "by_place"
    is_home = situation.candidates.is_leaf(weighed.candidate)
    return "left" if is_left(situation, weighed.speaks) and not is_home else "again"


def _by_kind(weighed: Weighed) -> list[tuple[str, list[Evidence]]]:
    by_kind: dict[str, list[Evidence]] = {}
    for one in weighed.speaks:
        by_kind.setdefault(one.kind, []).append(one)
    return sorted(by_kind.items())


def _rounded(total: int, parts: list[int]) -> tuple[int, list[int]]:
    """To what is shown, tenths of a nat, so that the parts still add up: those furthest from theirs give way."""
    whole = [_tenth(part) for part in parts]
    score = _tenth(total)
    missing = (score - sum(whole)) // TENTH
    step = TENTH if missing > 0 else -TENTH
    order = sorted(range(len(parts)), key=lambda place: ((whole[place] - parts[place]) * step, place))
    for place in [place for place in order if parts[place]][: abs(missing)]:
        whole[place] += step
    return score, whole


def _tenth(part: int) -> int:
    return (part + TENTH // 2) // TENTH * TENTH


def _example(situation: Situation, told: list[Evidence]) -> tuple[str, ...]:
    """The first names, and one more where there are more: then the sentence says so."""
    names = sorted(situation.names.name_of(one.key[1]) for one in told)
    return tuple(names[: NAMED + 1])


def _silent(situation: Situation, weighed: Weighed, silence: int) -> list[Line]:
    if not weighed.silent:
        return [Line("all_told")] if weighed.speaks else []
    found = [Line("silent", (silence, tuple(sorted(weighed.silent.items()))))]
    predicted = predicted_by(situation, weighed.candidate)
    if predicted is not None:
        quiet = [situation.names.name_of(one) for one in link.not_told_dark(situation, predicted.links)]
        if quiet:
            found.append(Line("silent_links", (tuple(sorted(quiet)[:SILENT_LISTED]),)))
    return found


def _rivals(situation: Situation, chosen: Chosen) -> list[Line]:
    planner, gained = situation.names, chosen.weighed.gain
    below = [] if chosen.unreached is None else [Line("only_unreached", (chosen.unreached - gained,))]
    if not chosen.rivals:
        return [Line("alone"), *below]
    found = [
        Line("instead", ((planner.kind_of(rival), planner.name_of(rival)), gain - gained))
        for rival, gain in chosen.rivals[:3]
    ]
    best = chosen.rivals[0][0]
    check = _telling_check(situation, chosen.weighed.candidate, best)
    return [*found, *below, check] if check else [*found, *below]


def _telling_check(situation: Situation, root: int, rival: int) -> Line | None:
    """The one look that would best tell the two apart: something that one predicts and the other does not."""
    mine, other = predicted_by(situation, root), predicted_by(situation, rival)
    if mine is None or other is None:
        return None
    apart = sorted(set(mine.links) ^ set(other.links))
    if apart:
        says = root if apart[0] in mine.links else rival
        return Line("tell_apart", (situation.names.name_of(apart[0]), situation.names.name_of(says)))
    return None
