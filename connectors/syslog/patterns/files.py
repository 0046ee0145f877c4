"""Reads pattern files. Bad ones are listed whole: every fault with its file, its key and what to do."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from connectors.listeners.templates import Template
from connectors.ports import PortError
from connectors.syslog.patterns.language import pattern
from connectors.syslog.patterns.rules import BUILT_IN, WIDER, Entry, Form, ObjectKind, Patterns, Rule, Vendor
from connectors.syslog.stamps import Style
from correlator.events import AlarmType, Severity

SHIPPED = Path(__file__).parent
Layer = Mapping[str, bytes]  # file name -> what is in it

_VENDOR = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a pattern file."""

    file: str
    key: str  # as `lines[2].alarms[0].severity`; empty where it is the whole file
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"


class PatternError(PortError):
    """Raised with every fault found, not only the first."""

    recoverable = False

    def __init__(self, faults: Sequence[Fault]) -> None:
        what = f"the syslog patterns have {len(faults)} faults, the first: {faults[0]}"
        super().__init__(what, "Mend the files named, or take them away")
        self.faults = tuple(faults)


# The shape of a file


def _listed(value: object) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise ValueError("a text, or a list of texts to try in turn, is needed")
    return texts


def _templates(value: object) -> object:
    return tuple(map(Template.of, _listed(value)))


def _patterns(value: object) -> object:
    return tuple(map(pattern, _listed(value)))


def _beginnings(value: object) -> object:
    """Of a form: an empty one is nothing before the text."""
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError("a list of texts to try in turn is needed")
    return tuple(map(pattern, value))


def _values(value: object) -> object:
    return frozenset(text.lower() for text in _listed(value))


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


_Templates = Annotated[tuple[Template, ...], BeforeValidator(_templates)]
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
    name: _Templates = ()
    qualifier: _Templates = ()
    text: _Templates = ()
    when: dict[str, _Values] = {}
    unless: dict[str, _Values] = {}

    @model_validator(mode="after")
    def _whole(self) -> "_AlarmOf":
        if self.state == "raised" and self.severity is None:
            raise ValueError("an alarm that is raised needs a severity")
        if (self.object != "device") != bool(self.name):
            raise ValueError('`name` goes with object = "port" or "neighbor", and only with these')
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
            read = _read(name, layer[name], self.faults)
            if read is None:
                continue
            if read.vendor in told:
                self.faults.append(Fault(name, "vendor", f"{read.vendor} is in {told[read.vendor]} already"))
            told[read.vendor] = name
            self.faults += [Fault(name, key, reason) for key, reason in _unknown_names(read)]
            self.vendors[read.vendor] = _vendor_of(read)


def _read(name: str, contents: bytes, faults: list[Fault]) -> _File | None:
    try:
        return _File.model_validate(tomllib.loads(contents.decode()))
    except UnicodeDecodeError as error:
        faults.append(Fault(name, "", f"not UTF-8 at octet {error.start}"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(name, "", f"not TOML: {error}"))
    except ValidationError as error:
        faults += [Fault(name, _key(one["loc"]), _reason(one)) for one in error.errors(include_url=False)]
    return None


def _key(place: Iterable[int | str]) -> str:
    """`lines[2].alarms[0].severity`. pydantic says `[key]` behind the name of a table whose key is at fault."""
    text = ""
    for step in place:
        if step != "[key]":
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _reason(error: Any) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _unknown_names(read: _File) -> Iterator[tuple[str, str]]:
    formed = {name for one in read.form.lines for name in one.groupindex} - {"key"}
    for number, lines in enumerate(read.lines):
        found = {*formed, *(name for text in lines.texts for name in text.groupindex)}
        known = {*BUILT_IN, *found, *(name + wider for name in found for wider in WIDER)}
        for place, alarm in enumerate(lines.alarms):
            used = {
                "name": [name for template in alarm.name for name in template.fields],
                "qualifier": [name for template in alarm.qualifier for name in template.fields],
                "text": [name for template in alarm.text for name in template.fields],
                "when": list(alarm.when),
                "unless": list(alarm.unless),
            }
            for key, names in used.items():
                for name in names:
                    if name not in known:
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
    seal = hashlib.sha256()
    for number, layer in enumerate(layers):
        shelf.add(layer)
        for name in sorted(layer):
            seal.update(f"{number}/{name}\0{len(layer[name])}\0".encode() + layer[name])
    if shelf.faults:
        raise PatternError(shelf.faults)
    return Patterns(seal.hexdigest()[:12], shelf.vendors)


def load(*folders: Path) -> Patterns:
    """The shipped files, then the operator's own folders. Raises PatternError, also where a folder is missing."""
    missing = [Fault(str(folder), "", "no such folder") for folder in folders if not folder.is_dir()]
    if missing:
        raise PatternError(missing)
    return compiled(
        [{path.name: path.read_bytes() for path in folder.glob("*.toml")} for folder in (SHIPPED, *folders)]
    )
