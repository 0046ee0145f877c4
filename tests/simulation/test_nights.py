"""Two hundred nights, other ones each day: no seed may break a law; one that does is told with how to see it again."""

import os

import pytest

from streams.cli.simulating import lines
from streams.simulation.many import simulate_many
from streams.simulation.simulation import simulate
from tests.simulation.today import first_seed

SEEDS = int(os.environ.get("SIMPUL_SIM_SEEDS", "200"))


def test_no_night_of_this_day_breaks_a_law() -> None:
    first = first_seed()
    told: list[str] = []
    tally = simulate_many(range(first, first + SEEDS), os.cpu_count() or 1, lambda verdict: told.extend(lines(verdict)))
    all_again = f"all {SEEDS} again: simpul simulate --seed {first} --seeds {SEEDS}"
    print(all_again)
    assert tally.seeds == SEEDS
    assert not told, "\n".join([*told[:60], all_again])


@pytest.mark.parametrize(
    "seed",
    [
        88500035,  # two incidents open at once that together cut customers off
        4107,  # two faults below one site begin at once: that the evidence parts says nothing new of either
        4427,  # a link opens with a stray alarm on its evidence; the site at its end explains all but that
        98018738,  # a device opens with a stray alarm of its mains; the duct behind it explains all but that
        7099,  # what began after the repair came before word of it
        2678,  # ... and just after it
        320122,  # a person says what a suspicion is, and the root accounts for one word more than it explains
        310792,  # two alarms of one port, and a restart: which was heard first
        6773,  # its root moves when it is looked at, and nobody speaks just then
        20339,  # a root that is out under planned work is another by now, and who is down beside it as well
        2007,  # it opens while it waits to be thought over, and a crash
        2650,  # who is down only because other things are out under planned work
        9006404,  # what stands when a fault clears and hid another was its member all the same
        7000881,  # planned work beside two faults: who needs both to be down is down by the fault
        7007256,  # a link is mended, and that it switched, told then, is of another fault
        7003167,  # three who had lost nothing call, and what they alone tell of stands for a day
        7005610,  # two who had lost nothing call, and more opens than broke
        7009823,  # a poller calls lost all that it asks, and nobody else tells of anything
        8436,  # an alarm was over before the rest of its incident began, and word of that comes late
        20261210013,  # homes gasped at the last, and a duct takes down the same
        20261210306,  # what an incident let go, whose end was lost, stands as others begin minutes later
        20270103184,  # of what ended soon after it began, and of one root that clears as another incident takes it
        20270109163,  # a home is back under one incident, and down again under another before the first is over
        20261209835,  # a call while two had the customer down, of which the later opens as the other is let go
        30355,  # two call for themselves, minutes before a port goes dark that takes others down
    ],
)
def test_a_night_that_once_broke_a_law_keeps_them(seed: int) -> None:
    assert simulate(seed).broken == []
