"""Reads catalogue files. Bad ones are listed whole: every fault with its file, its key and what to do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from connectors.listeners import rule_files
from connectors.listeners.rule_files import Fault, Layer, Templates, layers_of, missing, unknown_names, version_of
from connectors.ports import PortError
from connectors.snmp.catalogue.rules import BUILT_IN, INDEX, Catalogue, Entry, ObjectKind, Rule
from correlator.events import AlarmType, Severity
from topology.english import counted

SHIPPED = Path(__file__).parent
MOST_TOLD = 5  # faults that the error names; all are in `faults`
HOLE = "?"  # how a value begins that staff have yet to give

_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


class CatalogueError(PortError):
    """Raised with every fault found, not only the first."""

    recoverable = False

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = "; ".join(map(str, faults[:MOST_TOLD])) + ("; ..." if len(faults) > MOST_TOLD else "")
        super().__init__(
            f"the trap catalogue has {counted(len(faults), 'fault')}: {told}", "Mend the files named, or take them away"
        )
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


def _values(value: object) -> object:
    values = value if isinstance(value, list) else [value]
    if not values or not all(type(one) in (int, str) for one in values):
        raise ValueError("a list of whole numbers or texts is needed")
    return frozenset(map(str, values))


_Oid = Annotated[str, AfterValidator(_oid)]
_Values = Annotated[frozenset[str], BeforeValidator(_values)]


class _AlarmOf(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

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
        if (self.object in ("port", "neighbor", "named")) != bool(self.name):
            raise ValueError('`name` goes with object = "port", "neighbor" or "named", and only with these')
        return self


class _TrapOf(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_name)]
    oids: Annotated[list[_Oid], Field(min_length=1)]
    alarms: list[_AlarmOf]
    holes: tuple[str, ...] = ()  # not a key of the file: made of its values

    @model_validator(mode="before")
    @classmethod
    def _with_holes(cls, value: Any) -> Any:
        """A trap with a hole has no alarms: what it means is not known yet."""
        if not isinstance(value, dict):
            return value
        if "holes" in value or value.get("alarms") == []:
            raise ValueError("at least one of [[traps.alarms]] is needed, and `holes` is no key")
        holes = tuple(_holes_of(value))
        return value | {"alarms": [], "holes": holes} if holes else value


def _holes_of(trap: Any) -> Iterator[str]:
    """As `alarms[0].state: ?raised`."""
    alarms = trap.get("alarms") if isinstance(trap, dict) else None
    for number, alarm in enumerate(alarms if isinstance(alarms, list) else ()):
        for key, value in alarm.items() if isinstance(alarm, dict) else ():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and text.startswith(HOLE):
                    yield f"alarms[{number}].{key}: {text}"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    mib: str
    source: str  # where the OIDs come from: an RFC, a vendor's MIB with its date
    objects: dict[Annotated[str, AfterValidator(_name)], _Oid] = {}
    traps: Annotated[list[_TrapOf], Field(min_length=1)]


# From files to rules


@dataclass
class _Shelf:
    """What has been read so far; a later layer replaces a trap of an earlier one, unless it has holes; a doubled trap
    within one is a fault."""

    entries: dict[str, Entry] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, layer: Layer) -> None:
        told: dict[str, str] = {}
        for name in sorted(layer):
            read = rule_files.read(_File, name, layer[name], self.faults)
            if read is not None:
                self._place(name, read, told)

    def _place(self, file: str, read: _File, told: dict[str, str]) -> None:
        self.faults += [Fault(file, key, reason) for key, reason in _unknown_names(read)]
        objects = {oid: (name, name + INDEX) for name, oid in read.objects.items()}
        for number, trap in enumerate(read.traps):
            entry = Entry(trap.name, file, objects, tuple(map(_rule, trap.alarms)), trap.holes)
            for oid in trap.oids:
                if oid in told:
                    self.faults.append(Fault(file, f"traps[{number}].oids", f"{oid} is in {told[oid]} already"))
                told[oid] = file
                if not entry.holes or oid not in self.entries:
                    self.entries[oid] = entry


def _unknown_names(read: _File) -> Iterator[tuple[str, str]]:
    known = {*BUILT_IN, *read.objects, *(name + INDEX for name in read.objects)}
    for t, trap in enumerate(read.traps):
        for a, alarm in enumerate(trap.alarms):
            for key, name in unknown_names(alarm, known):
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
    for layer in layers:
        shelf.add(layer)
    if shelf.faults:
        raise CatalogueError(shelf.faults)
    return Catalogue(version_of(layers), shelf.entries)


def load(*folders: Path) -> Catalogue:
    """The shipped files, then the operator's own folders. Raises CatalogueError, also where a folder is missing."""
    if faults := missing(folders):
        raise CatalogueError(faults)
    return compiled(layers_of((SHIPPED, *folders)))
