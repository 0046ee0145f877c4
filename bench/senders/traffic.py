"""What else comes in meanwhile: single alarms that no fault explains, ports that flap, sources that say it again.

Single ones come as often, for the size of the network, as in the storm that is replayed; none of it is under an
incident.
"""

import socket
import threading
import time
from collections import deque
from random import Random

import msgspec

from bench.senders.northbound import datagram
from bench.senders.traps import TICK_S, Address
from bench.storm.noise import Key, Noise, objects
from bench.storm.plant import Plant
from bench.storm.reel import Reel
from correlator.events import Alarm, AlarmType

SINGLE = 6e-4  # a second for each device
FLAPS = 0.4  # of all; the rest are repeats
FLAPPING_HZ = 2  # changes a second of a port that flaps
RECENT = 200  # alarms of which some are said again
DECODER = msgspec.json.Decoder(Alarm)

Saying = tuple[str, AlarmType, str, str]  # object, type, source, state


def traffic(plant: Plant, told: set[Key], rate_per_s: int, seconds: int) -> list[bytes]:
    """So many datagrams a second, in order; none about what faults are told by."""
    chance = Random(rate_per_s)
    reel = Reel(seconds, chance)
    single_per_s = max(1.0, SINGLE * len(plant.device))
    Noise(plant, reel, told, chance).single(int(single_per_s * seconds))
    single = iter([DECODER.decode(line) for line in reel.lines()])
    spare = [port for port in objects(plant)["port"] if (port, "link_down") not in told]
    flapping = chance.sample(spare, max(1, int(rate_per_s * FLAPS) // FLAPPING_HZ))
    latest: dict[tuple[str, AlarmType], Saying] = {}
    recent = deque[tuple[str, AlarmType]](maxlen=RECENT)
    said, flaps = list[Saying](), 0
    for _ in range(rate_per_s * seconds):
        kind = chance.random()
        if kind < FLAPS:
            turn, port = divmod(flaps, len(flapping))
            flaps += 1
            said.append((flapping[port], "link_down", "port", "cleared" if turn % 2 else "raised"))
        elif (kind < FLAPS + single_per_s / rate_per_s or not recent) and (alarm := next(single, None)):
            key = alarm.object, alarm.alarm_type
            latest[key] = (*key, alarm.source, alarm.state)
            recent.append(key)
            said.append(latest[key])
        else:
            said.append(latest[chance.choice(recent)])
    return [datagram((about, what), source, state, n) for n, (about, what, source, state) in enumerate(said)]


class Stream:
    """Sends at a steady rate until it is stopped or at its end."""

    def __init__(self, address: Address, sent: list[bytes], rate_per_s: int) -> None:
        self._address, self._datagrams, self._rate = address, sent, rate_per_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traffic")
        self.sent = 0
        self.seconds = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            door.connect(self._address)
            began = time.perf_counter()
            while self.sent < len(self._datagrams) and not self._stop.wait(TICK_S):
                self.seconds = time.perf_counter() - began
                due = min(len(self._datagrams), int(self.seconds * self._rate))
                for datagram_ in self._datagrams[self.sent : due]:
                    door.send(datagram_)
                self.sent = due
