"""What one candidate is worth: what is told for it, what is silent against it, who called, how rare it is.

Noisy-OR on residual evidence, in integer micro-nats (inference, section 3). Most candidates that are looked at predict
far more than is told; they are given up before they are looked at in full.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from correlator.inference.candidates import Twins
from correlator.inference.evidence import ANY, Evidence
from correlator.inference.failed_context import Wounds
from correlator.inference.likelihood import ADD_MOST, Quiet, Silence
from correlator.inference.observations import EXTERNAL, Token
from correlator.inference.silence import count
from topology.down import Intervals
from topology.graph import CONDUIT
from topology.impact import Prediction
from topology.predict import speakers_in

TELLING = ("fibre", "power", "gasp", "card", "direct")  # what may speak for one member of a class and not for another

FEW = 50  # words; among more, one that counts twice decides nothing


@dataclass(slots=True)
class Weighed:
    """One candidate's gain over "no fault", and what it is made of."""

    candidate: int  # the likeliest of its class
    members: tuple[int, ...]
    gain: int
    tokens: list[Token]
    prior: int = 0
    alarms: int = 0  # what active tokens add
    silence: int = 0  # what silence takes
    calls: int = 0  # what complaints add
    silent: dict[Silence, int] = field(default_factory=dict)
    unlikely: list[Token] = field(default_factory=list)  # ONTs that were told though their speaker would be dead
    rough: bool = False  # it has no gain, and how little was not worked out

    @property
    def told(self) -> int:
        """All but silence, in micro-nats."""
        return self.prior + self.alarms + self.calls

    @property
    def share(self) -> float:
        """Of the informative things that it predicts, by number: how many are told."""
        quiet = sum(self.silent.values())
        return len(self.tokens) / (len(self.tokens) + quiet) if self.tokens else 0.0


@dataclass(slots=True)
class Taken:
    """What the hypotheses chosen so far in this solve already account for."""

    tokens: set[Token] = field(default_factory=set)
    intervals: list[tuple[int, int]] = field(default_factory=list)
    links: set[int] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)  # complaint -> the chosen candidate that explains it


NOTHING = Taken()


def weigh(evidence: Evidence, candidate: int, now_us: int, taken: Taken = NOTHING) -> Weighed | None:
    """The candidate's gain on what is free and not taken; None where it cannot be positive."""
    return weigh_class(evidence, evidence.twins(candidate), now_us, taken)


def weigh_class(evidence: Evidence, twins: Twins, now_us: int, taken: Taken, *, rough: bool = False) -> Weighed | None:
    """The same of the likeliest of those that no alarm tells apart now. `rough`: in full where it has a gain only."""
    candidate, prior, _ = twins
    if candidate in evidence.root_owner:  # it is known to have failed
        return None
    free = evidence.free.get(candidate, ())
    tokens = [token for token in free if token not in taken.tokens] if taken.tokens else list(free)
    evidence.units += len(tokens) + 20
    calls = evidence.callers.score(candidate, now_us, taken.calls) if candidate in evidence.calls else None
    if not tokens and calls is None:
        return None
    if candidate == EXTERNAL:
        return _weigh_external(evidence, tokens, prior)
    if calls is None and _all_power(tokens):
        return None
    members = evidence.elements.family(candidate)[1]
    prior += evidence.bonus(members)
    beside = _calls_worth(evidence, calls)
    best: Weighed | None = None
    least, rivals = 0 if rough else ANY, False
    for wounds, borne in _beside_ends(evidence, candidate, _bearing(evidence, candidate, tokens)):
        expected: Expected | None = None
        for told, age_us in _onsets(borne, now_us, evidence.policy.fresh_s * 1_000_000):
            alarms, called = _alarms_worth(evidence, candidate, told), beside if told else calls or 0
            most = prior + alarms + called
            if most <= 0:
                continue
            expected = expected or _expect(evidence, candidate, wounds, taken)
            each = evidence.scores.silence(age_us)
            most += expected.silence(each)
            if most < -ADD_MOST:
                continue
            rivals = True
            if most > least:
                weighed = Weighed(candidate, members, most, told, prior, alarms, 0, called)
                if _add_silence(evidence, weighed, each, expected, least):
                    best, least = weighed, weighed.gain
    return best or (Weighed(candidate, members, 0, tokens, rough=True) if rivals else None)


def _beside_ends(evidence: Evidence, candidate: int, tokens: list[Token]) -> list[tuple[Wounds, list[Token]]]:
    """What clears works again, and cuts off nothing with it; or not yet, and then also who is silent there says so."""
    standing, before = evidence.standing, evidence.wounds
    if standing is before or candidate not in before.exposing:
        return [(standing, tokens)]
    explainers = standing.explainers
    alone = [token for token in tokens if candidate in explainers(token)]
    return [(standing, alone)] if len(alone) == len(tokens) else [(standing, alone), (before, tokens)]


