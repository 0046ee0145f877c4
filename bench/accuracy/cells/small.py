"""One or two alarms, by hand: what is told, and what may be answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.accuracy.case import Case
from bench.accuracy.cells.kampung import kampung
from bench.accuracy.cells.made import drafted
from bench.accuracy.telling import Key
from bench.accuracy.timeline import Told
from bench.accuracy.truth import Truth

AT = 600.0


@dataclass(frozen=True, slots=True)
class Small:
    """What is told within a minute, and the roots that are right: a set for each incident that must open."""

    what: str
    told: tuple[Key, ...]
    right: tuple[frozenset[str], ...]
    neutral: frozenset[str] = field(default_factory=frozenset)  # may open, as long as it is not Critical


def _dark(*ports: str) -> tuple[Key, ...]:
    return tuple((port, "loss_of_signal") for port in ports)


def _lost(*devices: str) -> tuple[Key, ...]:
    return tuple((device, "device_unreachable") for device in devices)


def _any(*names: str) -> frozenset[str]:
    return frozenset(names)


def _drop(pon: str, n: int) -> frozenset[str]:
    ont = f"ont-{pon}-{n}"
    return _any(ont, f"{ont}/pon", f"sp-{pon}/{n}", f"L-{ont}", f"HF{pon}-{n}", f"H{pon}-{n}")


TOWER = _any("bts-1c", "T1c", "TF1-c", "L-bts-1c", "bts-1c/up0", "ag-1/bc")
OLT2 = _any("olt-2", "O2", "OF2", "L-olt-2", "olt-2/up0", "ag-2/o0")
PON = _any("sp-1-0", "P1-0", "PF1-0", "L-pon-1-0", "olt-1/pon0", "sp-1-0/in")
AREA = _any("ag-1", "M1", "MF1", "L-ag-1", "ag-1/u0", "er-1/m0")

CASES = (
    Small("both ends of a link dark", _dark("cr-0/x1", "cr-1/x0"), (_any("F0-1", "L0-1"),)),
    Small(
        "one end dark, the other device speaks", (*_dark("cr-1/x2"), ("cr-2", "high_temperature")), (_any("cr-1/x2"),)
    ),
    Small("one end dark, the other device silent", (*_dark("ag-1/bc"), *_lost("bts-1c")), (TOWER,)),
    Small(
        "OLT: uplink dark at both ends, and unreachable",
        (*_dark("ag-1/o0", "olt-1/up0"), *_lost("olt-1")),
        (_any("OF1", "L-olt-1"),),
    ),
    Small(
        "data centre: a link at both ends, and a server",
        (*_dark("er-0/d0", "ds-0/u0"), *_lost("sv-1")),
        (_any("DF0", "L-dc-0"), _any("sv-1", "L-sv-1", "ds-0/s1", "sv-1/eth0")),
    ),
    Small(
        "data centre: a link, a server, and a core unreachable",
        (*_dark("er-0/d0", "ds-0/u0"), *_lost("sv-1", "cr-2")),
        (_any("DF0", "L-dc-0"), _any("sv-1", "L-sv-1", "ds-0/s1", "sv-1/eth0")),
    ),
    Small("a base station of a ring unreachable", _lost("bts-1a"), (_any("bts-1a", "T1a"),)),
    Small(
        "two base stations of different rings",
        _lost("bts-1a", "bts-2b"),
        (_any("bts-1a", "T1a"), _any("bts-2b", "T2b")),
    ),
    Small("2 of 64 ONTs silent", _lost("ont-1-0-5", "ont-1-0-40"), (), _drop("1-0", 5) | _drop("1-0", 40)),
    Small("20 of 64 ONTs within a minute", _lost(*(f"ont-1-0-{n * 3}" for n in range(20))), (PON,)),
    Small("a dead card, nobody hurt", (("cr-2", "card_failure"),), (), _any("cr-2")),
    Small("two access devices that have nothing in common", _lost("bts-1c", "olt-2"), (TOWER, OLT2)),
    Small(
        "an area: its uplink dark, all in it unreachable",
        (*_dark("er-1/m0"), *_lost("ag-1", "olt-1", "bts-1a", "bts-1b", "bts-1c")),
        (AREA,),
    ),
    Small("a duct: two links dark at both ends", _dark("er-2/m3", "ag-3/u0", "er-2/m4", "ag-4/u0"), (_any("D2"),)),
    Small("a port dark, and clear at once", _dark("ag-2/w0"), (), _any("ag-2/w0", "TF2-0", "L-ring-2-0", "bts-2a/e0")),
)


def small(seed: int, graph: str) -> Case:
    """The graph does not matter; the seed is the number of the case."""
    del graph
    case = CASES[seed % len(CASES)]
    where = kampung()
    draft = drafted("small", seed, where, 3600.0)
    for n, key in enumerate(case.told):
        at = AT + (n * 1.7 if key[1] != "device_unreachable" else draft.rng.uniform(2, 50))
        draft.told.append(Told(round(at, 3), round(at + 0.2, 3), key, True, _source(key)))
    if case.what.endswith("clear at once"):
        draft.told.append(Told(AT + 9, AT + 9.2, case.told[0], False, _source(case.told[0])))
    made = draft.finish()
    made.graph = case.what
    made.truths = [Truth(min(right), "small", AT, float("inf"), right, AT) for right in case.right]
    made.neutral = case.neutral
    for name in sorted({name for right in (*case.right, case.neutral) for name in right}):
        for customer in sorted(where.net.condition([name]).customers):
            made.down[customer] = [(AT, float("inf"))]
    return made


def _source(key: Key) -> str:
    name, kind = key
    if kind != "device_unreachable":
        return f"trap:{name.partition('/')[0]}"
    return f"olt:olt-{name[4]}" if name.startswith("ont-") else "poll:R1"
