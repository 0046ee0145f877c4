"""Planned work accounts for what it takes down, what lies in it, and what hangs below; and raises the prior of it."""

import pytest

from correlator.inference.port import AlarmStands, Precursor
from tests.correlator.inference.telling import LATE, Telling, any_of, at_us

END, LATER = 7_000_000, 9_000_000


@pytest.mark.parametrize(
    ("work", "root", "until_us"),
    [
        pytest.param(("OLT-1",), "OLT-1", END, id="its object"),
        pytest.param(("OLT-1",), "SPL-11", END, id="what hangs below it"),
        pytest.param(("OLT-1",), "LK-FD-11", END, id="a link below it"),
        pytest.param(("OLT-1",), "DR-11-03", END, id="far below"),
        pytest.param(("OLT-1",), "LK-OLT1a", END, id="a link that stops with it"),
        pytest.param(("OLT-1",), "MT-MN", 0, id="not what takes down more"),
        pytest.param(("OLT-1",), "OLT-2", 0, id="not what stands beside it"),
        pytest.param(("OLT-1",), "N", 0, id="nor the site around it"),
        pytest.param(("OLT-1",), "external", 0, id="nor the outside"),
        pytest.param(("OLT-1",), "AGG-1/ge-99", 0, id="nor a port that no row names"),
        pytest.param(("AGG-1/ge-99",), "AGG-1/ge-99", END, id="unless it is the object"),
        pytest.param(("CD-BRIDGE",), "MT-BM-1", END, id="a span that lies in the duct"),
        pytest.param(("MT-BM-1",), "CD-BRIDGE", 0, id="not the duct of a span"),
        pytest.param(("BTS-1",), "LK-BTS1", END, id="what cannot be told from it"),
        pytest.param(("AGG-1",), "MT-MN", END, id="a span below"),
        pytest.param(("AGG-1",), "SV-BANK", 0, id="a service alone takes nothing down"),
        pytest.param(("NIX",), "OLT-1", 0, id="what the inventory lacks"),
        pytest.param((), "OLT-1", 0, id="nothing"),
    ],
)
def test_until_when_work_accounts_for_a_root(work: tuple[str, ...], root: str, until_us: int) -> None:
    wire = Telling()
    wire.engine.plan([(work, 0, END)])
    assert wire.engine.roots.planned_until_us(root) == until_us


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("second", ["OLT-1", "AGG-1"])
def test_of_two_works_the_later_end_counts(order: tuple[int, int], second: str) -> None:
    wire = Telling()
    windows = [(("OLT-1",), 0, END), ((second,), 0, LATER)]
    wire.engine.plan([windows[place] for place in order])
    assert wire.engine.roots.planned_until_us("OLT-1") == LATER
    wire.engine.plan(windows[:1])
    assert wire.engine.roots.planned_until_us("OLT-1") == END, "those in force, and no others"


def test_work_raises_the_prior_of_its_objects() -> None:
    wire = Telling()
    told = wire.all_told(("AGG-1/bts1", "loss_of_signal"), ("BTS-1", "device_unreachable"))
    before = wire.weigh("BTS-1", *told).gain
    assert wire.engine.plan([(("BTS-1",), 0, END)]) == [told[1], told[0]], "what speaks for it"
    assert wire.weigh("BTS-1", *told).gain == before + 4_000_000
    assert wire.engine.plan([(("BTS-1",), 0, LATER)]) == [], "nothing else is under work now"
    assert wire.engine.plan([]) == [told[1], told[0]]
    assert wire.weigh("BTS-1", *told).gain == before


def test_what_work_makes_told_speaks_for_no_other_root() -> None:
    """What came before the work began does, and what it takes down does not say."""
    wire, words = Telling(), (("AGG-1/olt1a", 0), ("AGG-1/bts1", 100), ("AGG-1/olt1b", 100))
    wire.engine.plan([(("BTS-1", "LK-OLT1b"), at_us(60), END)])
    stands = (AlarmStands(name, name, "loss_of_signal", at_us(s), heard_us=at_us(s)) for name, s in words)
    before, *of_work = (wire.engine.observe(one) for one in stands)
    found = wire.weigh("N", before, *of_work)
    assert found.gain == wire.weigh("N", before).gain
    own = wire.weigh("BTS-1", of_work[0])
    assert own.gain > own.prior, "but for what the work is on"
    said = [line.arguments for line in wire.engine.explain(found) if line.code == "of_work"]
    assert said == [(-13_600_000,)]
    wire.engine.plan([])
    assert wire.weigh("N", before, *of_work).gain > found.gain


def test_work_and_a_precursor_add_up() -> None:
    wire = Telling()
    wire.told("AGG-1/bts1")
    assert wire.roots(LATE) == []
    wire.engine.observe(Precursor("BTS-1", 1))
    wire.engine.plan([(("BTS-1",), 0, END)])
    wire.told("AGG-1/bts1")
    found = wire.weigh("BTS-1", wire.told("AGG-1/bts1"))
    assert found.gain == pytest.approx(found.prior + 6_802_506 - 2_302_585, abs=1)
    alike = any_of(-13_300_000, -14_500_000, -15_000_000, -15_000_000)  # it, its link, the ports at both ends
    assert found.prior == pytest.approx(alike + 4_000_000 + 1_000_000, abs=1_000)
