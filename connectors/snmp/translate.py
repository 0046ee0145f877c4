"""From a trap to alarms: the catalogue says what it means, the resolver whose it is.

What a trap means depends on nothing but its sender, its contents, the catalogue and the inventory, so the answer is
remembered; a storm repeats itself. It is forgotten after a minute, and by `move` when the inventory changes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, assert_never

from connectors.listeners.memo import Memo
from connectors.listeners.places import NoPlaces, Places, Subject, lost_neighbor, port_named
from connectors.listeners.remarks import Relays, Remarks
from connectors.listeners.templates import all_filled, first_filled
from connectors.metrics import LISTENER_UNRESOLVED, TRAPS_UNKNOWN
from connectors.ports import Counter, Resolver
from connectors.snmp.catalogue.rules import Catalogue, Entry, Rule, text_of
from connectors.snmp.trap import SNMP_TRAP_ADDRESS, SNMP_TRAP_COMMUNITY, Trap
from correlator.events import Alarm, AlarmType, Severity, microseconds

REMEMBERED = 65_536
REMEMBERED_BYTES = 1_024  # a trap with more contents is translated each time
REMEMBERED_FOR = timedelta(seconds=60)
MAX_TEXT = 400  # characters of an alarm's text
_UNTOLD = (  # what people type in, which may name a customer, and the password
    SNMP_TRAP_COMMUNITY,
    "1.3.6.1.2.1.1.4.",  # sysContact
    "1.3.6.1.2.1.31.1.1.1.18.",  # ifAlias
)
_NOBODY = ("0.0.0.0", "127.0.0.1")  # noqa: S104  # not bound to: what a badly set up agent gives as its own address


@dataclass(frozen=True, slots=True)
class _Saying:
    """One alarm without its id and time."""

    object: str
    alarm_type: AlarmType
    state: Literal["raised", "cleared"]
    severity: Severity | None
    qualifier: str | None
    text: str
    resolved: bool = True


class _Meaning(NamedTuple):
    """What one trap says, and what there is to count of it."""

    source: str
    origin: str  # how the ids of its alarms begin
    sayings: tuple[_Saying, ...]
    unknown: bool  # no catalogue has it
    unresolved: int  # objects
    claim: str  # of whom it says it is, and is not believed


@dataclass(frozen=True, slots=True)
class _Sender:
    """Whose trap it is. `device`: its id in the inventory, else its address."""

    address: str
    device: str
    known: bool
    claim: str = ""  # another's address, which it gives as its own
    up_us: int | None = None  # for how long it has been up; None: it does not say


def _memo() -> Memo[tuple[str, bytes], _Meaning]:
    return Memo(REMEMBERED, REMEMBERED_FOR // timedelta(microseconds=1))


class Spoken(NamedTuple):
    """Who may speak for others, and who is told of others that do."""

    relays: Relays
    remarks: Remarks


class Translator:
    """Turns traps into alarms. Pure but for the counters and the running number in the ids."""

    def __init__(
        self,
        catalogue: Catalogue,
        resolver: Resolver,
        counter: Counter,
        places: Places | None = None,
        spoken: Spoken | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._resolver = resolver
        self._counter = counter
        self._places: Places = places or NoPlaces()
        self._spoken = spoken or Spoken(Relays(), Remarks("snmp", counter))
        self._remembered = _memo()
        self._now: datetime | None = None
        self._now_us = 0
        self._stamp = ""
        self._number = 0

    def alarms(self, trap: Trap, address: str, now: datetime, mark: str = "") -> list[Alarm]:
        """At least one alarm a trap. `address`: who sent the datagram; `now`: when it was received.

        Counts unknown traps and unresolved objects. An id is unique: source, version of the catalogue that read
        it, time received, running number; or, where the trap has a `mark` that is its alone, number within the trap.
        """
        if mark or now is not self._now:
            self._turn_to(now)
        if mark:
            self._stamp, self._number = f"{self._stamp}{mark}.", 0
        key, version = (address, trap.meaning), self._resolver.version
        meaning = self._remembered.get(key, self._now_us, version)
        if meaning is None:
            meaning = self._meaning(trap, address)
            if len(trap.meaning) <= REMEMBERED_BYTES:
                self._remembered.keep(key, meaning, self._now_us, version)
        if meaning.unknown:
            self._counter.count(TRAPS_UNKNOWN)
        if meaning.claim:
            self._spoken.remarks.claimed(meaning.source.partition(":")[2], meaning.claim)
        if meaning.unresolved:
            self._counter.count(LISTENER_UNRESOLVED, "snmp", n=meaning.unresolved)
        said = []
        for saying in meaning.sayings:
            self._number += 1
            said.append(
                Alarm(
                    id=f"{meaning.origin}{self._stamp}{self._number:x}",
                    time=now,
                    source=meaning.source,
                    object=saying.object,
                    qualifier=saying.qualifier,
                    alarm_type=saying.alarm_type,
                    severity=saying.severity,
                    state=saying.state,
                    text=saying.text,
                )
            )
        return said

    def move(self, resolver: Resolver, places: Places) -> None:
        """The inventory changed: what was resolved before may be another's now."""
        self._resolver, self._places = resolver, places
        self._remembered = _memo()

    def _turn_to(self, now: datetime) -> None:
        self._now = now
        self._now_us = microseconds(now)
        self._stamp = f"/{self._now_us:x}/"

    def _meaning(self, trap: Trap, address: str) -> _Meaning:
        sender = self._sender(trap, address)
        entry = self.catalogue.entries.get(trap.oid)
        sayings = self._sayings(trap, entry, sender) if entry is not None else ()
        unknown = not sayings
        if unknown:
            sayings = (_kept(trap, entry, sender),)
        unresolved = sum(not saying.resolved for saying in sayings)
        source = f"snmp:{sender.address}"
        return _Meaning(source, f"{source}/{self.catalogue.version}", sayings, unknown, unresolved, sender.claim)

    def _sender(self, trap: Trap, address: str) -> _Sender:
        """What a proxy says of the origin comes first (RFC 3584, section 3.1), then the agent address of a version 1
        trap, then who sent the datagram. The first that the inventory has, else the first of all. Who is no relay
        speaks for itself alone."""
        forwarded = dict(trap.varbinds).get(SNMP_TRAP_ADDRESS)
        own = address.partition("%")[0]  # without the zone (RFC 4007, section 11)
        told = [one for one in (text_of(forwarded), trap.agent) if one and one not in _NOBODY]
        claim = ""
        if told and not self._spoken.relays(own):
            claim = next((one for one in told if self._resolver.knows(one)), "")
            told = []
        for candidate in dict.fromkeys((*told, own)):
            device = self._resolver.device_at(candidate)
            if device is not None:
                claim = "" if claim and self._resolver.device_at(claim) == device else claim
                return _Sender(candidate, device, known=True, claim=claim, up_us=trap.uptime_cs * 10_000 or None)
        first = (*told, own)[0]
        return _Sender(first, first, known=False, claim=claim)

    def _sayings(self, trap: Trap, entry: Entry, sender: _Sender) -> tuple[_Saying, ...]:
        fields = entry.fields(trap.varbinds)
        fields |= {"device": sender.device, "address": sender.address, "trap": trap.oid}
        sayings = []
        for rule in entry.rules:
            if rule.applies(fields):
                about = self._object(rule, fields, sender)
                qualifier = first_filled(rule.qualifier, fields)
                if about is None or (rule.qualifier and qualifier is None):
                    continue  # it lacks what tells this alarm from others
                kind: AlarmType = "other" if about.event else rule.alarm_type
                if kind == "other" and qualifier is None:
                    qualifier = trap.oid
                text = (first_filled(rule.text, fields) or entry.name)[:MAX_TEXT]
                sayings.append(_Saying(about.id, kind, rule.state, rule.severity, qualifier, text, about.known))
        return tuple(sayings)

    def _object(self, rule: Rule, fields: dict[str, str], sender: _Sender) -> Subject | None:
        """What the alarm is on. What the inventory lacks stands under its own name; None: it has no name."""
        match rule.object:
            case "device":
                return Subject(sender.device, sender.known)
            case "site":
                site = self._places.site_of(sender.device) if sender.known else None
                return Subject(site or sender.device, sender.known)
            case "port":
                return self._port(all_filled(rule.name, fields), sender)
            case "neighbor":
                return self._neighbor(all_filled(rule.name, fields), sender)
            case "named":
                called = first_filled(rule.name, fields)
                if called is None:
                    return None
                found = self._resolver.object_named(called)
                return Subject(found or called, found is not None and self._resolver.lists(found))
            case _ as never:
                assert_never(never)

    def _port(self, names: list[str], sender: _Sender) -> Subject | None:
        if not names:
            return None
        return Subject(*port_named(self._resolver, sender.device, names, known=sender.known, up_us=sender.up_us))

    def _neighbor(self, names: list[str], sender: _Sender) -> Subject | None:
        if not names:
            return None
        return lost_neighbor(self._resolver, self._places, sender.device, names, known=sender.known)


def _kept(trap: Trap, entry: Entry | None, sender: _Sender) -> _Saying:
    """A trap that no rule of the catalogue reads: kept whole enough for a person to look up."""
    told = [f"{oid} = {text_of(value)}" for oid, value in trap.varbinds if not oid.startswith(_UNTOLD)]
    text = "; ".join((f"{entry.name} {trap.oid}" if entry else f"trap {trap.oid}", *told))[:MAX_TEXT]
    return _Saying(sender.device, "other", "raised", "indeterminate", trap.oid, text, sender.known)
