"""What a source makes of its own alarms: a root that it names gains a little, and alarms that it ties together do."""

import pytest

from correlator.inference.engine import NoisyOr
from correlator.inference.port import AlarmEnded, AlarmHinted
from correlator.policy.faults import SourceModel
from tests.correlator.inference.telling import LATE, Telling, at_us
from tests.correlator.inference.test_weighing import LINKS, LOST

CLAIM, KIN, KIN_MOST = 1_000_000, 700_000, 2_100_000


def hint(wire: Telling, name: str, kind: str, *others: str, root: bool = False, source: str = "nms") -> None:
    wire.engine.observe(AlarmHinted(f"{name} {kind}", name, source, root, others))


def gain(wire: Telling, root: str) -> int:
    told = [wire.engine.observation(f"{name} {kind}") for name, kind in (*LINKS, *LOST)]
    return wire.weigh(root, *told).gain


def test_a_root_that_is_named_gains_what_the_policy_says() -> None:
    wire = Telling()
    wire.all_told(*LINKS, *LOST)
    before = gain(wire, "OLT-1"), gain(wire, "MT-MN")
    hint(wire, "OLT-1", "device_unreachable", root=True)
    assert (gain(wire, "OLT-1") - before[0], gain(wire, "MT-MN") - before[1]) == (CLAIM, 0)


@pytest.mark.parametrize(("known", "worth"), [(0.0, 0), (2.0, 2_000_000), (50.0, 3_000_000), (-5.0, 0)])
def test_a_claim_is_worth_what_is_known_of_its_source_and_never_certain(known: float, worth: int) -> None:
    wire = Telling(sources={"nms": SourceModel(root_claim=known)})
    wire.all_told(*LINKS, *LOST)
    before = gain(wire, "OLT-1")
    hint(wire, "OLT-1", "device_unreachable", root=True)
    assert gain(wire, "OLT-1") - before == worth


def test_alarms_said_to_belong_together_speak_for_who_explains_both() -> None:
    wire = Telling()
    wire.all_told(*LINKS, *LOST)
    before = gain(wire, "MT-MN")
    for name, kind in LOST:
        hint(wire, name, kind, "AGG-1/bts1 loss_of_signal")
    assert gain(wire, "MT-MN") - before == KIN_MOST == 3 * KIN
    hint(wire, "AGG-1/olt1a", "loss_of_signal", "AGG-1/bts1 loss_of_signal")
    assert gain(wire, "MT-MN") - before == KIN_MOST, "no more, however many say so"
    wire.engine.observe(AlarmEnded("AGG-1/bts1 loss_of_signal"))
    plain = Telling()
    plain.all_told(*LINKS[1:], *LOST)
    assert gain(wire, "MT-MN") == gain(plain, "MT-MN"), "the other is not told any more"


def test_what_is_said_ends_with_the_alarm() -> None:
    wire = Telling()
    wire.all_told(*LINKS, *LOST)
    before = gain(wire, "OLT-2")
    hint(wire, "OLT-2", "device_unreachable", "AGG-1/olt2a loss_of_signal", root=True)
    assert gain(wire, "OLT-2") > before
    wire.ended("OLT-2", "device_unreachable")
    wire.told("OLT-2", "device_unreachable")
    assert gain(wire, "OLT-2") == before


def test_a_claim_alone_opens_nothing_and_tips_the_scales() -> None:
    wire = Telling(sources={"nms": SourceModel(root_claim=3.0)})
    wire.told("BTS-1", "device_unreachable")
    hint(wire, "BTS-1", "device_unreachable", root=True)
    wire.engine.touch(wire.engine.observation("BTS-1 device_unreachable"))  # type: ignore[arg-type]
    assert wire.roots(LATE) == []


def test_the_sum_that_is_shown_still_adds_up() -> None:
    wire = Telling()
    wire.all_told(*LINKS, *LOST)
    hint(wire, "BTS-1", "device_unreachable", "AGG-1/bts1 loss_of_signal")
    engine = wire.engine
    assert isinstance(engine, NoisyOr)
    [found] = wire.found()
    lines = {line.code: line.arguments for line in engine.explain(found)}
    parts = [line.arguments[2] for line in engine.explain(found) if line.code == "explains"]
    parts += [lines[code][0] for code in ("prior", "at_once", "vendor", "again", "chance", "silent") if code in lines]
    assert sum(parts) == lines["root"][2]  # type: ignore[arg-type]
    assert lines["vendor"] == (KIN,)
    assert at_us(LATE) > 0
