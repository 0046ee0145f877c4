"""The kinds of evidence, a file each: whom it speaks for, what it is worth, what its silence costs, its words.

A new one is a file beside these, and a line in KINDS (docs/add-evidence.md).
"""

from correlator.inference.evidence import (
    card,
    device,
    direct,
    dying_gasp,
    fibre,
    life,
    link,
    neighbour,
    power,
    probe,
    protection,
    vendor,
)
from correlator.inference.evidence.kind import Kind, Silence, no_more

KINDS: tuple[Kind, ...] = (
    card.KIND,
    protection.KIND,
    fibre.KIND,
    link.KIND,
    neighbour.KIND,
    direct.KIND,
    power.KIND,
    dying_gasp.KIND,
    device.KIND,
    probe.KIND,
    life.KIND,
    vendor.KIND,
)
KIND: dict[str, Kind] = {kind.name: kind for kind in KINDS}
OUTSIDE = frozenset(kind.name for kind in KINDS if kind.outside)
APART = frozenset(kind.name for kind in KINDS if kind.apart)
POINTING = frozenset(kind.name for kind in KINDS if kind.points)
BESIDE = frozenset(kind.name for kind in KINDS if kind.adds is not no_more)
AGAIN = frozenset(kind.name for kind in KINDS if kind.again)
SILENCES: tuple[Silence, ...] = tuple(silence for kind in KINDS for silence in kind.silences)
SILENCE: dict[str, Silence] = {silence.name: silence for silence in SILENCES}
KNOWN_GOOD = frozenset(silence.name for silence in SILENCES if silence.known_good)
SELDOM = frozenset(silence.name for silence in SILENCES if silence.seldom)
ROUGH: tuple[Silence, ...] = tuple(silence for silence in SILENCES if silence.rough)
EXACT: tuple[Silence, ...] = tuple(silence for silence in SILENCES if not silence.rough)
