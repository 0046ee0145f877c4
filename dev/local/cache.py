"""Where what was fetched once is kept."""

import os
from pathlib import Path


def cache() -> Path:
    """The user's own folder for us; made where it is not there."""
    found = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "simpul"
    found.mkdir(parents=True, exist_ok=True)
    return found
