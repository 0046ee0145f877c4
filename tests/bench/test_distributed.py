"""What the bench of the distributed runtime sends, and what it takes for committed."""

from collections import Counter

from bench.distributed import FRAME, flapping, flaps, raw_frames, recorded
from bench.restarting import standing
from bench.senders.traps import batch
from bench.storm.national import national
from bench.storm.plant import Plant
from bench.storm.storms import storm
from correlator.events import Alarm

INVENTORY = national(4_000, seed=1)
TRAPS = batch(INVENTORY, devices=5, ports_each=4)
PLACES = 3


def test_every_trap_is_in_one_raw_frame_and_a_ports_are_in_one_place() -> None:
    frames = list(raw_frames(flaps(TRAPS, 1_000), PLACES))
    assert all(1 <= len(datagrams) <= FRAME for _, datagrams in frames)
    sent = Counter((place, datagram.octets) for place, datagrams in frames for datagram in datagrams)
    assert sum(sent.values()) == 1_000
    places = {octets: place for place, octets in sent}
    assert len(places) == len(sent), "no port speaks in two places"


def test_a_storm_is_recorded_in_order_of_arrival() -> None:
    lines = storm(INVENTORY, 2_000, 4, seed=1).lines
    frames = recorded(lines)
    assert [frame.at_us for frame in frames] == sorted(frame.at_us for frame in frames)
    alarms = sum(isinstance(event, Alarm) for frame in frames for event in frame.events)
    assert alarms == sum(b'"alarm_type"' in line for line in lines)


def test_ports_flap() -> None:
    alarms = [flapping(TRAPS, n, 1) for n in range(2 * len(TRAPS.ports))]
    assert Counter(alarm.state for alarm in alarms) == {"raised": len(TRAPS.ports), "cleared": len(TRAPS.ports)}


def test_alarms_that_stand_are_all_different() -> None:
    alarms = standing(Plant(INVENTORY), 300)
    assert len({(alarm.object, alarm.qualifier or alarm.alarm_type) for alarm in alarms}) == len(alarms) == 300