def _onsets(tokens: list[Token], now_us: int, fresh_us: int) -> list[tuple[list[Token], int]]:
    """Since when it may have failed, and what it then accounts for: nothing of what was told long before.

    Either long ago, and who is silent till now says so in full; or as long ago as the oldest of what is fresh.
    """
    since_us = now_us - fresh_us
    fresh = [token for token in tokens if token.first_us >= since_us]
    if not fresh:
        return [(tokens, fresh_us)]
    begun = fresh, now_us - min([token.first_us for token in fresh])
    return [begun] if len(fresh) == len(tokens) else [(tokens, fresh_us), begun]


def _alarms_worth(evidence: Evidence, candidate: int, tokens: list[Token]) -> int:
    """All that is told; of what one customer may have switched off once, unless a monitor names the fibre itself.

    An ONT, and the probe of a service on it, tell of one loss: among few words that counts once.
    """
    if not evidence.elements.is_leaf(candidate):
        worth = sum([token.worth for token in tokens])
        services = [token for token in tokens if token.kind == "service"] if len(tokens) <= FEW else []
        if services:
            lost = {token.device for token in tokens if token.kind == "device"}
            worth -= sum(token.worth for token in services if token.device in lost)
        return worth
    named = sum([token.worth for token in tokens if token.kind == "fibre"])
    return named + max([token.worth for token in tokens if token.kind != "fibre"], default=0)


def weigh_set(
    evidence: Evidence, candidate: int, tokens: list[Token], now_us: int, swallowed: list[str]
) -> Weighed | None:
    """The candidate's gain on exactly these tokens, as if the swallowed incidents explained nothing.

    Silence counts in full: what is settled yields to evidence, not to a minute in which nobody has spoken yet.
    """
    if candidate == EXTERNAL:
        return _weigh_external(evidence, tokens, evidence.elements.prior(candidate))
    if _all_power(tokens):
        return None
    members, prior = evidence.elements.family(candidate)[1], _prior_of_twins(evidence, candidate, tokens)
    tokens = _bearing(evidence, candidate, tokens)
    worth = _alarms_worth(evidence, candidate, [token for token in tokens if candidate in token.credit])
    weighed = Weighed(candidate, members, 0, tokens, prior + evidence.bonus(members), worth)
    calls = evidence.callers.score(candidate, now_us) if candidate in evidence.calls else None
    weighed.calls = _calls_worth(evidence, calls) if tokens else calls or 0
    each = evidence.scores.silence(evidence.policy.fresh_s * 1_000_000)
    wounds = _beside_ends(evidence, candidate, tokens)[-1][0]
    with evidence.disregarding(swallowed):
        _add_silence(evidence, weighed, each, _expect(evidence, candidate, wounds, NOTHING), ANY)
    return weighed


def _prior_of_twins(evidence: Evidence, candidate: int, tokens: list[Token]) -> int:
    """ln of the summed rates of those of its class for whom the very same of these tokens speak (`Evidence.twins`)."""
    _, members, prior = evidence.elements.family(candidate)
    telling = [token.credit for token in tokens if token.kind in TELLING] if len(members) > 1 else []
    mine = [candidate in credit for credit in telling]
    same = [member for member in members if [member in credit for credit in telling] == mine]
    return prior if len(same) == len(members) else evidence.scores.add(evidence.elements.prior(m) for m in same)


def _calls_worth(evidence: Evidence, calls: int | None) -> int:
    """Beside alarms: nobody has called in the first seconds, and that vetoes nothing."""
    return int(max(0, calls) * 1000 * evidence.policy.call_weight_beside_alarms) // 1000 if calls else 0


def _bearing(evidence: Evidence, candidate: int, tokens: list[Token]) -> list[Token]:
    """Those of the tokens that bear on it, given what else is told."""
    if evidence.has_only_a_card_dead(candidate):
        tokens = _of_card(evidence, candidate, tokens)
    if _is_power(evidence, candidate, tokens):
        tokens = [token for token in tokens if token.kind != "device"]
    return tokens


def _of_card(evidence: Evidence, device: int, tokens: list[Token]) -> list[Token]:
    """What a dead card accounts for: links of the device that are dark, and what hangs by these alone."""
    links = sorted(link for link in evidence.topology.links_of(device) if link in evidence.dark_links)
    below = evidence.related.fallen(tuple(links))
    gone, position = {*links, *below.links}, evidence.topology.position.item
    return [
        token
        for token in tokens
        if token.kind in ("card", "direct")
        or token.link in gone
        or (token.device >= 0 and below.holds(position(token.device)))
    ]


def _all_power(tokens: list[Token]) -> bool:
    """Mains lost and nothing down for it: batteries carry on, and nobody is out (X.733 "powerProblem")."""
    return bool(tokens) and all(token.kind == "power" for token in tokens)


def _is_power(evidence: Evidence, candidate: int, tokens: Iterable[Token]) -> bool:
    """Dying gasps from a third of those whose loss it would explain: whatever fails above them, it is not the fibre."""
    if candidate not in evidence.gasping:
        return False
    lost = [token.device for token in tokens if token.kind == "device"]
    gasped = len(evidence.gasped.intersection(lost))
    return gasped > 0 and gasped >= len(lost) * evidence.policy.gasp_share


