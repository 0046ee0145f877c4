"""Reads the datagrams of raw frames: what an edge took becomes alarms, the same ones each time."""

from datetime import datetime

from connectors.ports import Refused
from connectors.rawframes import Datagram
from connectors.snmp.translate import Translator
from connectors.snmp.trap import Malformed, parse
from correlator.events import Alarm, moment


class TrapReader:
    """One thread's. The edge has looked at sender and community; here it is read as a whole."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._at: tuple[int, datetime] = (0, moment(0))

    def read(self, datagram: Datagram, mark: str) -> list[Alarm] | Refused:
        """`mark` names the datagram among all: the ids of its alarms are made of it."""
        trap = parse(datagram.octets)
        if isinstance(trap, Malformed):
            return Refused(None, trap.reason)
        if datagram.at_us != self._at[0]:  # many came at once
            self._at = datagram.at_us, moment(datagram.at_us)
        return self._translator.alarms(trap, datagram.peer, self._at[1], mark)
