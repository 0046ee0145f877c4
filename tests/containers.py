"""The files for containers, as tests read them."""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
OURS = "simpul:latest"  # the image


def read(name: str) -> Any:
    """A YAML file, with what its anchors and merges mean."""
    return json.loads(json.dumps(YAML(typ="safe").load(ROOT / name)))


def ours(compose: dict[str, Any]) -> dict[str, Any]:
    """The services that are our own processes."""
    return {name: service for name, service in compose["services"].items() if service["image"] == OURS}
