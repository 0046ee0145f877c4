"""A disk that forgets what was not synced: processes work on it, the power goes, and what was synced is left."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("power.c")
COMPILER = shutil.which("cc")
SYNC_MS = 25  # longer than it takes from an answer to the end of the power


@dataclass(frozen=True, slots=True)
class Disk:
    """`data` lies on it."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def environment(self, sync_ms: int = SYNC_MS) -> dict[str, str]:
        """Of the processes that work on it."""
        library = self.folder / "power.so"
        if not library.exists():
            assert COMPILER is not None
            subprocess.run([COMPILER, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        return {
            "LD_PRELOAD": str(library),
            "POWER_FOLDER": str(self.data),
            "POWER_SYNCED": str(self.folder / "synced"),
            "POWER_OFF": str(self.folder / "off"),
            "POWER_SYNC_MS": str(sync_ms),
        }

    def power_off(self) -> None:
        """From now on nothing that is synced lasts. Kill who works on it, then say `power_on`."""
        os.close(os.open(self.folder / "off", os.O_CREAT))

    def power_on(self) -> None:
        """What lies there is what was synced."""
        shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        synced = self.folder / "synced"
        if synced.exists():
            shutil.copytree(synced, self.data, dirs_exist_ok=True)
        (self.folder / "off").unlink()
