"""The numbers of care are policy: each is documented with its place in the SOP, and nonsense is refused by name."""

import re
from typing import Any

import msgspec
import pytest

from correlator.policy.care import CarePolicy

SOP = {  # as the SOP and its reading say it
    "response_min_critical": 30,
    "response_min_major": 60,
    "response_min_minor": 120,
    "resolution_min_critical": 480,
    "resolution_days_major": 2,
    "resolution_days_minor": 1,
    "stage_min_receipt": 60,
    "stage_min_verification": 120,
    "stage_min_assignment": 240,
    "stage_days_investigation": 3,
    "stage_min_confirmation": 1440,
    "critical_customers": 1000,
    "update_every_min": 120,
    "quiet_from_min": 21 * 60,
    "quiet_to_min": 6 * 60,
    "told_at_night": (),
    "remind_h": 24,
    "reminders": 3,
    "work_open_min": 8 * 60,
    "work_close_min": 17 * 60,
    "ladder": ("care_supervisor", "service_manager", "operations_director"),
}


@pytest.mark.parametrize(("name", "value"), SOP.items())
def test_the_defaults_are_the_sops(name: str, value: Any) -> None:
    assert getattr(CarePolicy(), name) == value


def test_every_number_is_documented_under_a_heading_that_cites_where_it_comes_from() -> None:
    heading = ""
    found: dict[str, str] = {}
    for line in (CarePolicy.__doc__ or "").splitlines():
        if match := re.match(r"      ([a-z_]+(?:, [a-z_]+)*): \S", line):
            found |= dict.fromkeys(match[1].split(", "), f"{heading} {line}")
        elif line.startswith("    ") and not line.startswith("     "):
            heading = line
    names = {field.name for field in msgspec.structs.fields(CarePolicy)}
    assert set(found) == names
    assert [name for name, text in found.items() if "SOP" not in text and "operator" not in text] == []


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"work_open_min": 1020, "work_close_min": 480}, "work_open_min"),
        ({"work_close_min": 1500}, "work_close_min"),
        ({"work_weekdays": ()}, "work_weekdays"),
        ({"work_weekdays": (7,)}, "work_weekdays"),
        ({"quiet_from_min": 1440}, "quiet_from_min"),
        ({"quiet_to_min": -1}, "quiet_to_min"),
        ({"ladder": ()}, "ladder"),
        ({"holidays": ("2026-02-30",)}, "holidays"),
        ({"response_min_critical": 0}, "response_min_critical"),
        ({"resolution_days_minor": 0}, "resolution_days_minor"),
        ({"update_every_min": 0}, "update_every_min"),
        ({"remind_h": 0}, "remind_h"),
        ({"rung_min": 0}, "rung_min"),
        ({"call_again_min": 0}, "call_again_min"),
        ({"call_rounds": 0}, "call_rounds"),
        ({"reminders": -1}, "reminders"),
        ({"trail_lines": 0}, "trail_lines"),
        ({"may": {"explode": ("administrator",)}}, "explode"),
        ({"zones": {"Bali": "WITA"}}, "zones"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_by_name(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        CarePolicy(**fields)


def test_what_it_does_not_know_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="colour"):
        msgspec.convert({"colour": "red"}, CarePolicy)
