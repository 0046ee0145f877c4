"""One night, drawn from a seed: the network, what breaks, what is said of it, and what goes wrong on the way."""

from dataclasses import dataclass
from random import Random

from correlator.events import HOUR_US, MINUTE_US, SECOND_US, Alarm, Frame, Heartbeat, Maintenance, moment
from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from correlator.times import parse_rfc3339
from correlator.world import World
from streams.simulation.commands import commands, replies
from streams.simulation.faults import Breakage, draw_breakages
from streams.simulation.networks import draw_network
from streams.simulation.noise import blindness, noise
from streams.simulation.physics import Physics
from streams.simulation.telling import Mischief, Saying, alarms, calls, draw_mischief, in_order, repairs, spoil
from streams.simulation.voices import Voices, draw_voices
from topology.compile import compile_inventory

MIDNIGHT_US = parse_rfc3339("2026-03-03T00:00:00+07:00") or 0
TOGETHER_US = 20_000  # what arrives so close together is one frame
FRAME_MOST = 500


@dataclass(frozen=True, slots=True)
class Night:
    """Everything that one seed draws."""

    seed: int
    world: World
    physics: Physics
    voices: Voices
    start_us: int
    breakages: list[Breakage]
    said: list[Saying]  # in order, before any mischief
    arrived: list[Saying]  # ... as it arrives
    mischief: Mischief
    peopled: bool  # people give commands, which may be unwise
    noisy: bool  # other things are heard, or a source is blind
    planned: bool

    @property
    def end_us(self) -> int:
        """Late enough that all that is pending has settled."""
        last_us = max([one.arrives_us for one in self.arrived], default=self.start_us)
        return max(last_us, *(one.end_us for one in self.breakages), self.start_us) + 2 * HOUR_US

    @property
    def disturbed(self) -> bool:
        """People or noise interfere, or something is planned."""
        return self.peopled or self.noisy or self.planned

    @property
    def clean(self) -> bool:
        """Nothing is lost or very late, nobody interferes, nothing is planned: every breakage has to be found."""
        return self.mischief.sorts_out and self.mischief.late == 0 and not self.disturbed


def draw_night(seed: int) -> Night:
    """Always the same night for a seed."""
    rng = Random(seed)
    inventory = draw_network(rng)
    physics = Physics(inventory)
    world = World(compile_inventory(inventory), draw_policy(rng))
    voices = draw_voices(rng, physics)
    start_us = MIDNIGHT_US + rng.randint(0, 23) * HOUR_US
    breakages = draw_breakages(rng, physics, start_us)
    told = alarms(rng, physics, voices, breakages)
    sources = sorted({one.event.source for one in told if isinstance(one.event, Alarm)})
    mischief = draw_mischief(rng, sources)
    last_us = max([one.end_us for one in breakages], default=start_us + HOUR_US)
    said = [*told, *calls(rng, physics, breakages, (start_us, last_us)), *repairs(breakages)]
    work = planned_work(rng, breakages)
    peopled, noisy = rng.random() < 0.25, rng.random() < 0.25
    if peopled:
        said += commands(rng, (start_us, last_us), [one.event for one in told if isinstance(one.event, Alarm)])
        said += replies(rng, said, 2 * HOUR_US)
    if noisy:
        said += noise(rng, physics, (start_us, last_us))
        said += blindness(rng, physics, (start_us, last_us)) if rng.random() < 0.5 else []
    said = in_order([*said, *work])
    arrived = spoil(rng, said, mischief)
    flags = peopled, noisy, bool(work)
    return Night(seed, world, physics, voices, start_us, breakages, said, arrived, mischief, *flags)


def draw_policy(rng: Random) -> Policy:
    """Mostly the default; sometimes a small number of customers makes a notice wait."""
    if rng.random() < 0.8:
        return Policy()
    return Policy(care=CarePolicy(wait_above_customers=rng.randint(2, 8), wait_min=rng.randint(1, 10), ack_wait_s=60))


def planned_work(rng: Random, breakages: list[Breakage]) -> list[Saying]:
    """Some of the breakages are planned; the work may end before they do."""
    found = []
    for one in breakages:
        if rng.random() < 0.1:
            end_us = one.start_us + rng.randint(120, 3600) * SECOND_US
            start_us = one.start_us - rng.randint(0, 30) * MINUTE_US
            event = Maintenance(
                id=f"work-{one.element}",
                time=moment(start_us - HOUR_US),
                objects=(one.element,),
                start=moment(start_us),
                end=moment(end_us),
                reason="planned",
            )
            found.append(Saying(start_us - HOUR_US, event))
    return found


def frames(sayings: list[Saying]) -> list[Frame]:
    """What arrives together is one frame; its time is when the last of it arrived."""
    made: list[Frame] = []
    waiting: list[Saying] = []
    for one in sayings:
        if waiting and (one.arrives_us - waiting[0].arrives_us > TOGETHER_US or len(waiting) >= FRAME_MOST):
            made.append(Frame(waiting[-1].arrives_us, tuple(each.event for each in waiting)))
            waiting = []
        waiting.append(one)
    if waiting:
        made.append(Frame(waiting[-1].arrives_us, tuple(each.event for each in waiting)))
    return made


def with_ticks(rng: Random, given: list[Frame], count: int) -> list[Frame]:
    """The same frames, with heartbeats strewn in."""
    low, high = given[0].at_us, given[-1].at_us
    ticks = [Frame(at, (Heartbeat(time=moment(at)),)) for at in (rng.randint(low, high) for _ in range(count))]
    return sorted([*given, *ticks], key=lambda frame: frame.at_us)


def doubled(given: list[Frame]) -> list[Frame]:
    """The same frames, each event twice in a row."""
    return [Frame(frame.at_us, tuple(event for event in frame.events for _ in (0, 1))) for frame in given]


def beats_left_out(given: list[Frame]) -> list[Frame]:
    """Without what only moves time."""
    kept = [(frame.at_us, tuple(e for e in frame.events if not isinstance(e, Heartbeat))) for frame in given]
    return [Frame(at_us, events) for at_us, events in kept if events]
