"""The table of settings as `docs/operations.md` has it, made from the settings themselves."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from streams.settings import Settings

HEAD = "| setting | default | what it is |\n| --- | --- | --- |"


def table() -> str:
    rows = [f"| `{name}` | {default} | {what} |" for name, default, what in settings(Settings)]
    return "\n".join([HEAD, *rows])


def settings(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str, str]]:
    """(dotted name, default, description) of each; parts are opened."""
    for name, field in model.model_fields.items():
        part = part_of(field.annotation)
        if part is None:
            yield above + name, shown(field.get_default(call_default_factory=True)), field.description or ""
        else:
            many = get_origin(field.annotation) is dict  # by name
            yield from settings(part, f"{above}{name}.NAME." if many else f"{above}{name}.")


def part_of(annotation: Any) -> type[BaseModel] | None:
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def shown(default: Any) -> str:
    if default is PydanticUndefined:
        return "must be given"
    if default is None or default in ({}, [], ()):
        return "none"
    return f"`{', '.join(map(str, default)) if isinstance(default, tuple) else default}`"
