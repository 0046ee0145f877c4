"""English sentences: counts as they are told, and what msgspec says of what it cannot read.

Its errors have no attributes: here alone its sentences are read, and `tests/topology/test_misfits.py` holds that it
still speaks so.
"""

import re
from dataclasses import dataclass
from typing import Literal

AT = re.compile(r"^(?P<reason>.*?)(?: - at `\$?\.?(?P<path>[^`]*)`)?$", re.DOTALL)
NAMED = {"unknown": "Object contains unknown field `", "missing": "Object missing required field `"}
BYTE = re.compile(r"(?:JSON is malformed: )?(?P<reason>.*) \(byte (?P<byte>\d+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Its sentence, taken apart."""

    kind: Literal["unknown", "missing", "enumeration", "malformed", "other"]
    reason: str  # without place
    path: str = ""  # of the value, as `rows[2].severity`; empty: the whole
    field: str = ""  # the name that is unknown or missing in it
    byte: int | None = None  # where text is malformed, but for one that ends too early

    @property
    def where(self) -> str:
        """The path of the field that is meant."""
        return ".".join(part for part in (self.path, self.field) if part)


def misfit(error: Exception) -> Misfit:
    """Of a msgspec error; of any other one its text is the reason."""
    said = str(error)
    if malformed := BYTE.fullmatch(said):
        return Misfit("malformed", malformed["reason"], byte=int(malformed["byte"]))
    found = AT.match(said)
    assert found is not None, said
    reason, path = found["reason"], found["path"] or ""
    if reason.startswith(NAMED["unknown"]):
        return Misfit("unknown", reason, path, reason.removeprefix(NAMED["unknown"]).removesuffix("`"))
    if reason.startswith(NAMED["missing"]):
        return Misfit("missing", reason, path, reason.removeprefix(NAMED["missing"]).removesuffix("`"))
    return Misfit("enumeration" if reason.startswith("Invalid enum value") else "other", reason, path)


def counted(count: int, one: str, many: str = "") -> str:
    """The count with its words: `one` for 1, else `many` (without it: `one` and an s)."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
