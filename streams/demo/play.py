"""Plays the timetable over the real doors, each step when the service's clock has come to it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, groupby
from typing import TypeVar, assert_never
from zlib import crc32

from correlator.events import SECOND_US, moment
from streams.demo.doors import DemoFailed, Doors, Json
from streams.demo.storm import Said
from streams.demo.story import Act, Answer, Call, Chapter, Confirm, StaffCommand
from streams.demo.trapgen import Stamp, bgp_trap, link_trap

T = TypeVar("T")

NAP_S = 0.01  # between two looks at the clock
CENTISECOND_US = 10_000
UP_SINCE_CS = 8_640_000  # the routers of the story have been up for a day


@dataclass(frozen=True, slots=True)
class Taken:
    """What the service answered to a complaint."""

    call: Call
    number: str  # its Tiket Komplain
    known: Json | None  # the outage that it belongs to, where one was known at once


@dataclass(slots=True)
class Player:
    """Sends what the timetable says."""

    doors: Doors
    began_us: int  # the service's clock at the story's second 0
    nap: Callable[[float], None] = time.sleep
    incident: str | None = None  # that the NOC's commands go to, once it is known
    taken: dict[str, Taken] = field(default_factory=dict)  # by the call's key
    alarms: int = 0  # sent so far, by trap or HTTP
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def now_s(self) -> float:
        """The story's second now."""
        return (self.doors.address.clock() - self.began_us) / SECOND_US

    def play(self, chapter: Chapter) -> None:
        """Every step of a chapter, in order; what managers and pollers say at one instant goes in one body."""
        for at_s, steps in groupby(chapter.steps, key=lambda step: step.at_s):
            self.wait_for(at_s)
            told: list[Json] = []
            for step in steps:
                if isinstance(step.act, Said) and not step.act.is_trap:
                    told.append(alarm(step.act))
                else:
                    self.send(step.act)
            if told:
                self.doors.post("/alarms", told)
                self.alarms += len(told)

    def wait_for(self, at_s: float) -> None:
        """Until the story has come to this second; at once where it is past it."""
        while self.now_s < at_s:
            self.nap(NAP_S)

    def send(self, act: Act) -> None:
        match act:
            case Said():
                self._trap(act)
            case Call():
                self._call(act)
            case StaffCommand():
                target = self._known(self.incident, "there is no incident to give a command on")
                self.doors.post("/commands", {"action": act.action, "target": target, "reason": act.reason})
            case Confirm():
                self._event("restored", {"object": act.object})
            case Answer():
                taken = self._known(self.taken.get(act.call), f"the call {act.call} was not taken")
                reply = {"customer": taken.call.customer, "ticket": taken.number, "says": "satisfied", "text": act.text}
                self._event("reply", reply)
            case _:
                assert_never(act)

    def _trap(self, said: Said) -> None:
        """One datagram, as the device itself would send it."""
        name = said.object.partition("/")[2]
        uptime_cs = UP_SINCE_CS + max(0, self.doors.address.clock() - self.began_us) // CENTISECOND_US
        stamp = Stamp(next(self._numbers), uptime_cs)
        address, up = said.source.removeprefix("snmp:"), said.state == "cleared"
        if said.qualifier is not None:
            self.doors.trap(bgp_trap(address, said.qualifier.removeprefix("bgp:"), up, stamp))
        else:
            self.doors.trap(link_trap(address, (if_index(name), name), up, stamp))
        self.alarms += 1

    def _call(self, call: Call) -> None:
        given = {
            "channel": call.channel,
            "customer": call.customer,
            "service": call.service,
            "contact": call.contact,
            "text": call.text,
        }
        answer = self.doors.post("/complaints", {name: value for name, value in given.items() if value is not None})
        self.taken[call.key] = Taken(call, str(answer["number"]), answer["known_incident"])

    def _event(self, kind: str, content: Json) -> None:
        """An event of the contract; this door fills in nothing."""
        time_ = moment(self.doors.address.clock()).isoformat()
        self.doors.post("/events", {"type": kind, "id": f"demo-{kind}-{next(self._numbers)}", "time": time_, **content})

    def _known(self, what: T | None, otherwise: str) -> T:
        if what is None:
            raise DemoFailed(otherwise)
        return what


def alarm(said: Said) -> Json:
    """As `POST /alarms` takes it: id and times are the service's."""
    told = {"source": said.source, "object": said.object, "alarm_type": said.alarm_type, "state": said.state}
    return told | ({"severity": said.severity} if said.severity else {})


def if_index(name: str) -> int:
    """An ifIndex for a port's name: any number does, as long as it stays the same (RFC 2863)."""
    return crc32(name.encode()) % 0xFFFF + 1
