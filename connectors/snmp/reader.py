"""Reads the datagrams of raw frames: what an edge took becomes alarms, the same ones each time."""

from connectors.formats.raw_frames import Datagram
from connectors.snmp.translate import Translator
from connectors.snmp.trap import Malformed, parse
from correlator.events import Alarm, moment
from correlator.wire import BadInput


class TrapReader:
    """One thread's. The edge has looked at sender and community; here it is read as a whole."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def read(self, datagram: Datagram, mark: str) -> list[Alarm] | BadInput:
        """`mark` names the datagram among all: the ids of its alarms are made of it."""
        trap = parse(datagram.octets)
        if isinstance(trap, Malformed):
            return BadInput(None, trap.reason)
        return self._translator.alarms(trap, datagram.peer, moment(datagram.at_us), mark)
