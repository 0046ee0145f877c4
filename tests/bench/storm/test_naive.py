"""The plain correlator that the service is measured against."""

from bench.peers.naive import WINDOW_US, incidents
from correlator.events import Alarm, AlarmType, moment


def raised(about: str, at_us: int, alarm_type: AlarmType = "link_down") -> Alarm:
    name = f"{about}-{at_us}"
    return Alarm(id=name, time=moment(at_us), source="x", object=about, alarm_type=alarm_type, state="raised")


def test_different_alarms_of_one_device_within_the_window_are_one_incident() -> None:
    assert incidents([raised("R1/a", 1), raised("R2/a", 2), raised("R1/b", 3)]) == ["R1"]


def test_what_repeats_or_comes_late_or_clears_is_none() -> None:
    late = WINDOW_US + 2
    ended = Alarm(id="c", time=moment(3), source="x", object="R2/b", alarm_type="link_down", state="cleared")
    assert incidents([raised("R1/a", 1), raised("R1/a", 2), raised("R2/a", 2), ended, raised("R1/b", late + 1)]) == []
