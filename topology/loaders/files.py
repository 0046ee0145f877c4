"""The only file of this room that opens paths: it hands texts to the pure loaders."""

from pathlib import Path

from topology.loaders.from_csv import SUFFIX, load_csv
from topology.loaders.from_graphml import load_graphml
from topology.loaders.from_json import load_json
from topology.loaders.reading import refuse
from topology.loaders.rows import LISTS
from topology.model import Inventory

WAYS = "Give a .json file, a folder of CSV files, or a .graphml file"


def load(path: Path) -> Inventory:
    """The inventory at a path: a folder holds CSV files; of a file the name, else its first sign, tells what it is.

    Raises `BadInventory`, also when the path cannot be read.
    """
    try:
        if path.is_dir():
            return load_csv(_tables(path))
        data = path.read_bytes()
    except OSError as error:
        raise refuse(str(path), f"it cannot be read: {error.strerror}", WAYS) from error
    if path.suffix.lower() == SUFFIX:
        raise refuse(str(path), "a CSV file holds one list, and an inventory is a folder of them", "Give the folder")
    if _is_graphml(path, data):
        return load_graphml(data)
    return load_json(data)


def _tables(folder: Path) -> dict[str, bytes]:
    tables = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix.lower() == SUFFIX}
    if not tables:
        names = ", ".join(name + SUFFIX for name in LISTS)
        raise refuse(str(folder), "the folder holds no CSV files", f"Put any of these there: {names}")
    return tables


def _is_graphml(path: Path, data: bytes) -> bool:
    match path.suffix.lower():
        case ".graphml":
            return True
        case ".json":
            return False
        case _:
            return data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
