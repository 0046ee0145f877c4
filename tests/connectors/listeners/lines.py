"""The example of docs/add-a-listener.md: each line is an alarm, `OBJECT TYPE raised|cleared`."""

from collections.abc import Sequence

import msgspec

from connectors.formats.raw_frames import Datagram
from connectors.listeners.port import Context
from connectors.listeners.source import DatagramSource
from correlator.events import Alarm, moment
from correlator.wire import BadInput


class LineReader:
    """Reads one datagram: one or more lines."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def read(self, datagram: Datagram, mark: str) -> Sequence[Alarm] | BadInput:
        try:
            lines = datagram.octets.decode().splitlines()
            return [self._alarm(line, datagram, f"{mark}.{number}") for number, line in enumerate(lines, 1)]
        except (ValueError, msgspec.ValidationError):  # bad input is data: it is counted by this word
            return BadInput(None, "no_such_line")

    def _alarm(self, line: str, datagram: Datagram, mark: str) -> Alarm:
        name, alarm_type, state = line.split()
        source, came = f"lines:{datagram.peer}", moment(datagram.at_us)
        said = {"id": f"{source}/{mark}", "source": source, "time": came, "received": came}
        said |= {"object": self._context.object(name), "alarm_type": alarm_type, "state": state}
        return msgspec.convert(said, Alarm)


LISTENER = DatagramSource("lines", "Lines", port=1515, make=LineReader, transport="both")
