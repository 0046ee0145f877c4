"""Inventories as operators have them (JSON, a folder of CSV files, GraphML) read to one `topology.model.Inventory`.

`load` takes a path; `load_json`, `load_csv` and `load_graphml` take the texts themselves. All of them raise
`topology.model.BadInventory` with every fault found, never another error for what a file holds.
"""

from pathlib import Path

from topology.loaders.files import read_inventory
from topology.loaders.from_csv import load_csv
from topology.loaders.from_graphml import load_graphml
from topology.loaders.from_json import load_json
from topology.model import Inventory

__all__ = ["load", "load_csv", "load_graphml", "load_json"]


def load(path: Path) -> Inventory:
    """The inventory at a path: a .json file, a folder of CSV files, or a .graphml file."""
    return read_inventory(path)
