"""From breakages to the records that the service receives: alarms by physics, calls by those who are down."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

import msgspec

from correlator.events import (
    MINUTE_US,
    SECOND_US,
    Alarm,
    Complaint,
    ComplaintIn,
    Event,
    Restored,
    moment,
)
from streams.complaints import journaled
from streams.simulation.faults import Breakage, broken_at
from streams.simulation.physics import Physics
from streams.simulation.voices import Fact, Voices, latency_us, teller, truths

DOWN_TEXTS = (
    "Internet mati total sejak tadi",
    "No internet at all",
    "Lampu LOS merah, layanan putus",
    "Internet lambat",
)
OTHER_TEXTS = ("Tagihan bulan ini salah", "Internet lambat sekali", "Mau ganti paket", "Wifi tidak bisa, mati total")


@dataclass(frozen=True, slots=True)
class Saying:
    """One record on its way: when it arrives, what it says, and whose fault made it (None: nobody's)."""

    arrives_us: int
    event: Event
    of: str | None = None

    @property
    def at_us(self) -> int:
        return round(self.event.time.timestamp() * SECOND_US)


def alarms(rng: Random, physics: Physics, voices: Voices, breakages: list[Breakage]) -> list[Saying]:
    """Raises and clears, as each source can deliver them."""
    turns = sorted({us for one in breakages for us in (one.start_us, one.end_us)})
    told: dict[Fact, int] = {}  # fact -> when its raise was said
    sayings: list[Saying] = []
    for place, at_us in enumerate(turns):
        until_us = turns[place + 1] if place + 1 < len(turns) else at_us + 600 * SECOND_US
        condition = physics.condition(broken_at(breakages, at_us))
        standing = [one for one in breakages if one.start_us <= at_us < one.end_us]
        true = truths(physics, voices, condition, standing)
        for fact in sorted(true ^ told.keys()):
            source = teller(physics, fact, condition)
            when_us = at_us + latency_us(rng, fact[1])
            if source is None or (fact in true and when_us >= until_us):
                continue
            when_us = max(when_us, told.pop(fact, 0) + 1000)
            if fact in true:
                told[fact] = when_us
            sayings.append(_alarm(fact, source, when_us, len(sayings), raised=fact in true))
    return sayings


def _alarm(fact: Fact, source: str, when_us: int, number: int, *, raised: bool) -> Saying:
    name, alarm_type = fact
    event = Alarm(
        id=f"a{number:04}",
        time=moment(when_us),
        source=source,
        object=name,
        alarm_type=alarm_type,
        severity="critical" if raised else None,
        state="raised" if raised else "cleared",
    )
    return Saying(when_us + 200_000, event)


def repairs(breakages: Iterable[Breakage]) -> list[Saying]:
    """The crew's word, half a minute after the repair."""
    crews = [one for one in breakages if one.crew]
    return [
        Saying(
            one.end_us + 30 * SECOND_US,
            Restored(id=f"crew-{one.element}", time=moment(one.end_us), object=one.element),
            one.element,
        )
        for one in crews
    ]


def calls(rng: Random, physics: Physics, breakages: list[Breakage], over: tuple[int, int]) -> list[Saying]:
    """A share of those who are down call within some minutes; a few others call about something else."""
    share = rng.choice((0.0, 0.05, 0.3))
    found: list[tuple[int, str, str | None, str]] = []
    for one in breakages:
        condition = physics.condition(broken_at(breakages, one.start_us))
        for name in sorted(condition.services_down):
            at_us = one.start_us + rng.randint(30, 1200) * SECOND_US
            if rng.random() < share and at_us < one.end_us:
                service = name if rng.random() < 0.8 else None
                found.append((at_us, physics.services[name].customer, service, rng.choice(DOWN_TEXTS)))
    customers = [row.id for row in physics.inventory.customers]
    found += [
        (rng.randint(*over), rng.choice(customers), None, rng.choice(OTHER_TEXTS)) for _ in range(rng.randint(0, 3))
    ]
    return [_call(rng, number, one) for number, one in enumerate(sorted(found, key=str), start=1)]


def _call(rng: Random, number: int, wish: tuple[int, str, str | None, str]) -> Saying:
    at_us, customer, service, text = wish
    who = customer if rng.random() < 0.95 else None
    event = ComplaintIn(
        id=f"c{number:03}",
        time=moment(at_us),
        channel=rng.choice(("phone", "portal", "email")),
        customer=who,
        service=service if who else None,
        text=text,
    )
    return Saying(at_us + SECOND_US, journaled(event, f"NT-20260303-{number:06}", who, None))


# Mischief


@dataclass(frozen=True, slots=True)
class Mischief:
    """What happens to records on their way: shares of them, and a source whose clock is wrong."""

    lost: float = 0.0
    late: float = 0.0
    doubled: float = 0.0
    jitter_s: float = 0.0
    skewed: str | None = None
    skew_us: int = 0

    @property
    def harmless(self) -> bool:
        """Each record arrives once, in order, with the right time."""
        return self == Mischief(skew_us=self.skew_us)

    @property
    def sorts_out(self) -> bool:
        """Nothing is lost, and event time tells what is old: not so where a clock ahead makes the late look new."""
        orderly = self.late == 0 and self.doubled == 0 and self.jitter_s == 0
        return self.lost == 0 and (self.skewed is None or orderly)


def draw_mischief(rng: Random, sources: list[str]) -> Mischief:
    if rng.random() < 0.4 or not sources:
        return Mischief()
    return Mischief(
        rng.choice((0.0, 0.05, 0.15)),
        rng.choice((0.0, 0.1)),
        rng.choice((0.0, 0.2)),
        rng.choice((0.0, 3.0)),
        rng.choice(sources) if rng.random() < 0.2 else None,
        rng.choice((-1, 1)) * rng.randint(1, 90) * MINUTE_US,
    )


def spoil(rng: Random, sayings: list[Saying], mischief: Mischief) -> list[Saying]:
    """What arrives, in order of arrival."""
    arrived: list[Saying] = []
    for one in sayings:
        if isinstance(one.event, Alarm):
            if rng.random() < mischief.lost:
                continue
            arrived.append(_spoilt(rng, one, one.event, mischief))
        else:
            arrived.append(one)
        if isinstance(one.event, Alarm | Complaint) and rng.random() < mischief.doubled:
            later_us = arrived[-1].arrives_us + rng.randint(0, 300) * SECOND_US
            arrived.append(replace(arrived[-1], arrives_us=later_us))
    return in_order(arrived)


def _spoilt(rng: Random, one: Saying, event: Alarm, mischief: Mischief) -> Saying:
    delay_us = round(rng.uniform(0, mischief.jitter_s) * SECOND_US)
    if rng.random() < mischief.late:
        delay_us += rng.randint(10, 900) * SECOND_US
    if event.source == mischief.skewed:
        event = msgspec.structs.replace(event, time=moment(one.at_us + mischief.skew_us))
    return replace(one, arrives_us=one.arrives_us + delay_us, event=event)


def in_order(sayings: list[Saying]) -> list[Saying]:
    """By arrival; what arrives at one time, by id."""
    return sorted(sayings, key=lambda one: (one.arrives_us, getattr(one.event, "id", "")))


def shuffled(rng: Random, sayings: list[Saying], most_us: int) -> list[Saying]:
    """The same records, each up to so much later than it came."""
    return in_order([replace(one, arrives_us=one.arrives_us + rng.randint(0, most_us)) for one in sayings])
