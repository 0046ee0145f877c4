"""The poller of a region loses its way: it calls every device there unreachable, while they carry traffic and speak."""

from __future__ import annotations

from random import Random

from bench.accuracy.case import Case, Draft, stamp
from bench.accuracy.cells.made import drafted, stage
from bench.accuracy.faults import draw, fault
from bench.accuracy.plant import POLLED
from bench.accuracy.telling import Key
from bench.accuracy.timeline import Losses, Told

LOST = 900.0


def management(seed: int, graph: str) -> Case:
    where = stage(graph, "usual", seed)
    draft = drafted("management", seed, where, 4500.0)
    rng = draft.rng
    region = rng.choice(sorted(set(where.speech.region.values())))
    inside = [n for n, role in enumerate(where.net.role) if role in POLLED and _region(draft, n) == region]
    faults = []
    if rng.random() < 0.5:
        faults = [fault(rng, _elsewhere(draft, region), rng.uniform(600, 1500))]
    draft.play(faults, Losses(0.05))
    back = 900 + rng.uniform(900, 2400) if rng.random() < 0.5 else None
    _mute(draft, inside)
    for n in inside:
        if rng.random() < 0.05:
            continue
        at, key = LOST + rng.uniform(1, 75), (where.net.devices[n], "device_unreachable")
        _say(draft.told, rng, at, key, True, f"poll:{region}")
        if back is not None:
            _say(
                draft.told,
                rng,
                back + rng.uniform(1, 60),
                (where.net.devices[n], "device_unreachable"),
                False,
                f"poll:{region}",
            )
    if rng.random() < 0.5:
        _told_lost(draft, region, inside, back)
    _signs_of_life(draft, inside)
    draft.noise(3)
    return draft.finish()


def _region(draft: Draft, device: int) -> str:
    region: str = draft.scene.speech.region[draft.scene.net.home[device]]
    return region


def _elsewhere(draft: Draft, region: str) -> tuple[str, str]:
    """A fault that loses no device of the region."""
    net = draft.scene.net
    for _ in range(500):
        one = draw(draft.rng, net, 1)[0]
        condition = net.condition([one[0]])
        touched = condition.lost | {end for link in condition.dark for end in net.ends[link]}
        if all(_region(draft, device) != region for device in touched):
            return one
    raise ValueError(f"no fault outside {region} on {draft.scene.plant.graph}")


def _mute(draft: Draft, inside: list[int]) -> None:
    """What the lost poller said of its region before: nothing, it is all said below."""
    names = {draft.scene.net.devices[n] for n in inside}
    draft.told = [one for one in draft.told if one.key[1] != "device_unreachable" or one.key[0] not in names]


def _say(told: list[Told], rng: Random, at: float, key: Key, raised: bool, source: str) -> None:
    told.append(Told(at, at + 0.02 + rng.expovariate(3.0), key, raised, source))


def _told_lost(draft: Draft, region: str, inside: list[int], back: float | None) -> None:
    """A word that the source lost its sight, some seconds to a minute and a half after."""
    names = [draft.scene.net.devices[n] for n in inside]
    at = LOST + draft.rng.uniform(5, 90)
    event = {"type": "source_state", "source": f"poll:{region}", "objects": names}
    draft.extra.append((at, {**event, "id": "s0", "time": stamp(at), "state": "lost"}))
    if back is not None:
        draft.extra.append((back, {**event, "id": "s1", "time": stamp(back), "state": "restored"}))


def _signs_of_life(draft: Draft, inside: list[int]) -> None:
    """Traps in the band and good probes go on: small troubles of the region that come and go."""
    scene, rng = draft.scene, draft.rng
    names = {scene.net.devices[n] for n in inside}
    ports = [port for port in scene.strays.speaking if port.partition("/")[0] in names]
    onts = scene.strays.onts
    services = [
        name
        for name in sorted(scene.plant.voices.probed)
        if any(point.partition("/")[0] in names for point in scene.net.service[name]["attach"])
    ]
    for _ in range(max(6, len(inside) // 4)):
        at = LOST + rng.uniform(20, 1500)
        draws = rng.random()
        if draws < 0.5 and ports:
            port = rng.choice(ports)
            source = f"trap:{port.partition('/')[0]}"
            _say(draft.told, rng, at, (port, "signal_degraded"), True, source)
            _say(draft.told, rng, at + rng.uniform(5, 60), (port, "signal_degraded"), False, source)
        elif draws < 0.8 and services:
            _say(draft.told, rng, at, (rng.choice(services), "service_down"), False, "probe")
        elif onts:
            ont = rng.choice(onts)
            olt = scene.net.devices[scene.speech.above[scene.net.device[ont]]]
            if olt in names:
                _say(draft.told, rng, at, (ont, "device_unreachable"), False, f"olt:{olt}")
