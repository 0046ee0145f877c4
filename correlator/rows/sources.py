"""The row of a source: how it usually speaks, whether it has gone quiet, and what it watches."""

import msgspec


class OffRow(msgspec.Struct, array_like=True):
    """How far all that a source tells lies off our clock, in microseconds; below 0 it is ahead."""

    from_us: int  # since when
    last_us: int  # the last minute that counts
    least_us: int
    most_us: int
    times: int = 1  # minutes in which it told something


class VoiceRow(msgspec.Struct, array_like=True):
    """Times in microseconds since 1970, by the service's clock, to the minute in which it spoke; 0: never."""

    source: str
    first_us: int
    last_us: int
    times: int = 1  # minutes in which it spoke
    gap_us: int = 0  # between these: their mean, in which the last ones weigh most
    longest_us: int = 0  # ... the longest since `turned_us`
    before_us: int = 0  # ... and in the week before that
    turned_us: int = 0  # when the week began
    every_us: int = 0  # how often it says that it speaks; 0: it does not say
    waits: bool = False  # it should have spoken by now, and nobody has since
    quiet_us: int = 0  # since when it has been quiet against its habit
    told: bool = False  # ... and the NOC knows
    polls: tuple[str, ...] = ()  # devices that it asks, as it says, in order
    resync_us: int = 0  # when what it holds active was compared last with what stands
    lag_us: int = 0  # how far what it told lay behind our clock, the least since `lag_from_us`
    lag_from_us: int = 0
    lag_before_us: int = -1  # ... and in the time before that; -1: not known
    old_ends: int = 0  # ends that it told, of alarms that stand, older than what it had told of them: they end nothing
    old_end_of: str = ""  # the last of these was of this object
    insists_us: int = 0  # when it said last for the third time what stands: it says again what it said
    off: OffRow | None = None  # all that it tells lies off our clock: not yet for sure
    wrong_us: int = 0  # its clock is wrong for sure, by so much; below 0 it is ahead
    wrong_told: bool = False  # ... and the NOC knows
