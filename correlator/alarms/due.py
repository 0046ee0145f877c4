"""What this room does at a deadline, by its kind; the incidents heed what that changes."""

from collections.abc import Callable

from correlator.alarms import clocks, limits, maintenance, states, voices
from correlator.state import Draft

DEADLINES: dict[str, Callable[[Draft, str], None]] = {
    clocks.TELL: clocks.tell,
    limits.AGE: limits.look_at_ages,
    limits.FLOOD: limits.flood_over,
    "calm": states.calmed,
    states.LASTED: states.lasted,
    "unshelve": states.unshelve,
    voices.DEAF: voices.was_deaf,
    voices.QUIET: voices.due,
    voices.TELL: voices.tell,
    "window": maintenance.turned,
}
