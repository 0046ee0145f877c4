"""The clock: whether it is set, runs with the monotonic one, and is not behind what was recorded."""

import ctypes
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from correlator.events import MINUTE_US, SECOND_US, moment
from streams import clock
from streams.doctor.finding import Finding, well
from streams.files import Files
from streams.settings import Settings

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
LOOK_S = 0.2
APART_US = 20_000  # wall and monotonic clock, in that time
SENSIBLE_US = 1_735_689_600 * SECOND_US  # 2025: no clock that was ever set shows less
UNSYNCHRONISED = 5  # TIME_ERROR, adjtimex(2)
TIMEX_BYTES = 512  # more than struct timex has on any system


def clocks(settings: Settings) -> Iterator[Finding]:
    yield _runs()
    yield _synchronised()
    yield _against_journal(settings)
    yield _zones()


def _runs() -> Finding:
    wall_us, monotonic_s = clock.wall_us(), clock.monotonic_s()
    time.sleep(LOOK_S)
    apart_us = (clock.wall_us() - wall_us) - (clock.monotonic_s() - monotonic_s) * 1e6
    now = f"{moment(wall_us):%Y-%m-%d %H:%M:%S} UTC"
    if wall_us < SENSIBLE_US:
        return Finding("clock", "wrong", f"it shows {now}: it was never set", "Set it, and let NTP keep it")
    if abs(apart_us) > APART_US:
        what = f"it went {apart_us / 1e6:+.2f} s against the monotonic clock in {LOOK_S} s"
        return Finding("clock", "warning", f"{now}; {what}", "See who sets it; deadlines follow the wall clock")
    return well("clock", f"{now}, running with the monotonic clock")


def _synchronised() -> Finding:
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))  # all zero: it only asks
    except (AttributeError, OSError):
        return well("clock, NTP", "this system does not tell")
    if state in (-1, UNSYNCHRONISED):
        return Finding(
            "clock, NTP",
            "warning",
            "the kernel says that nothing keeps the clock in time",
            "Run chrony or systemd-timesyncd, on the host of a container",
        )
    return well("clock, NTP", "kept in time")


def _against_journal(settings: Settings) -> Finding:
    """By when the file was written: opening it would leave SQLite's files beside it, perhaps of another account."""
    part, path = "clock, journal", Files(settings.data).journal
    files = [file for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()]
    if not files:
        return well(part, "nothing is recorded yet")
    last_us = max(file.stat().st_mtime_ns for file in files) // 1000
    ahead_us = last_us - clock.wall_us()
    if ahead_us > MINUTE_US:
        return Finding(
            part,
            "wrong",
            f"the last record is {ahead_us // SECOND_US} s ahead of this clock: time would stand still so long",
            "Set the clock; or wait",
        )
    return well(part, f"the last record is of {moment(last_us):%Y-%m-%d %H:%M:%S} UTC")


def _zones() -> Finding:
    try:
        for name in ZONES:
            ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return Finding("time zones", "wrong", f"{name} is not known here", "Install tzdata")
    return well("time zones", f"{', '.join(ZONES)} are known; this machine writes {time.tzname[0]}")
