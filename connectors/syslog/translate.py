"""From a line to alarms: the pattern file of its vendor says what it means, the resolver whose it is.

Where the vendor cannot be told, every file whose form the line has is asked; where two of them read it differently, it
is left unread. What a line means depends on nothing but its sender, its contents, the patterns and the inventory, so
the answer is remembered; a storm repeats itself. It is forgotten after a minute of lines' time.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple, assert_never

from connectors.listeners.memo import Memo
from connectors.listeners.places import Places, lost_neighbor, port_named
from connectors.listeners.remarks import Relays
from connectors.listeners.templates import all_filled, first_filled
from connectors.ports import Resolver
from connectors.syslog.line import Line
from connectors.syslog.patterns.rules import Patterns, Rule, Vendor
from correlator.events import AlarmType, Severity

REMEMBERED = 65_536
REMEMBERED_CHARACTERS = 512  # a longer line is read each time
REMEMBERED_FOR_US = 60_000_000
MAX_TEXT = 400  # characters of an alarm's text

Outcome = Literal["read", "nothing", "unknown", "two_readings"]


class Saying(NamedTuple):
    """One alarm without its id and time."""

    object: str
    alarm_type: AlarmType
    state: Literal["raised", "cleared"]
    severity: Severity | None
    qualifier: str | None
    text: str
    known: bool  # the inventory lists the object


class Meaning(NamedTuple):
    """What one line says. `sender`: whose it is, as it is called there; `vendor`: who read it, empty: nobody."""

    sender: str
    vendor: str
    outcome: Outcome
    sayings: tuple[Saying, ...]
    claim: str = ""  # whose it says it is, and is not believed


class _Device(NamedTuple):
    """Whose line it is: its id in the inventory, else its name or address."""

    called: str
    id: str
    known: bool
    claim: str = ""  # another device, which it says it is


class Translator:
    """Pure, but for what it remembers."""

    def __init__(self, patterns: Patterns, resolver: Resolver, places: Places, relays: Relays | None = None) -> None:
        """`relays`: who may send others' lines; none: this machine."""
        self.patterns = patterns
        self._relays = relays or Relays()
        self._resolver = resolver
        self._places = places
        self._remembered: Memo[tuple[object, ...], Meaning] = Memo(REMEMBERED, REMEMBERED_FOR_US)

    def meaning(self, line: Line, address: str, vendor: str | None, at_us: int) -> Meaning:
        """`address`: who sent it; `vendor`: whose patterns read it, None: its own form tells; `at_us`: when it came."""
        key = (line.body, line.host, line.relayed, address, line.app, line.style, vendor)
        version = self._resolver.version
        meaning = self._remembered.get(key, at_us, version)
        if meaning is None:
            meaning = self._meaning(line, address, vendor)
            if len(line.body) <= REMEMBERED_CHARACTERS:
                self._remembered.keep(key, meaning, at_us, version)
        return meaning

    def _meaning(self, line: Line, address: str, vendor: str | None) -> Meaning:
        device = self._device(line, address)
        sure = vendor is not None
        asked = [self.patterns.vendors[vendor]] if vendor is not None else list(self.patterns.vendors.values())
        readings: dict[tuple[Saying, ...], str] = {}
        for one in asked:
            sayings = self._sayings(one, line, device, sure=sure)
            if sayings is not None:
                readings.setdefault(sayings, one.name)
        if not readings:
            return Meaning(device.called, "", "unknown", (), device.claim)
        if len(readings) > 1:
            return Meaning(device.called, "", "two_readings", (), device.claim)
        ((sayings, name),) = readings.items()
        return Meaning(device.called, name, "read" if sayings else "nothing", sayings, device.claim)

    def _device(self, line: Line, address: str) -> _Device:
        """Whom the line names, then whom its relay names, then who sent it: the first that the inventory has, else the
        first of all. Who is no relay speaks for itself alone."""
        address = address.partition("%")[0]  # without the zone (RFC 4007, section 11)
        own, claim = self._resolver.device_at(address) if self._resolver.knows(address) else None, ""
        for host in (line.host, line.relayed):
            if host is not None and "/" not in host:
                found = self._resolver.object_named(host)
                if found is not None and self._places.is_device(found):
                    if found == own or self._relays(address):
                        return _Device(host, found, known=True)
                    claim = claim or host
        if own is not None:
            return _Device(address, own, known=True, claim=claim)
        self._resolver.device_at(address)  # which notes it
        called = address if claim else line.host or address
        return _Device(called, called, known=False, claim=claim)

    def _sayings(self, vendor: Vendor, line: Line, device: _Device, *, sure: bool) -> tuple[Saying, ...] | None:
        """None: this file does not know the line; empty: it knows that it tells of nothing."""
        read = vendor.read(line, sure=sure)
        if read is None:
            return None
        key, rules, fields = read
        fields["device"] = device.id
        said = (self._saying(rule, key, fields, device) for rule in rules)
        return tuple(saying for saying in said if saying is not None)

    def _saying(self, rule: Rule, key: str, fields: Mapping[str, str], device: _Device) -> Saying | None:
        names = all_filled(rule.name, fields)
        match rule.object:
            case "device":
                about, known, event = device.id, device.known, False
            case "port":
                if not names:
                    return None  # it lacks what tells its object
                about, known = port_named(self._resolver, device.id, names, known=device.known)
                event = False
            case "neighbor":
                if not names:
                    return None
                about, known, event = lost_neighbor(self._resolver, self._places, device.id, names, known=device.known)
            case "named":
                if not names:
                    return None
                found = self._resolver.object_named(names[0])
                about, known, event = found or names[0], found is not None and self._resolver.lists(found), False
            case _ as never:
                assert_never(never)
        kind: AlarmType = "other" if event else rule.alarm_type
        qualifier = first_filled(rule.qualifier, fields)
        if kind == "other" and qualifier is None:
            qualifier = key
        text = (first_filled(rule.text, fields) or key)[:MAX_TEXT]
        return Saying(about, kind, rule.state, rule.severity, qualifier, text, known)
