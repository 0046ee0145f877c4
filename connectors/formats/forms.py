"""What a browser posts (application/x-www-form-urlencoded)."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

MOST_FIELDS = 10
LONGEST_FORM = 100_000  # characters: with `%41` for each letter a form of 1 MB takes a fifth of a second to read


def form_fields(body: bytes, most: int = MOST_FIELDS) -> dict[str, str]:
    """The first value of each field that is not blank; none where this is no form, or has more than `most` fields."""
    return first_of_each(form_lists(body, most))


def first_of_each(found: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: values[0] for name, values in found.items()}


def form_lists(body: bytes, most: int) -> dict[str, list[str]]:
    """All values of each field that are not blank; none where this is no form, or has more than `most` fields."""
    found: dict[str, list[str]] = {}
    try:
        for name, value in form_pairs(body.decode(), most):
            if value:
                found.setdefault(name, []).append(value)
    except ValueError:  # no UTF-8 either
        return {}
    return found


def form_pairs(text: str, most: int) -> list[tuple[str, str]]:
    """Each field and its value, which may be blank. Raises ValueError: too long, or more than `most` fields."""
    if len(text) > LONGEST_FORM:
        raise ValueError(f"a form of more than {LONGEST_FORM} characters")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=most)
