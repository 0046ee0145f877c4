"""MIB files, read by pysmi's parser: the notifications of a module with their numbers and objects.

Nothing is read that nothing asks for: of the modules that a MIB imports only those that give a notification its number,
or one of its objects a number or a type. So a fault elsewhere in a vendor's texts stands in nobody's way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pysmi.error import PySmiError
from pysmi.parser.dialect import smi_v1_relaxed
from pysmi.parser.smi import parserFactory

from connectors.ports import PortError
from connectors.snmp.catalogue.rules import BUILT_IN
from connectors.snmp.mibs import known
from connectors.snmp.mibs.known import Numbers

MOST_OCTETS = 16 * 1024 * 1024  # of one file; the largest that was met has 3 MB
DEEPEST = 64  # parents of a number, types of a type
_BEGIN = re.compile(r"DEFINITIONS\s*::=\s*BEGIN")
_BEFORE = re.compile(r"([A-Za-z][\w-]*)\s*(?:\{[^}]*\}\s*)?$")
BEFORE = 300  # characters, in which a module's name stands
_COMMENT = re.compile(r"--.*")
_GENERIC = 6  # generic traps of version 1: 0 coldStart to 5 egpNeighborLoss (RFC 3584, section 3.1)

Node = Any  # of pysmi's tree: tuples of texts, numbers and tuples


class BadMib(PortError):
    """A MIB cannot be read, or a module that it needs is not at hand."""

    recoverable = False


@dataclass(frozen=True, slots=True)
class Object:
    """What a notification carries."""

    name: str
    oid: str
    kind: str  # number, text, time, address, oid, other
    values: Mapping[str, str]  # name -> number, of an enumeration
    column: bool  # of a table: its instance tells rows apart
    typed: str  # the name of its type, as the MIB has it


@dataclass(frozen=True, slots=True)
class Notification:
    """`oids`: every number that it goes by: of version 2, and what a proxy makes of version 1 (RFC 3584, 3.1)."""

    name: str
    oids: tuple[str, ...]
    objects: tuple[Object, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Mib:
    name: str
    dated: str  # LAST-UPDATED, as 2022-11-03; empty where the MIB has none
    notifications: tuple[Notification, ...]
    flawed: Mapping[str, str]  # notification -> why the text gives it no number or no objects


class _Module:
    """One module of a file, by its symbols."""

    def __init__(self, name: str, tree: Node) -> None:
        self.name = name
        self.imports = {symbol: module for module, symbols in (tree[2] or {}).items() for symbol in symbols}
        self.declared: dict[str, Node] = {}
        for one in tree[3] or ():
            if one and len(one) > 1 and isinstance(one[1], str):
                self.declared.setdefault(one[1], one)


class Modules:
    """The modules that the folders hold, each read when it is first asked for."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._read: dict[str, _Module] = {}

    def mib(self, name: str) -> Mib:
        """Raises BadMib, with every module that is missing."""
        missing: dict[str, str] = {}
        flawed: dict[str, str] = {}
        if name not in self._files:
            raise BadMib(f"no file has the module {name}", f"Looked in {self._places()}")
        module = self._module(name, name)
        found = []
        for one in module.declared.values():
            if one[0] in ("notificationTypeClause", "trapTypeClause"):
                try:
                    found.append(self._notification(module, one))
                except _NotAtHand as lacking:
                    missing.setdefault(lacking.module, lacking.symbol)
                except _Flaw as flaw:
                    flawed[one[1]] = str(flaw)
        if missing:
            told = ", ".join(f"{module} (for {symbol})" for module, symbol in sorted(missing.items()))
            raise BadMib(
                f"{name} needs modules that are not at hand: {told}",
                f"Put the file of each beside the MIB, or into a folder named by --mibs; looked in {self._places()}",
            )
        found.sort(key=lambda one: _sortable(one.oids[0]))
        return Mib(name, _dated(module), tuple(_each_its_own(found)), flawed)

    def _places(self) -> str:
        return ", ".join(map(str, self._folders))

    # Files

    @cached_property
    def _files(self) -> Mapping[str, Path]:
        """Module -> the file that has it, whatever the file is called; the first folder first."""
        files: dict[str, Path] = {}
        for folder in self._folders:
            for path in sorted(folder.iterdir()):
                if path.is_file() and path.stat().st_size <= MOST_OCTETS:
                    for name in named_in(path):
                        files.setdefault(name, path)
        return files

    def _module(self, name: str, symbol: str) -> _Module:
        if name not in self._read:
            path = self._files.get(name)
            if path is None:
                raise _NotAtHand(name, symbol)
            try:
                for tree in _parser().parse(_mended(_text(path))):
                    self._read[tree[0]] = _Module(tree[0], tree)
            except PySmiError as error:
                raise BadMib(f"{path}: {error}", "Mend that line, or take a newer text of this MIB") from error
            if name not in self._read:
                raise _NotAtHand(name, symbol)
        return self._read[name]

    # Symbols

    def _where(self, module: _Module, symbol: str) -> tuple[_Module, Node] | None:
        """The module that declares it, and how; None: a standard one whose text nobody needs."""
        if symbol in module.declared:
            return module, module.declared[symbol]
        source = module.imports.get(symbol)
        if source is None:
            if symbol in known.TREE or symbol in known.OBJECTS or symbol in known.KINDS:
                return None  # some vendors forget to import what everybody knows
            raise _Flaw(f"{module.name} declares no {symbol} and imports none")
        told = symbol in known.OBJECTS or symbol in known.KINDS or symbol in known.TYPE_VALUES
        if source in known.MODULES and (told or source not in self._files):
            return None
        other = self._module(source, symbol)
        if symbol not in other.declared:
            raise _Flaw(f"{source} has no {symbol}, which {module.name} imports of it")
        return other, other.declared[symbol]

    def _numbers(self, module: _Module, symbol: str, depth: int = DEEPEST) -> Numbers:
        if symbol not in module.declared and symbol in known.TREE:
            return known.TREE[symbol]
        found = self._where(module, symbol)
        if found is None:
            if symbol not in known.OBJECTS:
                raise _NotAtHand(module.imports.get(symbol, symbol), symbol)
            return known.OBJECTS[symbol]
        return self._number_of(found[0], found[1][-1], symbol, depth)

    def _number_of(self, module: _Module, written: Node, symbol: str, depth: int) -> Numbers:
        if depth == 0 or not isinstance(written, tuple) or written[0] != "objectIdentifier":
            raise _Flaw(f"{symbol} of {module.name} has no number")
        head, *rest = written[1]
        numbers = self._numbers(module, head, depth - 1) if isinstance(head, str) else (_last(head),)
        return (*numbers, *map(_last, rest))

    def _notification(self, module: _Module, one: Node) -> Notification:
        name = one[1]
        if one[0] == "trapTypeClause":
            enterprise = self._number_of(module, one[2], name, DEEPEST)
            numbers = _of_version_1(enterprise, one[6])
        else:
            numbers = self._number_of(module, one[-1], name, DEEPEST)
        listed = next((part[1] for part in one if isinstance(part, tuple) and part[0] in ("Objects", "VarTypes")), ())
        said = next((part[1] for part in one if isinstance(part, tuple) and part[0] == "DESCRIPTION"), "")
        objects = tuple(self._object(module, symbol) for symbol in dict.fromkeys(listed) if symbol not in BUILT_IN)
        return Notification(name, _every_number(numbers), objects, " ".join(str(said).split()))

    def _object(self, module: _Module, symbol: str) -> Object:
        found = self._where(module, symbol)
        oid = ".".join(map(str, self._numbers(module, symbol)))
        if found is None:
            kind = "text" if symbol in known.TEXTS else "number"
            return Object(symbol, oid, kind, known.VALUES.get(symbol, {}), symbol in known.COLUMNS, "")
        owner, clause = found
        if clause[0] != "objectTypeClause":
            return Object(symbol, oid, "other", {}, False, "")
        kind, values = self._type(owner, clause[2], DEEPEST)
        return Object(symbol, oid, kind, values, self._in_table(owner, clause), str(clause[2][1]))

    def _in_table(self, module: _Module, clause: Node) -> bool:
        parent = clause[-1][1][0]
        found = self._where(module, parent) if isinstance(parent, str) else None
        return found is not None and any(
            isinstance(part, tuple) and part[0] in ("INDEX", "AUGMENTS") for part in found[1]
        )

    def _type(self, module: _Module, syntax: Node, depth: int) -> tuple[str, Mapping[str, str]]:
        """(kind, values) of what a SYNTAX says."""
        if depth == 0 or not isinstance(syntax, tuple):
            return "other", {}
        if len(syntax) > 2 and isinstance(syntax[2], tuple) and syntax[2][0] == "enumSpec":
            return "number", {str(name): str(number) for name, number in syntax[2][1]}
        name = syntax[1] if len(syntax) > 1 and isinstance(syntax[1], str) else ""
        if name in module.declared or (name in module.imports and name not in known.KINDS):
            found = self._where(module, name)
            if found is None:
                return "other", known.TYPE_VALUES.get(name, {})
            return self._type(found[0], found[1][2][-1], depth - 1)
        if name.replace(" ", "") in ("OCTETSTRING", "OctetString"):
            return "octets", {}
        return known.KINDS.get(name, "other"), known.TYPE_VALUES.get(name, {})


