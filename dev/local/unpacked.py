"""Programs of Debian packages, unpacked into a folder and not installed.

For those that exclude each other, or that would start a service of their own. No root rights are needed.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from dev.local.tools import Trouble

DONE = "complete"


def unpacked(packages: Sequence[str], folder: Path) -> Path:
    """The root of what they hold; `folder` keeps it for the next time. Raises Trouble."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise Trouble(f"{packages[0]} cannot be had: this is no Debian")
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / "root"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes of one test run
        if not (folder / DONE).exists():
            _run(["apt-get", "download", *_missing(packages, folder)], folder)
            for package in sorted(folder.glob("*.deb")):
                _run(["dpkg-deb", "-x", str(package), str(root)], folder)
            (folder / DONE).touch()
    return root


def _missing(packages: Sequence[str], folder: Path) -> list[str]:
    """They, and what they need that this machine lacks: a line each, 'ADDRESS' NAME_VERSION_ARCHITECTURE.deb ..."""
    asked = ["apt-get", "install", "--print-uris", "-qq", "-y", "--no-install-recommends", *packages]
    files = [line.split()[1] for line in _run(asked, folder).splitlines() if line.startswith("'")]
    return sorted({*packages, *(file.partition("_")[0] for file in files)})


def environment(root: Path, *libraries: str) -> dict[str, str]:
    """For a program in there: where its libraries are. `libraries`: patterns of folders below the root."""
    found = [
        str(path) for pattern in ("usr/lib/*-linux-gnu", "lib/*-linux-gnu", *libraries) for path in root.glob(pattern)
    ]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(found)}


def _run(command: list[str], folder: Path) -> str:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Trouble(f"{' '.join(command[:3])} failed: {ran.stderr.strip()[-500:]}")
    return ran.stdout
