"""When a source is held to be quiet: numbers of the policy, below `[sources]`."""

import msgspec


class SourcePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A source that has spoken often enough is held to its own habit: the longest gap of the last one to two weeks."""

    learn_h: int = 24  # so long a source has to be known
    learn_times: int = 20  # ... and in so many minutes it has to have spoken, before it has a habit
    regular_min: int = 120  # one that was ever silent for longer has none: its silence tells nothing
    quiet_times: int = 3  # it is quiet after so many times its longest gap; 0: none ever is
    quiet_least_min: int = 10  # ... and no sooner
    known_most: int = 10_000  # so many sources have a habit; beyond, those heard longest ago are forgotten

    def __post_init__(self) -> None:
        for name in ("learn_h", "quiet_times"):
            if getattr(self, name) < 0:
                raise ValueError(f"sources.{name} must be 0 or more")
        for name in ("learn_times", "regular_min", "quiet_least_min", "known_most"):
            if getattr(self, name) < 1:
                raise ValueError(f"sources.{name} must be 1 or more")
