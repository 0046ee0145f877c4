"""What a network remembers has a limit, and forgetting changes no answer."""

from tests.topology.loaders.small import sound, text
from topology import cover
from topology.compile import compile_inventory
from topology.loaders import load_json
from topology.memo import KEPT, Kept


def test_it_forgets_when_it_is_full() -> None:
    kept: Kept[int, int] = Kept()
    for number in range(KEPT + 1):
        kept[number] = number
    assert kept == {KEPT: KEPT}


def test_what_was_forgotten_is_worked_out_again() -> None:
    topology = compile_inventory(load_json(text(sound())))
    device = topology.index["ONT"]
    before = cover.cuts_off(topology, device), cover.equivalents(topology, device)
    for number in range(KEPT - 1):
        topology.memo.covers.setdefault(-number, ())  # nearly full: it forgets in the midst of the next chain
        topology.memo.equivalents.setdefault(-number, ())
    del topology.memo.covers[device], topology.memo.equivalents[device]
    assert (cover.cuts_off(topology, device), cover.equivalents(topology, device)) == before
