"""What a browser posts (application/x-www-form-urlencoded)."""

from urllib.parse import parse_qs

MOST_FIELDS = 10


def form_fields(body: bytes, most: int = MOST_FIELDS) -> dict[str, str]:
    """The first value of each field; none where this is no form, or one of more than `most` fields."""
    return {name: values[0] for name, values in form_lists(body, most).items()}


def form_lists(body: bytes, most: int) -> dict[str, list[str]]:
    """All values of each field; none where this is no form, or one of more than `most` fields."""
    try:
        return parse_qs(body.decode(), max_num_fields=most)
    except ValueError:  # no UTF-8 either
        return {}
