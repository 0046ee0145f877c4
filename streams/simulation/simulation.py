"""One seed: a night as it happens, then the same night with harm, ticks, repeats and disorder, and all laws."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from connectors.ports import Commit, PortError
from correlator.events import SECOND_US, Frame
from correlator.state import State
from streams.simulation import disorder, finding, laws
from streams.simulation.memory import Snapshot, differences, first_difference, snapshot
from streams.simulation.night import Night, beats_left_out, doubled, draw_night, frames, with_ticks
from streams.simulation.outcome import Outcome, final_incidents
from streams.simulation.owners import DOMAIN, CoreCrashed, FrailStore, Harm, Owner, refold
from streams.simulation.post import messages_arrive_once, posted
from streams.simulation.telling import shuffled
from streams.simulation.twins import MemoryJournal

EVERY = 4  # nights: in one of them the messages are sent, in another the auditor looks for what no one tells apart
WRONG = (CoreCrashed, PortError, AssertionError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


@dataclass(slots=True)
class NightResult:
    """What one seed showed: the laws it broke, in words, and what became of its breakages."""

    seed: int
    broken: list[str] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)
    disorder: str = ""  # whether another order of arrival told the same, or why that was not asked


@dataclass(slots=True)
class Lived:
    """A night that has happened: its owner, its journal, and what was in memory at some offsets."""

    owner: Owner
    outcome: Outcome
    kept: dict[int, Snapshot]


def simulate(seed: int) -> NightResult:
    """Never raises for what the service does wrong: that is in the verdict."""
    night = draw_night(seed)
    verdict = NightResult(seed)
    try:
        verdict.broken += _judged(night, verdict)
    except WRONG as error:
        verdict.broken.append(f"crash: {_told(error)}")
    return verdict


def _told(error: BaseException) -> str:
    cause = error.__cause__ or error.__context__ or error
    place = cause.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place else ""
    return f"{type(error).__name__} {error}: {type(cause).__name__} {cause}{where}"


def _judged(night: Night, verdict: NightResult) -> Iterator[str]:
    given = frames(night.arrived)
    if not given:
        return
    found: list[str] = []

    def look(outcome: Outcome, state: State) -> None:
        found.extend(laws.nobody_is_down_while_a_path_survives(night.physics, outcome, state))
        if not night.peopled:
            found.extend(laws.one_incident_a_root(state))

    lived = live(night, given, look)
    yield from dict.fromkeys(found)
    outcome = lived.outcome
    yield from laws.time_never_runs_back(outcome)
    yield from laws.ids_and_numbers_are_unique(outcome)
    yield from laws.nobody_is_told_twice(outcome)
    yield from laws.restored_follows_outage(outcome)
    yield from laws.every_incident_has_its_ticket(night, outcome)
    if night.mischief.sorts_out and not night.peopled and not night.noisy:
        yield from laws.all_is_over_in_the_end(night, outcome)
        yield from laws.whoever_heard_of_it_hears_of_its_end(outcome)
    told = finding.findings(night, outcome)
    verdict.findings.update(one.what for one in told)
    if night.clean:
        yield from finding.violations(night, told, outcome)
    yield from finding.whoever_is_down_is_counted(night, outcome)
    yield from disorder_changes_nothing(night, outcome, verdict)
    yield from harm_changes_nothing(night, lived)
    yield from ticks_and_repeats_change_nothing(night, lived, given)
    if night.seed % EVERY == 1:
        yield from finding.equivalents_are_alike(night, outcome)
    if night.seed % EVERY == 0:
        yield from messages_arrive_once(posted(lived.owner, night.seed, night.end_us))


def live(night: Night, given: list[Frame], look: Callable[[Outcome, State], None] | None = None) -> Lived:
    """The night as it happens; memory is kept at some offsets, drawn from the seed."""
    store = FrailStore()
    owner = Owner(night.world, MemoryJournal(), store)
    kept: dict[int, Snapshot] = {}

    def committed(commit: Commit) -> None:
        if Random(f"{night.seed}:{commit.applied}").random() < 0.08:
            kept[commit.applied] = snapshot(owner.host.state)
            if look is not None:
                look(Outcome(night.world, owner.host.state, []), owner.host.state)

    if look is not None:
        store.committed = committed
    owner.live(given, night.end_us)
    return Lived(owner, Outcome(night.world, owner.host.state, owner.effects()), kept)


def harm_changes_nothing(night: Night, lived: Lived) -> Iterator[str]:
    """Crashes before and after the commit, a store that is away, a second owner: rows, caches, effects are the same."""
    rng = Random(f"harm {night.seed}")
    end = lived.owner.journal.end(DOMAIN)
    harms: dict[int, Harm] = {}
    for offset in sorted(lived.kept):
        harm: Harm = rng.choice(("before", "after", "down", "rival"))
        place = offset if harm in ("after", "down") else offset + 1
        if place <= end:
            harms[place] = harm
    found: list[str] = []

    def checked(owner: Owner) -> None:
        applied = owner.store.applied(DOMAIN)
        if applied in lived.kept:
            wrong = differences(lived.kept[applied], snapshot(owner.host.state))
            found.extend(f"memory: after a crash at offset {applied}: {text}" for text in wrong)

    again = refold(night.world, lived.owner.journal, harms, checked)
    yield from found
    wrong = differences(snapshot(lived.owner.host.state), snapshot(again.host.state))
    yield from (f"refold: {text}" for text in wrong)
    if again.effects() != lived.owner.effects():
        yield f"refold: effects{first_difference(lived.owner.effects(), again.effects())}"


def ticks_and_repeats_change_nothing(night: Night, lived: Lived, given: list[Frame]) -> Iterator[str]:
    """More heartbeats, none at all, each event twice: what the outside sees is the same."""
    rng = Random(f"ticks {night.seed}")
    view = lived.outcome.view()
    recorded = [frame for _, frame in lived.owner.journal.read(DOMAIN, 0, 1_000_000)]
    rest = recorded[-1].at_us
    for name, variant in (
        ("ticks", with_ticks(rng, given, 20)),
        ("repeats", doubled(given)),
    ):
        other = live(night, variant).outcome.view()
        if other != view:
            yield f"{name}{first_difference(view, other)}"
    bare = beats_left_out(recorded)
    owner = Owner(night.world, MemoryJournal(), FrailStore(), rest)
    for frame in bare:
        owner.journal.append(DOMAIN, frame)
    while owner.store.applied(DOMAIN) < len(bare):
        owner.host.turn()
    owner.wait(night.end_us)
    other = Outcome(night.world, owner.host.state, owner.effects()).view()
    if other != view:
        yield f"beats{first_difference(view, other)}"


def disorder_changes_nothing(night: Night, outcome: Outcome, verdict: NightResult) -> Iterator[str]:
    """Up to two minutes of disorder, where that hides nothing (`disorder`)."""
    verdict.disorder = disorder.why_not_asked(night) or "the same"
    if verdict.disorder != "the same":
        return
    other = in_another_order(night)
    if (one := final_incidents(outcome)) != (two := final_incidents(other)):
        late = any(map(disorder.turned_late, (outcome, other)))
        handed = any(map(disorder.handed_on, (outcome, other)))
        called = disorder.called_under_both(night)
        verdict.disorder = "late-turn" if late else "handed-on" if handed else "afterthought" if called else "another"
        if verdict.disorder == "another":
            yield f"disorder{first_difference(one, two)}"


def in_another_order(night: Night) -> Outcome:
    """What becomes of it where each record comes up to two minutes later."""
    mixed = shuffled(Random(f"disorder {night.seed}"), night.arrived, disorder.DISORDER_US - SECOND_US)
    return live(night, frames(mixed)).outcome