def _weigh_external(evidence: Evidence, tokens: list[Token], prior: int) -> Weighed | None:
    topology = evidence.topology
    sites = {topology.site_of(t.device) if t.device >= 0 else t.key[1] for t in tokens}
    if len(sites) < evidence.policy.external_sites:
        return None
    alarms = evidence.scores.external * len(tokens)
    return Weighed(EXTERNAL, (EXTERNAL,), prior + alarms, tokens, prior, alarms)


@dataclass(slots=True)
class Expected:
    """Who would tell of a failure and says nothing, whenever it began. `predicted`: None where nobody would."""

    predicted: Prediction | None
    intervals: list[tuple[int, int]] = field(default_factory=list)
    polled: int = 0
    links: int = 0
    monitors: int = 0

    def silence(self, each: Quiet) -> int:
        """What links and devices take, in micro-nats."""
        return self.polled * each.polled + (self.links + self.monitors) * each.link


def _expect(evidence: Evidence, candidate: int, wounds: Wounds, taken: Taken) -> Expected:
    """`taken`: what others of this solve account for."""
    predicted = evidence.predicted(candidate, wounds)
    if predicted is None or candidate in evidence.partial:
        return Expected(None)
    alone = predicted.down.intervals
    intervals = without(alone, taken.intervals) if taken.intervals else list(alone)
    evidence.units += len(predicted.links) + len(predicted.onts)
    polled = count(evidence.sight.quiet_polled, intervals)
    links = _silent_links(evidence, predicted, taken)
    return Expected(predicted, intervals, polled, links, _whole_spans(evidence, candidate))


def _add_silence(evidence: Evidence, weighed: Weighed, each: Quiet, expected: Expected, least: int) -> bool:
    """What silence takes, and so the gain. False, and no more, where that is not above `least`."""
    predicted, intervals = expected.predicted, expected.intervals
    if predicted is None:
        weighed.gain = weighed.told
        return weighed.gain > least
    onts, unlikely = silent_onts(evidence, predicted, weighed.tokens, intervals, each.ont)
    weighed.alarms -= sum([token.worth for token in unlikely])
    weighed.silence = expected.silence(each) + onts * each.ont
    weighed.gain = weighed.told + weighed.silence
    if weighed.gain <= least:
        return False
    probes = evidence.probes_up(intervals)
    weighed.silence += probes * each.probe
    weighed.gain = weighed.told + weighed.silence
    if weighed.gain <= least:
        return False
    if unlikely:
        weighed.unlikely = unlikely
        gone = set(unlikely)
        weighed.tokens = [token for token in weighed.tokens if token not in gone]
    counts: tuple[tuple[Silence, int], ...] = (
        ("polled", expected.polled),
        ("link", expected.links),
        ("monitor", expected.monitors),
        ("ont", onts),
        ("probe", probes),
    )
    weighed.silent = {kind: number for kind, number in counts if number}
    return True


def _whole_spans(evidence: Evidence, candidate: int) -> int:
    """Spans in the duct whose monitors, having spoken before, find them well."""
    if not evidence.whole or evidence.topology.kind[candidate] != CONDUIT:
        return 0
    spans = evidence.topology.spans_in(candidate)
    return sum([1 for span in spans if evidence.whole.get(span) and ("fibre", span, 0) not in evidence.tokens])


def _silent_links(evidence: Evidence, predicted: Prediction, taken: Taken) -> int:
    """Links that would be told dark and are not, where no settled incident explains them."""
    dark, owner, mute = evidence.dark_links, evidence.link_owner, evidence.sight.link_is_mute
    links = [link for link in predicted.links if link not in dark and not mute(link)]
    if links and taken.links:
        links = [link for link in links if link not in taken.links]
    return sum([1 for link in links if link not in owner or owner[link] in evidence.disregarded])


def silent_onts(
    evidence: Evidence, predicted: Prediction, tokens: list[Token], intervals: list[tuple[int, int]], each: int
) -> tuple[int, list[Token]]:
    """(ONTs that should have been told lost and were not, those that were told and hardly can have been).

    Of ONTs whose OLT is down as well, an access manager tells either all or none: what was told counts with the
    silence of the rest, or not at all. `each`: what one silent ONT takes, in micro-nats.
    """
    sight = evidence.sight
    silent = count(sight.quiet_onts, predicted.onts)
    dead = speakers_in(evidence.topology, predicted.down.intervals)
    told = [t for t in tokens if t.speaker in dead] if dead else []
    mute = count(sight.onts, intervals) - count(sight.heard, predicted.onts) if told else 0
    if mute <= 0:
        return silent, []
    rest = max(0, mute - len(told))
    return (silent + rest, []) if sum([t.worth for t in told]) + rest * each > 0 else (silent, told)


def without(intervals: Intervals, holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of disjoint intervals that lie in no hole; the holes may overlap."""
    left = list(intervals)
    for hole_low, hole_high in holes:
        kept: list[tuple[int, int]] = []
        for low, high in left:
            if hole_high <= low or high <= hole_low:
                kept.append((low, high))
                continue
            if low < hole_low:
                kept.append((low, hole_low))
            if hole_high < high:
                kept.append((hole_high, high))
        left = kept
    return left
