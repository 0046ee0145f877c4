"""The numbers of fault inference, as policy: likelihoods by alarm type, priors, windows, limits.

Nats are natural-log units; tables in integer micro-nats are made of them once (`inference.likelihood`).
"""

import msgspec

from correlator.events import AlarmType


class TypeModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an alarm of a type is worth as evidence."""

    told: float  # q: P(the alarm comes | its cause is there)
    spurious: float  # s: P(it stands without a cause)
    latency_s: float  # mu: how long it takes to come; silence counts by 1 - exp(-(age / mu) ** shape)
    shape: float = 1.0  # above 1: hardly anything comes at first, as of a poller that has its round to make

    def __post_init__(self) -> None:
        if not 0 <= self.told < 1:
            raise ValueError("told must be 0 or more, and less than 1")
        if not 0 < self.spurious < 1:
            raise ValueError("spurious must lie between 0 and 1")
        if not (self.latency_s > 0 and self.shape > 0):
            raise ValueError("latency_s and shape must be more than 0")


class SourceModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one source beyond what holds of all; `simpul learn` proposes it."""

    spurious: dict[AlarmType, float] = {}  # s of its words, in place of the type's
    root_claim: float | None = None  # in place of `FaultPolicy.root_claim`


def _models() -> dict[AlarmType, TypeModel]:
    usual = TypeModel(0.9, 1e-3, 3.0)
    direct = TypeModel(0.9, 1e-5, 3.0)  # it names what is broken; seldom by chance, though nothing else may say so
    return {
        "loss_of_signal": usual,
        "link_down": usual,
        "neighbor_down": usual,
        "device_unreachable": TypeModel(0.9, 1e-3, 25.0, 2.0),  # a poller needs its round
        "protection_switch": usual,
        "fiber_break": direct,
        "power_failure": usual,  # no mains: batteries carry on, so it says little of what is down
        "on_battery": usual,
        "dying_gasp": TypeModel(0.5, 1e-2, 1.0),  # half of them are lost; customers switch off at night
        "card_failure": direct,
        "service_down": TypeModel(0.9, 1e-3, 30.0),
    }


MORE_THAN_NOTHING = (
    "ont_soonest_s",
    *("fresh_s", "together_s", "call_rate_month", "calls_alert_min"),
    *("stray_smooth", "flap_transitions", "flap_slow_transitions", "solve_units_per_ms"),
)
NOTHING_OR_MORE = (
    *("unexplained_min", "unexplained_most", "alone_min", "alone_most", "handled_km"),
    *("calls_alert_customers", "calls_alert_times"),
)
DAY_MIN = 1440
WINDOWS = 3  # calls are counted in so many


class FaultPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    types: dict[AlarmType, TypeModel] = msgspec.field(default_factory=_models)  # one that is left out: as here
    sources: dict[str, SourceModel] = {}  # by name, as its alarms give it
    polled: bool = True  # a poller watches every device; else those that it says it asks, and regions of which it spoke
    ont: TypeModel = TypeModel(0.9, 1e-3, 15.0)  # an ONT's silence; its OLT tells of it soon
    ont_soonest_s: float = 3.0  # where its OLT told of others at once, latency_s is as short as theirs, and no less
    probe: TypeModel = TypeModel(0.9, 1e-3, 30.0)  # the silence of a service whose probe has spoken before
    switch: TypeModel = TypeModel(0.65, 1e-3, 3.0)  # a link that loses a route: not every device tells of that

    # ln(rate x 10 min), by kind; fibre scales with its length
    prior_span_50km: float = -12.9
    prior_conduit_5km: float = -15.2
    prior_site: float = -11.6
    prior_olt: float = -13.9
    prior_splitter: float = -15.5
    prior_port: float = -15.0
    prior_patch: float = -14.0  # a link without a route
    prior_passive: float = -15.5  # a cabinet or another site with nothing that needs mains, a port of a splitter
    prior_link: float = -14.5  # a link itself: neither its fibre nor its ends
    prior_management: float = -8.5  # the way to a region's management is lost, its devices are well
    odds_management: float = -3.0  # ... or to those below one element: so much rarer than that it fails
    way_lost_min: int = 15  # ... and for so long, as a rule
    prior_silent_card: float = -17.0  # a card is dead (-14.0), and says nothing of itself
    prior_standby: float = -5.0  # the other way to what is cut off does not carry, though its light is there
    prior_other: float = -13.3
    unknown_length_km: float = 5.0
    handled_km: float = 5.0  # a duct is dug up where it is handled, however short: so much longer it counts
    planned_bonus: float = 4.0
    hazard_each: float = 1.0  # per degraded object under the element
    hazard_most: float = 3.0
    external_each: float = 4.0  # a site on battery, a dying gasp: worth for "public power"
    external_sites: int = 5  # so many sites that share no group, or homes at one splitter

    # the loop
    solve_after_ms: int = 300
    solve_latest_ms: int = 3000
    solve_units_per_ms: int = 4000  # counted work: this many units push the next solve off by 1 ms
    settle_s: int = 45
    settle_many: int = 6  # where so many of several kinds speak for it, and no other root comes near (settle_odds) ...
    settle_many_s: int = 10  # ... it waits for so long
    settle_sure: float = 0.93  # with less confidence than this ...
    settle_unsure_s: int = 240  # ... it waits for so long: what is told by chance is over by then, mostly
    settle_least: float = 0.7  # with less than this ...
    settle_doubtful_s: int = 900  # ... for so long
    again_s: int = 3600  # ... but what was told before, within so long, and was over too soon, waits like what is sure
    settle_calls_s: int = 600  # where only callers tell: the more of them have called, the better is its place known
    settle_share: float = 0.9  # of what it predicts is active ...
    settle_odds: float = 6.0  # ... and so many nats to the best other root: at once
    boots_s: int = 360  # ... but what an OLT says of its ONTs waits for so long after it came back: they register
    look_again_s: tuple[float, ...] = (0.4, 0.55, 0.7, 1.0, 3.0, 7.0, 15.0, 30.0)  # silence matures
    heard_again_s: int = 300  # so long after a further call, what callers alone tell of is placed anew ...
    reroot_calls_odds: float = 1.0  # ... and yields to a root that is so much better
    reroot_odds: float = 3.0  # a settled root yields only to one that is so much better
    reroot_within_s: int = 300  # ... and whose evidence began so soon after its own: later it is another fault
    hand_after_s: int = 3  # what speaks for another domain's element goes there when it has done so for so long
    handed_s: int = 900  # beyond settle_s: what another domain has not taken up by then is no fault of its elements
    fresh_s: int = 90  # a failure is told within so long; evidence older than this no longer excuses silence

    # chance: words that nothing causes
    together_s: int = 600  # after a longer pause it is another failure, or another stray word
    at_once_most: int = 2  # words beyond the first that count as said at once: each ln(together / fresh)
    late_s: int = 180  # a word so long after all others of a failure ...
    round_s: int = 300  # ... or a poller's, which has its round to make ...
    late_cost: float = 2.0  # ... is more often chance
    battery_s: int = 14_400  # a site carries on for so long without mains, and may be lost then
    battery_worth: float = 1.8  # ... which is so much likelier than where nobody lost mains, at the least
    started_s: int = 900  # with mains back, it takes so long till all there is up again
    left_worth: float = 4.0  # a word of ports alone that stands since before an incident ended: its clear may be lost
    twice_worth: float = 10.2  # a port says both that it sees no light and that it is down: so much more
    stray_rate: float = 1e-3  # words that nothing explains, per thing that can speak, in together_s: usual
    stray_smooth: float = 3.0  # so many are added to those counted and to the usual number
    grey_cost: float = 4.0  # of a failure that no source tells and customers notice; silence takes this ...
    grey_cost_each_e: float = 1.0  # ... and this for each e-fold of it, and no more

    # a major or critical word that stands alone: its likeliest root opens
    alone_min: int = 45  # once it has stood for so long, and hardly anything else was said within a day; 0: never
    alone_most: int = 2  # ... but at the same time (fresh_s), and no more of it unexplained than so many
    alone_worth: float = 10.0  # what both are worth: what is told by chance is over by then, and seldom is the only one

    # what sources say of causes (TMF642 isRootCause, parentAlarm, correlatedAlarm)
    root_claim: float = 1.0  # a source calls an alarm the root cause: so much for the element that it is about ...
    root_claim_most: float = 3.0  # ... and never more, whatever is known of the source
    kin_each: float = 0.7  # a source says that two alarms belong together: so much for a root that explains both ...
    kin_most: float = 2.1  # ... and no more, however many do

    # life of alarms and incidents
    flap_transitions: int = 3
    flap_window_s: int = 60
    flap_slow_transitions: int = 6  # or so many, more slowly
    flap_slow_window_s: int = 900
    flap_quiet_s: int = 300
    clearing_share: float = 0.1
    hold_s: int = 300
    reopen_s: int = 900
    nested_look_s: int = 60
    begin_pause_s: int = 3600  # what began so long before the rest is older than the fault
    quiet_share: float = 0.4  # of those watched below a root: not told lost, from which on they may well work
    gasp_share: float = 1 / 3  # dying gasps among the lost from which on it is power, not fibre

    # major and critical alarms that no incident explains
    unexplained_min: int = 15  # one that stands so long is told to the NOC, and gets a light ticket; 0: never
    unexplained_most: int = 20  # light tickets for those that were told within an hour; what is beyond is only counted

    # complaints
    call_rate_month: float = 0.05  # per customer, without a fault
    call_shares: tuple[float, ...] = (0.005, 0.02, 0.08, 0.32, 1.0)  # kappa: share of those hit who call
    prior_outside: float = -16.0  # callers have a cause outside the network ...
    outside_share: float = 0.02  # ... for which no more than so many of all customers call
    call_windows_s: tuple[int, ...] = (900, 3600, 14400)
    call_come_by: tuple[float, ...] = (0.245, 0.75, 0.95)  # G: share of the calls that came by then
    call_weight_beside_alarms: float = 0.7
    call_repeat_weight: float = 0.2
    call_weight_slow: float = -0.3  # what is dead makes nothing slow, and no television alone
    call_weight_other: float = 0.5
    call_weight_after: float = 0.3  # of one whose outage ended lately: they call about that as well ...
    call_after_s: int = 3600  # ... for so long
    call_believed: float = 0.5  # how sure a root is: so much of its odds counts, where callers alone tell of it
    call_over_h: int = 24  # what callers alone tell of is over when nobody has called for so long; 0: never
    call_link_before_s: int = 900  # a call so long before the first alarm may belong to it

    # many more customers than usual complain about the network, and no incident accounts for it: staff are told
    calls_alert_customers: int = 10  # so many customers (0: staff are never told) ...
    calls_alert_min: int = 30  # ... within so long ...
    calls_alert_times: float = 5.0  # ... beyond so many times as many as usual, by the rate, the day, the hours

    largest_joint: int = 3  # links around an island of lost devices that are tried as one cause
    listed_alternatives: int = 5

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "types", _models() | self.types)
        for name in MORE_THAN_NOTHING:
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be more than 0")
        for name in NOTHING_OR_MORE:
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more")
        if self.calls_alert_min >= DAY_MIN:
            raise ValueError(f"calls_alert_min must be less than a day, {DAY_MIN}")
        windows_s = sorted({second for second in self.call_windows_s if second > 0})
        if len(windows_s) != WINDOWS or windows_s != list(self.call_windows_s):
            raise ValueError(f"call_windows_s must be {WINDOWS} numbers above 0, the least first")
        if len(self.call_come_by) != WINDOWS or not all(0 < share <= 1 for share in self.call_come_by):
            raise ValueError(f"call_come_by must be {WINDOWS} shares, above 0 and at most 1")
        if not 0 < self.call_believed <= 1:
            raise ValueError("call_believed must be a share, above 0 and at most 1")
        if not self.call_shares or not all(0 < share <= 1 for share in self.call_shares):
            raise ValueError("call_shares must be shares, above 0 and at most 1")
        for name, source in self.sources.items():
            for alarm_type, rate in source.spurious.items():
                if not 0 < rate < 1:
                    raise ValueError(f"sources.{name}.spurious.{alarm_type} must lie between 0 and 1")