class _Flaw(Exception):
    """A vendor's slip: it costs the notification, and not the module."""


class _NotAtHand(Exception):
    def __init__(self, module: str, symbol: str) -> None:
        super().__init__(module)
        self.module, self.symbol = module, symbol


def named_in(path: Path) -> list[str]:
    """The modules that a file holds."""
    text = _text(path)
    heads = (_COMMENT.sub("", text[max(0, one.start() - BEFORE) : one.start()]) for one in _BEGIN.finditer(text))
    return [found.group(1) for head in heads if (found := _BEFORE.search(head))]


@cache
def _parser() -> Any:
    """Its grammar takes most of a second to make."""
    return parserFactory(**smi_v1_relaxed)()


def _text(path: Path) -> str:
    """MIBs are in ASCII by the standard; what is more stands in descriptions, and is Latin-1 or UTF-8."""
    return path.read_bytes().decode("latin-1")


def _mended(text: str) -> str:
    """Some names end with a hyphen, and some files with a Control-Z."""
    return re.sub(r"(?<=\w)-(?=\s*[,({}])", "", text.replace("\x1a", " "))


def _last(part: Node) -> int:
    """`3`, or `org(3)`."""
    return int(part[1] if isinstance(part, tuple) else part)


def _of_version_1(enterprise: Numbers, number: int) -> Numbers:
    if enterprise == known.OBJECTS["snmp"] and number < _GENERIC:
        return (*known.OBJECTS["snmpTraps"], number + 1)
    return (*enterprise, 0, number)


