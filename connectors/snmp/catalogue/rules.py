"""A catalogue as compiled: trap OID -> entry, and an entry's rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from connectors.listeners.templates import Fields, Template
from connectors.snmp.ber import Value, Varbind
from correlator.events import AlarmType, Severity

ObjectKind = Literal["device", "site", "port", "neighbor", "named"]

BUILT_IN = ("device", "address", "trap")  # what every template may name besides the objects of its file
INDEX = ".index"  # `{ifDescr.index}`: the instance of ifDescr, as `5` in ifDescr.5
MAX_TEXT = 255  # characters of one value (DisplayString, RFC 2579)


@dataclass(frozen=True, slots=True)
class Rule:
    """One alarm that a trap may raise or clear."""

    alarm_type: AlarmType
    state: Literal["raised", "cleared"]
    severity: Severity | None
    object: ObjectKind
    name: tuple[Template, ...]  # of the port, the neighbor or the named object, in order of preference
    qualifier: tuple[Template, ...]
    text: tuple[Template, ...]
    when: tuple[tuple[str, frozenset[str]], ...]  # each field has one of these values
    unless: tuple[tuple[str, frozenset[str]], ...]  # no field has one of these values

    def applies(self, fields: Fields) -> bool:
        for field, values in self.when:
            if fields.get(field) not in values:
                return False
        return all(fields.get(field) not in values for field, values in self.unless)


@dataclass(frozen=True, slots=True)
class Entry:
    """One trap: its name and the file that knows it, the objects that its rules speak of, and the rules, of which all
    that apply are taken."""

    name: str
    file: str
    objects: Mapping[str, tuple[str, str]]  # OID of the column or scalar, without instance -> name, `name.index`
    rules: tuple[Rule, ...]
    holes: tuple[str, ...] = ()  # what staff have yet to say, as `alarms[0].state: ?`; while there is one, no rule

    def fields(self, varbinds: Iterable[Varbind]) -> dict[str, str]:
        """Name -> text of the value, and `name.index` -> instance, of the varbinds that this file knows."""
        fields: dict[str, str] = {}
        for oid, value in varbinds:
            column = oid
            while column:
                names = self.objects.get(column)
                if names is not None:
                    fields[names[0]] = text_of(value)
                    fields[names[1]] = oid[len(column) + 1 :]
                    break
                column = column.rpartition(".")[0]
        return fields


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every trap that is known, and the version: a hash of the files, in the order they were read."""

    version: str
    entries: Mapping[str, Entry]  # trap OID -> entry

    @property
    def unfinished(self) -> list[Entry]:
        """Those with holes, each once."""
        return list({(one.file, one.name): one for one in self.entries.values() if one.holes}.values())


def text_of(value: Value) -> str:
    """A value as people write it, at most MAX_TEXT characters; hexadecimal where octets are no printable UTF-8."""
    match value:
        case bytes():
            return _octets_text(value)[:MAX_TEXT]
        case int() | str() | IPv4Address():
            return str(value)[:MAX_TEXT]
        case None:
            return ""


def _octets_text(octets: bytes) -> str:
    """Some agents end a text with the zero of their C string."""
    try:
        text = " ".join(octets.rstrip(b"\0").decode().split())
    except UnicodeDecodeError:
        return "0x" + octets.hex()
    return text if text.isprintable() else "0x" + octets.hex()
