"""Inventories as operators have them (JSON, a folder of CSV files, GraphML) read to one `topology.model.Inventory`.

`load` takes a path; `load_json`, `load_csv` and `load_graphml` take the texts themselves. All of them raise
`topology.model.BadInventory` with every fault found, never another error for what a file holds.
"""

from topology.loaders.files import load
from topology.loaders.from_csv import load_csv
from topology.loaders.from_graphml import load_graphml
from topology.loaders.from_json import load_json

__all__ = ["load", "load_csv", "load_graphml", "load_json"]