def _every_number(numbers: Numbers) -> tuple[str, ...]:
    forms = (
        [numbers]
        if numbers[-2] == 0 or numbers[:-1] == known.OBJECTS["snmpTraps"]
        else [
            numbers,
            (*numbers[:-1], 0, numbers[-1]),
        ]
    )
    return tuple(".".join(map(str, form)) for form in forms)


def _each_its_own(found: Sequence[Notification]) -> Iterator[Notification]:
    """Without numbers that another has as its first: `x.5` by way of version 1 is `x.0.5`, which may be another's."""
    taken: set[str] = set()
    first = {one.oids[0] for one in found}
    for one in found:
        oids = tuple(oid for n, oid in enumerate(one.oids) if oid not in taken and (n == 0 or oid not in first))
        taken |= set(oids)
        if oids:
            yield replace(one, oids=oids)


def _sortable(oid: str) -> Numbers:
    return tuple(map(int, oid.split(".")))


def _dated(module: _Module) -> str:
    for one in module.declared.values():
        if one[0] == "moduleIdentityClause":
            found = next(_dates(one), "")
            digits = found if len(found) > 11 else f"19{found}"
            return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return ""


def _dates(node: Node) -> Iterator[str]:
    """Texts as 202211031200Z."""
    if isinstance(node, str) and re.fullmatch(r"(\d{2})?\d{10}Z", node):
        yield node
    elif isinstance(node, (tuple, list)):
        for part in node:
            yield from _dates(part)
