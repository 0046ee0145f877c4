"""What stands where along the device positions: prefix sums and lists that turn an interval into an answer."""

import numpy as np
import numpy.typing as npt

from topology.blocks import Blocks
from topology.csr import Csr, Ints, from_pairs, ints, view
from topology.graph import ROLES, Demand, Firsts, Places, Plant

MUTE = ROLES.index("splitter")
SPOKEN_FOR = (ROLES.index("ont"), ROLES.index("cpe"))


def arrange(first: Firsts, plant: Plant, demand: Demand, blocks: Blocks) -> Places:
    devices = len(plant.device_site)
    place, reached = order(blocks, devices)
    position = np.full(first.end, -1, dtype=np.int32)
    position[first.device : first.link] = place
    device_at = np.empty(devices, dtype=np.int32)
    device_at[place] = np.arange(devices, dtype=np.int32) + first.device
    role = np.frombuffer(plant.device_role.codes, np.uint8)[device_at - first.device]
    simple, gated = split(first, plant, demand, position)
    speaker = speakers(first, plant, blocks)[device_at - first.device]
    up = counted_up(gated, reached, len(demand.service_need), demand)
    starts = np.searchsorted(simple[0], np.arange(devices + 1))
    return Places(
        position=frozen(position),
        device_at=frozen(device_at),
        reached=reached,
        polled_prefix=prefix(~np.isin(role, (MUTE, *SPOKEN_FOR))),
        speaking_prefix=prefix(role != MUTE),
        speaker=frozen(speaker),
        speaker_positions=frozen(np.unique(position[speaker[speaker >= 0]])),
        ont_positions=frozen(np.flatnonzero(role == SPOKEN_FOR[0]).astype(np.int32)),
        simple_starts=frozen(starts.astype(np.int64)),
        simple_services=frozen(simple[1]),
        gated_at=from_pairs(gated[0], gated[1], devices),
        gated=gated_flags(gated[1], len(demand.service_need)),
        gated_up=frozen(up),
        port_services=by_port(first, demand),
    )


def frozen(values: npt.NDArray) -> npt.NDArray:  # type: ignore[type-arg]  # of any number
    values.flags.writeable = False
    return values


def prefix(counted: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    sums = np.zeros(len(counted) + 1, dtype=np.int64)
    np.cumsum(counted, out=sums[1:])
    return frozen(sums)


def order(blocks: Blocks, devices: int) -> tuple[Ints, int]:
    """Positions by device; those that no gateway reaches come last, in order of number."""
    known = view(blocks.head)[1 : devices + 1] >= 0
    place = view(blocks.low)[1 : devices + 1].copy()
    reached = int(known.sum())
    place[~known] = np.arange(reached, devices, dtype=np.int32)
    return place, reached


def speakers(first: Firsts, plant: Plant, blocks: Blocks) -> Ints:
    """By device: who speaks for an ONT or a CPE, the nearest device above that speaks itself; else -1."""
    devices = len(plant.device_site)
    role, head = plant.device_role.codes, blocks.head
    quiet = (MUTE, *SPOKEN_FOR)
    found = ints([-1]) * devices
    for device in range(devices):
        if role[device] not in SPOKEN_FOR:
            continue
        above = head[device + 1]
        while above > 0 and (above > devices or role[above - 1] in quiet):
            above = head[above]
        if above > 0:
            found[device] = above - 1 + first.device
    return view(found)


def split(first: Firsts, plant: Plant, demand: Demand, position: Ints) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    """(positions, services) in order, of services with one attach point, and of those with several."""
    points = view(demand.service_attach.values)
    sizes = np.diff(view(demand.service_attach.starts))
    services = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    devices = points.copy()
    ports = points >= first.port
    devices[ports] = view(plant.port_device)[points[ports] - first.port]
    at = position[devices]
    single = (sizes == 1)[services] & (view(demand.service_need) == 1)[services]
    made = []
    for chosen in (single, ~single):
        rows, values = at[chosen], services[chosen]
        by_place = np.lexsort((values, rows))
        made.append((rows[by_place], values[by_place]))
    return made[0], made[1]


def gated_flags(services: Ints, size: int) -> bytes:
    flags = np.zeros(size, dtype=np.uint8)
    flags[services] = 1
    return flags.tobytes()


def counted_up(gated: tuple[Ints, Ints], reached: int, size: int, demand: Demand) -> Ints:
    """Attach points that work in the sound network, by service; 0 where fewer than needed or none is needed."""
    up = np.bincount(gated[1][gated[0] < reached], minlength=size).astype(np.int32)
    up[up < view(demand.service_need)] = 0
    return up


def by_port(first: Firsts, demand: Demand) -> Csr:
    points = view(demand.service_attach.values)
    services = np.repeat(
        np.arange(len(demand.service_need), dtype=np.int32), np.diff(view(demand.service_attach.starts))
    )
    ports = points >= first.port
    return from_pairs(points[ports] - first.port, services[ports], first.end - first.port)
