"""From a trap to alarms: the catalogue says what it means, the resolver whose it is.

What a trap means depends on nothing but its sender, its contents, the catalogue and the inventory, so the answer is
remembered; a storm repeats itself. It is forgotten after a minute, and by `forget` when the inventory changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, assert_never

from connectors.ports import Counter, Resolver
from connectors.snmp.catalogue.rules import Catalogue, Entry, Rule, first_filled, text_of
from connectors.snmp.trap import SNMP_TRAP_ADDRESS, SNMP_TRAP_COMMUNITY, Trap
from correlator.events import Alarm, AlarmType, Severity, microseconds

REMEMBERED = 65_536
REMEMBERED_BYTES = 1_024  # a trap with more contents is translated each time
REMEMBERED_FOR = timedelta(seconds=60)
MAX_TEXT = 400  # characters of an alarm's text
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
    """What one trap says, and what there is to count of it: (what, how many)."""

    source: str
    sayings: tuple[_Saying, ...]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Sender:
    """Whose trap it is. `device`: its id in the inventory, else its address."""

    address: str
    device: str
    known: bool


class Translator:
    """Turns traps into alarms. Pure but for the counters and the running number in the ids."""

    def __init__(
        self,
        catalogue: Catalogue,
        resolver: Resolver,
        counter: Counter,
        site_of: Callable[[str], str | None] = lambda _device: None,
    ) -> None:
        """`site_of`: the site of a device of the inventory, for what a UPS says of the mains."""
        self.catalogue = catalogue
        self._resolver = resolver
        self._counter = counter
        self._site_of = site_of
        self._remembered: dict[tuple[str, bytes], _Meaning] = {}
        self._forget_at: datetime | None = None
        self._now: datetime | None = None
        self._stamp = ""
        self._number = 0

    def alarms(self, trap: Trap, address: str, now: datetime) -> list[Alarm]:
        """At least one alarm a trap. `address`: who sent the datagram; `now`: when it was received.

        Counts `snmp.unknown_trap` and `snmp.unresolved`. An id is unique: source, time received, running number.
        """
        if now is not self._now:
            self._turn_to(now)
        key = (address, trap.meaning)
        meaning = self._remembered.get(key)
        if meaning is None:
            meaning = self._meaning(trap, address)
            if len(trap.meaning) <= REMEMBERED_BYTES:
                if len(self._remembered) >= REMEMBERED:
                    self._remembered.clear()
                self._remembered[key] = meaning
        for what, n in meaning.counts:
            self._counter.count(what, n=n)
        said = []
        for saying in meaning.sayings:
            self._number += 1
            said.append(
                Alarm(
                    id=f"{meaning.source}{self._stamp}{self._number:x}",
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

    def forget(self) -> None:
        """The inventory changed: what was resolved before may be another's now."""
        self._remembered.clear()

    def _turn_to(self, now: datetime) -> None:
        self._now = now
        self._stamp = f"/{microseconds(now):x}/"
        if self._forget_at is None or now >= self._forget_at:
            self._remembered.clear()
            self._forget_at = now + REMEMBERED_FOR

    def _meaning(self, trap: Trap, address: str) -> _Meaning:
        sender = self._sender(trap, address)
        entry = self.catalogue.entries.get(trap.oid)
        sayings = self._sayings(trap, entry, sender) if entry is not None else ()
        counts = []
        if not sayings:
            sayings = (_kept(trap, entry, sender),)
            counts.append(("snmp.unknown_trap", 1))
        unresolved = sum(not saying.resolved for saying in sayings)
        if unresolved:
            counts.append(("snmp.unresolved", unresolved))
        return _Meaning(f"snmp:{sender.address}", sayings, tuple(counts))

    def _sender(self, trap: Trap, address: str) -> _Sender:
        """What a proxy says of the origin comes first (RFC 3584, section 3.1), then the agent address of a version 1
        trap, then who sent the datagram. The first that the inventory has, else the first of all."""
        forwarded = dict(trap.varbinds).get(SNMP_TRAP_ADDRESS)
        told = [one for one in (text_of(forwarded), trap.agent) if one and one not in _NOBODY]
        candidates = list(dict.fromkeys((*told, address.partition("%")[0])))  # without the zone (RFC 4007, section 11)
        for candidate in candidates:
            device = self._resolver.device_at(candidate)
            if device is not None:
                return _Sender(candidate, device, known=True)
        return _Sender(candidates[0], candidates[0], known=False)

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
                if rule.alarm_type == "other" and qualifier is None:
                    qualifier = trap.oid
                text = (first_filled(rule.text, fields) or entry.name)[:MAX_TEXT]
                name, resolved = about
                sayings.append(_Saying(name, rule.alarm_type, rule.state, rule.severity, qualifier, text, resolved))
        return tuple(sayings)

    def _object(self, rule: Rule, fields: dict[str, str], sender: _Sender) -> tuple[str, bool] | None:
        """(object, whether the inventory has it). What it lacks stands under its own name; None: it has no name."""
        match rule.object:
            case "device":
                return sender.device, sender.known
            case "site":
                site = self._site_of(sender.device) if sender.known else None
                return site or sender.device, sender.known
            case "port":
                port = first_filled(rule.name, fields)
                if port is None:
                    return None
                name = f"{sender.device}/{port}"
                return (self._resolver.object_named(name) or name, True) if sender.known else (name, False)
            case "named":
                called = first_filled(rule.name, fields)
                if called is None:
                    return None
                found = self._resolver.object_named(called)
                return found or called, found is not None
            case _ as never:
                assert_never(never)


def _kept(trap: Trap, entry: Entry | None, sender: _Sender) -> _Saying:
    """A trap that no rule of the catalogue reads: kept whole enough for a person to look up."""
    told = [f"{oid} = {text_of(value)}" for oid, value in trap.varbinds if oid != SNMP_TRAP_COMMUNITY]
    text = "; ".join((f"{entry.name} {trap.oid}" if entry else f"trap {trap.oid}", *told))[:MAX_TEXT]
    return _Saying(sender.device, "other", "raised", "indeterminate", trap.oid, text, sender.known)
