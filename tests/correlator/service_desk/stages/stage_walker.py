"""A ticket's clocks kept by hand on a wall calendar: how long each stage has left, which warnings are due when,
and when the customer is asked.

Like `walker`, it shares no code with what it is held against: minutes are looked up one by one, marks are counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.correlator.service_desk.clocks.walker import MINUTE, Office

STAGES = ("receipt", "verification", "assignment", "investigation")
MARKS = (50, 80, 100)
DAYS = 40  # are looked at


@dataclass
class Hand:
    """One clock. Times in seconds since the report; `spent` until `since`, day and night and in working time."""

    budget: int
    working: bool
    within: str = ""  # the clock that it may not outlast
    since: int | None = 0  # None: not begun
    spent: tuple[int, int] = (0, 0)
    began: int = 0
    stands: bool = False
    late: bool = False
    done: int | None = None
    skipped: bool = False
    warned: set[int] = field(default_factory=set)

    @property
    def used(self) -> int:
        """In the time that it counts."""
        return self.spent[self.working]

    @property
    def runs(self) -> bool:
        return self.since is not None and self.done is None and not self.stands and not self.skipped


class Walked:
    """`limits`: minutes of each stage, the investigation's in working minutes; `response`, `resolution`: as well.

    `told`: (clock, mark) -> when, as it ought to be.
    """

    def __init__(self, start: datetime, office: Office, limits: Mapping[str, int], *, from_report: bool) -> None:
        """A Critical's resolution (480 minutes) counts day and night."""
        self.start = start
        self.open = [office.is_open(start + MINUTE * n) for n in range(DAYS * 1440)]
        self.clocks = {
            "response": Hand(limits["response"] * 60, working=False),
            "resolution": Hand(limits["resolution"] * 60, working=limits["response"] != 30),
        }
        for stage in STAGES:
            within = "response" if stage == "receipt" else "resolution"
            began = 0 if from_report or stage == "receipt" else None
            self.clocks[f"stage_{stage}"] = Hand(limits[stage] * 60, stage == "investigation", within, began)
        self.stage, self.now, self.waits = "receipt", 0, False
        self.told: dict[tuple[str, int], datetime] = {}
        self.limits, self.office = limits, office

    # Time

    def counted(self, working: bool, first: int, last: int) -> int:
        """Seconds between that count; both are whole minutes but for the marks."""
        if not working:
            return max(0, last - first)
        return sum(
            min(last, 60 * n + 60) - max(first, 60 * n)
            for n in range(first // 60, min(len(self.open), -(-last // 60)))
            if self.open[n]
        )

    def after(self, clock: Hand, first: int, seconds: int) -> int:
        """When so many seconds more are used up."""
        if not clock.working:
            return first + seconds
        for n in range(first // 60, len(self.open)):
            here = 60 * n + 60 - max(first, 60 * n) if self.open[n] else 0
            if here and seconds <= here:
                return max(first, 60 * n) + seconds
            seconds -= here
        return DAYS * 86_400

    def due(self, clock: Hand) -> int:
        """The whole time is used up, or that of the clock which it may not outlast."""
        assert clock.since is not None
        own = self.after(clock, clock.since, clock.budget - clock.used)
        limit = self.limit(clock)
        return own if limit is None else min(own, limit)

    def limit(self, clock: Hand) -> int | None:
        outer = self.clocks.get(clock.within)
        if outer is None or outer.since is None or outer.stands:
            return None
        if outer.done is not None and outer.done < clock.began:
            return None  # begun when that was over
        due = self.due(outer)
        return None if due <= clock.began else due  # ... or late

    def mark(self, clock: Hand, percent: int) -> int:
        assert clock.since is not None
        if percent == 100:
            return self.due(clock)
        whole, limit = clock.budget, self.limit(clock)
        if limit is not None:
            room = self.counted(clock.working, clock.since, limit)
            if clock.working and not room:
                return clock.since + max(0, limit - clock.since) * percent // 100
            whole = min(whole, clock.used + room)
        rest = whole * percent // 100 - clock.used
        return clock.since if rest <= 0 else self.after(clock, clock.since, rest)

    def wait(self, minutes: int) -> None:
        until = self.now + minutes * 60
        for name, clock in self.clocks.items():
            for percent in MARKS:
                again = percent == 100 and not clock.late  # another class undid that it was late
                if (percent in clock.warned and not again) or not clock.runs:
                    continue
                at = max(self.now, self.mark(clock, percent))
                if at > until:
                    break
                clock.late |= percent == 100
                if percent not in clock.warned:
                    clock.warned.add(percent)
                    self.told[name, percent] = self.start + timedelta(seconds=at)
        self.now = until

    # What people do

    def begin(self, stage: str) -> None:
        """The stage is worked on now, for the first time or again."""
        clock = self.clocks[f"stage_{stage}"]
        anew = stage != "investigation" and (clock.done is not None or clock.skipped)
        if clock.since is None or anew:
            clock.since, clock.spent, clock.began = self.now, (0, 0), self.now
        clock.done, clock.skipped = None, False

    def move(self, stage: str) -> None:
        order = STAGES.index
        was = self.stage
        if stage == "confirmation":
            self.end()
            return
        for passed in STAGES[order(was) : order(stage)]:
            clock = self.clocks[f"stage_{passed}"]
            if passed == was:
                clock.done = self.now if clock.done is None else clock.done
            elif clock.done is None:
                clock.skipped, clock.stands = True, False
        self.stage = stage
        self.begin(stage)
        if self.waits:
            self.pause()

    def pause(self) -> None:
        self.waits = True
        ahead = [f"stage_{stage}" for stage in STAGES[STAGES.index(self.stage) :]]
        for name in ("resolution", *ahead):
            clock = self.clocks[name]
            if clock.runs:
                assert clock.since is not None
                clock.stands = True
                if not clock.late:
                    before, worked = clock.spent
                    passed = self.now - clock.since, self.counted(True, clock.since, self.now)
                    clock.spent = before + passed[0], worked + passed[1]
                    clock.since = self.now

    def resume(self) -> None:
        self.waits = False
        for clock in self.clocks.values():
            if clock.stands:
                clock.stands = False
                if not clock.late:
                    clock.since = self.now

    def reclass(self, response: int, resolution: int, *, working: bool) -> None:
        """Another class, from the report on; in minutes. What was told stays told."""
        for name, minutes, works in (("response", response, False), ("resolution", resolution, working)):
            clock = self.clocks[name]
            clock.budget, clock.working = minutes * 60, works
            known = not clock.stands or clock.late or clock.done is not None
            clock.late = known and (self.now if clock.done is None else clock.done) > self.due(clock)

    def answer(self) -> None:
        clock = self.clocks["response"]
        clock.done = self.now if clock.done is None else clock.done

    def end(self) -> None:
        """Repaired: nothing runs any more but the time until the customer is asked."""
        for clock in self.clocks.values():
            clock.done = self.now if clock.done is None else clock.done
        self.clocks["stage_confirmation"] = Hand(self.limits["confirmation"] * 60, working=False, since=self.now)
