"""A policy that cannot be meant is refused, with the field and what it must be."""

import msgspec
import pytest

from correlator import kernel
from correlator.policy import Policy
from correlator.state import State
from correlator.world import World
from tests.correlator.service_desk.house import TOPOLOGY
from topology.domains import MOST

MANY = ", ".join(f'"d{n}"' for n in range(MOST + 1))
FULL = ", ".join(f'"d{n}"' for n in range(MOST))


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        (f"domains: names [{FULL}]", f"domains: names [{MANY}]", f"each name once, and at most {MOST}"),
        ('domains: names ["a", "b"]', 'domains: names ["a", "a"]', "each name once"),
        ('domains: names ["a"]; regions {"R": "a"}', 'domains: names ["a"]; regions {"R": "b"}', "R is given to b"),
        ("faults: unexplained_min 0", "faults: unexplained_min -1", "unexplained_min must be 0 or more"),
        ("faults: unexplained_most 0", "faults: unexplained_most -1", "unexplained_most must be 0 or more"),
        ("faults: alone_min 0", "faults: alone_min -1", "alone_min must be 0 or more"),
        ("faults: alone_most 0", "faults: alone_most -1", "alone_most must be 0 or more"),
        ("faults: calls_alert_times 0", "faults: calls_alert_times -1", "calls_alert_times must be 0 or more"),
        ("faults: calls_alert_min 1439", "faults: calls_alert_min 1440", "calls_alert_min must be less than a day"),
        (
            'faults: sources {"s": {"spurious": {"link_down": 0.9}}}',
            'faults: sources {"s": {"spurious": {"link_down": 1}}}',
            "sources.s.spurious.link_down must lie between 0 and 1",
        ),
        (
            'faults: sources {"s": {"spurious": {"link_down": 1e-9}}}',
            'faults: sources {"s": {"spurious": {"link_down": 0}}}',
            "sources.s.spurious.link_down must lie between 0 and 1",
        ),
        *(
            (f"faults: {name} 0.5", f"faults: {name} 0", f"{name} must be more than 0")
            for name in ("call_rate_month", "stray_smooth")
        ),
        *(
            (f"faults: {name} 1", f"faults: {name} 0", f"{name} must be more than 0")
            for name in ("fresh_s", "together_s", "flap_transitions", "solve_units_per_ms")
        ),
        ("faults: handled_km 0", "faults: handled_km -1", "handled_km must be 0 or more"),
        ("faults: call_windows_s [1, 2, 3]", "faults: call_windows_s [0, 2, 3]", "call_windows_s must be 3 numbers"),
        ("faults: call_windows_s [1, 2, 3]", "faults: call_windows_s [1, 2]", "call_windows_s must be 3 numbers"),
        ("faults: call_windows_s [1, 2, 3]", "faults: call_windows_s [1, 3, 2]", "call_windows_s must be 3 numbers"),
        ("faults: call_come_by [0.1, 0.2, 1]", "faults: call_come_by [0.1, 0.2, 1.1]", "call_come_by must be 3 shares"),
        ("faults: call_come_by [0.1, 0.2, 1]", "faults: call_come_by [0.1, 0.2]", "call_come_by must be 3 shares"),
        ("faults: call_shares [1]", "faults: call_shares []", "call_shares must be shares"),
        ("faults: call_shares [1]", "faults: call_shares [0]", "call_shares must be shares"),
        (
            'faults: probe {"told": 0.5, "spurious": 0.1, "latency_s": 1}',
            'faults: probe {"told": 1, "spurious": 0.1, "latency_s": 1}',
            "told must be 0 or more",
        ),
        ("sources: learn_h 0", "sources: learn_h -1", "sources.learn_h must be 0 or more"),
        ("sources: quiet_times 0", "sources: quiet_times -1", "sources.quiet_times must be 0 or more"),
        ("sources: learn_times 1", "sources: learn_times 0", "sources.learn_times must be 1 or more"),
        ("sources: regular_min 1", "sources: regular_min 0", "sources.regular_min must be 1 or more"),
        ("sources: quiet_least_min 1", "sources: quiet_least_min 0", "sources.quiet_least_min must be 1 or more"),
        ("sources: known_most 1", "sources: known_most 0", "sources.known_most must be 1 or more"),
        ("alarms: standing_each 1", "alarms: standing_each 0", "alarms.standing_each must be 1 or more"),
        ("alarms: standing_most 1", "alarms: standing_most 0", "alarms.standing_most must be 1 or more"),
        ("alarms: ended_most 1", "alarms: ended_most 0", "alarms.ended_most must be 1 or more"),
        ("alarms: flood_quiet_min 1", "alarms: flood_quiet_min 0", "alarms.flood_quiet_min must be 1 or more"),
        ("alarms: age_h 0", "alarms: age_h -1", "alarms.age_h must be 0 or more"),
        ('alarms: ages_h {"other": 0}', 'alarms: ages_h {"other": -1}', "alarms.ages_h.other must be 0 or more"),
        ("quality: survey_months [1, 12]", "quality: survey_months [1, 13]", "months from 1 to 12"),
        ("quality: survey_months []", "quality: survey_months [0]", "months from 1 to 12"),
        ("quality: survey_months [6, 7]", "quality: survey_months [5, 6]", "one survey for a half-year"),
        ("quality: survey_months [7]", "quality: survey_months [7, 12]", "one survey for a half-year"),
        ("quality: survey_at_min 1439", "quality: survey_at_min 1440", "must lie within one day"),
        ("quality: survey_at_min 0", "quality: survey_at_min -1", "must lie within one day"),
        ("quality: shift_starts_min [0, 1439]", "quality: shift_starts_min [0, 1440]", "must lie within one day"),
        ("quality: shift_starts_min [0]", "quality: shift_starts_min []", "shift_starts_min must name when"),
        ("quality: shift_starts_min []; reports []", "quality: shift_starts_min [-1]; reports []", "within one day"),
        ("quality: survey_sample 1", "quality: survey_sample 0", "survey_sample must be 1 or more"),
        ("quality: survey_remind_days 1", "quality: survey_remind_days 0", "survey_remind_days must be 1 or more"),
        ("quality: survey_answers 1", "quality: survey_answers 0", "survey_answers must be 1 or more"),
        ("quality: improvement_days 1", "quality: improvement_days 0", "improvement_days must be 1 or more"),
        ("quality: repeat_days 1", "quality: repeat_days 0", "repeat_days must be 1 or more"),
        ("quality: improvement_rung_days 1", "quality: improvement_rung_days 0", "improvement_rung_days must be 1"),
        ("quality: repeat_outages 1", "quality: repeat_outages 0", "repeat_outages must be 1 or more"),
        ("quality: survey_announce_days 0", "quality: survey_announce_days -1", "survey_announce_days must be 0"),
        ("quality: improvement_warn_days 0", "quality: improvement_warn_days -1", "improvement_warn_days must be 0"),
        ("quality: survey_days 8", "quality: survey_days 7", "survey_days must be more than survey_remind_days"),
        ("quality: survey_target_percent 0", "quality: survey_target_percent -1", "between 0 and 100"),
        ("quality: survey_target_percent 100", "quality: survey_target_percent 101", "between 0 and 100"),
        ('quality: sign_off ["service_manager"]', "quality: sign_off []", "sign_off must name a role"),
    ],
)
def test_a_number_is_taken_up_to_its_limit_and_refused_beyond(good: str, bad: str, says: str) -> None:
    assert policy(good) != policy(f"{good.partition(':')[0]}:")
    with pytest.raises(msgspec.ValidationError, match=says.replace(".", r"\.")):
        policy(bad)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("told", 1, "told must be 0 or more, and less than 1"),
        ("told", -0.1, "told must be 0 or more, and less than 1"),
        ("spurious", 0, "spurious must lie between 0 and 1"),
        ("spurious", 1, "spurious must lie between 0 and 1"),
        ("latency_s", 0, "latency_s and shape must be more than 0"),
        ("shape", 0, "latency_s and shape must be more than 0"),
    ],
)
def test_what_a_word_is_worth_can_be_counted(field: str, value: float, says: str) -> None:
    model = {"told": 0.9, "spurious": 0.001, "latency_s": 3.0, "shape": 1.0}
    given = {"faults": {"types": {"link_down": model}}}
    kernel.wake(State(), World(TOPOLOGY, msgspec.convert(given, Policy)))
    with pytest.raises(msgspec.ValidationError, match=says):
        msgspec.convert({"faults": {"types": {"link_down": model | {field: value}}}}, Policy)


def policy(text: str) -> Policy:
    """Of `table: name value; name value`, values in JSON."""
    table, _, fields = text.partition(":")
    named = (field.strip().partition(" ") for field in fields.split(";") if field.strip())
    inside = ", ".join(f'"{name}": {value}' for name, _, value in named)
    return msgspec.json.decode(f'{{"{table}": {{{inside}}}}}', type=Policy)
