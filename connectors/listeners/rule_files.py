"""What trap catalogues and syslog patterns share as files: how they are read, and how what is wrong is told."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError

from connectors.listeners.templates import Template

Layer = Mapping[str, bytes]  # file name -> what is in it
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file."""

    file: str
    key: str  # as `lines[2].alarms[0].severity`; empty where it is the whole file
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"


class Named(Protocol):
    """An alarm of a file, with the names that it fills in or asks for."""

    @property
    def name(self) -> tuple[Template, ...]: ...
    @property
    def qualifier(self) -> tuple[Template, ...]: ...
    @property
    def text(self) -> tuple[Template, ...]: ...
    @property
    def when(self) -> Mapping[str, object]: ...
    @property
    def unless(self) -> Mapping[str, object]: ...


def listed(value: object) -> list[str]:
    """A text alone is a list of one. Raises ValueError."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise ValueError("a text, or a list of texts to try in turn, is needed")
    return texts


def _templates(value: object) -> object:
    return tuple(map(Template.of, listed(value)))


Templates = Annotated[tuple[Template, ...], BeforeValidator(_templates)]


def read(shape: type[Shape], name: str, contents: bytes, faults: list[Fault]) -> Shape | None:
    """A file in its shape; None, and every fault noted, where it has another."""
    try:
        return shape.model_validate(tomllib.loads(contents.decode()))
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


def unknown_names(alarm: Named, known: set[str]) -> Iterator[tuple[str, str]]:
    """(key of the alarm, name) of each name that it uses and nobody gives."""
    used = {
        "name": [name for template in alarm.name for name in template.fields],
        "qualifier": [name for template in alarm.qualifier for name in template.fields],
        "text": [name for template in alarm.text for name in template.fields],
        "when": list(alarm.when),
        "unless": list(alarm.unless),
    }
    for key, names in used.items():
        yield from ((key, name) for name in names if name not in known)


def version_of(layers: Sequence[Layer]) -> str:
    """A hash of the files, in the order in which they are read."""
    seal = hashlib.sha256()
    for number, layer in enumerate(layers):
        for name in sorted(layer):
            seal.update(f"{number}/{name}\0{len(layer[name])}\0".encode() + layer[name])
    return seal.hexdigest()[:12]


def missing(folders: Iterable[Path]) -> list[Fault]:
    """Folders that are not there."""
    return [Fault(str(folder), "", "no such folder") for folder in folders if not folder.is_dir()]


def layers_of(folders: Iterable[Path]) -> list[Layer]:
    """The files of each folder."""
    return [{path.name: path.read_bytes() for path in folder.glob("*.toml")} for folder in folders]
