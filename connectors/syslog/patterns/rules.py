"""Pattern files as compiled: by vendor the form of its lines, and by mnemonic the entries that read them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from connectors.listeners.templates import Fields, Template
from connectors.syslog.line import Line
from connectors.syslog.stamps import Style
from correlator.events import AlarmType, Severity

ObjectKind = Literal["device", "port", "neighbor", "named"]

BUILT_IN = ("device", "key")  # what every template may name besides the fields of its texts
# `{port_base}`: without its unit (`.0`); `{port_short}`: `Gi0/1` of GigabitEthernet0/1; `{port_last}`: its last word
BASE, SHORT, LAST = WIDER = "_base", "_short", "_last"
MAX_FIELD = 255  # characters of one value
_RELAYED: frozenset[Style] = frozenset({"bsd", "iso"})  # a relay writes the time anew
_ABBREVIATED = {
    "GigabitEthernet": "Gi",
    "TenGigabitEthernet": "Te",
    "TenGigE": "Te",
    "TwentyFiveGigE": "Twe",
    "FortyGigabitEthernet": "Fo",
    "FortyGigE": "Fo",
    "HundredGigE": "Hu",
    "HundredGigabitEthernet": "Hu",
    "FastEthernet": "Fa",
    "Ethernet": "Et",
    "Bundle-Ether": "BE",
    "Port-channel": "Po",
    "port-channel": "Po",
    "Port-Channel": "Po",
}
_NUMBERED = re.compile(r"([A-Za-z-]+?)(\d.*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One alarm that a line may raise or clear."""

    alarm_type: AlarmType
    state: Literal["raised", "cleared"]
    severity: Severity | None
    object: ObjectKind
    name: tuple[Template, ...]  # of the port or the neighbor, in order of preference
    qualifier: tuple[Template, ...]
    text: tuple[Template, ...]
    when: tuple[tuple[str, frozenset[str]], ...]  # each field has one of these values
    unless: tuple[tuple[str, frozenset[str]], ...]  # no field has one of these values

    def applies(self, fields: Fields) -> bool:
        """`fields`: in small letters."""
        return all(_is(fields.get(field), values) for field, values in self.when) and not any(
            _is(fields.get(field), values) for field, values in self.unless
        )


def _is(value: str | None, values: frozenset[str]) -> bool:
    return value is not None and (value in values or "*" in values)


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines of one meaning. Without rules: they are known to tell of nothing."""

    texts: tuple[re.Pattern[str], ...]
    rules: tuple[Rule, ...]

    def fields(self, body: str, at: int) -> dict[str, str] | None:
        """What the first text that fits finds; None where none does."""
        for text in self.texts:
            if found := text.match(body, at):
                return {name: value for name, value in found.groupdict().items() if value}
        return None


@dataclass(frozen=True, slots=True)
class Form:
    """How a vendor's lines look, whatever they say."""

    styles: frozenset[Style]
    app: frozenset[str] | Literal["any", "none", "either"]  # the program before the text
    lines: tuple[re.Pattern[str], ...]  # what stands before the text; none: nothing does

    def found(self, line: Line, *, sure: bool) -> tuple[str, dict[str, str], int] | None:
        """Mnemonic, fields of the form and where the text begins; None: no line of this vendor.

        `sure`: that it is one is known otherwise, so a relay may have changed how its time is written."""
        if line.style not in self.styles and not (sure and line.style in _RELAYED):
            return None
        app = line.app
        if app is None:
            if self.app not in ("none", "either"):
                return None
        elif self.app == "none" or (isinstance(self.app, frozenset) and app not in self.app):
            return None
        for pattern in self.lines:
            if found := pattern.match(line.body):
                fields = found.groupdict()
                key = fields.pop("key", None) or app
                return (key, fields, found.end()) if key else None
        return (app, {}, 0) if app and not self.lines else None


@dataclass(frozen=True, slots=True)
class Vendor:
    """One file."""

    name: str
    title: str
    form: Form
    entries: Mapping[str, tuple[Entry, ...]]  # by mnemonic

    def read(self, line: Line, *, sure: bool = False) -> tuple[str, tuple[Rule, ...], dict[str, str]] | None:
        """Mnemonic, the rules that apply and the fields; None where this file does not know the line."""
        found = self.form.found(line, sure=sure)
        if found is None:
            return None
        key, before, at = found
        for entry in self.entries.get(key, ()):
            fields = entry.fields(line.body, at)
            if fields is not None:
                fields = {name: value[:MAX_FIELD] for name, value in (before | fields | {"key": key}).items() if value}
                fields = widened(fields)
                lower = {name: value.lower() for name, value in fields.items()}
                return key, tuple(rule for rule in entry.rules if rule.applies(lower)), fields
        return None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Every file, and the version: a hash of them, in the order they were read."""

    version: str
    vendors: Mapping[str, Vendor]


def widened(fields: dict[str, str]) -> dict[str, str]:
    """With the other ways to write what may be a port: inventories have one, and routers up to three."""
    made = dict(fields)
    for name, value in fields.items():
        base, dot, unit = value.rpartition(".")
        if dot and unit.isdigit():
            made[name + BASE] = base
        found = _NUMBERED.fullmatch(value)
        if found and found[1] in _ABBREVIATED:
            made[name + SHORT] = _ABBREVIATED[found[1]] + found[2]
        if " " in value:
            made[name + LAST] = value.rpartition(" ")[2]
    return made
