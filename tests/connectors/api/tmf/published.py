"""The schemas of TMF621 and TMF642 as they are published, to hold answers and bodies against."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

VENDOR = Path(__file__).parents[3] / "vendor"


def faults_621(name: str, value: Any) -> list[str]:
    """What is wrong with a value of this schema of TMF621 v5.0.1."""
    document = json.loads((VENDOR / "tmf621-5.0.1.json").read_text())
    document["components"]["schemas"] = {key: chosen(one) for key, one in document["components"]["schemas"].items()}
    return faults({"$ref": f"#/components/schemas/{name}", **document}, value)


def faults_642(name: str, value: Any) -> list[str]:
    """... of TMF642 v4.0.0, in which an alarm's id is a text, as in v5."""
    document = json.loads((VENDOR / "tmf642-4.0.0.json").read_text())
    for shape in document["definitions"].values():
        if shape.get("properties", {}).get("id") == {"type": "integer"}:
            shape["properties"]["id"] = {"type": "string"}
    return faults({"$ref": f"#/definitions/{name}", **document}, value)


def examples_642() -> dict[str, Any]:
    """Of v5.0.1."""
    return dict(json.loads((VENDOR / "tmf642-5.0.1-examples.json").read_text()))


def chosen(schema: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI's discriminator chooses among several: JSON Schema has no such word, so the chosen one is written out."""
    if "oneOf" not in schema:
        return schema
    mapping = schema["discriminator"]["mapping"]
    each = [
        {"allOf": [{"$ref": ref}, {"properties": {"@type": {"const": name}}, "required": ["@type"]}]}
        for name, ref in mapping.items()
    ]
    return {"oneOf": each}


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    checker = Draft202012Validator.FORMAT_CHECKER
    found = Draft202012Validator(schema, format_checker=checker).iter_errors(value)
    return [f"{one.json_path}: {one.message}" for one in found]


def unknown_621(value: dict[str, Any]) -> set[str]:
    """Fields that a ticket of theirs does not have."""
    document = json.loads((VENDOR / "tmf621-5.0.1.json").read_text())["components"]["schemas"]
    parts = [*document["TroubleTicket"]["allOf"], document["Extensible"], document["Addressable"]]
    return value.keys() - {name for part in parts for name in part.get("properties", {})}


def unknown_642(value: dict[str, Any]) -> set[str]:
    """Fields that an alarm of theirs does not have."""
    document = json.loads((VENDOR / "tmf642-4.0.0.json").read_text())["definitions"]
    return value.keys() - document["Alarm"]["properties"].keys()
