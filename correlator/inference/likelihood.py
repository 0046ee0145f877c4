"""Likelihoods as integers (micro-nats), so that a tie is a tie on every processor.

Made with `math` and rounded; nothing here depends on numpy's log or exp. Method and figures: noisy-OR
with residual weighted cover, a derived hit ratio instead of a tuned one [Kompella 2005], and an expectation-based
Poisson scan for complaints [Kulldorff 2003].
"""

import math
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from correlator.events import SECOND_US, AlarmType
from correlator.policy.faults import FaultPolicy, TypeModel

NAT = 1_000_000  # micro-nats
STEP_US = 250_000  # silence is tabulated by quarter seconds
STEPS = 960
ADD_STEP = 1_000  # log-add is tabulated by thousandths of a nat
ADD_MOST = 20 * NAT
RAISED = 1.5  # by steps of this the rate of calls on a raised day is looked up
RAISED_MOST = 20
SPREAD_S = 20  # what one failure lets be said is said within so long
USUAL = 4  # how soon ONTs are told mostly counts as much as so many that were told

Silent = Mapping[str, int]  # kind of silence -> ln P(not a word | the cause is there), at most 0, of one that is silent


def micro(nats: float) -> int:
    return round(nats * NAT)


class Scores:
    """The tables of one policy."""

    def __init__(self, policy: FaultPolicy, models: Mapping[str, TypeModel]) -> None:
        """`models`: what the silence of one is worth, by kind of silence."""
        self.policy = policy
        self.active = {name: _active(m.told, m.spurious) for name, m in policy.types.items()}
        self._of_source = {
            name: {told: _active(policy.types[told].told, rate) for told, rate in source.spurious.items()}
            for name, source in policy.sources.items()
        }
        tables = {name: _silent(model) for name, model in models.items()}
        silent = [{name: table[step] for name, table in tables.items()} for step in range(STEPS + 1)]
        # who says nothing until a suspicion is old enough to settle says nothing: so any order of arrival ends the same
        settled = policy.settle_s * NAT // STEP_US
        self._silent: list[Silent] = [each if step < settled else silent[-1] for step, each in enumerate(silent)]
        self.hazard_each = micro(policy.hazard_each)
        self.hazard_most = micro(policy.hazard_most)
        self.planned = micro(policy.planned_bonus)
        self.external = micro(policy.external_each)
        self._add = _sums()
        rate_s = policy.call_rate_month / (30 * 86400)
        self.usual_calls = [rate_s * window_s for window_s in policy.call_windows_s]  # of one customer
        self._calls = [
            [
                [(micro(math.log1p(k * come / (usual * RAISED**step))), micro(k * come)) for k in policy.call_shares]
                for step in range(RAISED_MOST + 1)
            ]
            for usual, come in zip(self.usual_calls, policy.call_come_by, strict=True)
        ]
        self._after = [
            micro(math.log(policy.together_s / min(s + SPREAD_S, policy.fresh_s))) for s in range(policy.fresh_s + 1)
        ]
        self._slowly_after = [
            micro(max(0.0, math.log(policy.together_s / (s + SPREAD_S)))) for s in range(policy.round_s + 1)
        ]
        self.at_once = max(0, self._after[0])  # the most that a word adds which is told soon after the first
        self.battery = micro(policy.battery_worth)
        self.at_once_most = policy.at_once_most * self.at_once
        self.reroot = micro(policy.reroot_odds)
        self.reroot_calls = micro(policy.reroot_calls_odds)
        self._call_believed = micro(policy.call_believed)
        self.late = micro(policy.late_cost)
        self.left = micro(policy.left_worth)
        self.silent_card = micro(policy.prior_silent_card)
        self.standby = micro(policy.prior_standby)
        self.twice = micro(policy.twice_worth)
        self._outside = micro(policy.prior_outside)
        self._outside_shares = sum([1 for k in policy.call_shares if k <= policy.outside_share])
        self._mean = micro(math.log(len(policy.call_shares)))
        self._shares = [round(1_000_000 * math.exp(-n / 100)) for n in range(1501)]
        self._odds = [round(1_000_000 / (1 + math.exp(-n / 100))) for n in range(2001)]

    def told_by(self, source: str, alarm_type: AlarmType) -> int | None:
        """What such a word of this source is worth; None where nothing more is known than of all."""
        known = self._of_source.get(source)
        return None if known is None else known.get(alarm_type)

    def after(self, delay_us: int, *, left: bool, slow: bool = False) -> int:
        """What it adds that a word is told so long after the first: chance spreads them, a failure does not.

        `left`: an earlier failure left it behind. `slow`: who tells it has a round to make.
        """
        second = -(-delay_us // SECOND_US)
        if second >= len(self._after):
            return self._slowly_after[second] if slow and not left and second < len(self._slowly_after) else 0
        return self._after[-1] if left else self._after[second]

    def reach_us(self, *, left: bool, slow: bool) -> int:
        """What is told later than that after the first adds nothing."""
        fresh_s, round_s = self.policy.fresh_s, self.policy.round_s
        return (max(fresh_s, round_s) if slow and not left else fresh_s) * SECOND_US

    def silence(self, age_us: int) -> Silent:
        """What silence says when the cause is there since `age_us`."""
        return self._silent[min(max(age_us, 0) // STEP_US, STEPS)]

    def sooner(self, age_us: int, delays_us: list[int], silent: int) -> int | None:
        """What the silence of one ONT says where others were told sooner than ONTs mostly are; None: as it always does.

        `delays_us`: how long after the failure began each of those was told. Their mean, with the model's (`USUAL`) and
        with those who are `silent` so far, takes the place of the model's.
        """
        model = self.policy.ont
        usual_us, least_us = round(model.latency_s * SECOND_US), round(self.policy.ont_soonest_s * SECOND_US)
        waited_us = USUAL * usual_us + sum(delays_us) + silent * age_us
        mean_us = max(least_us, waited_us // (USUAL + len(delays_us)))
        return self.silence(age_us * usual_us // mean_us)["ont"] if mean_us < usual_us else None

    def dearer(self, told: int, usual: float, elsewhere: tuple[int, float] = (0, 0.0)) -> int:
        """So much less is a word worth where this many are told by chance, in quarters of a nat.

        `elsewhere`: told, and usual, of their like: where few are told, a bad night there makes one likelier here.
        """
        smooth, others, usual_there = self.policy.stray_smooth, *elsewhere
        as_there = max(1.0, (smooth + others) / (smooth + usual_there))
        quarters = round(4 * math.log((smooth * as_there + told) / (smooth + usual)))
        return max(0, quarters) * NAT // 4

    def raised(self, called: int, usual: float) -> int:
        """How raised a day is: k of RAISED ** k, of calls (thousandths) elsewhere and how many are usual there."""
        smooth = self.policy.stray_smooth
        return max(0, round(math.log((smooth + max(0, called) / 1000) / (smooth + usual)) / math.log(RAISED)))

    def grey(self, quiet: int) -> int:
        """The most that silence takes from a failure that only customers notice: the more are silent, the rarer."""
        nats = max(1, -quiet // NAT)
        return micro(self.policy.grey_cost + self.policy.grey_cost_each_e * math.log(nats))

    def fibre_prior(self, length_km: float | None, *, conduit: bool) -> int:
        """A conduit is as long as its shortest span; the longer, the likelier cut."""
        length = max(length_km or self.policy.unknown_length_km, 0.01)
        if conduit:
            return micro(self.policy.prior_conduit_5km + math.log((length + self.policy.handled_km) / 5))
        return micro(self.policy.prior_span_50km + math.log(length / 50))

    def add(self, terms: Iterable[int]) -> int:
        """ln of the sum of exp of the terms, by table."""
        total: int | None = None
        for term in sorted(terms, reverse=True):
            if total is None:
                total = term
            elif total - term <= ADD_MOST:
                total += self._add[(total - term) // ADD_STEP]
        return total if total is not None else -(10**12)

    def calls(
        self,
        weights: tuple[int, ...],
        customers: int,
        raised: tuple[int, ...] = (0, 0, 0),
        *,
        shares: int | None = None,
    ) -> int:
        """E_r: ln likelihood ratio of calls (thousandths, by window) against the silence of those below.

        `raised`: by window, how raised the calls are elsewhere (`raised`). `shares`: only the first of `call_shares`.
        """
        best = -(10**12)
        for weight, tables, step in zip(weights, self._calls, raised, strict=True):
            table = tables[min(step, RAISED_MOST)]
            terms = [weight * call // 1000 - cost * customers for call, cost in table[:shares]]
            best = max(best, self.add(terms) - self._mean)
        return best

    def outside(self, weights: tuple[int, ...], customers: int) -> int:
        """What such calls are worth for a cause outside the network, for which anybody may call, and few do."""
        if customers <= 0:
            return 0
        return max(0, self._outside + self.calls(weights, customers, shares=self._outside_shares))

    def by_callers(self, gain: int) -> int:
        """What a gain is worth for how sure a root is, where callers alone tell of it."""
        return gain * self._call_believed // NAT

    def confidence_ppm(self, gain: int, others: Iterable[int]) -> int:
        """P(h) in millionths: against nothing, and against each other root's gain."""
        against = self.add([0, *others])
        hundredths = (gain - against) // (NAT // 100)
        if hundredths >= 0:
            return self._odds[min(hundredths, 2000)]
        return 1_000_000 - self._odds[min(-hundredths, 2000)]

    def share_ppm(self, below: int) -> int:
        """exp of a difference (at most 0) in millionths."""
        hundredths = -below // (NAT // 100)
        return self._shares[hundredths] if hundredths < len(self._shares) else 0


@cache
def _sums() -> tuple[int, ...]:
    """ln(1 + exp(-d)) by d: the same for each policy."""
    return tuple(micro(math.log1p(math.exp(-n * ADD_STEP / NAT))) for n in range(ADD_MOST // ADD_STEP + 1))


@lru_cache(maxsize=64)
def _silent(model: TypeModel) -> tuple[int, ...]:
    """B by age: what the silence of one takes. Kept, because each start of a kernel asks for the same."""
    ages = (n * STEP_US / 1e6 / model.latency_s for n in range(STEPS + 1))
    return tuple(micro(math.log(1 - model.told * (1 - math.exp(-(age**model.shape))))) for age in ages)


def _active(told: float, spurious: float) -> int:
    """A = ln[(1 - (1-s)(1-q)) / s]: what one alarm is worth."""
    return micro(math.log((1 - (1 - spurious) * (1 - told)) / spurious))
