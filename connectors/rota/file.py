"""A rota's file, read anew when it changes; one that got worse is told, and the last good one goes on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from connectors.listeners.rule_files import Fault, read
from connectors.ports import Contact, Unusable
from connectors.rota.rota import Rota

READABLE_BY_OTHERS = 0o007
REMEDY = "Mend the file; `simpul rota --file FILE` tests it"


def rota_of(path: Path) -> tuple[Rota | None, list[Fault]]:
    """The rota in a file, or every fault of it: the key, what is wrong and what to write."""
    faults: list[Fault] = []
    try:
        if path.stat().st_mode & READABLE_BY_OTHERS:
            faults.append(Fault(path.name, "", f"everybody on this machine can read it: chmod 640 {path}"))
        contents = path.read_bytes()
    except OSError as error:
        return None, [Fault(path.name, "", f"it cannot be read: {error.strerror}")]
    rota = read(Rota, path.name, contents, faults)
    if rota is not None:
        known = ", ".join(rota.persons) or "nobody"
        faults += [
            Fault(
                path.name, key, f"{person} is not among the persons: write [persons.{person}], or name one of {known}"
            )
            for key, person in rota.unknown()
        ]
    return (None if faults else rota), faults


class RotaFile:
    """Implements `OnDuty`. Raises Unusable where the file is no good at the start; later `told` hears of it."""

    def __init__(self, path: Path, told: Callable[[str], None]) -> None:
        self._path = path
        self._told = told
        self._lock = Lock()
        self._seen = self._stamp()
        rota, faults = rota_of(path)
        if rota is None:
            raise Unusable(f"The rota {path} cannot be used: {'; '.join(map(str, faults))}", REMEDY)
        self._rota = rota

    def on_duty(self, role: str, at_us: int) -> Sequence[str]:
        return self._now().on_duty(role, at_us)

    def contact(self, person: str) -> Contact | None:
        return self._now().contact(person)

    def _now(self) -> Rota:
        with self._lock:
            stamp = self._stamp()
            if stamp != self._seen:
                self._seen = stamp
                rota, faults = rota_of(self._path)
                if rota is not None:
                    self._rota = rota
                    self._told(f"the rota {self._path.name} was read anew")
                else:
                    self._told(f"the rota of before stays in force: {'; '.join(map(str, faults))}")
            return self._rota

    def _stamp(self) -> tuple[int, int, int]:
        """Another one means that the file changed."""
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0, 0
        return found.st_mtime_ns, found.st_size, found.st_mode
