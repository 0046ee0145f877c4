"""Sends SNMP v2c traps at a steady rate: linkDown and linkUp of many ports, each datagram with an identity of its own.

Datagrams are encoded before; while sending only request-id and sysUpTime are patched in. The n-th datagram of a run
carries request-id and sysUpTime FIRST + n, and `Batch.said(n)` tells its object and state, so that what is missing in
the journal can be counted and named.
"""

import multiprocessing
import socket
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal

from streams.demo.trapgen import SYS_UP_TIME, TIME_TICKS, Stamp, integer, link_trap, object_id
from topology.model import Inventory, device_of

FIRST = 0x0100_0000  # so that every number takes four octets in its shortest form
TICK_S = 0.001
SPEAKING = ("core", "edge", "aggregation", "olt", "bts")

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run sent; `cpu_s` is what the sending cost, `late_s` how far it fell behind its plan at worst."""

    traps: int
    seconds: float
    cpu_s: float
    late_s: float


@dataclass(frozen=True, slots=True)
class Batch:
    """Pre-encoded datagrams: each port down, then each port up, and again."""

    ports: tuple[str, ...]
    datagrams: tuple[bytes, ...]

    def said(self, n: int) -> tuple[str, Literal["raised", "cleared"]]:
        """The object and the state that the n-th datagram of a run tells."""
        turn = n % len(self.datagrams)
        return self.ports[turn % len(self.ports)], "raised" if turn < len(self.ports) else "cleared"


def batch(inventory: Inventory, devices: int, ports_each: int = 8, community: bytes = b"public") -> Batch:
    """Traps of `devices` routers, OLTs and radios of an inventory, spread over it; of linked ports first."""
    linked: dict[str, list[str]] = {}
    for link in inventory.links:
        for port in (link.a, link.b):
            linked.setdefault(device_of(port), []).append(port)
    speaking = [device for device in inventory.devices if device.role in SPEAKING and device.addresses]
    ports: list[tuple[str, str, int]] = []
    for device in speaking[:: max(1, len(speaking) // devices)][:devices]:
        spare = [f"{device.id}/ge-0/0/{n}" for n in range(ports_each)]
        names = [*linked.get(device.id, ()), *spare][:ports_each]
        address = (device.addresses or ("",))[0]
        ports += [(name, address, index) for index, name in enumerate(names, start=1)]
    stamp = Stamp(FIRST, FIRST, community)
    datagrams = tuple(
        link_trap(address, (index, name.partition("/")[2]), up, stamp)
        for up in (False, True)
        for name, address, index in ports
    )
    return Batch(tuple(name for name, _, _ in ports), datagrams)


def send(address: Address, traps: Batch, rate_per_s: int, seconds: float, processes: int = 1, sources: int = 1) -> Sent:
    """Send at `rate_per_s`, all processes together, for `seconds`. Process p of n sends the datagrams p, p + n, ...

    `sources`: from so many addresses; more than one only to loopback of IPv4, which is a whole network.
    """
    total = int(rate_per_s * seconds)
    shares = [range(p, total, processes) for p in range(processes)]
    if processes == 1:
        return send_share(address, traps, shares[0], seconds, sources)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        runs = pool.starmap(send_share, [(address, traps, share, seconds, sources) for share in shares])
    return Sent(
        sum(run.traps for run in runs),
        max(run.seconds for run in runs),
        sum(run.cpu_s for run in runs),
        max(run.late_s for run in runs),
    )


def send_share(address: Address, traps: Batch, numbers: range, seconds: float, sources: int = 1) -> Sent:
    """Send these numbers evenly over `seconds`, in small batches a millisecond apart."""
    frames = [bytearray(datagram) for datagram in traps.datagrams]
    places = [patches(datagram) for datagram in traps.datagrams]
    sent, late_s, rate = 0, 0.0, max(1, len(numbers)) / seconds
    with ExitStack() as closes:
        doors = [closes.enter_context(door(address, source)) for source in range(sources)]
        began, cpu = time.perf_counter(), time.process_time()
        while sent < len(numbers):
            passed = time.perf_counter() - began
            due = min(len(numbers), int(passed * rate) + 1)
            late_s = max(late_s, (due - sent) / rate)
            for n in numbers[sent:due]:
                turn = n % len(frames)
                frame, (request_id, uptime) = frames[turn], places[turn]
                number = (FIRST + n).to_bytes(4)
                frame[request_id : request_id + 4] = number
                frame[uptime : uptime + 4] = number
                doors[turn % sources].send(frame)
            sent = due
            ahead = sent / rate - (time.perf_counter() - began)
            if ahead > 0:
                time.sleep(min(ahead, TICK_S) if sent < len(numbers) else ahead)
        return Sent(sent, time.perf_counter() - began, time.process_time() - cpu, late_s)


def door(address: Address, source: int) -> socket.socket:
    """A socket that sends there, from an address of its own where it is not the first."""
    made = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM)
    if source:
        made.bind((f"127.0.1.{source}", 0))
    made.connect(address)
    return made


def patches(datagram: bytes) -> tuple[int, int]:
    """Where the four octets of request-id and of sysUpTime lie."""
    ticks = object_id(SYS_UP_TIME) + integer(FIRST, TIME_TICKS)
    return datagram.index(integer(FIRST)) + 2, datagram.index(ticks) + len(ticks) - 4


def missing(seen: Iterable[tuple[str, str]], traps: Batch, sent: int) -> dict[tuple[str, str], int]:
    """How many of each (object, state) are lost (or, below nought, doubled) among what was seen; empty: all there."""
    left: Counter[tuple[str, str]] = Counter(traps.said(n) for n in range(sent))
    left.subtract(seen)
    return {what: n for what, n in left.items() if n}
