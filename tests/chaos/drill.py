"""A drill: the service under load, mischief in rounds, then calm and the laws. `make chaos` runs long ones."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.sharing import shares
from bench.storm.national import national
from correlator.policy import Policy
from correlator.world import World
from tests.chaos.fleet import ALONE, fleet
from tests.chaos.laws import audit
from tests.chaos.load import Sources
from tests.chaos.mischief import AWAY_S, Mischief
from tests.integration.house import until
from tests.integration.storm import Storm
from topology.compile import compile_inventory

RESOURCES = 2000
CALM_S = 300.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a drill came to."""

    broken: list[str]
    figures: dict[str, int]
    done: dict[str, int]


def drill(
    folder: Path, seed: int, rounds: int, broker_away_s: float = AWAY_S, *, shared: bool = False, share: float = 1.0
) -> Found:
    """`shared`: a kernel a province, and the national one. `share`: how much of the full load."""
    inventory = national(RESOURCES, seed)
    policy = Policy(domains=shares(inventory) if shared else ALONE)
    with fleet(folder, inventory, policy) as them:
        storm = Storm(them, inventory, seed, share)  # type: ignore[arg-type]  # of the fleet a storm asks little
        sources = Sources(them, inventory, share)
        mischief = Mischief(them, Random(seed), broker_away_s)
        storm.start()
        sources.start()
        try:
            for _ in range(rounds):
                mischief.round()
        finally:
            storm.calm()
            sources.calm()
        until("calm", them.calm, CALM_S)
        them.stop()  # a service at work has deadlines to meet meanwhile
        world = World(compile_inventory(inventory), policy)
        judged = audit(them, world)
        broken = judged.broken(storm.answered, sources.taken, folder / "afresh")
        if broken:
            judged.keep(folder / "journals")
        starts = {f"starts of {name}": one.starts for name, one in them.kept.items()}
        return Found([*storm.strange, *sources.taken.strange, *broken], judged.figures | starts, dict(mischief.done))
