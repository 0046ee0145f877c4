"""Reads catalogue files. Bad ones are listed whole: every fault with its file, its key and what to do."""

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
from connectors.snmp.catalogue.rules import BUILT_IN, INDEX, Catalogue, Entry, ObjectKind, Rule
from correlator.events import AlarmType, Severity

SHIPPED = Path(__file__).parent
Layer = Mapping[str, bytes]  # file name -> what is in it

_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a catalogue file."""

    file: str
    key: str  # as `traps[2].alarms[0].severity`; empty where it is the whole file
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"


class CatalogueError(PortError):
    """Raised with every fault found, not only the first."""

    recoverable = False

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"the trap catalogue has {len(faults)} faults", "Mend the files named, or take them away")
        self.faults = tuple(faults)


# The shape of a file


def _oid(text: str) -> str:
    if not _OID.fullmatch(text):
        raise ValueError("an OID in numbers is needed, as 1.3.6.1.6.3.1.1.5.3")
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text) or text in BUILT_IN:
        raise ValueError(f"a MIB's name is needed: letters, digits, hyphens, and none of {', '.join(BUILT_IN)}")
    return text


def _templates(value: object) -> object:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise ValueError("a text, or a list of texts to try in turn, is needed")
    return tuple(map(Template.of, texts))


def _values(value: object) -> object:
    values = value if isinstance(value, list) else [value]
    if not values or not all(type(one) in (int, str) for one in values):
        raise ValueError("a list of whole numbers or texts is needed")
    return frozenset(map(str, values))


_Oid = Annotated[str, AfterValidator(_oid)]
_Templates = Annotated[tuple[Template, ...], BeforeValidator(_templates)]
_Values = Annotated[frozenset[str], BeforeValidator(_values)]


class _AlarmOf(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

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
        if (self.object in ("port", "neighbor", "named")) != bool(self.name):
            raise ValueError('`name` goes with object = "port", "neighbor" or "named", and only with these')
        return self


class _TrapOf(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_name)]
    oids: Annotated[list[_Oid], Field(min_length=1)]
    alarms: Annotated[list[_AlarmOf], Field(min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    mib: str
    source: str  # where the OIDs come from: an RFC, a vendor's MIB with its date
    objects: dict[Annotated[str, AfterValidator(_name)], _Oid] = {}
    traps: Annotated[list[_TrapOf], Field(min_length=1)]


# From files to rules


@dataclass
class _Shelf:
    """What has been read so far; a later layer replaces a trap of an earlier one, a doubled trap within one is a
    fault."""

    entries: dict[str, Entry] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, layer: Layer) -> None:
        told: dict[str, str] = {}
        for name in sorted(layer):
            read = _read(name, layer[name], self.faults)
            if read is not None:
                self._place(name, read, told)

    def _place(self, file: str, read: _File, told: dict[str, str]) -> None:
        self.faults += [Fault(file, key, reason) for key, reason in _unknown_names(read)]
        objects = {oid: (name, name + INDEX) for name, oid in read.objects.items()}
        for number, trap in enumerate(read.traps):
            entry = Entry(trap.name, file, objects, tuple(map(_rule, trap.alarms)))
            for oid in trap.oids:
                if oid in told:
                    self.faults.append(Fault(file, f"traps[{number}].oids", f"{oid} is in {told[oid]} already"))
                told[oid] = file
                self.entries[oid] = entry


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
    """`traps[2].alarms[0].severity`. pydantic says `[key]` behind the name of a table whose key is at fault."""
    text = ""
    for step in place:
        if step != "[key]":
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _reason(error: Any) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _unknown_names(read: _File) -> Iterator[tuple[str, str]]:
    known = {*BUILT_IN, *read.objects, *(name + INDEX for name in read.objects)}
    for t, trap in enumerate(read.traps):
        for a, alarm in enumerate(trap.alarms):
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
                        yield f"traps[{t}].alarms[{a}].{key}", f"{name} is not in [objects] of this file"


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


def compiled(layers: Sequence[Layer]) -> Catalogue:
    """The catalogue of these files; a later layer replaces traps of an earlier one. Raises CatalogueError."""
    shelf = _Shelf()
    seal = hashlib.sha256()
    for number, layer in enumerate(layers):
        shelf.add(layer)
        for name in sorted(layer):
            seal.update(f"{number}/{name}\0{len(layer[name])}\0".encode() + layer[name])
    if shelf.faults:
        raise CatalogueError(shelf.faults)
    return Catalogue(seal.hexdigest()[:12], shelf.entries)


def load(*folders: Path) -> Catalogue:
    """The shipped files, then the operator's own folders. Raises CatalogueError, also where a folder is missing."""
    missing = [Fault(str(folder), "", "no such folder") for folder in folders if not folder.is_dir()]
    if missing:
        raise CatalogueError(missing)
    return compiled(
        [{path.name: path.read_bytes() for path in folder.glob("*.toml")} for folder in (SHIPPED, *folders)]
    )
