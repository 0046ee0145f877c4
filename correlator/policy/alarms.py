"""How many alarms are kept, and for how long one stands that nobody clears: numbers of the policy, below `[alarms]`."""

import msgspec

from correlator.events import AlarmType


def _ages() -> dict[AlarmType, int]:
    """They tell of an event: nothing ever clears them."""
    return dict.fromkeys(("device_restart", "other"), 168)


class AlarmPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The defaults are beyond what a network says in its worst night; whoever reaches them is flooded."""

    standing_each: int = 50_000  # alarms of one source that stand and that no incident explains; beyond, the least go
    standing_most: int = 250_000  # ... of all sources together
    ended_most: int = 50_000  # alarms that have ended and are still known; beyond, the oldest are forgotten
    flood_quiet_min: int = 60  # a flood is over when so long no alarm of it was let go
    age_h: int = 720  # one of which nobody has said anything for so long is presumed over; 0: never
    ages_h: dict[AlarmType, int] = msgspec.field(default_factory=_ages)  # the same by type; one left out: age_h

    def __post_init__(self) -> None:
        for name in ("standing_each", "standing_most", "ended_most", "flood_quiet_min"):
            if getattr(self, name) < 1:
                raise ValueError(f"alarms.{name} must be 1 or more")
        for name, hours in {
            "age_h": self.age_h,
            **{f"ages_h.{one}": hours for one, hours in self.ages_h.items()},
        }.items():
            if hours < 0:
                raise ValueError(f"alarms.{name} must be 0 or more")

    @property
    def least_age_h(self) -> int:
        """Before so many hours no alarm is old; 0: none ever is."""
        return min((hours for hours in (self.age_h, *self.ages_h.values()) if hours), default=0)

    def age_of(self, alarm_type: AlarmType) -> int:
        """In hours; 0: such a one never ages."""
        return self.ages_h.get(alarm_type, self.age_h)
