"""Signs of life: when each device spoke last itself, and so when it had a way to us.

What a device says of its own ports crosses the network to us; so does what an OLT says of its ONTs, and whatever comes
from the address of a device. A word of a poller, of an optical manager or of a power monitor is no such sign.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import numpy as np

from correlator.events import AlarmType
from correlator.inference.evidence.device import NAME as LOST
from correlator.inference.evidence.device import POLLED
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import DARK, SILENT
from correlator.inference.situation.tellers import Tellers, Word
from topology.around import AT_HOME
from topology.graph import Topology

OF_DEVICES: frozenset[AlarmType] = frozenset({"card_failure", "signal_degraded", "high_temperature"})
BY_ITSELF = ("snmp", "trap", "syslog", "netconf", "gnmi")  # before the address or name of a device that speaks itself
NOBODY = -1
BLIND = 2  # devices that a source sees no more at once: it is no failure of theirs
OFTEN = 3  # devices that were lost and came back, without a word of any link: nobody here tells of links
REFUTES_US = 60_000_000  # what breaks may say so itself, for some seconds


class Life:
    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self.tellers = Tellers(topology)
        self._speakers: dict[tuple[str, AlarmType], int] = {}
        self._senders: dict[str, int] = {}
        self._last_us = np.zeros(len(topology.device_at), dtype=np.int64)  # by position
        self._home_us = np.zeros_like(self._last_us)  # by position: when a customer's own device was told to be well
        self._homes: dict[str, int] = {}  # alarm that a customer's own device is lost, or was -> its position
        self._told_at_home: dict[int, dict[str, int]] = {}  # position -> by alarm, since when it is well; 0: lost
        self.lost: dict[Evidence, None] = {}  # what tells that a device is lost; of no ONT, for its OLT says so
        self.refuted: set[Evidence] = set()  # what tells that a device is lost that spoke since
        self.said_by: dict[str, tuple[str, ...]] = {}  # of an alarm that a device is lost: who said so
        self.asked = False  # a poller has said whom it asks
        self.of_links: set[str] = set()  # alarms, standing or over, that a link is dark
        self.of_light: set[int] = set()  # devices that told, or take back, that the light of a port of theirs is gone
        self.by_olt: set[str] = set()  # alarms of ONTs of which the OLT itself tells, and nobody else
        self._of_neighbours: set[int] = set()  # devices that told, or take back, that a routing neighbour is lost
        self._at_home_by: dict[str, tuple[str, ...]] = {}  # of other alarms of customers' devices: who said so
        self._blind: frozenset[tuple[str, str]] = frozenset()  # sources and objects that they see no more

    def heard(self, name: str, alarm_type: AlarmType, at_us: int) -> int:
        """Such an alarm was raised or cleared then. The device that spoke later than ever; -1: none."""
        teller = self._speakers.get((name, alarm_type))
        if teller is None:
            teller = self._teller(name, alarm_type)
            if teller != NOBODY or self._topology.find(name) is not None:  # of names that nobody knows there is no end
                self._speakers[name, alarm_type] = teller
        if teller != NOBODY and alarm_type in DARK:
            self.of_light.add(self._topology.device_at.item(teller))
        elif teller != NOBODY and alarm_type == "neighbor_down":
            self._of_neighbours.add(self._topology.device_at.item(teller))
        return self._spoke(teller, at_us)

    def spoke(self, told: Mapping[str, int]) -> list[int]:
        """Devices that sent a trap or a line themselves, by source and when, and spoke later than ever."""
        places = [(self._sender(source), at_us) for source, at_us in told.items()]
        return [one for place, at_us in places if (one := self._spoke(place, at_us)) != NOBODY]

    def _spoke(self, place: int, at_us: int) -> int:
        if place == NOBODY or at_us <= self._last_us[place]:
            return NOBODY
        self._last_us[place] = at_us
        return self._topology.device_at.item(place)

    def _sender(self, source: str) -> int:
        """The position of the device that the source names, by address or by name; -1: of none.

        After what tells that it speaks itself (`BY_ITSELF`), or alone.
        """
        known = self._senders.get(source)
        if known is None:
            how, _, named = source.partition(":")
            name = named if how in BY_ITSELF else source
            device = self._topology.addresses.get(name, self._topology.find(name))
            if device is None or not self._topology.is_device(device):  # of strangers there is no end: none is kept
                return NOBODY
            known = self._senders[source] = self._place(device)
        return known

    def see(self, blind: frozenset[tuple[str, str]]) -> list[str]:
        """Who sees so many objects no more has lost its own way. Objects for which that is new, or over."""
        many = {source for source, number in Counter(source for source, _ in blind).items() if number >= BLIND}
        before, self._blind = self._blind, frozenset(one for one in blind if one[0] in many)
        return sorted(name for _, name in before ^ self._blind)

    def _said_blindly(self, told: Evidence) -> bool:
        """By nobody but who says as well that it does not see the device."""
        if not self._blind:
            return False
        name = self._topology.ids[told.device]
        return all((source, name) in self._blind for source in self.said_by_whom(told))

    def said_by_whom(self, told: Evidence) -> set[str]:
        """Who says that this device is lost; nobody's name where that is not known, or its OLT. None: no device."""
        if told.device < 0:
            return set()
        said_by = self._at_home_by if self._topology.role_of(told.device) in AT_HOME else self.said_by
        return {source for alarm in told.alarms for source in said_by.get(alarm, ("",))}

    def olt_said(self, alarm: str, ont: int, sources: Iterable[str], word: Word, *, seen: bool) -> None:
        """An ONT is told lost, or well. By its OLT itself, or by others, as by an access manager.

        `seen`: only the OLT can see it, as that the light is gone: a manager passes that on.
        """
        self.tellers.olt_spoke(ont)
        if not alarm:  # of which no row is left
            return
        managers = self.tellers.managers
        (managers.passed_on.add if seen else managers.passed_on.discard)(alarm)
        speaker = self._topology.places.speaker.item(max(0, self._place(ont)))
        place = self._place(speaker) if speaker >= 0 else NOBODY
        if place != NOBODY and all(self._sender(one) == place for one in sources):
            self.by_olt.add(alarm)
            self._at_home_by.pop(alarm, None)
            managers.forget(alarm)
        else:
            if speaker >= 0:
                managers.say(alarm, speaker, tuple(sources), word)
            self.by_olt.discard(alarm)
            self._at_home_by[alarm] = tuple(sources)

    def at_home(self, alarm: str, device: int, well_us: int) -> None:
        """When a customer's own device was told to be well, by an alarm that had told it lost; 0: it is lost again.

        It speaks by its OLT alone.
        """
        place = self._place(device)
        if place != NOBODY:
            self._homes[alarm] = place
            self._told_at_home.setdefault(place, {})[alarm] = well_us
            self._date_home(place)

    def _date_home(self, place: int) -> None:
        told = self._told_at_home[place].values()
        self._home_us[place] = max(told) if told and all(told) else 0

    def judge(self, told: Evidence) -> None:
        """A device that spoke since it was told lost was not lost then, or is no longer."""
        place = self._place(told.device) if told.kind == LOST else NOBODY
        if place == NOBODY:
            return
        if self._said_blindly(told):
            self.refuted.add(told)
            return
        told_us = told.told_us + told.behind_us
        if self._last_us.item(place) > told_us + REFUTES_US:
            self.refuted.add(told)
        else:
            self.let_go(told)

    def let_go(self, told: Evidence) -> None:
        """It is told no more, or holds again."""
        self.refuted.discard(told)

    def forget(self, alarm: str) -> None:
        """No row is left of it."""
        self.said_by.pop(alarm, None)
        self.of_links.discard(alarm)
        self.by_olt.discard(alarm)
        self.tellers.managers.passed_on.discard(alarm)
        self._at_home_by.pop(alarm, None)
        self.tellers.managers.forget(alarm)
        place = self._homes.pop(alarm, NOBODY)
        if place != NOBODY:
            del self._told_at_home[place][alarm]
            self._date_home(place)

    def most_silent(self) -> dict[str, int]:
        """Of how many it counts at the most, by kind of silence; of others it counts of all.

        Where nobody was ever heard of such a thing, perhaps nobody would be: then the silence of all has one cause. A
        network may be told of by routers alone, by a manager alone, by a poller alone. Of links and of devices the
        silence of one at least counts in full: that all keep quiet under a great failure is never excused by that
        nobody watches.
        """
        if self.of_links:
            return {} if self.said_by or self.asked else {POLLED.name: 1}
        if not self.said_by:
            return {POLLED.name: 1} if self._of_neighbours and not self.asked else {}
        return {SILENT.name: 0 if len(self.said_by) - len(self.lost) >= OFTEN else 1}

    def latest(self, intervals: Collection[tuple[int, int]]) -> int:
        """When a device there spoke last; 0: none ever did."""
        latest = 0
        for last_us in (self._last_us, self._home_us):
            for low, high in intervals:
                at_us = last_us.item(low) if high - low == 1 else int(np.maximum.reduce(last_us[low:high]))
                latest = max(latest, at_us)
        return latest

    def since(self, intervals: Collection[tuple[int, int]], at_us: int, unclaimed: bytearray) -> int:
        """How many devices there spoke later than that; those that settled incidents account for left out."""
        spoke, well = self._last_us, self._home_us
        late = [((spoke[low:high] > at_us) | (well[low:high] > at_us), low, high) for low, high in intervals]
        return sum([int(np.count_nonzero(lives & _view(unclaimed, low, high))) for lives, low, high in late])

    def _teller(self, name: str, alarm_type: AlarmType) -> int:
        """The position of the device that says such a thing; -1: it is no sign of life."""
        topology = self._topology
        element = topology.find(name)
        if element is None:
            element, kind = topology.find_port(name), "port"
        else:
            kind = topology.kind_of(element)
        if element is None or alarm_type == "fiber_break":
            return NOBODY
        if kind == "port":
            return self._place(topology.device_of(element if topology.find(name) is not None else name))
        if kind != "device":
            return NOBODY
        if topology.role_of(element) in AT_HOME:
            if alarm_type == "device_unreachable" and topology.role_of(element) == "cpe":
                return NOBODY  # a poller asks it: who has it at his port is heard by his own name (`spoke`)
            speaker = topology.places.speaker.item(max(0, topology.position.item(element)))
            return self._place(speaker) if speaker >= 0 else NOBODY
        return self._place(element) if alarm_type in OF_DEVICES else NOBODY

    def _place(self, device: int) -> int:
        return self._topology.position.item(device)


def _view(flags: bytearray, low: int, high: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.frombuffer(flags, dtype=np.bool_)[low:high]
