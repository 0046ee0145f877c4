"""Reads syslog messages: what a router logged becomes alarms, the same ones each time."""

from collections.abc import Sequence

from connectors.formats.raw_frames import Datagram
from connectors.listeners.port import Context
from connectors.listeners.remarks import Remarks
from connectors.metrics import LISTENER_UNRESOLVED, SYSLOG_LINES, SYSLOG_REFUSED
from connectors.syslog.line import Malformed, parse
from connectors.syslog.senders import Senders
from connectors.syslog.translate import Translator
from correlator.events import Alarm, moment
from correlator.wire import BadInput


class LineReader:
    """One thread's. Counts lines by vendor and what became of them; hands what nobody can read to `context.unread`."""

    def __init__(self, context: Context, translator: Translator, senders: Senders) -> None:
        self._context = context
        self._translator = translator
        self._senders = senders
        self._remarks = Remarks(context.source, context.counter, context.heard)

    def read(self, datagram: Datagram, mark: str) -> Sequence[Alarm] | BadInput:
        """`mark` names the message among all: the ids of its alarms are made of it."""
        sender = self._senders.at(datagram.peer)
        received = moment(datagram.at_us)
        line = parse(datagram.octets, sender.zone, received)
        if isinstance(line, Malformed):
            self._context.counter.count(SYSLOG_REFUSED, datagram.peer, line.reason)
            return BadInput(None, line.reason)
        meaning = self._translator.meaning(line, datagram.peer, sender.vendor, datagram.at_us)
        if line.number is not None:
            self._remarks.numbered(meaning.sender, line.number)
        if meaning.claim:
            self._remarks.claimed(meaning.sender, meaning.claim)
        counter = self._context.counter
        counter.count(SYSLOG_LINES, meaning.vendor or "none", meaning.outcome)
        if not meaning.vendor:
            self._context.unread.note(line.body, meaning.sender, meaning.outcome, datagram.at_us)
            return []
        source = f"syslog:{meaning.sender}"
        stamp = f"{source}/{self._translator.patterns.version}/{mark}"
        alarms = []
        for number, said in enumerate(meaning.sayings, 1):
            if not said.known:
                counter.count(LISTENER_UNRESOLVED, self._context.source)
            alarms.append(
                Alarm(
                    id=f"{stamp}.{number}",
                    time=line.at or received,
                    received=received,
                    source=source,
                    object=said.object,
                    qualifier=said.qualifier,
                    alarm_type=said.alarm_type,
                    severity=said.severity,
                    state=said.state,
                    text=said.text,
                )
            )
        return alarms
