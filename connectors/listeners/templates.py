"""Texts with names between braces, as `Gi{port}`, that catalogues and pattern files fill in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """`Gi{port}` as parts: (literal before, field or None)."""

    parts: tuple[tuple[str, str | None], ...]

    @classmethod
    def of(cls, text: str) -> "Template":
        """Raises ValueError where a brace is left open, or something but a plain name stands between two."""
        try:
            found = list(Formatter().parse(text))
        except ValueError as error:
            raise ValueError(f"{text!r}: a brace has no partner; write {{name}}") from error
        parts = []
        for literal, field, how, conversion in found:
            if field == "" or how or conversion:
                raise ValueError(f"{text!r}: write {{name}}, and nothing else in the braces")
            parts.append((literal, field))
        return cls(tuple(parts))

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(field for _, field in self.parts if field is not None)

    def filled(self, fields: Fields) -> str | None:
        """None where a field is missing or empty."""
        text = ""
        for literal, field in self.parts:
            text += literal
            if field is not None:
                value = fields.get(field)
                if not value:
                    return None
                text += value
        return text


def all_filled(templates: Iterable[Template], fields: Fields) -> list[str]:
    """Every template all of whose fields are there, in order."""
    return [text for template in templates if (text := template.filled(fields))]


def first_filled(templates: Iterable[Template], fields: Fields) -> str | None:
    """The first template all of whose fields are there."""
    for template in templates:
        text = template.filled(fields)
        if text:
            return text
    return None
