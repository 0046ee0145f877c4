"""Trap catalogues for people: MIB files made into one, and what staff have yet to say of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.ports import Unusable
from streams.bootstrap.listeners import snmp_of
from streams.settings import Settings

STANDARD = (Path("/usr/share/snmp/mibs"), Path("/usr/share/mibs"))  # where Debian and others put theirs


@dataclass(frozen=True, slots=True)
class Hole:
    """One trap that is not read yet. `gaps`: as `alarms[0].state: ?raised`."""

    file: str
    trap: str
    gaps: Sequence[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A catalogue of one module. `left_out`: notifications that it has not, with the reason."""

    mib: str
    text: str
    traps: int
    unfinished: int
    left_out: Mapping[str, str]


def catalogues_of(mibs: Sequence[Path], folders: Sequence[Path]) -> list[Made]:
    """One a module of these files that has notifications. Raises BadMib, and Unusable where no module has any."""
    from connectors.snmp.catalogue import load
    from connectors.snmp.mibs import Modules, catalogue_text, named_in, proposed

    missing = [str(path) for path in (*mibs, *folders) if not path.exists()]
    if missing:
        raise Unusable(f"there is no {', '.join(missing)}", "Name MIB files, and folders with those that they import")
    beside = [path.parent for path in mibs]
    modules = Modules(list(dict.fromkeys((*beside, *folders, *(path for path in STANDARD if path.is_dir())))))
    known = {oid: entry.file for oid, entry in load().entries.items()}
    found = []
    for name in (name for path in mibs for name in named_in(path)):
        mib = modules.mib(name)
        if mib.notifications or mib.flawed:
            proposal = proposed(mib, known)
            unfinished = sum(trap.holes > 0 for trap in proposal.traps)
            text = catalogue_text(proposal) if proposal.traps else ""
            found.append(Made(name, text, len(proposal.traps), unfinished, proposal.left_out))
    if not found:
        raise Unusable(
            f"no notification is in {', '.join(map(str, mibs))}",
            "A vendor often has a MIB of its own for traps: look for NOTIFICATION-TYPE or TRAP-TYPE",
        )
    return found


def holes_of(file: Path) -> list[Hole]:
    """Of one catalogue file. Raises CatalogueError with everything else that is wrong with it."""
    from connectors.snmp.catalogue import compiled

    return [Hole(one.file, one.name, one.holes) for one in compiled([{file.name: file.read_bytes()}]).unfinished]


def holes_in_force(settings: Settings) -> Mapping[str, Hole]:
    """OID -> what is not known of it yet. Raises CatalogueError."""
    from connectors.snmp.catalogue import load

    part = snmp_of(settings)
    catalogue = load(*([part.catalogues] if part.catalogues else []))
    return {oid: Hole(one.file, one.name, one.holes) for oid, one in catalogue.entries.items() if one.holes}
