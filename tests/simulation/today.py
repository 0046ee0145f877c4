"""Which nights are drawn today: other ones each day."""

from correlator.events import HOUR_US, moment
from streams import clock


def first_seed() -> int:
    """Of the day in WIB."""
    return int(f"{moment(clock.wall_us() + 7 * HOUR_US):%Y%m%d}") * 1000
