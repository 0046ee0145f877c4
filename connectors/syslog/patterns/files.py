"""Reads pattern files. Bad ones are listed whole: every fault with its file, its key and what to do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from connectors.listeners import rule_files
from connectors.listeners.rule_files import (
    Fault,
    Layer,
    Templates,
    layers_of,
    listed,
    missing,
    unknown_names,
    version_of,
)
from connectors.ports import PortError
from connectors.syslog.patterns.language import pattern
from connectors.syslog.patterns.rules import BUILT_IN, WIDER, Entry, Form, ObjectKind, Patterns, Rule, Vendor
from connectors.syslog.stamps import Style
from correlator.events import AlarmType, Severity

SHIPPED = Path(__file__).parent

_VENDOR = re.compile(r"[a-z][a-z0-9-]*")


class PatternError(PortError):
    """Raised with every fault found, not only the first."""

    recoverable = False

    def __init__(self, faults: Sequence[Fault]) -> None:
        what = f"the syslog patterns have {len(faults)} faults, the first: {faults[0]}"
        super().__init__(what, "Mend the files named, or take them away")
        self.faults = tuple(faults)


# The shape of a file


def _patterns(value: object) -> object:
    return tuple(map(pattern, listed(value)))


def _beginnings(value: object) -> object:
    """Of a form: an empty one is nothing before the text."""
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError("a list of texts to try in turn is needed")
    return tuple(map(pattern, value))


def _values(value: object) -> object:
    return frozenset(text.lower() for text in listed(value))


def _vendor(text: str) -> str:
    if not _VENDOR.fullmatch(text):
        raise ValueError("a name of small letters, digits and hyphens is needed, as cisco-ios")
    return text


def _app(value: object) -> object:
    if value in ("any", "none", "either"):
        return value
    if not isinstance(value, list) or not value or not all(isinstance(name, str) and name for name in value):
        raise ValueError('"any", "none", "either" or a list of programs is needed')
    return frozenset(value)


_Beginnings = Annotated[tuple[re.Pattern[str], ...], BeforeValidator(_beginnings)]
_Texts = Annotated[tuple[re.Pattern[str], ...], BeforeValidator(_patterns)]
_Values = Annotated[frozenset[str], BeforeValidator(_values)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class _AlarmOf(_Part):
    alarm_type: AlarmType
    state: Literal["raised", "cleared"]
    severity: Severity | None = None
    object: ObjectKind = "device"
    name: Templates = ()
    qualifier: Templates = ()
    text: Templates = ()
    when: dict[str, _Values] = {}
    unless: dict[str, _Values] = {}

    @model_validator(mode="after")
    def _whole(self) -> "_AlarmOf":
        if self.state == "raised" and self.severity is None:
            raise ValueError("an alarm that is raised needs a severity")
        if (self.object != "device") != bool(self.name):
            raise ValueError('`name` goes with object = "port", "neighbor" or "named", and only with these')
        return self


class _LinesOf(_Part):
    keys: Annotated[list[str], Field(min_length=1)]
    texts: Annotated[_Texts, Field(min_length=1)]
    alarms: list[_AlarmOf] = []


class _FormOf(_Part):
    styles: Annotated[list[Style], Field(min_length=1)]
    app: Annotated[Any, BeforeValidator(_app)]
    lines: _Beginnings = ()

    @model_validator(mode="after")
    def _keyed(self) -> "_FormOf":
        for one in self.lines:
            if "key" not in one.groupindex and self.app in ("none", "either"):
                raise ValueError("where no program is named each of `lines` needs a {key}, the mnemonic to look up by")
        if not self.lines and self.app in ("none", "either"):
            raise ValueError("give `lines` with a {key}, or name programs in `app`")
        return self


class _File(_Part):
    vendor: Annotated[str, AfterValidator(_vendor)]
    title: str
    source: str  # where the lines come from: a message reference, an RFC, a capture
    form: _FormOf
    lines: Annotated[list[_LinesOf], Field(min_length=1)]


# From files to vendors


@dataclass
class _Shelf:
    """What has been read so far; a later layer's file replaces the one of the same vendor."""

    vendors: dict[str, Vendor] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, layer: Layer) -> None:
        told: dict[str, str] = {}
        for name in sorted(layer):
            read = rule_files.read(_File, name, layer[name], self.faults)
            if read is None:
                continue
            if read.vendor in told:
                self.faults.append(Fault(name, "vendor", f"{read.vendor} is in {told[read.vendor]} already"))
            told[read.vendor] = name
            self.faults += [Fault(name, key, reason) for key, reason in _unknown_names(read)]
            self.vendors[read.vendor] = _vendor_of(read)


def _unknown_names(read: _File) -> Iterator[tuple[str, str]]:
    formed = {name for one in read.form.lines for name in one.groupindex} - {"key"}
    for number, lines in enumerate(read.lines):
        found = {*formed, *(name for text in lines.texts for name in text.groupindex)}
        known = {*BUILT_IN, *found, *(name + wider for name in found for wider in WIDER)}
        for place, alarm in enumerate(lines.alarms):
            for key, name in unknown_names(alarm, known):
                yield f"lines[{number}].alarms[{place}].{key}", f"{name} is in none of the texts"


def _vendor_of(read: _File) -> Vendor:
    entries: dict[str, tuple[Entry, ...]] = {}
    for lines in read.lines:
        entry = Entry(lines.texts, tuple(map(_rule, lines.alarms)))
        for key in lines.keys:
            entries[key] = (*entries.get(key, ()), entry)
    form = Form(frozenset(read.form.styles), read.form.app, read.form.lines)
    return Vendor(read.vendor, read.title, form, entries)


def _rule(alarm: _AlarmOf) -> Rule:
    return Rule(
        alarm_type=alarm.alarm_type,
        state=alarm.state,
        severity=alarm.severity,
        object=alarm.object,
        name=alarm.name,
        qualifier=alarm.qualifier,
        text=alarm.text,
        when=tuple(alarm.when.items()),
        unless=tuple(alarm.unless.items()),
    )


def compiled(layers: Sequence[Layer]) -> Patterns:
    """The patterns of these files; a later layer's file replaces its vendor's earlier one. Raises PatternError."""
    shelf = _Shelf()
    for layer in layers:
        shelf.add(layer)
    if shelf.faults:
        raise PatternError(shelf.faults)
    return Patterns(version_of(layers), shelf.vendors)


def load(*folders: Path) -> Patterns:
    """The shipped files, then the operator's own folders. Raises PatternError, also where a folder is missing."""
    if faults := missing(folders):
        raise PatternError(faults)
    return compiled(layers_of((SHIPPED, *folders)))
