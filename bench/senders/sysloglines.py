"""Sends syslog at a steady rate: links down and up of many ports, in the words of three vendors, by UDP or by TCP.

What the n-th line of a run says `Batch.said(n)` tells, so that what is missing in the journal can be counted and named.
"""

import socket
import time
from collections.abc import Callable
from datetime import datetime

from bench.senders.traps import TICK_S, Address, Batch, Sent, batch
from topology.model import Inventory

STATES = {False: ("down", "DOWN", "2"), True: ("up", "UP", "1")}


def lines(inventory: Inventory, devices: int, now: datetime) -> Batch:
    """Lines of so many devices with eight ports each, a third of them of each vendor. `now`: what their clocks say."""
    ports = batch(inventory, devices).ports
    said = [line(port, number, up, now) for up in (False, True) for number, port in enumerate(ports)]
    return Batch(ports, tuple(said))


def line(port: str, number: int, up: bool, now: datetime) -> bytes:
    device, _, name = port.partition("/")
    small, capital, code = STATES[up]
    match number % 3:
        case 0:
            told = f"ifIndex {number}, ifAdminStatus up(1), ifOperStatus {small}({code}), ifName {name}"
            head = f"<28>{now:%b} {now.day:2} {now:%H:%M:%S} {device} mib2d[1234]"
            return f"{head}: SNMP_TRAP_LINK_{capital}: {told}".encode()
        case 1:
            told = f"%LINK-3-UPDOWN: Interface {name}, changed state to {small}"
            return f"<187>{number}: {device}: {now:%b} {now.day:2} {now:%H:%M:%S}.123 UTC: {told}".encode()
        case _:
            told = f"The line protocol IP on the interface {name} has entered the {capital} state."
            stamp = f"{now:%b} {now.day:2} {now:%Y %H:%M:%S}+00:00"
            return f"<187>{stamp} {device} %%01IFNET/4/LINK_STATE(l)[{number}]:{told}".encode()


def send_udp(address: Address, said: Batch, rate_per_s: int, seconds: float) -> Sent:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.connect(address)

        def put(numbers: range) -> None:
            for n in numbers:
                door.send(said.datagrams[n % len(said.datagrams)])

        return steadily(put, int(rate_per_s * seconds), rate_per_s)


def send_tcp(address: Address, said: Batch, rate_per_s: int, seconds: float) -> Sent:
    """One connection, each message with its length before it (RFC 6587)."""
    frames = [b"%d %s" % (len(one), one) for one in said.datagrams]
    with socket.create_connection(address) as stream:

        def put(numbers: range) -> None:
            stream.sendall(b"".join(frames[n % len(frames)] for n in numbers))

        return steadily(put, int(rate_per_s * seconds), rate_per_s)


def steadily(put: Callable[[range], None], total: int, rate_per_s: int) -> Sent:
    """In small batches a millisecond apart."""
    sent, late_s = 0, 0.0
    began, cpu = time.perf_counter(), time.process_time()
    while sent < total:
        due = min(total, int((time.perf_counter() - began) * rate_per_s) + 1)
        late_s = max(late_s, (due - sent) / rate_per_s)
        put(range(sent, due))
        sent = due
        ahead = sent / rate_per_s - (time.perf_counter() - began)
        if ahead > 0:
            time.sleep(min(ahead, TICK_S) if sent < total else ahead)
    return Sent(sent, time.perf_counter() - began, time.process_time() - cpu, late_s)
