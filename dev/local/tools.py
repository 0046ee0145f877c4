"""Finds the programs that a service needs. As root on Debian it installs what is missing; else it says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


class Trouble(Exception):
    """What does not work, with its remedy."""


def say(text: str) -> None:
    """To the person at the terminal; standard output is for addresses."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def program(name: str, package: str, places: str = "") -> Path:
    """A program of a Debian package; `places`: a pattern of folders below / where else it may lie, newest last."""
    found = _look(name, places)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(package)
        found = _look(name, places)
    if found is None:
        raise Trouble(
            f"{name} is not installed. As root: apt-get update && apt-get install --no-install-recommends {package}"
        )
    return found


def _look(name: str, places: str) -> Path | None:
    if found := shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
        return Path(found)
    lying = sorted(Path("/").glob(f"{places}/{name}"), key=lambda path: (len(str(path)), path)) if places else []
    return lying[-1] if lying else None


def _install(package: str) -> None:
    say(f"installing the Debian package {package} ...")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
        ran = subprocess.run(["apt-get", *words], env=quiet, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise Trouble(f"apt-get {' '.join(words)} failed: {ran.stderr.strip()[-500:]}")


def run(command: list[str], what: str, user: str | None = None) -> str:
    """One command to its end, in a folder that every user may enter; its output. Raises Trouble with its last words."""
    ran = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    if ran.returncode:
        raise Trouble(f"{what} failed:\n{(ran.stderr + ran.stdout).strip()[-2000:]}")
    return ran.stdout
