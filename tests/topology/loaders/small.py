"""A small sound inventory as JSON has it, and what a loader says of a damaged one."""

import copy
import json
from collections.abc import Callable
from typing import Any

from topology.model import BadInventory, Fault, Inventory

Rows = dict[str, Any]

SOUND: Rows = {
    "format": "simpul-inventory/1",
    "sites": [
        {"id": "P1", "kind": "pop", "name": "Jakarta", "region": "Jawa", "lat": -6.2, "lon": 106.82},
        {"id": "P2", "kind": "pop"},
        {"id": "H1", "kind": "customer"},
    ],
    "conduits": [{"id": "CD-1", "name": "Jembatan, sisi timur"}],
    "spans": [
        {"id": "S1", "a": "P1", "b": "P2", "tier": "metro", "length_km": 61.5, "conduits": ["CD-1"]},
        {"id": "S2", "a": "P1", "b": "P2", "tier": "metro", "length_km": 0},
        {"id": "S3", "a": "P2", "b": "H1", "tier": "drop"},
    ],
    "devices": [
        {
            "id": "R1",
            "site": "P1",
            "role": "core",
            "tier": "backbone",
            "gateway": True,
            "addresses": ["10.0.0.1", "::1"],
        },
        {"id": "R2", "site": "P2", "role": "edge", "tier": "metro", "gateway": False},
        {"id": "SPL", "site": "P2", "role": "splitter", "tier": "distribution"},
        {"id": "ONT", "site": "H1", "role": "ont", "tier": "drop"},
    ],
    "links": [
        {"id": "L1", "a": "R1/ge-0/0/1", "b": "R2/ge-0/0/1", "tier": "metro", "routes": [["S1"], ["S2"]]},
        {"id": "L2", "a": "R2/pon-1", "b": "SPL/in", "tier": "feeder"},
        {"id": "L3", "a": "SPL/out-1", "b": "ONT/pon", "tier": "drop", "routes": [["S3"]]},
    ],
    "services": [
        {"id": "SV1", "customer": "C1", "product": "dia", "attach": ["R1/ge-0/0/9", "R2", "SPL"], "need": 1},
        {"id": "SV2", "customer": "C1", "product": "broadband", "attach": ["ONT"]},
    ],
    "customers": [
        {
            "id": "C1",
            "segment": "business",
            "name": 'PT Awan, Kasih "Bersama" & Café',
            "strategic": True,
            "language": "en",
            "phone": "+62215550100",
            "email": "noc@example.com",
        },
        {"id": "C2", "segment": "residential"},
    ],
    "risk_groups": [{"id": "G1", "kind": "power", "members": ["P2", "S1", "R1/psu", "C1"]}],
}


def sound() -> Rows:
    return copy.deepcopy(SOUND)


def text(rows: Rows) -> bytes:
    return json.dumps(rows).encode()


def plus(list_name: str, **row: Any) -> Rows:
    """The sound inventory and one more row."""
    rows = sound()
    rows[list_name].append(row)
    return rows


def faults_of(load: Callable[[], Inventory]) -> tuple[Fault, ...]:
    """Each fault; none when the inventory loads. Any other error goes on."""
    try:
        load()
    except BadInventory as bad:
        return bad.faults
    return ()


def said(load: Callable[[], Inventory]) -> list[str]:
    """Each fault as a line."""
    return [str(fault) for fault in faults_of(load)]


def short(value: object) -> str:
    """What a case is called in a test's name."""
    return str(value)[:60]
